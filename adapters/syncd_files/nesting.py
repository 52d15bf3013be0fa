"""Archives inside archives: an account export is a zip of zips, and no deeper."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from syncd.contract import Malformed
from syncd_files.opening import Opened, size
from syncd_files.settings import Limits

CHUNK = 1 << 18


@contextmanager
def unpacked(file: Opened, head: bytes, limits: Limits) -> Iterator[Opened]:
    """Yield an archive that lies in another as a file one can go back and forth in.

    It is laid into a temporary file without a name, which is gone when this ends. ``head`` is what
    was read of it already. Raise ``Malformed`` for one that is too large or cannot be laid down.
    """
    with tempfile.SpooledTemporaryFile(max_size=limits.memory) as place:
        count = len(head)
        try:
            place.write(head)
            while chunk := file.read(CHUNK):
                count += len(chunk)
                if count > limits.nested:
                    raise Malformed(
                        f"an archive of more than {size(limits.nested)} inside another; unpack the"
                        " outer one and import the folder."
                    )
                place.write(chunk)
        except OSError as error:
            raise Malformed(
                "there is no room to unpack an archive that lies in another"
                f" ({error.strerror}); unpack the outer one yourself and import the folder."
            ) from None
        place.seek(0)
        yield Opened(place, limits)
