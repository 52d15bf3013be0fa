"""A page on paper, where there is a browser to print it with."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --no-pdf-header-footer"
)


def sheets(page: str, folder: Path) -> int:
    """Return how many sheets a page takes; skip where no browser is installed."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("no chromium here to print with")
    source, printed = folder / "report.html", folder / "report.pdf"
    source.write_text(page, encoding="utf-8")
    where = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={printed}")
    command = [browser, *FLAGS.split(), *where, source.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
