"""What an adapter sees: its shape, the windows it is asked for, payloads, records and errors.

This room imports the standard library and pydantic only. An adapter may rely on everything
exported here; anything else in ``syncd`` may change without notice. Names are loaded when first
used: a command that only reads verdicts need not wait for the models of every record.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.contract.adapter import (
        Adapter,
        ApiKey,
        Auth,
        Capabilities,
        Connection,
        Context,
        NoAuth,
        OAuth2,
        OAuthClient,
        OnConflict,
        Password,
        StreamSpec,
        WindowKind,
        Write,
    )
    from syncd.contract.errors import (
        AdapterError,
        AuthExpired,
        ConfigError,
        Forbidden,
        Malformed,
        RateLimited,
        Retired,
        StoreError,
        SyncdError,
        Transient,
    )
    from syncd.contract.fetch import Fetch
    from syncd.contract.http import HttpClient, Response
    from syncd.contract.payload import RawPayload
    from syncd.contract.records import (
        CanonicalRecord,
        DailyTotal,
        DeviceSync,
        OffsetRun,
        Pause,
        Profile,
        Series,
        Source,
        SourceKind,
        StepCounter,
        StepInterval,
        StepSeries,
        Track,
        Workout,
    )
    from syncd.contract.refusals import refusal, retry_after
    from syncd.contract.signing import (
        Admitted,
        CodeWanted,
        Credentials,
        Issued,
        Keeper,
        PasswordSteps,
    )
    from syncd.contract.window import Cursor, Stream, Window

__all__ = [
    "Adapter",
    "AdapterError",
    "Admitted",
    "ApiKey",
    "Auth",
    "AuthExpired",
    "CanonicalRecord",
    "Capabilities",
    "CodeWanted",
    "ConfigError",
    "Connection",
    "Context",
    "Credentials",
    "Cursor",
    "DailyTotal",
    "DeviceSync",
    "Fetch",
    "Forbidden",
    "HttpClient",
    "Issued",
    "Keeper",
    "Malformed",
    "NoAuth",
    "OAuth2",
    "OAuthClient",
    "OffsetRun",
    "OnConflict",
    "Password",
    "PasswordSteps",
    "Pause",
    "Profile",
    "RateLimited",
    "RawPayload",
    "Response",
    "Retired",
    "Series",
    "Source",
    "SourceKind",
    "StepCounter",
    "StepInterval",
    "StepSeries",
    "StoreError",
    "Stream",
    "StreamSpec",
    "SyncdError",
    "Track",
    "Transient",
    "Window",
    "WindowKind",
    "Workout",
    "Write",
    "refusal",
    "retry_after",
]

_ROOMS = {
    "adapter": (
        "Adapter",
        "ApiKey",
        "Auth",
        "Capabilities",
        "Connection",
        "Context",
        "NoAuth",
        "OAuth2",
        "OAuthClient",
        "OnConflict",
        "Password",
        "StreamSpec",
        "WindowKind",
        "Write",
    ),
    "errors": (
        "AdapterError",
        "AuthExpired",
        "ConfigError",
        "Forbidden",
        "Malformed",
        "RateLimited",
        "Retired",
        "StoreError",
        "SyncdError",
        "Transient",
    ),
    "fetch": ("Fetch",),
    "http": ("HttpClient", "Response"),
    "payload": ("RawPayload",),
    "records": (
        "CanonicalRecord",
        "DailyTotal",
        "DeviceSync",
        "OffsetRun",
        "Pause",
        "Profile",
        "Series",
        "Source",
        "SourceKind",
        "StepCounter",
        "StepInterval",
        "StepSeries",
        "Track",
        "Workout",
    ),
    "refusals": ("refusal", "retry_after"),
    "signing": (
        "Admitted",
        "CodeWanted",
        "Credentials",
        "Issued",
        "Keeper",
        "PasswordSteps",
    ),
    "window": ("Cursor", "Stream", "Window"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a name from its file when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
