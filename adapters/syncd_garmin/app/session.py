"""The sign-in of one account: the package's tokens, kept by the core and never by the package.

What the core keeps is a JSON object: ``tokens`` as the package tells them, and ``name``, which
many of Garmin's addresses contain.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from syncd.contract import AuthExpired, Keeper, Transient
from syncd_garmin.app import asking
from syncd_garmin.app.library import Library

PROFILE: Final = "/userprofile-service/socialProfile"
_NOBODY: Final = "Nobody has signed in to this account yet."
_ENDED: Final = "Garmin does not accept the sign-in any more; sign in again."
_REFUSED: Final = frozenset((400, 401))


@dataclass
class Session:
    """Holds a client's tokens and the core's keeping together."""

    library: Library
    keeper: Keeper | None
    now: Callable[[], datetime]
    name: str = ""
    """Who the person is in Garmin's addresses."""
    _held: str = field(default="", repr=False)

    def start(self) -> None:
        """Take the kept tokens, once; raises ``AuthExpired`` where none can be read."""
        if self._held:
            return
        if self.keeper is None:
            raise AuthExpired(_NOBODY)
        self._take(self.keeper.held())
        self.library.client._refresh_session = self.renew  # noqa: SLF001

    def renew(self) -> None:
        """Renew the tokens, or take those that somebody else has renewed in the meantime.

        They are kept before anything is asked with them. Raises ``AuthExpired`` where Garmin
        refuses, ``RateLimited`` and ``Transient`` where it only does not answer now.
        """
        assert self.keeper is not None
        newest = self.keeper.held()
        if newest != self._held:
            self._take(newest)
            return
        tokens = renewed(self.library, self.now)
        stands = self.keeper.keep(told(tokens, self.name))
        self._take(stands)

    def _take(self, text: str) -> None:
        try:
            said = json.loads(text)
            tokens, self.name = json.dumps(said["tokens"]), str(said["name"])
            self.library.client.loads(tokens)
        except (ValueError, KeyError, TypeError, self.library.errors.GarminConnectConnectionError):
            raise AuthExpired(_ENDED) from None
        self._held = text


def renewed(library: Library, now: Callable[[], datetime]) -> dict[str, Any]:
    """Renew the client's tokens with Garmin and return them as the package tells them."""

    def look(answer: Any) -> None:  # noqa: ANN401
        if answer.status_code >= 400:
            refused = asking.read(answer)
            if refused.status in _REFUSED:
                raise AuthExpired(_ENDED)
            raise asking.error_for(refused, now=now())

    library.posted = look
    try:
        library.client._refresh_di_token()  # noqa: SLF001
    except library.errors.GarminConnectAuthenticationError:
        raise AuthExpired(_ENDED) from None
    except (ValueError, KeyError, TypeError, OSError):
        raise Transient(f"{asking.HOST} could not be asked for a fresh sign-in.") from None
    finally:
        library.posted = lambda _answer: None
    tokens: dict[str, Any] = json.loads(library.client.dumps())
    return tokens


def told(tokens: dict[str, Any], name: str) -> str:
    """Return what the core is to keep."""
    return json.dumps({"tokens": tokens, "name": name}, sort_keys=True)


def name_of(library: Library, now: datetime) -> str:
    """Ask who the person is in Garmin's addresses; raises ``AuthExpired`` for a profile without."""
    answer = asking.asked(library, "GET", PROFILE, now=now)
    try:
        name = json.loads(answer.body)["displayName"]
    except (ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or not name.strip():
        raise AuthExpired(
            "This Garmin account has no display name yet, and Garmin's addresses need one. Set it"
            " in Garmin Connect, then sign in again."
        )
    return name
