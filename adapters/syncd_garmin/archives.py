"""The archive that Garmin hands out for a recording, unpacked in memory within limits.

Names and sizes in it are its own claims: names are never looked at, sizes are counted again while
a member is unpacked. What a member is, its first bytes tell.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from syncd.contract import Malformed

MIB: Final = 1 << 20
LARGEST: Final = 64 * MIB
"""Unpacked bytes of all members together."""
MOST_MEMBERS: Final = 50
_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_LAST: Final = 66_000
"""An archive's last part begins no farther from its end."""
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


def members(body: bytes) -> Iterator[bytes]:
    """Yield what is in an archive; a body that is no archive is its own only member.

    Raises ``Malformed`` for one that is damaged, locked, crowded, or larger than recordings are.
    """
    if not body.startswith(_ZIP):
        yield body
        return
    if body.count(_ENTRY) > MOST_MEMBERS:  # before a list of a million names is read into memory
        raise Malformed("an archive of more files than a recording has")
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (*_DAMAGE, ValueError):
        raise _damaged() from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    left = LARGEST
    for info in infos:
        member = _unpacked(archive, info, left)
        left -= len(member)
        yield member


def is_whole(body: bytes) -> bool:
    """Tell whether an archive ends as archives do, not in the middle."""
    return body.startswith(_ZIP) and _ZIP[1] in body[-_LAST:]


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise Malformed("an archive that is locked with a password")
    try:
        with archive.open(info) as member:
            data = member.read(left + 1)
    except (*_DAMAGE, ValueError, RuntimeError):
        raise _damaged() from None
    if len(data) > left:
        raise Malformed(f"an archive that unpacks to more than {LARGEST // MIB} MiB")
    return data


def _damaged() -> Malformed:
    return Malformed("an archive that is damaged, or only a part of one")
