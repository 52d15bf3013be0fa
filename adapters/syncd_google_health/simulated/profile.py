"""The person as Google tells them: devices, settings, who they are, and the client's file."""

from __future__ import annotations

from typing import Any, Final

from syncd_google_health.simulated import telling
from syncd_google_health.simulated.quirks import Quirks

IDENTITY: Final = {
    "name": "users/me/identity",
    "legacyUserId": "ABC123",
    "healthUserId": telling.USER,
}


def devices(watch_sync: int | None, scale_sync: int, quirks: Quirks) -> dict[str, Any]:
    """Return a watch that last synced at ``watch_sync`` (never: None), and a scale."""
    watch: dict[str, Any] = {
        "name": "users/me/pairedDevices/7",
        "batteryLevel": 80,
        "deviceType": "TRACKER",
        "deviceVersion": "Pixel Watch 4",
        "features": ["STEPS", "GPS", *(["ELEVATION"] if quirks.altimeter else [])],
    }
    if watch_sync is not None:
        watch["lastSyncTime"] = telling.stamp(watch_sync)
    scale = {
        "name": "users/me/pairedDevices/8",
        "deviceType": "SCALE",
        "lastSyncTime": telling.stamp(scale_sync),
    }
    return {"pairedDevices": [scale, watch]}


def settings(offset_s: int, quirks: Quirks) -> dict[str, Any]:
    """Return the person's choices of today."""
    said: dict[str, Any] = {"utcOffset": f"{offset_s}s"}
    if quirks.zone is not None:
        said["timeZone"] = quirks.zone
    return said | {"distanceUnit": "DISTANCE_UNIT_KILOMETERS"}


def client_file(client_id: str, client_secret: str, url: str) -> dict[str, Any]:
    """Return what the console hands out for a desktop app."""
    return {
        "installed": {
            "client_id": client_id,
            "client_secret": client_secret,
            "auth_uri": f"{url}/o/oauth2/v2/auth",
            "token_uri": f"{url}/token",
            "redirect_uris": ["http://localhost"],
        }
    }
