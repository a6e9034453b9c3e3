"""``map print``: days, colours, order and what is hidden are asked for as the window asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from ranger_app.domain.layer_order import layer_order, own_id
from ranger_app.domain.map_request import MapRequest
from tests import made_maps
from tests.command_line import POACHING, WALK, CommandLine, Ran
from tests.stores.test_print_map import Watching
from tests.stores.test_print_map_lost import harmed

pytestmark = pytest.mark.usefixtures("qapp")

VALLEY = "74.4,41.1,74.6,41.3"


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    ranger.create()
    ranger.answer("import", "gpx", WALK)
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)
    return ranger


def asked(ranger: CommandLine, tmp_path: Path, *more: str) -> tuple[Ran, MapRequest]:
    """What the painter is asked for."""
    painter = Watching()
    ran = ranger("map", "print", tmp_path / "map.pdf", "--bounds", VALLEY, *more, "--json", painter=lambda: painter)
    return ran, painter.asked[0]


def test_everything_within_bounds_is_printed_in_colours_and_order_as_it_was_asked_for(
    ranger: CommandLine, tmp_path: Path
) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "sheet.mbtiles"), "--name", "Sheet K-43, old")

    ran, request = asked(
        ranger, tmp_path, "--bounds", "70,40,80,46", "--all", "--effort", "visits", "--cell", "1", "--unvisited",
        "--heat", "waypoint", "--radius", "2.5", "--order", "heat", "--order", "Sheet K-43, old",
        "--hide", "incident", "--hide", "base",
    )  # fmt: skip

    assert ran.code == 0
    assert len(request.tracks) == 1
    assert {mark.kind for mark in request.marks} <= {"waypoint", "conflict"}
    assert request.effort is not None
    assert (request.effort.measure, bool(request.effort.empty_word)) == ("visits", True)
    assert request.effort.grid.cells.cell_m == 1000.0
    assert request.heat is not None
    assert request.heat.radius_m == 2500.0
    order = layer_order(request.order, {own_id(one.name): one.kind for one in request.maps})
    assert order[2:] == [
        "heat", "incident", "conflict", "waypoint", "tracks", "effort", "grid", "base-names", "own/Sheet K-43, old",
        "base",
    ]  # fmt: skip
    assert request.opacities == {"base-names": 0.0, "base": 0.0}


def test_without_any_of_it_the_land_alone_is_printed(ranger: CommandLine, tmp_path: Path) -> None:
    _, request = asked(ranger, tmp_path)

    assert (request.tracks, request.marks, request.effort, request.heat, request.order) == ((), (), None, None, ())


@pytest.mark.parametrize(
    ("days", "tracks", "places", "told"),
    [
        (("--from", "2026-03-04", "--to", "2026-03-05"), 1, 0, "from 4 Mar 2026 to 5 Mar 2026"),
        (("--from", "2026-03-06"), 0, 0, "since 6 Mar 2026"),
        (("--to", "2026-03-03"), 0, 1, "until 3 Mar 2026"),
        (("--from", "0001-01-01"), 1, 1, "since 1 Jan 1"),
        (("--to", "9999-12-31"), 1, 1, "until 31 Dec 9999"),
    ],
)
def test_only_what_was_recorded_on_some_days_is_printed(
    ranger: CommandLine, tmp_path: Path, days: tuple[str, ...], tracks: int, places: int, told: str
) -> None:
    ran, request = asked(ranger, tmp_path, "--all", *days, "--effort", "km", "--heat", "incident")

    assert ran.code == 0
    assert len(request.tracks) == tracks
    assert request.effort is not None
    assert bool(len(request.effort.grid)) == bool(tracks)
    assert request.heat is not None
    assert len(request.heat.places) == places
    assert any(told in note for note in request.notes)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--all",), ("--bounds", VALLEY, "--from", "2026-03-05", "--to", "2026-03-04"),
        ("--bounds", VALLEY, "--cell", "5"), ("--bounds", VALLEY, "--unvisited"), ("--bounds", VALLEY, "--radius", "5"),
        ("--bounds", VALLEY, "--order", "no such map"), ("--bounds", VALLEY, "--effort", "miles"),
        ("--bounds", VALLEY, "--effort", "km", "--cell", "nan"), ("--bounds", VALLEY, "--heat", "tracks"),
        ("--bounds", VALLEY, "--effort", "km", "--cell", "0"), ("--bounds", VALLEY, "--from", "yesterday"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_wrong_usage(
    ranger: CommandLine, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    ran = ranger("map", "print", tmp_path / "map.pdf", *wrong, "--json")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("[wrong-usage] ")
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "map.pdf").exists()


@pytest.mark.parametrize("name", ["map.pdf", "map.png"])
def test_a_lost_track_is_a_row_of_the_answer_and_the_map_is_there(
    ranger: CommandLine, tmp_path: Path, name: str
) -> None:
    harmed(ranger.station)

    ran = ranger(
        "map", "print", tmp_path / name, "--bounds", VALLEY, "--all", "--effort", "km", "--dpi", "80", "--json"
    )  # fmt: skip

    assert ran.code == 1
    answer: dict[str, Any] = ran.answer
    assert answer["files"] == [str(tmp_path / name)]
    rows = answer["problems"]
    assert [row["code"] for row in rows] == ["map-tracks-unread", "map-effort-unread"]
    assert rows[0]["where"].startswith("KG-NAR")
    assert rows[0]["text"] in ran.err
    assert ran.err.startswith("[map-tracks-unread] ") or "\n[map-tracks-unread] " in ran.err
    assert (tmp_path / name).stat().st_size > 10_000
    if name == "map.pdf":
        with pypdfium2.PdfDocument(tmp_path / name) as pdf:
            text = " ".join(pdf[0].get_textpage().get_text_range().split())
        assert f"missing or damaged in the station: {rows[0]['where']}" in text
