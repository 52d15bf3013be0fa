"""Files that a person has: recordings, minute CSVs and exports of accounts, plain or packed."""

from __future__ import annotations

from datetime import timedelta

from syncd.contract import Adapter, Capabilities, NoAuth, OnConflict, Stream, StreamSpec, Write
from syncd_files.client import connect
from syncd_files.parse import parse
from syncd_files.settings import FilesSettings

FILES = StreamSpec(
    epoch=None,
    longest_window=timedelta.max,
    lookback=timedelta(0),
    history=None,
    poll_every=None,
    write=Write.UPSERT,
    on_conflict=OnConflict.RICHEST,
    keeps_partial=True,
)

adapter = Adapter(
    name="files",
    summary="Recordings, watches' step counters, step CSVs, exports of accounts; .gz and .zip",
    capabilities=Capabilities(auth=NoAuth(), streams={Stream.FILES: FILES}),
    settings=FilesSettings,
    connect=connect,
    parse=parse,
)
