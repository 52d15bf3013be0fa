"""Proxies as the environment names them, and never for what runs on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final

import httpx

from syncd.contract import ConfigError

HERE: Final = ("127.0.0.1", "[::1]", "localhost", "*.localhost")
"""Hosts that are this machine, whatever NO_PROXY says: a proxy would look for them at home."""
_DIRECT: Final[Mapping[str, httpx.BaseTransport | None]] = {f"all://{host}": None for host in HERE}


def outward(
    *,
    timeout: httpx.Timeout,
    headers: Mapping[str, str] | None = None,
) -> httpx.Client:
    """Return a client that follows no detours and goes by the proxies of the environment.

    Raises ``ConfigError`` where one of them cannot be used.
    """
    try:
        return httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            headers=headers,
            verify=_trusted(),
            mounts=_DIRECT,
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise ConfigError(
            "The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used. Write it"
            " as http://HOST:PORT."
        ) from None


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom to trust; read once a process, because that takes longer than a request."""
    return httpx.create_ssl_context()
