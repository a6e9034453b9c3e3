"""Maps are printed: what is asked for is on them, what cannot be printed is refused, nothing is half written."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.incidents import incident
from db.reader import RecordMissingError
from exporters.safe_write import FileNotWrittenError
from ranger_app.domain.map_request import MapRequest
from ranger_app.i18n import Words, words_of_maps
from ranger_app.jobs import Cancelled
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_shading import WantedEffort, WantedHeat
from ranger_app.services.open_case import OpenCase
from ranger_app.services.print_map import (
    MapBoundsError,
    MapDotsError,
    MapEmptyError,
    MapFormatError,
    Printed,
    PrintMap,
    WantedMap,
)
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import WrongValueError
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from tests.dossier_samples import PillowPainter
from tests.service_desk import MORNING, CancelAt, Desk, new_desk, walk, write_gpx
from tests.small_disk import no_file_larger_than

VALLEY = (74.4, 41.1, 74.6, 41.3)
ENGLISH = Words("en")


class Watching(PillowPainter):
    """Paints, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[MapRequest] = []

    def paint(self, request: MapRequest) -> bytes:
        self.asked.append(request)
        return super().paint(request)

    def paint_pdf(self, request: MapRequest) -> bytes:
        self.asked.append(request)
        return super().paint_pdf(request)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = new_desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def patrol(desk: Desk) -> str:
    path = write_gpx(desk.out.parent / "w.gpx", walk(MORNING, 40), waypoints=[(41.2015, 74.5, MORNING, "WP1")])
    (made,) = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
    return made


def record(desk: Desk, kind: str = "poaching", **more: Any) -> str:
    told = {
        "kind": kind, "occurred_at": "2026-03-04T09:15:42+06:00",
        "position": {"latitude_deg": 41.201111, "longitude_deg": 74.501234, "source": "gps"}, "fields": {}, **more,
    }  # fmt: skip
    return RecordIncident(desk.store)(kind, told, officer=desk.officer).incident_id


def printed(
    desk: Desk, painter: PillowPainter, name: str = "map.pdf", words: Words = ENGLISH, **wanted: Any
) -> Printed:
    use = PrintMap(desk.store.reader, desk.store.blobs, folder=desk.folder, painter=lambda: painter)
    return use(desk.out / name, WantedMap(**{"bounds": VALLEY, **wanted}), words=words, context=desk.context)


def asked_for(desk: Desk, name: str = "map.pdf", words: Words = ENGLISH, **wanted: Any) -> MapRequest:
    painter = Watching()
    printed(desk, painter, name, words, **wanted)
    (request,) = painter.asked
    return request


def test_a_patrol_is_printed_with_its_waypoints_and_its_incidents_alone(desk: Desk, patrol: str) -> None:
    record(desk, patrol_id=patrol)
    record(desk, "conflict")

    request = asked_for(desk, patrols=(patrol,))

    assert len(request.tracks) == 1
    assert [mark.kind for mark in request.marks] == ["incident", "waypoint"]
    assert request.title.startswith("Patrol KG-NAR")
    assert request.grid == "sk42"
    assert "EPSG:15865" in request.notes[0]


def test_a_bare_map_tells_of_no_record(desk: Desk, patrol: str) -> None:
    record(desk, patrol_id=patrol)

    request = asked_for(desk)

    assert (request.tracks, request.marks, request.title) == ((), (), "Map")


def test_everything_within_the_bounds_is_printed_when_it_is_asked_for(desk: Desk, patrol: str) -> None:
    record(desk)
    record(desk, "conflict", position={"latitude_deg": 45.0, "longitude_deg": 70.0, "source": "map"})

    request = asked_for(desk, shows_all=True)

    assert len(request.tracks) == 1
    assert [mark.kind for mark in request.marks] == ["incident", "waypoint"]


def test_what_the_window_hides_is_not_printed(desk: Desk, patrol: str) -> None:
    record(desk)

    no_waypoints = asked_for(desk, shows_all=True, hidden=frozenset({"waypoint"}))
    no_tracks = asked_for(desk, shows_all=True, hidden=frozenset({"tracks", "incident"}))

    assert (len(no_waypoints.tracks), [mark.kind for mark in no_waypoints.marks]) == (1, ["incident"])
    assert (len(no_tracks.tracks), [mark.kind for mark in no_tracks.marks]) == (0, ["waypoint"])


