"""The sign-in that serves once: kept before it is used, replayed, overtaken, and ended."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from syncd.contract import AuthExpired, RateLimited, Retired, StoreError, Stream, Transient
from syncd.sim.faults import FaultKind
from syncd.testing.fakes import SetClock
from syncd_fitbit import wiring
from syncd_fitbit.simulator import GRACE, LIFE
from tests.adapters.fitbit.vendor import Account, Drawer

HOUR = timedelta(hours=1)


def refreshed(account: Account) -> int:
    return account.vendor.sign_in.refreshes


def test_a_fresh_sign_in_is_used_as_it_is_and_an_old_one_renewed_before_anything_is_asked(account):
    account.fetched(Stream.PROFILE, None)
    assert (refreshed(account), len(account.keeper.saved)) == (0, 1)
    account.clock.move(LIFE)
    account.fetched(Stream.PROFILE, None)
    assert refreshed(account) == 1
    assert account.asked()[-2:] == ["/oauth2/token", "profile.json"]
    newest = account.keeper.newest
    assert newest["expires_at"] == int((account.clock() + LIFE).timestamp())
    account.fetched(Stream.PROFILE, None)
    assert refreshed(account) == 1


def test_what_was_renewed_is_kept_before_it_is_used(account):
    account.clock.move(LIFE)

    class Breaking(Drawer):
        def keep(self, renewed: str) -> str:
            assert account.asked()[-1] == "/oauth2/token"
            raise StoreError("the disk is full")

    account.keeper = Breaking(account.keeper.saved)
    with pytest.raises(StoreError, match="disk is full"):
        account.fetched(Stream.PROFILE, None)
    assert account.asked() == ["/oauth2/token"]  # the new token was never shown to anybody


def test_an_answer_that_was_lost_is_given_again_within_the_grace(account):
    before = list(account.keeper.saved)
    account.clock.move(LIFE)
    account.fetched(Stream.PROFILE, None)
    first = account.keeper.newest
    account.keeper.saved = before  # killed between the answer and the commit
    account.clock.move(GRACE / 2)
    account.fetched(Stream.PROFILE, None)
    assert account.keeper.newest["refresh_token"] == first["refresh_token"]
    assert refreshed(account) == 1
    account.keeper.saved = [before[0]]
    account.clock.move(GRACE)
    with pytest.raises(AuthExpired, match="ended or was taken back"):
        account.fetched(Stream.PROFILE, None)


def test_a1_the_loser_of_a_race_goes_on_with_what_the_winner_saved(account):
    account.vendor.sign_in.rules.grace = None
    account.clock.move(LIFE)
    loser = Account(account.vendor, account.clock, account.folder, Overtaken(account))
    loser.fetched(Stream.PROFILE, None)
    assert refreshed(account) == 1
    tokens = [path for path in account.asked() if path == "/oauth2/token"]
    assert len(tokens) == 2  # the winner's, and the loser's with the dead one


class Overtaken(Drawer):
    """Hands out what is held, and lets another process renew it right afterwards."""

    def __init__(self, winner: Account) -> None:
        super().__init__(winner.keeper.saved)
        self.winner = winner
        self.times = 0

    def held(self) -> str:
        said = super().held()
        self.times += 1
        if self.times == 1:
            self.winner.fetched(Stream.PROFILE, None)
        return said


def test_a1_who_was_faster_in_keeping_is_who_is_asked_with(account):
    account.clock.move(LIFE)
    other = account.vendor.sign_in.consent(("profile", "settings", "activity", "location"))
    ends = int((account.clock() + LIFE).timestamp())
    said = {"access_token": other[0], "refresh_token": other[1], "expires_at": ends}
    account.keeper.faster = json.dumps(said)
    account.fetched(Stream.PROFILE, None)
    assert account.keeper.newest["access_token"] == other[0]
    account.vendor.sign_in.revoke_all()
    with pytest.raises(AuthExpired):
        account.fetched(Stream.PROFILE, None)


def test_a_token_that_ended_although_it_looked_fresh_is_renewed_once(account):
    with account.connected() as connection:
        list(connection.fetch(Stream.PROFILE, None, None))
        account.clock.move(LIFE + HOUR)  # the library's clock is the machine's: it sees nothing
        list(connection.fetch(Stream.PROFILE, None, None))
    assert [line.status for line in account.vendor.server.log] == [200, 401, 200, 200]
    assert refreshed(account) == 1


def test_a_sign_in_that_was_taken_back_asks_for_a_person(account):
    account.vendor.sign_in.revoke_all()
    with pytest.raises(AuthExpired, match="ended or was taken back"):
        account.fetched(Stream.PROFILE, None)
    statuses = [line.status for line in account.vendor.server.log]
    assert statuses == [401, 400]


@pytest.mark.parametrize(
    "kind",
    [FaultKind.SERVER_ERROR, FaultKind.BAD_GATEWAY, FaultKind.TOO_MANY_SECONDS, FaultKind.PAGE,
     FaultKind.FORBIDDEN_PAGE, FaultKind.CUT_BODY, FaultKind.ELSEWHERE, FaultKind.CUT_JSON],
)  # fmt: skip
def test_a3_a_renewal_that_fails_keeps_the_sign_in(account, kind):
    account.clock.move(LIFE)
    account.vendor.faults.add(kind, route="/oauth2/token")
    with pytest.raises(Transient) as caught:
        account.fetched(Stream.PROFILE, None)
    assert isinstance(caught.value, RateLimited) == (kind is FaultKind.TOO_MANY_SECONDS)
    assert len(account.keeper.saved) == 1
    account.fetched(Stream.PROFILE, None)
    assert len(account.keeper.saved) == 2


def test_a_server_that_is_switched_off_says_so_at_the_renewal_too(account):
    account.vendor.quirks.retired = True
    sentence = "syncd account migrate somebody --to google-health"
    with pytest.raises(Retired, match=sentence):
        account.fetched(Stream.PROFILE, None)
    account.clock.move(LIFE)
    with pytest.raises(Retired, match=sentence):
        account.fetched(Stream.DEVICES, None)
    assert account.asked()[-1] == "/oauth2/token"


def test_nobody_waits_for_ever_for_a_renewal(account, monkeypatch):
    monkeypatch.setattr(wiring, "SILENCE_S", 0.2)
    account.clock.move(LIFE)
    account.vendor.faults.add(FaultKind.SILENCE, route="/oauth2/token")
    with pytest.raises(Transient, match=r"in time|broke off"):
        account.fetched(Stream.PROFILE, None)
    with account.connected() as connection:
        list(connection.fetch(Stream.PROFILE, None, None))
        account.clock.move(LIFE + HOUR)
        account.vendor.faults.add(FaultKind.SILENCE, route="/oauth2/token")
        with pytest.raises(Transient, match=r"in time|broke off"):
            # after a 401 the package renews without a time-out of its own
            list(connection.fetch(Stream.PROFILE, None, None))


def test_a_dead_app_is_told_apart_from_a_dead_sign_in(account):
    account.clock.move(LIFE)
    account.vendor.sign_in.client_id = "another"
    settings = account.settings()
    account.vendor.sign_in.client_id = "simulated-client"
    account.settings = lambda: settings
    with pytest.raises(AuthExpired, match="does not know this app"):
        account.fetched(Stream.PROFILE, None)


def test_nobody_signed_in_is_said_and_nothing_is_sent(account):
    account.keeper = Drawer()
    with pytest.raises(AuthExpired, match="Nobody has signed in"):
        account.fetched(Stream.PROFILE, None)
    assert account.asked() == []
    assert isinstance(account.clock, SetClock)
