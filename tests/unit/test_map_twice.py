"""A map file that is added twice is there already; the shelf says as which map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapThereAlreadyError
from ranger_app.services import map_source
from ranger_app.services.map_source import source_mark
from ranger_app.services.maps import MapEntry, MapShelf
from tests.made_maps import mbtiles
from tests.unit.test_map_layers_read import feature, geojson


@pytest.fixture
def shelf(tmp_path: Path) -> MapShelf:
    (tmp_path / "station").mkdir()
    return MapShelf(tmp_path / "station")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return mbtiles(tmp_path / "a.mbtiles", metadata={"name": "Naryn"})


def add(shelf: MapShelf, source: Path, *, name: str = "", keep: bool = True) -> MapEntry:
    return shelf.add(source, name=name, keep=keep, context=JobContext())


@pytest.mark.parametrize("keeps", [(True, True), (True, False), (False, True), (False, False)])
def test_the_same_file_is_not_taken_twice_unasked(shelf: MapShelf, sheet: Path, keeps: tuple[bool, bool]) -> None:
    add(shelf, sheet, keep=keeps[0])

    with pytest.raises(MapThereAlreadyError) as refused:
        add(MapShelf(shelf.folder.parent), sheet, keep=keeps[1])

    assert refused.value.facts == {"file": "a.mbtiles", "name": "Naryn"}
    assert [one.name for one in shelf.entries()] == ["Naryn"]


def test_the_same_layer_is_known_from_another_stick_and_by_its_given_name(shelf: MapShelf, tmp_path: Path) -> None:
    source = geojson(tmp_path / "springs.geojson", feature("Point", [74, 41]))
    add(shelf, source, name="Water")
    (tmp_path / "stick").mkdir()

    with pytest.raises(MapThereAlreadyError) as refused:
        add(shelf, Path(source.rename(tmp_path / "stick" / source.name)))

    assert refused.value.facts["name"] == "Water"


def test_whoever_names_it_has_it_twice(shelf: MapShelf, sheet: Path) -> None:
    add(shelf, sheet)
    add(shelf, sheet, name="Winter")

    assert [one.name for one in shelf.entries()] == ["Naryn", "Winter"]


def test_a_file_that_was_changed_removed_or_lost_is_taken_again(shelf: MapShelf, sheet: Path, tmp_path: Path) -> None:
    layer = geojson(tmp_path / "springs.geojson", feature("Point", [74, 41]))
    add(shelf, layer)
    geojson(layer, feature("Point", [75, 41]))
    assert add(shelf, layer).name == "springs 2"

    add(shelf, sheet)
    shelf.remove("Naryn")
    assert add(shelf, sheet).name == "Naryn"

    shelf.entries()[0].path.unlink()
    assert add(shelf, sheet).name == "Naryn 2"


def test_lists_of_earlier_versions_are_read(shelf: MapShelf, sheet: Path) -> None:
    add(shelf, sheet, keep=False)
    path = shelf.folder / "maps.json"
    told = json.loads(path.read_text("utf-8"))
    del told["maps"][0]["source"]
    path.write_text(json.dumps(told), "utf-8")

    assert [one.source for one in shelf.entries()] == [""]
    with pytest.raises(MapThereAlreadyError):
        add(shelf, sheet)


def test_large_files_are_known_by_their_ends_and_their_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_source, "WHOLE_BYTES", 3 << 20)
    path = tmp_path / "large.mbtiles"
    path.write_bytes(b"a" * (4 << 20))
    first = source_mark(path)

    assert source_mark(path) == first
    with path.open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"b")

    assert source_mark(path) != first
    assert source_mark(tmp_path) == ""