def test_without_bounds_a_map_is_fitted_to_what_it_shows(desk: Desk) -> None:
    incident = record(desk, "conflict")

    request = asked_for(desk, bounds=None, incidents=(incident,))

    assert request.bounds is None
    assert [mark.kind for mark in request.marks] == ["conflict"]
    with pytest.raises(MapEmptyError):
        printed(desk, Watching(), bounds=None)


def test_the_sheet_lies_where_the_land_is_wide_and_stands_where_it_is_high(desk: Desk) -> None:
    assert asked_for(desk).size_mm == (210.0, 297.0)
    assert asked_for(desk, bounds=(74.0, 41.1, 75.0, 41.3), paper="A3").size_mm == (420.0, 297.0)
    assert asked_for(desk, "map.png").size_mm == (186.0, 273.0)


def test_the_day_of_printing_stands_there_only_when_it_is_handed_in(desk: Desk) -> None:
    assert not any("Printed" in note for note in asked_for(desk).notes)
    assert asked_for(desk, printed_on=dt.date(2026, 11, 22)).notes[-1] == "Printed on 22 Nov 2026."


def test_a_map_speaks_the_language_it_was_asked_in(desk: Desk, patrol: str) -> None:
    request = asked_for(desk, words=words_of_maps("ur"), patrols=(patrol,))

    assert request.title.startswith("گشت")
    assert request.words["direction"] == "rtl"


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((75.0, 41.1, 74.0, 41.3), "map-bounds-reversed"),
        ((74.0, 41.3, 75.0, 41.1), "map-bounds-reversed"),
        ((170.0, 41.1, -170.0, 41.3), "map-bounds-reversed"),
        ((74.0, 41.1, 181.0, 41.3), "map-bounds-outside"),
        ((74.0, -90.0, 75.0, 90.0), "map-bounds-outside"),
        ((-1e308, -1e308, 1e308, 1e308), "map-bounds-outside"),
        ((math.nan, 41.1, 75.0, 41.3), "map-bounds-number"),
        ((74.0, 41.1, math.inf, 41.3), "map-bounds-number"),
        ((74.0, 41.1, 74.0, 41.1), "map-bounds-tiny"),
        ((74.0, 41.1, 74.0 + 1e-12, 41.3), "map-bounds-tiny"),
    ],
)
def test_bounds_that_are_no_land_are_refused(desk: Desk, bounds: tuple[float, float, float, float], code: str) -> None:
    with pytest.raises(MapBoundsError) as refused:
        printed(desk, Watching(), bounds=bounds)

    assert refused.value.code == code
    assert list(desk.out.iterdir()) == []


@pytest.mark.parametrize("dpi", [0, -300, 1, 601, 10**9])
def test_a_resolution_that_nobody_prints_is_refused(desk: Desk, dpi: int) -> None:
    with pytest.raises(MapDotsError):
        printed(desk, Watching(), dpi=dpi)


def test_a_picture_that_would_not_fit_into_memory_is_refused_and_the_page_is_not(desk: Desk) -> None:
    with pytest.raises(MapDotsError):
        printed(desk, Watching(), "map.png", paper="A3", dpi=600)

    assert printed(desk, Watching(), "map.pdf", paper="A3", dpi=100).path.is_file()


@pytest.mark.parametrize("name", ["map", "map.jpg", "map.pdf.exe", ".pdf"])
def test_a_file_that_is_neither_page_nor_picture_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(MapFormatError):
        printed(desk, Watching(), name)


def test_paper_and_grids_that_are_not_known_are_refused(desk: Desk) -> None:
    with pytest.raises(WrongValueError):
        printed(desk, Watching(), paper="A0")
    with pytest.raises(WrongValueError):
        printed(desk, Watching(), grid="mars")


def test_records_that_are_not_there_or_were_withdrawn_are_refused(desk: Desk, patrol: str) -> None:
    incident = record(desk)
    TakeBack(desk.store)("incident", incident, "twice", officer=desk.officer)

    with pytest.raises(RecordMissingError):
        printed(desk, Watching(), patrols=("0" * 32,))
    with pytest.raises(RecordTakenBackError):
        printed(desk, Watching(), incidents=(incident,))
    assert list(desk.out.iterdir()) == []


