"""Workers as processes: they sync what is due, end in order, and outlive what happens to them."""

from __future__ import annotations

import signal

import pytest

from tests.integration.daemon.conftest import Machine
from tests.integration.daemon.test_run import brisk_days

pytestmark = pytest.mark.postgres


def test_a_worker_syncs_what_is_due_until_a_signal_ends_it_in_order(machine: Machine):
    worker = machine.worker("--concurrency", "2")
    worker.wait_for("ready")
    worker.wait_for("synced")
    code, took_s = worker.end(signal.SIGTERM)
    assert (code, took_s < 10) == (0, True)
    account = machine.account()
    assert account.synced_ok_at is not None
    assert account.lease_until is None
    assert account.queued_until is None
    assert sum(brisk_days(machine)) == 34
