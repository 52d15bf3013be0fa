"""The sign-in in Fitbit's dialect: Basic for the app, errors in a list, whose account it is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from syncd_fitbit.simulated.refusing import RefusedError
from syncd_fitbit.simulated.telling import USER


def form_of(form: Mapping[str, str], authorization: str) -> bytes:
    """Return a form with the app that the Basic header names; refuse one without."""
    kind, _, pair = authorization.partition(" ")
    try:
        name, found, secret = base64.b64decode(pair, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        found = ""
    if kind != "Basic" or not found:
        raise RefusedError(401, "invalid_client")
    return urlencode({**form, "client_id": name, "client_secret": secret}).encode()


def told(status: int, body: bytes) -> object:
    """Return an answer of the token endpoint in Fitbit's words; raises its refusals."""
    said = json.loads(body)
    if status >= 400:
        raise RefusedError(status, said.get("error", "request"))
    if "access_token" in said:
        said["user_id"] = USER
    return said