def test_a_missing_folder_is_told_before_anything_is_painted(desk: Desk) -> None:
    painter = Watching()

    with pytest.raises(FileNotWrittenError):
        printed(desk, painter, "nowhere/map.pdf")

    assert painter.asked == []


def test_a_full_disk_leaves_the_map_that_was_there(desk: Desk) -> None:
    out = desk.out / "map.pdf"
    out.write_bytes(b"the map before")
    use = PrintMap(desk.store.reader, desk.store.blobs, folder=None, painter=Watching)

    with no_file_larger_than(10), pytest.raises(FileNotWrittenError):
        use(out, WantedMap(bounds=VALLEY), words=ENGLISH, context=desk.context)

    assert out.read_bytes() == b"the map before"
    assert os.listdir(desk.out) == ["map.pdf"]


def test_a_map_that_is_stopped_writes_nothing(desk: Desk) -> None:
    use = PrintMap(desk.store.reader, desk.store.blobs, folder=None, painter=Watching)

    with pytest.raises(Cancelled):
        use(desk.out / "map.pdf", WantedMap(bounds=VALLEY), words=ENGLISH, context=CancelAt(3))

    assert list(desk.out.iterdir()) == []


def test_the_plan_of_a_case_shows_its_incidents_their_patrols_and_its_exhibits(desk: Desk, patrol: str) -> None:
    own = record(desk, patrol_id=patrol)
    record(desk, "conflict")
    case = OpenCase(desk.store)("Snares", [own], officer=desk.officer)
    with desk.store.act(officer=desk.officer, audience="case") as change:
        told = {"number": "X-1", "description": "Wire", "found_at": "41.2050, 74.5050"}
        change.create("exhibit", told, parent=("case", case))
        change.create("exhibit", {"number": "X-2", "found_at": "on the trail"}, parent=("case", case))

    request = asked_for(desk, bounds=None, case=case)

    assert [(mark.kind, mark.label) for mark in request.marks if mark.kind != "incident"] == [
        ("exhibit", "X-1"), ("waypoint", ""),
    ]  # fmt: skip
    assert len(request.tracks) == 1
    assert request.title.startswith("Plan of case ")
    TakeBack(desk.store)("incident", own, "twice", officer=desk.officer)
    assert [mark.kind for mark in asked_for(desk, bounds=None, case=case).marks] == ["exhibit"]
    with pytest.raises(RecordMissingError):
        printed(desk, Watching(), case=own)


def test_hot_spots_are_printed_of_everywhere_or_within_bounds(desk: Desk) -> None:
    record(desk, "conflict")
    record(desk, "conflict", position={"latitude_deg": 45.0, "longitude_deg": 70.0, "source": "map"})
    record(desk)

    everywhere, here = asked_for(desk, bounds=None, hot_spots=True), asked_for(desk, hot_spots=True)

    assert [mark.kind for mark in everywhere.marks] == ["conflict", "conflict"]
    assert everywhere.bounds is not None
    west, south, east, north = everywhere.bounds
    assert all(west < one.longitude_deg - 0.1 and one.longitude_deg + 0.1 < east for one in everywhere.marks)
    assert all(south < one.latitude_deg - 0.08 and one.latitude_deg + 0.08 < north for one in everywhere.marks)
    assert (len(here.marks), here.heat_m, here.title) == (1, 10_000.0, "Livestock conflicts: hot spots")


def test_a_folder_in_the_place_of_the_file_is_left_as_it_is(desk: Desk) -> None:
    (desk.out / "map.pdf" / "letters").mkdir(parents=True)

    with pytest.raises(FileNotWrittenError):
        printed(desk, Watching())

    assert sorted(path.name for path in desk.out.rglob("*")) == ["letters", "map.pdf"]


