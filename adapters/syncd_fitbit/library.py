"""The package ``fitbit`` for one account: its questions, its sign-in, and errors of ours.

The package renews a sign-in by itself and calls back; a refresh token serves once, so what it got
is kept durably before it is used. The package is loaded only when somebody asks: that is slow, and
opens a socket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from syncd.contract import (
    AuthExpired,
    Context,
    Keeper,
    RateLimited,
    Response,
    Stream,
    SyncdError,
    Transient,
)
from syncd_fitbit import wiring
from syncd_fitbit.refusals import REMAINING, Asked, Heard, asked_to_wait, error_for
from syncd_fitbit.settings import FitbitSettings

EARLY: Final = timedelta(seconds=60)
UNSAID_LIFE: Final = timedelta(hours=8)
LONG_OVER, NOT_YET = 1.0, 4_102_444_800.0
"""Instants that the library takes for past, and for future, by any clock (Unix seconds)."""
_STUMBLES: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What the package raises over refusals that are not in Fitbit's shape."""

Package: TypeAlias = Any
"""A ``fitbit.Fitbit``, published without types."""
Question = Callable[[Package], Any]


class Library:
    """Asks one server for one account; sends nothing before the first question."""

    def __init__(self, settings: FitbitSettings, context: Context, keeper: Keeper) -> None:
        import fitbit  # noqa: PLC0415 - see above
        import oauthlib.oauth2  # noqa: PLC0415
        import requests  # noqa: PLC0415

        wiring.quiet_libraries()
        late = fitbit.exceptions.Timeout, requests.Timeout
        refused = fitbit.exceptions.HTTPException, oauthlib.oauth2.OAuth2Error
        self._late: tuple[type[Exception], ...] = late
        self._faults = (*late, *refused, fitbit.exceptions.BadResponse, requests.RequestException)
        self._settings, self._context, self._keeper = settings, context, keeper
        self._wire = wiring.Wiring(settings.base_url)
        self._package: Package = None
        self._renewals = 0
        self._shut_until: datetime | None = None

    def close(self) -> None:
        """Close every connection."""
        if self._package is not None:
            self._package.client.session.close()

    def ask(
        self, question: Question, stream: Stream, *, passes: frozenset[int] = frozenset()
    ) -> Response:
        """Return the answer to a question; codes in ``passes`` are for the caller to read.

        A refused sign-in is renewed once, and once more read from the keeper where somebody else
        was faster. Raises the taxonomy.
        """
        self._stay_in_the_limit()
        package, before = self._opened(), self._renewals
        error = self._try(package, question, stream)
        if isinstance(error, AuthExpired) and self._has_another(package, stream, before):
            error = self._try(package, question, stream)
        heard = self._wire.heard
        if heard is not None and not heard.renewal:
            self._note_the_limit(heard.answer.headers)
            if error is None or heard.answer.status in passes:
                return heard.answer
        raise error or Transient("Fitbit's server gave no answer.")

    def _try(self, package: Package, question: Question, stream: Stream) -> SyncdError | None:
        """Ask, and return what went wrong in our words."""
        self._wire.forget()
        try:
            question(package)
        except SyncdError as error:
            return error
        except self._faults as error:
            return self._translated(error, stream)
        except _STUMBLES as error:
            if not _is_refusal(self._wire.heard):
                raise
            return self._translated(error, stream)
        heard = self._wire.heard
        if heard is not None and heard.answer.status != 200:
            return error_for(heard, self._asked(stream))
        return None

    def _translated(self, error: Exception, stream: Stream) -> SyncdError:
        heard = self._wire.heard
        if heard is not None and heard.answer.status == 200:
            return Transient("Fitbit's server answered with what the library does not understand.")
        if heard is not None:
            return error_for(heard, self._asked(stream))
        if isinstance(error, self._late):
            return Transient("Fitbit's server did not answer in time.")
        return Transient("Fitbit's server could not be reached, or its answer broke off.")

    def _has_another(self, package: Package, stream: Stream, before: int) -> bool:
        """Tell whether there is another sign-in to ask with: somebody's, or a renewed one.

        Raises when a renewal fails for another reason than that the sign-in has ended.
        """
        heard, session = self._wire.heard, package.client.session
        newest = json.loads(self._keeper.held())
        if newest["access_token"] != session.token.get("access_token"):
            session.token = self._for_the_library(newest)
            return True
        if heard is None or heard.renewal or self._renewals != before:
            return False
        error = self._try(package, lambda one: one.client.refresh_token(), stream)
        if error is not None:
            raise error
        return True

    def _opened(self) -> Package:
        if self._package is None:
            self._package = self._made(json.loads(self._keeper.held()))
        return self._package

    def _made(self, held: Mapping[str, Any]) -> Package:
        """Return the package, pointed at our server and signed in."""
        from fitbit import Fitbit  # noqa: PLC0415 - see above

        token, base = self._for_the_library(held), wiring.shown(self._settings.base_url)
        package = Fitbit(
            self._settings.client_id,
            self._settings.client_secret.get_secret_value(),
            access_token=token["access_token"],
            refresh_token=token["refresh_token"],
            expires_at=token["expires_at"],
            refresh_cb=self._renewed,
            system=Fitbit.METRIC,
        )
        package.make_request = partial(_unread, package)
        package.API_ENDPOINT = base
        client, session = package.client, package.client.session
        client.request_token_url = client.access_token_url = f"{base}/oauth2/token"
        client.refresh_token_url = session.auto_refresh_url = f"{base}/oauth2/token"
        client.authorization_url = f"{base}/oauth2/authorize"
        session.max_redirects = 0
        session.adapters.clear()
        session.mount("https://", self._wire)
        return package

    def _for_the_library(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Return a token as the library wants it: it knows the machine's clock only, not ours."""
        if not held.get("refresh_token"):
            raise AuthExpired("Fitbit's server gave no lasting sign-in. Sign in again.")
        token = {"access_token": held["access_token"], "refresh_token": held["refresh_token"]}
        ends = datetime.fromtimestamp(float(held["expires_at"]), tz=self._context.now().tzinfo)
        over = self._context.now() >= ends - EARLY
        return {**token, "expires_at": LONG_OVER if over else NOT_YET}

    def _renewed(self, token: Mapping[str, Any]) -> None:
        """Keep what a renewal brought, and go on with what stands then."""
        self._renewals += 1
        life = float(token.get("expires_in") or UNSAID_LIFE.total_seconds())
        said = {
            "access_token": token["access_token"],
            "refresh_token": token["refresh_token"],
            "expires_at": int(self._context.now().timestamp() + life),
        }
        stands = json.loads(self._keeper.keep(json.dumps(said)))
        self._package.client.session.token = self._for_the_library(stands)

    def _stay_in_the_limit(self) -> None:
        """Raise instead of asking when the hour's questions are used up."""
        if self._shut_until is None:
            return
        left = self._shut_until - self._context.now()
        if left > timedelta(0):
            raise RateLimited("Fitbit's questions of this hour are used up.", left)
        self._shut_until = None

    def _note_the_limit(self, headers: Mapping[str, str]) -> None:
        wait = asked_to_wait(headers, self._context.now())
        if headers.get(REMAINING, "").strip() == "0" and wait is not None:
            self._shut_until = self._context.now() + wait

    def _asked(self, stream: Stream) -> Asked:
        return Asked(self._context.account, stream, self._context.now())


def _unread(package: Package, url: str) -> Any:  # noqa: ANN401 - theirs
    """Ask in metric units, and leave the answer unread; raises the package's exceptions."""
    return package.client.make_request(url, headers={"Accept-Language": package.system})


def _is_refusal(heard: Heard | None) -> bool:
    """Tell whether the package may have stumbled over the answer, rather than over our question."""
    return heard is not None and (heard.renewal or heard.answer.status >= 400)
