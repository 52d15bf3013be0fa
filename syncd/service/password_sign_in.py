"""A person signs in with a password, used once and kept nowhere, and a code where one is wanted.

A sign-in that waits for a code is sealed with its account, so that any process can go on with it
for a quarter of an hour.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from syncd.contract import (
    Adapter,
    Admitted,
    AuthExpired,
    Credentials,
    PasswordSteps,
    RateLimited,
    StoreError,
)
from syncd.service.account_settings import checked
from syncd.service.admitting import Held, SignedIn, keep, whose
from syncd.service.connecting import Entry, Roads, steps_of
from syncd.service.keepers import NewKeeper
from syncd.service.sign_in_holds import held_back, refuse_while_held
from syncd.store import accounts, secrets
from syncd.store.accounts import Account
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

CODE_LIFE = timedelta(minutes=15)
"""So long a code is waited for; vendors' own codes end between five and thirty minutes."""
MOST_CODES = 3
"""After so many wrong ones a sign-in begins anew: guessing locks accounts."""


_T = TypeVar("_T")


class _WrongCode(AuthExpired):
    """The vendor did not take a code; another one may be."""


class Counter(Protocol):
    """The person who is asked; ``can_ask`` says whether there is one."""

    @property
    def can_ask(self) -> bool:
        """Return whether anybody can be asked."""

    def note(self, sentence: str) -> None:
        """Say a sentence; the sign-in goes on."""

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Return what is typed; raise ``AuthExpired`` where the person gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A sign-in that waits for a code."""

    state: str = field(repr=False)
    told: str
    ends_at: datetime
    wrong: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSignIn:
    """One account's sign-in with a password."""

    roads: Roads
    account: Account
    adapter: Adapter[Any]
    told: object
    steps: PasswordSteps
    lock: StoreLock
    counter: Counter

    def begun(self) -> SignedIn:
        """Sign in, going on with a code that is awaited if the person has it."""
        self._refuse_while_held()
        waits = self._awaited()
        if waits is not None:
            self._refuse_nobody(waits)
            self.counter.note(waits.told)
            code = _plain(self.counter.ask("Code (Enter to begin anew): "))
            if code:
                return self._with_code(waits, code)
            self._forget()
        self._refuse_nobody(None)
        return self._entered()

    def resumed(self, code: str) -> SignedIn:
        """Sign in with the code that was sent; raise ``AuthExpired`` where none is awaited."""
        self._refuse_while_held()
        waits = self._awaited()
        if waits is None:
            raise AuthExpired(
                f"{self.account.name} waits for no code, or it came too late. Begin anew:"
                f" {self._again}"
            )
        return self._with_code(waits, _plain(code), asks=False)

    def _entered(self) -> SignedIn:
        login = self.counter.ask("E-mail or user name: ").strip()
        password = self.counter.ask("Password (used once, not kept): ", hidden=True)
        if not login or not password:
            raise AuthExpired("Nothing was typed, so nothing was changed.")
        came = self._asked(lambda: self.steps.begin(self.told, Credentials(login, password)))
        if isinstance(came, Admitted):
            return self._admitted(came)
        waits = Awaited(state=came.state, told=came.told, ends_at=self.roads.clock() + CODE_LIFE)
        self._await(waits)
        self.counter.note(waits.told)
        self.counter.note(f"It may also be typed within 15 minutes as: {self._again} --code CODE")
        return self._with_code(waits, _plain(self.counter.ask("Code: ")))

    def _with_code(self, waits: Awaited, code: str, *, asks: bool = True) -> SignedIn:
        """Go on with a code; a wrong one may be typed again, three in all."""
        while True:
            if not code:
                raise AuthExpired(f"No code was typed. Later: {self._again} --code CODE")
            try:
                return self._admitted(self._accepted(waits, code))
            except _WrongCode as wrong:
                waits = self._counted(waits, wrong)
                if not (asks and self.counter.can_ask):
                    raise AuthExpired(f"{wrong} Again: {self._again} --code CODE") from None
                self.counter.note(str(wrong))
            code = _plain(self.counter.ask("Code: "))

    def _accepted(self, waits: Awaited, code: str) -> Admitted:
        try:
            return self._asked(lambda: self.steps.resume(self.told, waits.state, code))
        except AuthExpired as error:
            raise _WrongCode(str(error)) from None

    def _counted(self, waits: Awaited, wrong: AuthExpired) -> Awaited:
        """Remember that a code was wrong; raise ``AuthExpired`` where that was the last try."""
        after = replace(waits, wrong=waits.wrong + 1)
        if after.wrong >= MOST_CODES or self.roads.clock() >= after.ends_at:
            self._forget()
            raise AuthExpired(f"{wrong} Begin anew: {self._again}") from None
        self._await(after)
        return after

    def _asked(self, step: Callable[[], _T]) -> _T:
        """Ask the vendor; a refusal for having been asked too often holds back the next ones."""
        try:
            return step()
        except RateLimited as error:
            with self.roads.store.write() as tx:
                told = held_back(tx, self.account.id, error, self.roads.clock())
            raise told from None

    def _admitted(self, came: Admitted) -> SignedIn:
        keeper = NewKeeper(came.session)
        user = whose(
            self.roads,
            self.account,
            self.adapter,
            self.told,
            Entry(keeper=keeper),
            now_or_later=True,
        )
        held = Held(Secret(keeper.session), user=user)
        return SignedIn(account=keep(self.roads, self.account, self.lock, held))

    def _refuse_while_held(self) -> None:
        with self.roads.store.read() as cx:
            refuse_while_held(cx, self.account, self.roads.clock())

    def _refuse_nobody(self, waits: Awaited | None) -> None:
        """Raise ``AuthExpired`` with what to type where nobody can be asked here."""
        if self.counter.can_ask:
            return
        if waits is not None:
            raise AuthExpired(f"{waits.told} Then: {self._again} --code CODE")
        raise AuthExpired(
            f"A person must sign in to {self.account.name}, and nobody can be asked here. Type"
            f" this in a terminal: {self._again}"
        )

    @property
    def _again(self) -> str:
        return f"syncd account login {self.account.name}"

    def _awaited(self) -> Awaited | None:
        """Return the sign-in that waits for a code, ``None`` where none does any more."""
        try:
            with self.roads.store.read() as cx:
                kept = secrets.get(cx, self.lock, self.account.id, secrets.AWAITED)
        except StoreError:
            return None  # sealed elsewhere: it is begun anew
        waits = None if kept is None else _unpacked(kept.secret.reveal())
        return waits if waits is not None and self.roads.clock() < waits.ends_at else None

    def _await(self, waits: Awaited) -> None:
        with self.roads.store.write(durable=True) as tx:
            account_id, now = self.account.id, self.roads.clock()
            secrets.put(tx, self.lock, account_id, secrets.AWAITED, _packed(waits), now=now)

    def _forget(self) -> None:
        with self.roads.store.write(durable=True) as tx:
            secrets.drop(tx, self.account.id, secrets.AWAITED)