def test_records_that_lie_elsewhere_or_nowhere_are_told_and_written_below_the_map(desk: Desk, patrol: str) -> None:
    here = record(desk)
    nowhere = record(desk, position=None)
    away = record(desk, position={"latitude_deg": 45.0, "longitude_deg": 70.0, "source": "map"})
    painter = Watching()

    done = printed(desk, painter, bounds=(70.5, 41.1, 74.55, 41.3), patrols=(patrol,), incidents=(here, nowhere, away))

    numbers = [incident(desk.store.reader, one).number for one in (nowhere, away)]
    assert [(error.code, error.facts["records"]) for _, error in done.left_out] == [
        ("map-records-placeless", numbers[0]), ("map-records-away", numbers[1]),
    ]  # fmt: skip
    assert [note for note in painter.asked[0].notes if numbers[1] in note]
    far = printed(desk, painter, bounds=(10.0, 41.1, 10.2, 41.3), patrols=(patrol,))
    assert [error.code for _, error in far.left_out] == ["map-records-away"]
    assert printed(desk, painter, bounds=None, patrols=(patrol,)).left_out == ()


def test_the_title_names_the_records_or_says_how_many_there_are(desk: Desk, patrol: str) -> None:
    incidents = tuple(record(desk) for _ in range(5))
    numbers = [incident(desk.store.reader, one).number for one in incidents]

    assert asked_for(desk, incidents=incidents[:1]).title == f"Plan of the scene: incident {numbers[0]}"
    assert asked_for(desk, incidents=incidents[:2]).title == f"Incidents {numbers[0]}, {numbers[1]}"
    assert asked_for(desk, incidents=incidents).title == "Incidents: 5"
    both = asked_for(desk, patrols=(patrol,), incidents=incidents[:1]).title
    assert both.startswith("Patrol KG-NAR")
    assert both.endswith(f"; Incident {numbers[0]}")


def test_hot_spots_where_no_conflict_is_known_say_so(desk: Desk) -> None:
    painter = Watching()

    done = printed(desk, painter, hot_spots=True)

    assert [error.code for _, error in done.left_out] == ["map-no-conflicts"]
    assert painter.asked[0].notes[-1] == "No livestock conflict is known here."


def test_where_a_grid_does_not_reach_degrees_are_drawn_and_the_caption_says_so(desk: Desk) -> None:
    painter = Watching()

    done = printed(desk, painter, bounds=(10.0, 50.0, 10.2, 50.2), grid="kyrg06")

    assert [(error.code, error.facts) for _, error in done.left_out] == [("map-grid-away", {"grid": "kyrg06"})]
    assert painter.asked[0].grid == ""
    notes = painter.asked[0].notes
    assert (notes[0], notes[-1]) == (
        "Grid: degrees on WGS 84.",
        "The grid Kyrg-06 (Kyrgyzstan) does not reach this land.",
    )
    assert asked_for(desk, grid="kyrg06").grid == "kyrg06"
    with pytest.raises(WrongValueError):
        printed(desk, painter, grid="mgrs")


@pytest.mark.parametrize("bounds", [(40.0, 41.0, 46.0, 44.0), (100.0, 55.0, 104.0, 57.9), (44.1, 40.0, 44.5, 44.0)])
def test_a_sheet_that_reaches_beyond_the_base_map_says_so(
    desk: Desk, bounds: tuple[float, float, float, float]
) -> None:
    assert any("beyond the base map" in note for note in asked_for(desk, bounds=bounds).notes)
    assert not any("beyond the base map" in note for note in asked_for(desk).notes)


# Days


def days(first: int, last: int) -> MapDays:
    """Whole days of March 2026 where the station is."""
    end = dt.datetime(2026, 3, last, 23, 59, 59, 999999, tzinfo=MORNING.tzinfo)
    return MapDays(dt.datetime(2026, 3, first, tzinfo=MORNING.tzinfo), end)


