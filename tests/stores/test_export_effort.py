"""Effort leaves as a table whose cells hold all that was walked."""

from __future__ import annotations

import csv
import io

import pytest

from exporters.effort_csv import effort_csv
from ranger_app.domain.effort import effort
from tests.command_line import WALK, CommandLine
from tests.unit.test_effort import walk


def test_a_table_of_effort_holds_what_the_patrols_walked(ranger: CommandLine) -> None:
    ranger.answer("import", "gpx", WALK)
    out = ranger.folder / "new" / "effort.csv"

    told = ranger.answer("export", "effort", out, "--cell", "1")

    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert told["files"] == [str(out)]
    assert len(rows) == told["cells"] > 1
    assert sum(float(row["km"]) for row in rows) * 1000 == pytest.approx(told["distance_m"], abs=len(rows))
    assert {row["visits"] for row in rows} == {"1"}
    assert sum(float(row["hours"]) for row in rows) == pytest.approx(told["hours"], abs=0.01 * len(rows))
    assert all(float(row["west"]) < float(row["east"]) and float(row["south"]) < float(row["north"]) for row in rows)
    assert (told["untimed"], told["unread"]) == (0, [])


def test_only_the_days_that_are_asked_for_are_counted(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    shown = ranger.answer("patrol", "show", patrol)
    whole = ranger.answer("export", "effort", ranger.folder / "all.csv")

    first = ranger.answer("export", "effort", ranger.folder / "first.csv", "--to", shown["start"])
    last = ranger.answer("export", "effort", ranger.folder / "last.csv", "--from", shown["end"])
    other = ranger("export", "effort", ranger.folder / "other.csv", "--from", "2031-01-01")

    assert 0 < first["distance_m"] < whole["distance_m"]
    assert first["distance_m"] + last["distance_m"] == pytest.approx(whole["distance_m"], abs=2)
    assert other.code == 3
    assert "[nothing-to-export]" in other.err
    assert not (ranger.folder / "other.csv").exists()


def test_a_cell_is_a_row_with_its_edges() -> None:
    told = effort_csv(effort([(1, walk((75.5, 41.0)))], 1_000.0, parallel_deg=41)).decode()

    head, row, end = told.split("\r\n")
    assert head == "west,south,east,north,km,visits,hours"
    west, south, east, north, km, visits, hours = row.split(",")
    assert float(west) <= 75.5 < float(east)
    assert float(south) <= 41.0 < float(north)
    assert (km, visits, hours, end) == ("0.000", "1", "0.00", "")
