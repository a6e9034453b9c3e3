"""What direct JSON cannot say is named before anything is sent: a leg's line, its thinning, people, files, days."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ranger_app.domain.direct_legs import MOST_FIXES, LegLine, leg_line
from ranger_app.domain.direct_office import Employees
from ranger_app.domain.preflight import FATAL_CODES, LOSSY_CODES, Finding, Findings, preflight
from ranger_app.domain.preflight_direct import MOST_ATTACHED, direct_findings
from ranger_app.domain.preflight_findings import NOTE_CODES, Remedy
from ranger_app.domain.records import Incident, LegDay, Patrol
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_thinning import thinned
from ranger_app.i18n import Words
from ranger_app.messages import TEXTS, facts_in, say_code
from ranger_app.messages.answers import say_answer
from tests.direct_desk import STRANGER, member_of, receiver, the_area, with_employees
from tests.smart_samples import photo, sample_incident, sample_patrol
from tests.unit.test_smart_json import LINE

ZONE = ZoneInfo("Asia/Bishkek")
START_US = 1_772_590_500_000_000


def ready(**changes: object) -> Patrol:
    """The sample patrol as the stand-in's office would take it, with nothing to be lost."""
    patrol = with_employees(sample_patrol(), the_area())
    leg = patrol.legs[0]
    day = replace(leg.days[0], rest_minutes=0, end=dt.time(9, 15, 42))
    seen = tuple(replace(one, observer=member_of(the_area(), 0)) for one in patrol.waypoints[0].observations)
    plain = replace(
        patrol, station="HQ", legs=(replace(leg, days=(day,)),),
        waypoints=(replace(patrol.waypoints[0], observations=seen),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def with_leg(**changes: object) -> Patrol:
    patrol = ready()
    return replace(patrol, legs=(replace(patrol.legs[0], **changes),))  # type: ignore[arg-type]


def with_day(**changes: object) -> Patrol:
    patrol = ready()
    return with_leg(days=(replace(patrol.legs[0].days[0], **changes),))  # type: ignore[arg-type]


def found(record: Patrol | Incident, **more: object) -> Findings:
    to = receiver(the_area())
    of_files = preflight(record, to.model, to.office)
    return direct_findings(record, of_files, to.model, to.office, to.people, **more)  # type: ignore[arg-type]


def codes(findings: Iterable[Finding]) -> list[str]:
    return [one.code for one in findings]


def walk(count: int, *, off_m: float = 0.0, step_s: int = 5, parts: Iterable[int] = (0,)) -> Track:
    """A straight walk with a wave of so many metres."""
    number = np.arange(count, dtype=np.int64)
    return Track(
        time_us=START_US + number * step_s * 1_000_000, longitude_deg=np.asarray(74.5 + number * 1e-5, np.float64),
        latitude_deg=np.asarray(41.2 + off_m / 111_195.0 * (number % 2), np.float64),
        elevation_m=np.full(count, np.nan), part_starts=np.array(list(parts), np.int64),
    )  # fmt: skip


def day_of(track: Track) -> LegDay:
    seconds = dt.timedelta(seconds=int(track.time_us[-1] - track.time_us[0]) // 1_000_000)
    start = dt.datetime.combine(dt.date(2026, 3, 4), dt.time(8, 15))
    end = max((start + seconds).time(), dt.time(9, 15, 42))
    return LegDay(date=start.date(), start=start.time(), end=end, points=len(track), track=track)


# Nothing to say


def test_a_patrol_that_the_office_knows_in_full_has_no_findings() -> None:
    findings = found(ready())

    assert (findings.fatal, findings.lossy, findings.clean) == ((), (), 1)


# Findings


@pytest.mark.parametrize(
    ("patrol", "code", "where"),
    [
        (with_leg(leader=""), "direct-leader-missing", "leg 1"),
        (with_leg(members=(STRANGER,), leader=STRANGER.id), "direct-leader-unknown", "leg 1"),
        (replace(with_day(points=0, track=None), waypoints=()), "direct-no-position", "leg 1"),
        (with_leg(days=(day_of(walk(2000, off_m=60.0)),)), "direct-track-long", "leg 1"),
        (
            replace(ready(), waypoints=(replace(ready().waypoints[0], attachments=(
                replace(photo("a"), byte_count=MOST_ATTACHED), replace(photo("b"), byte_count=1))),)),
            "direct-too-large", "leg 1",
        ),
    ],
)  # fmt: skip
def test_what_the_server_would_refuse_is_fatal(patrol: Patrol, code: str, where: str) -> None:
    (finding,) = found(patrol).fatal

    assert (finding.code, finding.where) == (code, where)


def test_a_leg_without_the_pilot_that_the_office_wants_is_not_sent() -> None:
    to = receiver(the_area())
    plane = next(iter(to.office.transports.values()))._replace(key="plane", needs_pilot=True)
    office = to.office._replace(transports={"plane": plane})

    def fatal(patrol: Patrol) -> list[str]:
        of_files = preflight(patrol, to.model, office)
        return codes(direct_findings(patrol, of_files, to.model, office, to.people).fatal)

    assert fatal(with_leg(transport="plane")) == ["direct-pilot-missing"]
    assert fatal(with_leg(transport="plane", pilot=ready().legs[0].leader)) == []


@pytest.mark.parametrize(
    ("patrol", "code"),
    [
        (with_leg(members=(*ready().legs[0].members, STRANGER)), "direct-member-unknown"),
        (with_leg(pilot="7" * 32), "smart-pilot-not-member"),
        (with_day(rest_minutes=30), "direct-rest"),
        (with_day(end=dt.time(17, 30), is_timed=True), None),
        (with_leg(days=(day_of(walk(2000, off_m=5.0)),)), "direct-track-thinned"),
        (with_leg(days=(day_of(walk(20, parts=(0, 7))),)), "direct-track-breaks"),
        (with_leg(days=(*ready().legs[0].days, LegDay(date=dt.date(2026, 3, 6), start=dt.time(), end=dt.time(),
                                                     is_timed=False))), "direct-day-empty"),
        (ready(custom={"team": "x"}), "smart-patrol-attribute-unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_lossy(patrol: Patrol, code: str | None) -> None:
    findings = found(patrol)

    assert findings.fatal == ()
    assert set(codes(findings.lossy)) - {"direct-attribute-reserved"} == ({code} if code else set())


def test_ends_and_beginnings_of_days_within_a_leg_cannot_be_told() -> None:
    day = ready().legs[0].days[0]
    next_day = LegDay(date=dt.date(2026, 3, 5), start=dt.time(8), end=dt.time(12))
    patrol = with_leg(days=(replace(day, end=dt.time(18)), next_day))
    findings = found(patrol).lossy

    assert [(one.code, one.facts["date"]) for one in findings] == [
        ("direct-day-times", "2026-03-04"), ("direct-day-times", "2026-03-05"),
    ]  # fmt: skip
    assert {one.mend.remedy for one in findings} == {Remedy.DATA_QUEUE}


def test_a_station_whose_id_the_server_has_not_told_is_left_out() -> None:
    to = receiver(the_area())
    stations = {key: one._replace(uuid="") for key, one in to.office.stations.items()}
    office = to.office._replace(stations=stations)
    of_files = preflight(ready(), to.model, office)

    assert codes(direct_findings(ready(), of_files, to.model, office, to.people).lossy) == ["direct-station-uuid"]


def test_an_observer_and_a_shape_of_two_parts_are_named() -> None:
    patrol = ready()
    seen = patrol.waypoints[0].observations[0]
    two = base64.b64encode(b"\x00\x80\x00\x00\x05\x00\x00\x00\x02" + LINE + LINE).decode()
    shaped = replace(
        seen, observer=STRANGER, attributes={**seen.attributes, "drawn": f"GPS_AUTO:{two}"},
        told_as={"drawn": "geomValue"},
    )  # fmt: skip
    spot = replace(patrol.waypoints[0], observations=(shaped,))
    findings = found(replace(patrol, waypoints=(spot,)))

    assert {"direct-observer-unknown", "direct-shape-parts"} <= set(codes(findings.lossy))
    assert {one.where for one in findings.lossy} == {"waypoint 1, observation 1"}


def test_an_incident_is_looked_at_too() -> None:
    incident = replace(sample_incident(), observations=(), smart_type="INTEGRATE")
    heavy = replace(incident, smart_type="", attachments=(replace(photo("a"), byte_count=MOST_ATTACHED + 1),))

    assert codes(found(incident).lossy) == ["direct-incident-kind"]
    assert codes(found(replace(incident, smart_type=""), incident_type="alarm").lossy) == ["direct-incident-kind"]
    assert codes(found(heavy).fatal) == ["direct-too-large"]


def test_files_name_people_otherwise_so_those_findings_are_left_out() -> None:
    to = receiver(the_area())
    office = to.office._replace(members=())
    of_files = preflight(ready(), to.model, office)

    assert "smart-member-unknown" in codes(of_files.lossy)
    assert direct_findings(ready(), of_files, to.model, office, to.people).lossy == ()


def test_a_patrol_whose_tracks_were_not_loaded_is_looked_at_without_them() -> None:
    assert found(with_day(track=None)).fatal == ()


def test_every_finding_has_a_kind_and_words_with_its_facts() -> None:
    for code in sorted(FATAL_CODES | LOSSY_CODES | NOTE_CODES):
        assert code in TEXTS
    findings = found(with_leg(members=(STRANGER,), leader=STRANGER.id, days=(day_of(walk(2000, off_m=60.0)),)))
    for one in findings.fatal:
        assert facts_in(TEXTS[one.code]) <= {"where", *one.facts}
        assert "–" not in say_code(Words("en"), one.code, {"where": one.where, **one.facts})


# The line of a leg


def line_of(patrol: Patrol, zone: ZoneInfo = ZONE) -> LegLine:
    line = leg_line(patrol.legs[0], patrol.waypoints, zone)
    assert line is not None
    return line


def test_the_line_is_in_the_order_of_time_and_nothing_is_outside_its_ends() -> None:
    line = line_of(ready())
    moments = [one.at for one in (line.began, *line.spots, line.ended)]

    assert moments == sorted(moments)
    assert (line.began.at.time(), line.ended.at.time()) == (dt.time(8, 15), dt.time(9, 15, 42))
    assert (line.fixes, line.kept, line.off_m, line.breaks) == (2, 2, 0.0, 0)


def test_fixes_without_a_time_take_that_of_the_one_before() -> None:
    track = walk(4)
    times = track.time_us.copy()
    times[2] = NO_TIME
    line = line_of(with_day(track=replace(track, time_us=times), points=4))

    assert [one.at.second for one in line.spots if one.waypoint is None] == [0, 5, 5, 15]


def test_an_hour_that_comes_twice_goes_forward() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    began = dt.datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    track = Track(
        time_us=int(began.timestamp()) * 1_000_000 + np.arange(3) * 1800 * 1_000_000,
        longitude_deg=np.array([13.0, 13.1, 13.2]), latitude_deg=np.full(3, 52.0), elevation_m=np.full(3, np.nan),
        part_starts=np.zeros(1, np.int64),
    )  # fmt: skip
    day = LegDay(date=dt.date(2026, 10, 25), start=dt.time(2, 30), end=dt.time(2, 30), points=3, track=track)
    patrol = replace(with_leg(days=(day,)), timezone="Europe/Berlin", waypoints=())
    line = line_of(patrol, berlin)

    assert [one.at.time().isoformat("minutes") for one in line.spots] == ["02:30", "02:30", "02:30"]
    assert line.is_clock_back
    assert "direct-clock-back" in codes(found(patrol).lossy)


def test_a_long_track_keeps_its_ends_and_its_corners() -> None:
    count = 4000
    longitude = np.linspace(74.5, 74.6, count)
    latitude = np.full(count, 41.2)
    latitude[1234] += 0.001
    kept, off_m = thinned(longitude, latitude, most=10, ends=[2000])

    assert len(kept) <= 10
    assert {0, 1234, 2000, count - 1} <= set(kept.tolist())
    assert off_m < 0.01


def test_a_short_track_is_told_whole() -> None:
    track = walk(MOST_FIXES, off_m=30.0)
    kept, off_m = thinned(track.longitude_deg, track.latitude_deg, most=MOST_FIXES)

    assert (len(kept), off_m) == (MOST_FIXES, 0.0)


def test_what_is_said_of_a_thinned_track_is_how_far_it_is_off() -> None:
    track = walk(1001, off_m=7.0)
    kept, off_m = thinned(track.longitude_deg, track.latitude_deg, most=2)

    assert kept.tolist() == [0, 1000]
    assert off_m == pytest.approx(7.0, rel=0.01)


def test_a_track_that_stands_still_or_crosses_the_date_line_is_thinned_too() -> None:
    still, _ = thinned(np.full(900, 74.5), np.full(900, 41.2), most=500)
    across = np.concatenate([np.linspace(179.9, 180, 450), np.linspace(-180, -179.9, 450)])
    kept, off_m = thinned(across, np.full(900, 65.0), most=500)

    assert still.tolist() == [0, 899]
    assert off_m < 1.0
    assert len(kept) <= 500


# Answers


def test_what_was_not_heard_is_said_in_the_reader_s_language() -> None:
    english = say_answer(Words("en"), "category x is not known\n[direct-unheard]\n[direct-part steps=1 count=3]\n[x]")

    lines = english.split("\n")
    assert lines[0] == "category x is not known"
    assert "answer was lost" in lines[1]
    assert "1 of its 3 legs" in lines[2]
    assert lines[3] == "[x]"


def test_nobody_is_found_among_nobody() -> None:
    assert Employees().uuid(STRANGER) == ""