def test_only_what_was_recorded_on_the_chosen_days_is_printed_and_the_sheet_names_them(desk: Desk, patrol: str) -> None:
    late = MORNING + dt.timedelta(days=5)
    path = write_gpx(desk.out.parent / "l.gpx", walk(late, 20), waypoints=[(41.2015, 74.5, late, "WP2")])
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    record(desk)
    record(desk, "conflict", occurred_at="2026-03-09T10:00:00+06:00")

    all_days = asked_for(desk, shows_all=True)
    before, after = (asked_for(desk, shows_all=True, days=one) for one in (days(1, 6), days(9, 9)))
    between = asked_for(desk, shows_all=True, days=days(6, 8))

    assert [len(one.tracks) for one in (all_days, before, after, between)] == [2, 1, 1, 0]
    assert [mark.kind for mark in before.marks] == ["incident", "waypoint"]
    assert [mark.kind for mark in after.marks] == ["conflict", "waypoint"]
    assert between.marks == ()
    assert before.notes[-1] == (
        "Shown is what was recorded from 1 Mar 2026 to 6 Mar 2026, and nothing that has no time."
    )
    assert after.notes[-1] == "Shown is what was recorded on 9 Mar 2026, and nothing that has no time."
    assert not any("recorded from" in note for note in all_days.notes)


def test_a_track_that_goes_beyond_the_chosen_days_ends_with_them(desk: Desk) -> None:
    path = write_gpx(desk.out.parent / "n.gpx", walk(MORNING + dt.timedelta(hours=15), 120, step_s=60))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)

    first, second = (asked_for(desk, shows_all=True, days=days(day, day)).tracks for day in (4, 5))

    assert ([len(one) for one in first], [len(one) for one in second]) == ([60], [60])
    assert asked_for(desk, shows_all=True, days=days(4, 5)).tracks[0].part_starts.tolist() == [0]


def test_the_days_hold_for_hot_spots_and_for_what_is_named_too(desk: Desk, patrol: str) -> None:
    record(desk, "conflict")

    assert len(asked_for(desk, hot_spots=True, days=days(4, 4)).marks) == 1
    assert asked_for(desk, hot_spots=True, days=days(5, 5)).marks == ()
    assert len(asked_for(desk, patrols=(patrol,), days=days(4, 4)).tracks) == 1
    assert asked_for(desk, patrols=(patrol,), days=days(5, 5)).tracks == ()


def test_a_patrol_of_which_nobody_knows_the_day_is_printed_with_all_days(desk: Desk) -> None:
    path = write_gpx(desk.out.parent / "u.gpx", walk(None, 30), waypoints=[(41.2015, 74.5, None, "WP1")])
    (undated,) = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
    painter = Watching()

    named = printed(desk, painter, patrols=(undated,))
    everything, narrowed = asked_for(desk, shows_all=True), asked_for(desk, shows_all=True, days=days(1, 31))

    assert (len(painter.asked[0].tracks), named.left_out) == (1, ())
    assert [(len(one.tracks), len(one.marks)) for one in (everything, narrowed)] == [(1, 1), (0, 0)]


# Colours below the signs


def test_effort_is_printed_with_its_classes_and_how_much_it_is_of_the_days(desk: Desk, patrol: str) -> None:
    wanted = WantedEffort("visits", 5_000.0, shows_empty=True)

    request, other = (asked_for(desk, shows_all=True, effort=wanted, days=one) for one in (None, days(9, 9)))

    assert request.effort is not None
    assert (len(request.effort.grid), request.effort.words) == (1, ("1 visit",))
    assert request.effort.empty_word == "nobody was here"
    assert request.notes[-1] == "Patrol effort of the station: 1 cell."
    assert other.effort is not None
    assert len(other.effort.grid) == 0
    assert asked_for(desk, shows_all=True).effort is None


def test_heat_is_that_of_one_kind_within_the_radius_that_was_chosen_whatever_has_a_sign(
    desk: Desk, patrol: str
) -> None:
    record(desk)
    record(desk, "conflict", position={"latitude_deg": 45.0, "longitude_deg": 70.0, "source": "map"})

    def heat(kind: str, **more: Any) -> list[tuple[float, float]]:
        asked = asked_for(desk, shows_all=True, heat=WantedHeat(kind, 5_000.0), **more).heat
        assert asked is not None
        assert asked.radius_m == 5_000.0
        assert "within 5 km" in asked.word
        return list(asked.places)

    assert heat("incident") == [(74.501234, 41.201111)]
    assert heat("conflict") == [(70.0, 45.0)]
    assert heat("waypoint", hidden=frozenset({"waypoint"})) == [(74.5, 41.2015)]
    assert heat("waypoint", days=days(9, 9)) == []
