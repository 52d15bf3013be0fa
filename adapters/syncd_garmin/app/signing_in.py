"""The sign-in with e-mail and password, and the code that Garmin may send: each asked once.

The package knows several doors to Garmin's sign-in and tries one after another. A door that
answers "too often" (429, 427) ends the attempt: each further knock makes Garmin's lock-out longer.
Only what never reached Garmin's sign-in (a page of its front) leads to the next door.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

from syncd.contract import (
    Admitted,
    AuthExpired,
    CodeWanted,
    Credentials,
    RateLimited,
    Transient,
    retry_after,
)
from syncd_garmin.app import asking, doors
from syncd_garmin.app.library import Library, opened
from syncd_garmin.app.session import name_of, told
from syncd_garmin.app.settings import GarminConnectSettings

_TOO_OFTEN: Final = (
    "Garmin wants no sign-in for a while. Trying again sooner makes the wait longer; changing the"
    " network seldom helps."
)
_WRONG: Final = "Garmin does not know this e-mail and password together."
_WRONG_CODE: Final = "Garmin did not accept the code. Sign in again for a fresh one."
_LOST: Final = "This sign-in cannot be continued. Begin again."
_NOTHING_LEFT: Final = "Garmin let you in, but handed out nothing to go on with. Try again later."
_WAYS: Final = {"email": "e-mail", "sms": "text message", "phone": "text message"}


def begin(settings: GarminConnectSettings, credentials: Credentials) -> Admitted | CodeWanted:
    """Sign in; the password is used once and kept nowhere.

    Raises ``AuthExpired`` for a wrong password, ``RateLimited`` where Garmin or its front wants
    nobody now, ``Transient`` where nothing came through.
    """
    with opened(settings) as library:
        doors.prepare(library, _blocked)
        ask = lambda: library.client.login(  # noqa: E731
            credentials.login, credentials.password, return_on_mfa=True
        )
        status, state = _attempt(library, ask, wrong=_WRONG)
        if status == "needs_mfa":
            return _code_wanted(library, state)
        return _admitted(library)


def resume(settings: GarminConnectSettings, state: str, code: str) -> Admitted:
    """Go on with the code that Garmin sent, in any process; raises as ``begin`` does."""
    with opened(settings) as library:
        doors.prepare(library, _blocked)
        try:
            pending = json.loads(state)
            doors.restore(library, pending)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise AuthExpired(_LOST) from None
        except library.errors.GarminConnectAuthenticationError:
            raise AuthExpired(_LOST) from None
        ask = lambda: library.client.resume_login(pending, code.strip())  # noqa: E731
        _attempt(library, ask, wrong=_WRONG_CODE)
        return _admitted(library)


class BlockedError(BaseException):
    """Garmin said "too often": passes through the package, which would knock at the next door."""

    def __init__(self, answer: Any) -> None:  # noqa: ANN401
        super().__init__("too often")
        self.answer = answer


def _blocked(answer: Any) -> NoReturn:  # noqa: ANN401
    raise BlockedError(answer)


def _attempt(library: Library, ask: Callable[[], Any], *, wrong: str) -> Any:  # noqa: ANN401
    """Return what the package returned, or raise what its error means."""
    errors = library.errors
    try:
        return ask()
    except BlockedError as error:
        raise RateLimited(_TOO_OFTEN, _wait(error.answer)) from None
    except errors.GarminConnectTooManyRequestsError:
        raise RateLimited(_TOO_OFTEN) from None
    except errors.GarminConnectAuthenticationError as error:
        if "token exchange" in str(error) or "JWT" in str(error):
            raise Transient(_NOTHING_LEFT) from None
        if "locked" in str(error).lower():
            raise AuthExpired(
                "Garmin has locked this account. Open it with a browser first."
            ) from None
        raise AuthExpired(wrong) from None
    except errors.GarminConnectConnectionError as error:
        raise _turned_away(str(error)) from None


def _turned_away(said: str) -> Transient:
    """Return what it means that no door opened: its front takes us for a machine, or is down."""
    front = ("403", "CAPTCHA", "Cloudflare", "non-JSON: HTTP 4", "(non-JSON): HTTP 4")
    if "427" in said:
        return RateLimited(_TOO_OFTEN)
    if any(word in said for word in front):
        return RateLimited(
            "Garmin's front did not let this program through (it may take it for a robot). Try"
            " again in some hours, or from another network."
        )
    return Transient("Garmin's sign-in could not be reached, or did not answer. Try again later.")


def _wait(answer: Any) -> timedelta | None:  # noqa: ANN401
    if answer is None:
        return None
    return retry_after(asking.read(answer), now=datetime.now(UTC))


def _code_wanted(library: Library, state: Any) -> CodeWanted:  # noqa: ANN401
    pending = doors.pending(library, state)
    way = _WAYS.get(str(pending.get("method", "")).lower())
    by = f" by {way}" if way else ""
    return CodeWanted(state=json.dumps(pending), told=f"Garmin has sent a code{by}.")


def _admitted(library: Library) -> Admitted:
    """Return the session; Garmin is asked once whether it holds."""
    tokens = json.loads(library.client.dumps())
    name = name_of(library, datetime.now(UTC))
    return Admitted(session=told(tokens, name))
