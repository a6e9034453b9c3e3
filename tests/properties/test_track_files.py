"""Fixes written into a file of any format come back as they were."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from ranger_app.importers.tracks import read_tracks
from tests import made_track_files as made

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NORTH = st.integers(-90 * 600_000, 90 * 600_000)
EAST = st.integers(-180 * 600_000, 180 * 600_000)
"""Ten thousandths of a minute, which every format can write."""

STARTS = st.datetimes(dt.datetime(1980, 1, 7), dt.datetime(2079, 12, 1), timezones=st.just(dt.UTC))
Walk: TypeAlias = list[tuple[dt.datetime, int, int, int]]
"""Moment, latitude, longitude and height in tenths of a metre of each fix."""

STEPS_S = st.lists(st.integers(1, 40_000), min_size=1, max_size=30)
"""Silences of under half a day: after a longer one an undated sentence may be of any day."""


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    moment = draw(STARTS).replace(microsecond=draw(st.integers(0, 999)) * 1000)
    fixes = []
    for step in draw(STEPS_S):
        moment += dt.timedelta(seconds=step)
        fixes.append((moment, draw(NORTH), draw(EAST), draw(st.integers(-9_999, 199_999))))
    return fixes


def time_us(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def found(content: bytes) -> list[tuple[int, float, float, float]]:
    track = read_tracks(content, name="walk").tracks[0].track
    columns = (track.time_us, track.latitude_deg, track.longitude_deg, track.elevation_m)
    return [*zip(*(column.tolist() for column in columns), strict=True)]


@given(walks(), st.integers(0, 29))
def test_a_log_of_nmea(walk: Walk, dated: int) -> None:
    lines = []
    for number, (moment, north, east, height) in enumerate(walk):
        lines.append(made.gga(moment, north, east, height=f"{height / 10:.1f}"))
        if number == dated % len(walk):
            lines.append(made.rmc(moment, north, east))

    expected = [(time_us(moment), north / 600_000, east / 600_000, height / 10) for moment, north, east, height in walk]
    assert found("".join(lines).encode()) == expected


@given(walks())
def test_a_table(walk: Walk) -> None:
    texts = [
        (f"{north / 600_000:.9f}", f"{east / 600_000:.9f}", f"{height / 10:.1f}") for _, north, east, height in walk
    ]
    rows = [
        f"{moment.isoformat()};" + ";".join(three).replace(".", ",")
        for (moment, *_), three in zip(walk, texts, strict=True)
    ]
    content = "time;lat;lon;ele\r\n" + "\r\n".join(rows) + "\r\n"

    expected = [(time_us(moment), *map(float, three)) for (moment, *_), three in zip(walk, texts, strict=True)]
    assert found(content.encode()) == expected


@given(walks())
def test_a_kml_file(walk: Walk) -> None:
    rows = [(moment.isoformat(), repr(east / 600_000), repr(north / 600_000), str(height / 10))
            for moment, north, east, height in walk]  # fmt: skip

    expected = [(time_us(moment), north / 600_000, east / 600_000, height / 10) for moment, north, east, height in walk]
    assert found(made.kml(made.gx_track(rows))) == expected


@given(walks())
def test_a_tcx_file(walk: Walk) -> None:
    points = "".join(
        made.trackpoint(moment.isoformat(), repr(north / 600_000), repr(east / 600_000),
                        f"<AltitudeMeters>{height / 10}</AltitudeMeters>")
        for moment, north, east, height in walk
    )  # fmt: skip

    expected = [(time_us(moment), north / 600_000, east / 600_000, height / 10) for moment, north, east, height in walk]
    assert (
        found(made.tcx(f"<Activities><Activity><Lap><Track>{points}</Track></Lap></Activity></Activities>")) == expected
    )


@given(walks())
def test_a_fit_file(walk: Walk) -> None:
    # Before July 1998 a time of FIT is none, and it has no parts of a second.
    dated = [
        (time_us(moment) // 1_000_000, north * 19, east * 19) for moment, north, east, _ in walk if moment.year > 1998
    ]
    content = made.fit_file(*(made.record(second, north, east) for second, north, east in dated))

    expected = [(second * 1_000_000, north * 180 / 2**31, east * 180 / 2**31) for second, north, east in dated]
    assert not dated or [row[:3] for row in found(content)] == expected
