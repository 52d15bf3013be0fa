"""The archive: untouched bytes, kept once an account and month, deflated."""

from __future__ import annotations

import hashlib
import json
import zlib

from sqlalchemy import Connection, insert, select

from syncd.contract import RawPayload, StoreError
from syncd.store import failpoint
from syncd.store import tables as t

_LEVEL = 6


def sha256(body: bytes) -> str:
    """Return the hex name of these bytes."""
    return hashlib.sha256(body).hexdigest()


def holds(cx: Connection, account_id: int, payload: RawPayload) -> bool:
    """Tell whether these bytes are kept already, in the month they were fetched."""
    return _held(cx, account_id, payload.fetched_at.strftime("%Y-%m"), sha256(payload.body))


def _held(cx: Connection, account_id: int, month: str, name: str) -> bool:
    here = t.archive.c
    mine = (here.account_id == account_id) & (here.month == month) & (here.sha256 == name)
    return cx.execute(select(here.size).where(mine)).first() is not None


def keep(tx: Connection, account_id: int, pull_id: int, payload: RawPayload) -> str:
    """Keep a payload under its pull and return the sha256 of its body in hex."""
    name = sha256(payload.body)
    month = payload.fetched_at.strftime("%Y-%m")
    if not _held(tx, account_id, month, name):
        _write(tx, account_id, month, name, payload.body)
    covers = payload.covers
    values = {
        "account_id": account_id,
        "pull_id": pull_id,
        "seq": payload.seq,
        "stream": payload.stream.value,
        "month": month,
        "sha256": name,
        "fetched_at": payload.fetched_at,
        "media_type": payload.media_type,
        "facts": json.dumps(dict(payload.facts), sort_keys=True, ensure_ascii=False),
        "covers_start": covers.start if covers else None,
        "covers_end": covers.end if covers else None,
    }
    tx.execute(insert(t.pull_payload).values(values))
    return name


def _write(tx: Connection, account_id: int, month: str, name: str, body: bytes) -> None:
    small = zlib.compress(body, _LEVEL)
    deflated = len(small) < len(body)
    values = {
        "account_id": account_id,
        "month": month,
        "sha256": name,
        "size": len(body),
        "deflated": deflated,
        "body": small if deflated else body,
    }
    tx.execute(insert(t.archive).values(values))
    failpoint.reached(failpoint.ARCHIVE)


def inflated(body: bytes, size: int, *, deflated: bool, name: str) -> bytes:
    """Return kept bytes as they came; raise ``StoreError`` when they are no longer the same."""
    if deflated:
        try:
            body = zlib.decompressobj().decompress(body, size + 1)
        except zlib.error:
            body = b""
    if sha256(body) != name:
        raise StoreError(
            f"The archived answer {name[:12]} is damaged. Restore a backup, or fetch it again."
        )
    return body
