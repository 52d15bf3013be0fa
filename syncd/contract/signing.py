"""What passes between the core and an adapter when a person signs in, and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A short-lived token that a vendor gives for a key; both instants aware.

    ``key_ends_at`` is when the key itself ends, ``None`` where the vendor does not say.
    """

    access: str = field(repr=False)
    expires_at: datetime
    key_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password, in memory for one sign-in and written nowhere."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWanted:
    """The vendor sent a code to the person; ``told`` says how, in a sentence.

    ``state`` lets any process go on from here; it is as secret as a password.
    """

    state: str = field(repr=False)
    told: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A sign-in that worked; ``session`` is what the adapter needs later, sealed by the core."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordSteps:
    """How an adapter signs in with a password; both get its settings first.

    ``begin(settings, credentials)`` returns ``Admitted`` or ``CodeWanted``, and
    ``resume(settings, state, code)`` returns ``Admitted``. Both raise ``AuthExpired`` for what the
    person must do otherwise, ``RateLimited`` when the vendor wants nobody for a while (the core
    then asks it for hours nothing), and ``Transient``. Neither tries twice by itself.
    """

    begin: Callable[[Any, Credentials], Admitted | CodeWanted]
    resume: Callable[[Any, str, str], Admitted]


class Keeper(Protocol):
    """The sealed sign-in of an account, for a vendor's library that renews it by itself.

    For ``Password`` the text is the ``session`` of ``Admitted``. For ``OAuth2`` it is a JSON
    object with ``access_token``, ``refresh_token`` and ``expires_at`` (Unix seconds).
    """

    def held(self) -> str:
        """Return the newest there is; raises ``AuthExpired`` where only a person can help."""

    def keep(self, renewed: str) -> str:
        """Save a renewed sign-in, durably, before it is used.

        Returns what stands now: ``renewed``, or what somebody saved who was faster.
        """
