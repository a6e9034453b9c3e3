"""Tracks that came in and are looked at, a table without headings, a patrol of a million fixes: for pictures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from db.patrol_pages import patrol_ids
from ranger_app.domain.track import Track
from ranger_app.problem import Problem
from ranger_app.services.tracks_imported import TracksImported
from tests.pictures.waiting import wait
from ui import acts
from ui.import_csv import ask_columns
from ui.import_summary import ImportSummary
from ui.main_window import MainWindow
from ui.pages.track_review import TrackReviewPage

START = dt.datetime(2026, 3, 9, 3, 0, tzinfo=dt.UTC)
FIXES, STEP_S = 3_000, 8
MILLION = 1_000_000
TABLE = "Пункт A;Пункт B;Когда;Метры\n" + "".join(
    f"41,{2000 + n};74,{5000 + 2 * n};04.03.2026 08:{n:02d}:00;{2300 + n}\n" for n in range(40)
)


def odd_walk(count: int = FIXES, step_s: float = STEP_S) -> Track:
    """A day on foot with a rest, a spike, a position of 0, 0 and a silence."""
    chance = np.random.default_rng(7)
    along = np.arange(count) / count
    speed = np.clip(1.1 + 0.5 * np.sin(along * 40) + chance.normal(0, 0.2, count), 0, None)
    speed[int(count * 0.4) : int(count * 0.45)] = 0
    turned = np.cumsum(chance.normal(0, 0.15, count) * np.sqrt(step_s / STEP_S))
    east, north = np.cumsum(speed * step_s * np.cos(turned)), np.cumsum(speed * step_s * np.sin(turned))
    latitude, longitude = 41.4 + north / 111_000, 75.0 + east / 83_500
    latitude[count // 3] += 0.05
    latitude[count // 2] = longitude[count // 2] = 0.0
    seconds = np.arange(count) * step_s
    seconds[int(count * 0.7) :] += 1_800
    return Track(
        time_us=((START.timestamp() + seconds) * 1e6).astype(np.int64),
        longitude_deg=longitude,
        latitude_deg=latitude,
        elevation_m=2_400 + 300 * np.sin(along * 7) + chance.normal(0, 1.5, count),
        part_starts=np.zeros(1, np.int64),
    )


def write(track: Track, path: Path) -> Path:
    """Write a track as a receiver would."""
    times = np.datetime_as_string(track.time_us.astype("datetime64[us]"), unit="s").tolist()
    columns = zip(
        track.latitude_deg.tolist(), track.longitude_deg.tolist(), track.elevation_m.tolist(), times, strict=True
    )
    with path.open("w", encoding="utf-8") as out:
        out.write('<gpx version="1.1" creator="made up" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n')
        out.writelines(
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{ele:.1f}</ele><time>{at}Z</time></trkpt>\n'
            for lat, lon, ele, at in columns
        )
        out.write("</trkseg></trk></gpx>\n")
    return path


def imported(window: MainWindow, path: Path) -> str:
    """Import a file, unless it was; answers its patrol."""
    found: list[str] = []
    work = acts.import_tracks([path], officer=window.desk.officer_id, transport="foot")
    window.desk.do(work, on_done=lambda done: found.extend(done.patrols))
    wait(lambda: bool(found))
    return found[0]


def review(window: MainWindow, *, count: int = FIXES, step_s: float = STEP_S) -> TrackReviewPage:
    """The review of an odd walk that has just been imported."""
    path = window.desk.folder.parent / f"walk-{count}.gpx"
    if not path.exists():
        write(odd_walk(count, step_s), path)
    patrol = imported(window, path)
    others = [one for one in patrol_ids(window.desk.reader) if one != patrol][:2]
    page = TrackReviewPage(window.desk, window, [patrol, *others], files=5)
    window.show_view(page)
    wait(lambda: page.review is not None)
    return page


def review_flag(window: MainWindow) -> None:
    """The spike on the map and in the profile, with the question why it is deleted."""
    page = review(window)
    row = next(place for place, line in enumerate(page.list.lines) if line.flag and line.flag.flag.kind == "spike")
    page.list.setCurrentIndex(page.list.texts.index(row, 0))
    window.run("next_flag")
    window.run("hide_fixes")


def review_chosen(window: MainWindow) -> None:
    """A stretch is chosen; the original is shown below."""
    page = review(window)
    page.profile.set_cursor(int(FIXES * 0.4))
    page.profile.set_cursor(int(FIXES * 0.45), is_choosing=True)
    page.original.setChecked(True)


def review_split(window: MainWindow) -> None:
    """The question what begins at the cursor."""
    page = review(window)
    page.profile.set_cursor(FIXES // 4)
    window.run("split_patrol")


def review_clock(window: MainWindow) -> None:
    """The question what time it really was."""
    page = review(window)
    page.profile.set_cursor(FIXES // 4)
    window.run("correct_clock")


def million(window: MainWindow) -> None:
    """A patrol of a million fixes."""
    review(window, count=MILLION, step_s=1.0)


def summary(window: MainWindow) -> None:
    """What became of a card with a bad file and files that are here already."""
    patrols = list(patrol_ids(window.desk.reader))[:2]
    card = "/media/GARMIN/GPX"
    done = TracksImported(
        patrols=patrols, files=6, tracks=5, points=12_480, waypoints=9, new_points=8_214, new_waypoints=6,
        duplicates=[f"{card}/Track_2026-03-02.gpx", f"{card}/copy of Track_2026-03-02.gpx"],
        refused=[f"{card}/Track_2026-03-05.gpx", f"{card}/collar.csv"], ignored=14, assumed=("transport",),
        problems=[
            Problem(code="gpx-is-html", file=f"{card}/Track_2026-03-05.gpx"),
            Problem(code="csv-mapping-needed", file=f"{card}/collar.csv"),
            Problem(code="gpx-truncated", file=f"{card}/Track_2026-03-04.gpx", where="line 8120"),
        ],
    )  # fmt: skip
    window.show_view(
        ImportSummary(window.desk, window, done, review=lambda _patrols, files=0: None, ask_columns=lambda _path: None)
    )


def columns(window: MainWindow) -> None:
    """The question which column of a table is what."""
    path = window.desk.folder.parent / "collar.csv"
    path.write_text(TABLE, encoding="utf-8")
    ask_columns(window.desk, window, path, lambda _mapping: None)
