"""Where an export goes: standard output, a file, a folder; and the codebook that lies beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from syncd.cli.errors import UsageProblem
from syncd.cli.invocation import say_aside

if TYPE_CHECKING:
    from syncd.export import Kind
    from syncd.export.layout import TableForm


@dataclass(frozen=True, slots=True)
class Output:
    """A place as typed; ``path`` is ``None`` for standard output."""

    path: Path | None = None
    is_folder: bool = False

    def __str__(self) -> str:
        """Return it as a person would type it."""
        return "-" if self.path is None else str(self.path)


def typed_output(text: str) -> Output:
    """Return a place from what was typed; a slash at the end, or a folder that is there, is one."""
    if text == "-":
        return Output()
    path = Path(text).expanduser()
    return Output(path, is_folder=text.endswith("/") or path.is_dir())


@contextmanager
def opened(output: Output) -> Iterator[IO[bytes]]:
    """Open a place for writing; a file appears whole or not at all."""
    from syncd.export import replacing

    if output.path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.is_folder:
        raise UsageProblem(f"{output} is a folder: add the name of a file in it.")
    with replacing(output.path) as out:
        yield out


def folder_of(output: Output) -> Path:
    """Return the folder for a file a walk; raise ``UsageProblem`` where there is none."""
    assert output.path is not None
    if not output.path.is_dir():
        raise UsageProblem(f"There is no folder {output}. Make it first: mkdir -p {output}")
    return output.path


def write_codebook(
    output: Output, kind: Kind, form: TableForm, *, deletions: bool, asked: bool | None
) -> None:
    """Write the codebook beside a file: always, unless refused; for a pipe only when asked for."""
    from syncd.export import replacing
    from syncd.export.codebook import codebook, table_schema

    beside = output.path
    if asked is False or (asked is None and (beside is None or not beside.is_file())):
        return
    if beside is None or not beside.is_file():
        beside = Path(f"{kind}.{form}")
    for ending, text in (
        (".schema.json", table_schema(kind, form, deletions=deletions)),
        (".codebook.txt", codebook(kind, form, deletions=deletions)),
    ):
        with replacing(beside.with_name(beside.name + ending)) as out:
            out.write(text.encode())
    if asked:
        say_aside(f"What its fields mean: {beside}.codebook.txt, {beside}.schema.json")
