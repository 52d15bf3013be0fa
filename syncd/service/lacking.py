"""What a grant lacks, in the adapter's own words: asked of it with nobody on the line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from syncd.contract import Adapter, Context, Forbidden, OAuth2, Response, Stream, Window
from syncd.ingest.grants import Grant


class _AskedError(Exception):
    """The adapter went so far as to send a request: it lacks nothing."""


class _NobodyOnTheLine:
    """A client that sends nothing."""

    def request(self, *_asked: object, **_how: object) -> Response:
        """Say that something would have been sent."""
        raise _AskedError


def what_is_lacking(
    adapter: Adapter[Any], told: object, grant: Grant, now: datetime
) -> tuple[str, ...]:
    """Return a sentence for each stream that will be missing, since its scope was not granted.

    An adapter refuses such a stream before it sends anything, so nothing needs to be sent to know.
    """
    auth = adapter.capabilities.auth
    if not isinstance(auth, OAuth2) or grant.scopes is None or set(auth.scopes) <= grant.scopes:
        return ()
    context = Context(
        account=adapter.name,
        now=lambda: now,
        http=_NobodyOnTheLine(),
        granted=grant.scopes,
    )
    window = Window(now - timedelta(days=1), now)
    found = []
    with adapter.connect(told, context) as connection:
        for stream in (s for s in Stream if s in adapter.capabilities.streams):
            try:
                next(iter(connection.fetch(stream, window, None)), None)
            except Forbidden as error:
                found.append(str(error))
            except _AskedError:
                continue
    return tuple(found)
