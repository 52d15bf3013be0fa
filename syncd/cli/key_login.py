"""``syncd account login`` with a key: pasted, piped, or from where the vendor's programs look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd.cli.prompts import Prompts, piped

if TYPE_CHECKING:
    from syncd.cli.invocation import Invocation
    from syncd.contract import Adapter, ApiKey
    from syncd.service.admitting import SignedIn
    from syncd.service.connecting import Roads
    from syncd.service.key_files import FoundKey
    from syncd.service.key_sign_in import Tried
    from syncd.store.accounts import Account
    from syncd.store.store_lock import StoreLock

STDIN = Path("-")
MOST_SLIPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLogin:
    """One sign-in with a key; ``file`` and ``ends`` are what the person said on the line."""

    invocation: Invocation
    roads: Roads
    account: Account
    adapter: Adapter[Any]
    lock: StoreLock
    file: Path | None
    ends: str | None
    prompts: Prompts

    def run(self) -> SignedIn:
        """Find the key, try it, ask how long it lives, keep it."""
        from syncd.service.key_sign_in import as_key, keep_key

        auth = as_key(self.adapter.capabilities.auth, self.account.name)
        ends_at = None if self.ends is None else self._read(self.ends)
        tried = self._tried(auth)
        if ends_at is None and tried.grant.ends_at is None and self.ends is None:
            ends_at = self._end(auth)
        return keep_key(self.roads, tried, self.lock, ends_at=ends_at)

    def _tried(self, auth: ApiKey) -> Tried:
        """Return a key that the vendor takes: what was handed over, what lies about, what is typed.

        One that lies about and is no good may be old: a person who is here can paste another.
        """
        from syncd.contract import AuthExpired
        from syncd.service.key_files import FoundKey, lying_about

        given = self._given(auth)
        if given is not None:
            return self._asked(given)
        lies = lying_about(auth, self.invocation.env)
        for sentence in lies.unusable:
            self.prompts.note(sentence)
        if lies.key is not None:
            self.prompts.note(f"Using the {auth.called} from {lies.key.lay}.")
            try:
                return self._asked(lies.key)
            except AuthExpired as error:
                if not self.prompts.can_ask:
                    raise
                self.prompts.note(str(error))
        self._refuse_nobody(auth)
        if auth.where:
            self.prompts.note(auth.where)
        typed = self.prompts.ask(f"Paste the {auth.called} (it is not shown): ", hidden=True)
        return self._asked(FoundKey(typed))

    def _asked(self, found: FoundKey) -> Tried:
        from syncd.service.key_sign_in import tried_key

        return tried_key(self.roads, self.account.id, self.adapter, found)

    def _given(self, auth: ApiKey) -> FoundKey | None:
        """Return the key that the person handed over with the command."""
        from syncd.service.key_files import FoundKey, private_text

        if self.file is not None and self.file != STDIN:
            text = private_text(self.file.expanduser(), auth.called, pipe=True)
            return FoundKey(text, str(self.file))
        text_piped = piped()
        if text_piped is not None:
            return FoundKey(text_piped, "standard input")
        if self.file == STDIN and not self.prompts.can_ask:
            from syncd.contract import AuthExpired

            raise AuthExpired(f"There was no {auth.called} on standard input.")
        return None

    def _refuse_nobody(self, auth: ApiKey) -> None:
        """Raise ``AuthExpired`` with every way there is where nobody can be asked here."""
        from syncd.contract import AuthExpired

        if self.prompts.can_ask:
            return
        ways = [f"${auth.env}"] if auth.env else []
        ways += [f"~/{auth.file}"] if auth.file else []
        also = f", or put it into {' or '.join(ways)}" if ways else ""
        raise AuthExpired(
            f"{self.account.name} needs its {auth.called}, and nobody can be asked here. Hand it"
            f" over: syncd account login {self.account.name} --key-file FILE{also}. {auth.where}"
        )

    def _end(self, auth: ApiKey) -> datetime | None:
        """Ask when the key ends; nobody has to know."""
        from syncd.contract import ConfigError

        if not self.prompts.can_ask:
            return None
        self.prompts.note(
            f"How long does this {auth.called} live? Its vendor does not tell us. You are reminded"
            " a week before it ends."
        )
        for _ in range(MOST_SLIPS):
            typed = self.prompts.ask("30, 90, 180, 365 days, a date, or Enter if unknown: ")
            try:
                return self._read(typed)
            except ConfigError as error:
                self.prompts.note(str(error))
        return None

    def _read(self, ends: str) -> datetime | None:
        """Return when a key ends, by the person's own clock."""
        from syncd.service.attention import zone_of
        from syncd.service.key_sign_in import end_of_key

        now = self.invocation.clock()
        with self.roads.store.read() as cx:
            zone = zone_of(cx, self.account, now)
        return end_of_key(ends, now, zone)
