"""Run every benchmark, print what it found, and write docs/benchmarks.md; ``python3 dev.py bench`` does it.

Given names of benchmarks, only these run; with ``--keep`` their tables take the place of the older ones in the page.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import platform
import sys
from collections.abc import Mapping, Sequence

from tests.benchmarks.measuring import ROOT, Row

BENCHMARKS = {
    "gpx_import": "A 200,000-fix file comes in",
    "fit_reading": "FIT files are read",
    "gpx_reading": "GPX files are read",
    "track_storage": "Tracks are stored and found",
    "track_import": "Many files of tracks come in",
    "journal": "The journal",
    "start": "The window opens",
    "pages": "Pages and forms open",
    "map": "The map",
    "effort": "Patrol effort and replay",
    "smart": "Patrols go to the SMART office",
    "smart_thousand": "A thousand patrols go to the SMART office",
    "sending": "Files go to an office over the network",
    "models": "Data models",
    "pickers": "Species are picked",
    "booklet": "A paper booklet is typed",
    "dossier": "The dossier",
}
"""Modules beside this one, each with ``run() -> list[Row]``, and the heading of its table."""

KEEP = "--keep"

PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """\
# Benchmarks

Written by `python3 dev.py bench` on {day}; nobody edits it by hand.

Each table was taken in one run beside its peers and limits, on its day: {machine}, {cores} cores, Python {python}.
Only the ratios mean something. The machine was shared with other work, and its absolute times differ
by a quarter from run to run; so each time is the median of rounds that alternate between us and the peer.
"""


COLUMNS = "| what | ours | beside | measured | limit | |\n| --- | --- | --- | --- | --- | --- |\n"


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks named, or all; the answer is 1 when a limit was not kept."""
    names = [one for one in arguments if one != KEEP]
    tables: dict[str, list[Row]] = {}
    for name in names or BENCHMARKS:
        print(f"== {BENCHMARKS[name]}", flush=True)
        rows: list[Row] = importlib.import_module(f"tests.benchmarks.{name}").run()
        tables[name] = rows
        for row in rows:
            print(f"   {line(row)}", flush=True)
    if not names or KEEP in arguments:
        before = PAGE.read_text(encoding="utf-8") if names and PAGE.exists() else ""
        PAGE.write_text(page(tables, before), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    missed = [row.what for rows in tables.values() for row in rows if not row.is_reached]
    for what in missed:
        print(f"limit not kept: {what}", file=sys.stderr)
    return 1 if missed else 0


def page(tables: Mapping[str, Sequence[Row]], before: str = "") -> str:
    """The whole of docs/benchmarks.md.

    Args:
        before: The page as it stands: its tables stay where there is no newer one.
    """
    today = dt.date.today().isoformat()
    text = HEAD.format(
        day=today, machine=f"{platform.system()} {platform.machine()}", cores=os.cpu_count(),
        python=platform.python_version(),
    )  # fmt: skip
    kept = dict(part.split("\n", 1) for part in before.split("\n## ")[1:])
    for name, heading in BENCHMARKS.items():
        if name in tables:
            rows = "".join(line(row) + "\n" for row in tables[name])
            text += f"\n## {heading}\n\nTaken on {today}.\n\n{COLUMNS}{rows}"
        elif heading in kept:
            text += f"\n## {heading}\n{kept[heading].rstrip()}\n"
    return text


def line(row: Row) -> str:
    """One row of a table."""
    sense = "at least" if row.is_least else "at most"
    kept = "kept" if row.is_reached else "**missed**"
    unit = row.unit if row.unit == "x" else f" {row.unit}"
    return f"| {row.what} | {row.ours} | {row.peer} | {row.measured:.3g}{unit} | {sense} {row.limit:g}{unit} | {kept} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
