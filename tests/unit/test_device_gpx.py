"""GPX for receivers: names they can show, each once; routes no longer than they take; files that replace no other."""

from __future__ import annotations

from pathlib import Path

import gpxpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.device_gpx import ROUTE_POINTS, DevicePoint, DeviceRoute, device_gpx, parts_of
from exporters.device_names import DeviceNames, in_latin
from exporters.new_file import write_new
from exporters.safe_write import FileNotWrittenError


def point(name: str = "", place: int = 0) -> DevicePoint:
    return DevicePoint(latitude_deg=41.2 + place / 1e4, longitude_deg=74.5, name=name)


@pytest.mark.parametrize(
    ("text", "told"),
    [("Кичи-Нарын, левый берег", "Kichi-Naryn, levyy bereg"), ("ЩИТ", "ShchIT"), ("Өзгөн", "Ozgon"),
     ("Үч-Коргон", "Uch-Korgon"),
     ("Қарақол", "Qaraqol"), ("Ғазалкент", "Ghazalkent"), ("подъезд", "podezd"), ("Köl", "Kol"), ("کیمپ", "")],
)  # fmt: skip
def test_names_are_spelt_in_latin_letters_where_it_is_asked(text: str, told: str) -> None:
    assert in_latin(text) == told


def test_names_are_short_and_each_is_there_once() -> None:
    names = DeviceNames(10, is_ascii=False)

    assert names.name("3 wire snares at the bridge") == "3 wire sna"
    assert names.name("3 wire SNARES on the trail") == "3 wire S 2"
    assert names.name("Лагерь") == "Лагерь"
    assert names.name("лагерь") == "лагерь 2"
    assert names.name("", "P001") == "P001"


@given(st.lists(st.text(max_size=20), max_size=40), st.integers(4, 30), st.booleans())
def test_no_two_points_ever_share_a_name(wanted: list[str], longest: int, is_ascii: bool) -> None:
    names = DeviceNames(longest, is_ascii=is_ascii)

    told = [names.name(one, f"P{place:03}") for place, one in enumerate(wanted)]

    assert len({one.casefold() for one in told}) == len(told)
    assert all(1 <= len(one) <= longest for one in told)
    assert not is_ascii or all(one.isascii() for one in told)


def test_a_receiver_gets_waypoints_and_routes_and_nothing_else() -> None:
    told = device_gpx([point("Лагерь")], [DeviceRoute(name="Обход", points=(point("А"), point("Б", 1)))], is_ascii=True)
    found = gpxpy.parse(told.decode())

    assert [one.name for one in found.waypoints] == ["Lager"]
    assert [(one.name, [stop.name for stop in one.points]) for one in found.routes] == [("Obkhod", ["A", "B"])]
    assert found.tracks == []
    assert "extensions" not in told.decode()


def test_a_long_route_becomes_several_that_begin_where_the_last_ended() -> None:
    points = tuple(point(f"{place}", place) for place in range(2 * ROUTE_POINTS))
    found = gpxpy.parse(device_gpx([], [DeviceRoute(name="Ridge", points=points)]).decode())

    assert [one.name for one in found.routes] == ["Ridge", "Ridge 2", "Ridge 3"]
    assert [len(one.points) for one in found.routes] == [250, 250, 2]
    for before, after in zip(found.routes, found.routes[1:], strict=False):
        assert before.points[-1].latitude == after.points[0].latitude
    assert len(parts_of(points[:ROUTE_POINTS])) == 1


def test_a_place_on_two_routes_has_one_name() -> None:
    camp, pass_ = point("Camp"), point("Pass", 5)
    routes = [DeviceRoute(name="Up", points=(camp, pass_)), DeviceRoute(name="Down", points=(pass_, camp))]
    found = gpxpy.parse(device_gpx([camp], routes).decode())

    assert [one.name for one in found.waypoints] == ["Camp"]
    assert [[stop.name for stop in one.points] for one in found.routes] == [["Camp", "Pass"], ["Pass", "Camp"]]


def test_a_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    other = tmp_path / "ranger-app.gpx"
    other.write_bytes(b"somebody's")

    first, second = write_new(other, b"one"), write_new(other, b"two")

    assert (first.name, second.name) == ("ranger-app-2.gpx", "ranger-app-3.gpx")
    assert (other.read_bytes(), first.read_bytes(), second.read_bytes()) == (b"somebody's", b"one", b"two")
    assert len(list(tmp_path.iterdir())) == 3


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        write_new(tmp_path / "missing" / "x.gpx", b"one")
    with pytest.raises(TypeError):
        write_new(tmp_path / "x.gpx", None)  # type: ignore[arg-type]

    assert list(tmp_path.iterdir()) == []