def password_sign_in(
    roads: Roads, account_id: int, adapter: Adapter[Any], counter: Counter, *, lock: StoreLock
) -> PasswordSignIn:
    """Return the sign-in of an account; raises ``ConfigError`` where it takes no password.

    Its methods raise ``AuthExpired`` where a person must do otherwise, ``RateLimited`` while the
    vendor wants no sign-in, and ``Transient`` where it does not answer. What was held before stays
    until the new sign-in is kept.
    """
    with roads.store.read() as cx:
        account = accounts.get(cx, account_id)
    return PasswordSignIn(
        roads=roads,
        account=account,
        adapter=adapter,
        told=checked(adapter, account.name, account.settings, roads.env),
        steps=steps_of(adapter, account.name),
        lock=lock,
        counter=counter,
    )


def _plain(code: str) -> str:
    """Return a code without the blanks and dashes that it is shown with."""
    return "".join(c for c in code if c.isalnum())


def _packed(waits: Awaited) -> Secret:
    said = {
        "state": waits.state,
        "told": waits.told,
        "ends_at": waits.ends_at.isoformat(),
        "wrong": waits.wrong,
    }
    return Secret(json.dumps(said))


def _unpacked(body: bytes) -> Awaited:
    said = json.loads(body)
    return Awaited(
        state=said["state"],
        told=said["told"],
        ends_at=datetime.fromisoformat(said["ends_at"]),
        wrong=said["wrong"],
    )
