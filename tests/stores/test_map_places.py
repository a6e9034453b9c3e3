"""What a map asks of all patrols at once."""

from __future__ import annotations

from db.incidents import incident_ids, incident_row
from db.map_places import patrols_of_tracks, track_span, waypoint_places
from db.patrol_pages import patrol_ids
from ranger_app.jobs import JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.take_back import TakeBack
from tests.service_desk import MORNING, Desk, walk, write_gpx

MINUTE_US = 60_000_000


def walked(desk: Desk) -> str:
    """A patrol with one waypoint; its id."""
    points = walk(MORNING)
    path = write_gpx(desk.out / "walk.gpx", points, waypoints=[(41.2, 74.5, MORNING, "snare")])
    ImportTracks(desk.store)([path], officer=desk.officer, transport="foot", context=JobContext())
    return patrol_ids(desk.store.reader)[0]


def test_a_waypoint_is_told_with_its_patrol_and_its_place(desk: Desk) -> None:
    patrol = walked(desk)

    [place] = waypoint_places(desk.store.reader, limit=10)

    assert (place.patrol, place.latitude_deg, place.longitude_deg) == (patrol, 41.2, 74.5)
    assert place.at.startswith("2026-03-04")
    assert waypoint_places(desk.store.reader, limit=0) == ()


def test_nothing_of_a_withdrawn_patrol_is_on_the_map(desk: Desk) -> None:
    patrol = walked(desk)
    assert set(patrols_of_tracks(desk.store.reader).values()) == {patrol}
    assert track_span(desk.store.reader) is not None

    TakeBack(desk.store)("patrol", patrol, "written twice", officer=desk.officer)

    assert waypoint_places(desk.store.reader, limit=10) == ()
    assert track_span(desk.store.reader) is None


def test_the_span_is_that_of_the_first_and_the_last_fix(desk: Desk) -> None:
    walked(desk)

    span = track_span(desk.store.reader)

    assert span is not None
    assert span[0] == int(MORNING.timestamp()) * 1_000_000
    assert span[1] > span[0]


def test_a_station_without_tracks_has_no_span(desk: Desk) -> None:
    assert track_span(desk.store.reader) is None


def test_one_incident_is_told_in_short_unless_lists_do_not_show_it(desk: Desk) -> None:
    document = {"kind": "other", "summary": "Smoke", "occurred_at": MORNING.isoformat(), "fields": {}}
    RecordIncident(desk.store)("other", document, officer=desk.officer)
    [record] = incident_ids(desk.store.reader)

    row = incident_row(desk.store.reader, "incident", record)

    assert row is not None
    assert (row.id, row.summary) == (record, "Smoke")
    assert incident_row(desk.store.reader, "conflict", record) is None
