"""The archive: untouched bytes, kept once an account and month, packed.

Answers of a vendor say the same words for every minute: xz at its quickest makes a day of them a
quarter of what zlib does, in the same time. What is small, or was kept before, is zlib.
"""

from __future__ import annotations

import hashlib
import json
import zlib

from sqlalchemy import Connection, insert, select

from syncd.contract import RawPayload, StoreError
from syncd.store import failpoint
from syncd.store import tables as t

try:
    import lzma

    _HAS_XZ = True
except ImportError:  # a Python that was built without it packs less tightly
    _HAS_XZ = False

_LEVEL = 6
_XZ = b"\xfd7zXZ\0"
_XZ_FROM_BYTES = 4096


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
    small = _packed(body)
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


def _packed(body: bytes) -> bytes:
    if not _HAS_XZ or len(body) < _XZ_FROM_BYTES:
        return zlib.compress(body, _LEVEL)
    return lzma.compress(body, check=lzma.CHECK_NONE, preset=0)  # sha256 tells what is damaged


def inflated(body: bytes, size: int, *, deflated: bool, name: str) -> bytes:
    """Return kept bytes as they came; raise ``StoreError`` when they are no longer the same."""
    if deflated:
        body = _unpacked(body, size + 1)
    if sha256(body) != name:
        raise StoreError(
            f"The archived answer {name[:12]} is damaged. Restore a backup, or fetch it again."
        )
    return body


def _unpacked(body: bytes, most: int) -> bytes:
    """Return at most so many bytes; none when the body is not what was packed."""
    if not body.startswith(_XZ):
        try:
            return zlib.decompressobj().decompress(body, most)
        except zlib.error:
            return b""
    if not _HAS_XZ:
        raise StoreError("The archive is packed with xz, which this Python was built without.")
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(body, most)
    except (lzma.LZMAError, EOFError):
        return b""
