"""How the person's key becomes the token of an hour."""

from __future__ import annotations

from datetime import UTC, datetime

from syncd.contract import AuthExpired, HttpClient, Issued
from syncd_pedometer import wire
from syncd_pedometer.settings import PedometerSettings


def exchange(settings: PedometerSettings, key: str, http: HttpClient) -> Issued:
    """Return a token for a key.

    Raises ``AuthExpired`` for a key that the vendor does not take, ``Malformed`` for an answer that
    is no token, and what the client raises.
    """
    answer = http.request(
        "POST", f"{settings.base_url}/v1/token", json={"key": key.strip()}, passes=(401,)
    )
    if answer.status == 401:
        raise AuthExpired(
            "The pedometer's service does not accept the key. Make a new one on its page, under"
            " Account, Keys."
        )
    said = wire.read(wire.Token, answer.body, "the sign-in")
    return Issued(access=said.token, expires_at=datetime.fromtimestamp(said.expires, UTC))
