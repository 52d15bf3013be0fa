"""Run every benchmark, or those named, as in ``python -m bench bouts exporting``."""

from __future__ import annotations

import platform
import sys
from importlib import import_module

from bench.measure import Row, table

ALL = ("bouts", "deriving", "fit", "storing", "exporting", "startup", "idle", "engine", "cohort")


def main(names: list[str]) -> int:
    """Print the table; return 1 when a goal was missed."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"There is no benchmark called {', '.join(unknown)}. There are: {', '.join(ALL)}.")
        return 2
    rows: list[Row] = []
    for name in names or ALL:
        rows.extend(import_module(f"bench.{name}").run())
    print(table(rows))
    print(f"\nPython {platform.python_version()}; ratios in one run count, absolute times do not.")
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
