"""Scanned sheets and layers on the command line: converted into the station, what is wrong with them told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.map_sheets import a_picture, degree_points, write_ozi, write_picture, write_sheet


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    ranger.create()
    return ranger


def test_a_scanned_sheet_becomes_tiles_of_the_station(ranger: CommandLine, tmp_path: Path) -> None:
    source = write_sheet(tmp_path / "K-43-049.tif", a_picture())

    (row,) = ranger.answer("map", "add", source)["maps"]

    assert (row["name"], row["kind"], row["kept"]) == ("K-43-049", "tiles", True)
    assert Path(row["path"]).parent == ranger.station / "maps"
    assert row["bounds"][0] == pytest.approx(74.999, abs=0.01)


def test_a_sheet_on_bare_pulkovo_asks_and_takes_the_answer(ranger: CommandLine, tmp_path: Path) -> None:
    write_picture(tmp_path / "sheet.png", a_picture())
    places = [(0, 0, 41.502, 75.0), (400, 400, 41.5, 75.004)]
    source = write_ozi(tmp_path / "k43.map", degree_points(places), datum="Pulkovo 1942")

    asked = ranger("map", "add", source)
    added = ranger.answer("map", "add", source, "--datum", "sk42")

    assert asked.code == 3
    assert "[map-datum-unknown]" in asked.err
    assert "sk42, sk95, kyrg06, kalianpur, wgs84" in asked.err
    assert [row["kind"] for row in added["maps"]] == ["tiles"]


def test_a_layer_tells_what_of_it_was_left_out(ranger: CommandLine, tmp_path: Path) -> None:
    source = tmp_path / "posts.geojson"
    places = [{"type": "Point", "coordinates": at} for at in ([74.5, 41.5], [740.5, 41.5], [75.5, 141.5])]
    features = [{"type": "Feature", "properties": {}, "geometry": place} for place in places]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    ran = ranger("map", "add", source, "--json")

    assert ran.code == 1
    assert [(row["kind"], row["problem"]) for row in ran.answer["maps"]] == [("vectors", None)]
    assert [(row["code"], row["count"]) for row in ran.answer["problems"]] == [("map-feature-outside", 2)]
    assert (
        "[map-feature-outside] posts.geojson, shape 2: A shape lies nowhere on Earth, and is left out. (2×)" in ran.err
    )
