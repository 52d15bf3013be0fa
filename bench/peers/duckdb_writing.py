"""Run by .venv-bench: DuckDB writes a table from Parquet as text; prints the seconds it took.

``python duckdb_writing.py prepare csv|json TEXT PARQUET COLUMNS`` makes the Parquet from our own
text, times left as they are written; ``... write csv|json PARQUET TEXT`` is what is measured.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

import duckdb

READERS = {"csv": "read_csv", "json": "read_json"}
OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json"}


def prepare(form: str, text: str, parquet: str, columns: str) -> None:
    """Make the Parquet file from a text with columns of known types."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in json.loads(columns).items())
    more = ", header = true" if form == "csv" else ", format = 'newline_delimited'"
    read = f"{READERS[form]}('{text}', columns = {{{types}}}{more})"
    duckdb.execute(f"COPY (FROM {read}) TO '{parquet}' (FORMAT parquet)")


def write(form: str, parquet: str, text: str) -> None:
    """Write the text and print the seconds."""
    start = perf_counter()
    duckdb.execute(f"COPY (FROM '{parquet}') TO '{text}' ({OPTIONS[form]})")
    print(perf_counter() - start)


if __name__ == "__main__":
    {"prepare": prepare, "write": write}[sys.argv[1]](*sys.argv[2:])
