"""Workers as processes of their own on one PostgreSQL database, with a vendor made up for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.store import open_store
from tests.conftest import ROOT
from tests.integration.daemon.conftest import Machine, add_account, install_made_up_vendor


@pytest.fixture
def machine(new_postgres_url, tmp_path: Path) -> Iterator[Machine]:
    url = new_postgres_url()
    packages = tmp_path / "packages"
    install_made_up_vendor(packages)
    store = open_store(url)
    account_id, person_id = add_account(store)
    store.close()
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)]),
        "SYNCD_DATABASE__URL": url,
    }
    made = Machine(url, tmp_path, account_id, person_id, env)
    yield made
    made.close()
