"""Make the made-up walk and the made-up photos of the demo: always the same walk, whoever runs it.

Run it from the top of the checkout: ``python packaging/make_demo_walk.py``. It writes a GPX file and two pictures into
``resources/demo``. The tests make the walk again and compare; the pictures depend on the version of Pillow.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

RESOURCES = Path(__file__).resolve().parents[1] / "resources"

SEED = 20260304
"""Makes the noise the same at every run."""

FIX_INTERVAL_S = 10
"""Seconds between fixes while walking."""

CAMP_INTERVAL_S = 600
"""Seconds between fixes in camp, when the receiver saves its battery."""

METRES_PER_DEGREE = 111_195.0
"""Metres of latitude; good enough for a made-up walk."""

LOCAL = dt.timezone(dt.timedelta(hours=6))
"""The clock of the place, UTC+06:00."""

NOTICE = "Made-up sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A place on the way: where, how high, and how long the patrol stays."""

    latitude_deg: float
    longitude_deg: float
    elevation_m: float
    stay_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One point of the made-up track."""

    latitude_deg: float
    longitude_deg: float
    elevation_m: float
    at: dt.datetime


def _goal(latitude_deg: float, longitude_deg: float, elevation_m: float, stay_s: int = 0) -> Goal:
    return Goal(latitude_deg=latitude_deg, longitude_deg=longitude_deg, elevation_m=elevation_m, stay_s=stay_s)


FIRST_DAY = (
    _goal(41.2185, 74.4702, 2050),
    _goal(41.2131, 74.4811, 2085),
    _goal(41.2076, 74.4907, 2130, stay_s=240),
    _goal(41.2011, 74.5012, 2210, stay_s=1500),
    _goal(41.1948, 74.5139, 2340),
    _goal(41.1903, 74.5248, 2495, stay_s=4200),
    _goal(41.1842, 74.5333, 2680, stay_s=3600),
    _goal(41.1795, 74.5291, 2605),
    _goal(41.1751, 74.5197, 2490),
    _goal(41.1722, 74.5123, 2410),
)
"""From the bridge up the valley; the last goal is the camp."""

SECOND_DAY = (
    FIRST_DAY[-1],
    _goal(41.1768, 74.5022, 2450),
    _goal(41.1834, 74.4936, 2380, stay_s=3000),
    _goal(41.1921, 74.4868, 2260),
    _goal(41.2024, 74.4779, 2140, stay_s=600),
    _goal(41.2113, 74.4735, 2075),
    _goal(41.2185, 74.4702, 2050),
)
"""Past a herder's corral and back to the bridge."""

STARTS = (dt.datetime(2026, 3, 4, 8, 15, tzinfo=LOCAL), dt.datetime(2026, 3, 5, 8, 0, tzinfo=LOCAL))

MARKS = (
    (3, STARTS[0], "3 wire snares on an argali trail, removed"),
    (6, STARTS[0], "7 argali, two of them young, grazing"),
    (9, STARTS[0], "camp for the night"),
    (2, STARTS[1], "corral of a herder, sheep lost in the night"),
)
"""Goal, start of its day, and what was seen there."""


class Receiver:
    """A GPS receiver that wanders by some metres, slowly, as real ones do."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._north_m = self._east_m = self._up_m = 0.0

    def fix(self, latitude_deg: float, longitude_deg: float, elevation_m: float, at: dt.datetime) -> Fix:
        self._north_m = 0.92 * self._north_m + self._random.gauss(0.0, 0.9)
        self._east_m = 0.92 * self._east_m + self._random.gauss(0.0, 0.9)
        self._up_m = 0.97 * self._up_m + self._random.gauss(0.0, 0.8)
        shrink = math.cos(math.radians(latitude_deg))
        return Fix(
            latitude_deg=latitude_deg + self._north_m / METRES_PER_DEGREE,
            longitude_deg=longitude_deg + self._east_m / (METRES_PER_DEGREE * shrink),
            elevation_m=elevation_m + self._up_m,
            at=at,
        )

    def bend_m(self) -> float:
        """How far a path leaves the straight line."""
        return self._random.uniform(-90.0, 90.0)


def day_fixes(goals: tuple[Goal, ...], start: dt.datetime, receiver: Receiver) -> list[Fix]:
    """Walk from goal to goal, slower uphill, along bent paths, and stay where the patrol stays."""
    fixes, now = [], start
    for here, there in itertools.pairwise(goals):
        for latitude_deg, longitude_deg, elevation_m in _steps(here, there, receiver.bend_m()):
            fixes.append(receiver.fix(latitude_deg, longitude_deg, elevation_m, now))
            now += dt.timedelta(seconds=FIX_INTERVAL_S)
        for _ in range(there.stay_s // FIX_INTERVAL_S):
            fixes.append(receiver.fix(there.latitude_deg, there.longitude_deg, there.elevation_m, now))
            now += dt.timedelta(seconds=FIX_INTERVAL_S)
    return fixes


def _steps(here: Goal, there: Goal, bend_m: float) -> Iterator[tuple[float, float, float]]:
    shrink = math.cos(math.radians(here.latitude_deg))
    north_m = (there.latitude_deg - here.latitude_deg) * METRES_PER_DEGREE
    east_m = (there.longitude_deg - here.longitude_deg) * METRES_PER_DEGREE * shrink
    length_m = math.hypot(north_m, east_m)
    slope = (there.elevation_m - here.elevation_m) / length_m
    speed_m_s = 1.25 * math.exp(-3.5 * abs(slope + 0.05))
    count = max(2, round(length_m / (speed_m_s * FIX_INTERVAL_S)))
    for step in range(count):
        share = step / count
        aside_m = bend_m * math.sin(math.pi * share) + 0.3 * bend_m * math.sin(3.0 * math.pi * share)
        yield (
            here.latitude_deg + (north_m * share + aside_m * east_m / length_m) / METRES_PER_DEGREE,
            here.longitude_deg + (east_m * share - aside_m * north_m / length_m) / (METRES_PER_DEGREE * shrink),
            here.elevation_m + (there.elevation_m - here.elevation_m) * share,
        )


def night_fixes(camp: Goal, since: dt.datetime, until: dt.datetime, receiver: Receiver) -> list[Fix]:
    """Lie in camp over midnight, with a fix now and then."""
    fixes, now = [], since
    while now < until:
        fixes.append(receiver.fix(camp.latitude_deg, camp.longitude_deg, camp.elevation_m, now))
        now += dt.timedelta(seconds=CAMP_INTERVAL_S)
    return fixes


def walk() -> list[Fix]:
    """The whole walk, in order of time."""
    receiver = Receiver(SEED)
    first = day_fixes(FIRST_DAY, STARTS[0], receiver)
    night = night_fixes(FIRST_DAY[-1], first[-1].at + dt.timedelta(seconds=CAMP_INTERVAL_S), STARTS[1], receiver)
    return first + night + day_fixes(SECOND_DAY, STARTS[1], receiver)


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _arrival(fixes: list[Fix], goal: Goal, day: dt.datetime) -> Fix:
    """The first fix of *day* within some metres of *goal*."""
    near = 15.0 / METRES_PER_DEGREE
    return next(
        fix
        for fix in fixes
        if fix.at >= day
        and math.hypot(fix.latitude_deg - goal.latitude_deg, (fix.longitude_deg - goal.longitude_deg) * 0.75) < near
    )


def walk_gpx() -> str:
    """The walk as GPX 1.1, as SMART takes it: times in UTC, whole numbers as names of waypoints."""
    fixes = walk()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="ranger-app demo generator" xmlns="http://www.topografix.com/GPX/1/1">',
        f"<metadata><name>{NOTICE}</name><desc>{NOTICE}: nobody walked here.</desc></metadata>",
    ]
    for number, (place, day, seen) in enumerate(MARKS, start=1):
        fix = _arrival(fixes, (FIRST_DAY if day == STARTS[0] else SECOND_DAY)[place], day)
        lines.append(
            f'<wpt lat="{fix.latitude_deg:.7f}" lon="{fix.longitude_deg:.7f}"><ele>{fix.elevation_m:.1f}</ele>'
            f"<time>{_utc(fix.at)}</time><name>{number}</name><cmt>{NOTICE}: {seen}</cmt></wpt>"
        )
    lines.append(f"<trk><name>{NOTICE} walk</name><trkseg>")
    lines += [
        f'<trkpt lat="{fix.latitude_deg:.7f}" lon="{fix.longitude_deg:.7f}"><ele>{fix.elevation_m:.1f}</ele>'
        f"<time>{_utc(fix.at)}</time></trkpt>"
        for fix in fixes
    ]
    lines.append("</trkseg></trk>\n</gpx>")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A made-up photo: what it says it shows, when and where."""

    name: str
    title: str
    at: dt.datetime
    latitude_deg: float
    longitude_deg: float
    sky: tuple[int, int, int]
    ground: tuple[int, int, int]


PICTURES = (
    Picture(
        name="made_up_snare.jpg",
        title="wire snare on a trail, scale 10 cm",
        at=dt.datetime(2026, 3, 4, 9, 32, 30, tzinfo=LOCAL),
        latitude_deg=41.20112,
        longitude_deg=74.50118,
        sky=(176, 200, 214),
        ground=(150, 138, 112),
    ),
    Picture(
        name="made_up_corral.jpg",
        title="corral of stone without a roof",
        at=dt.datetime(2026, 3, 5, 9, 5, 10, tzinfo=LOCAL),
        latitude_deg=41.18341,
        longitude_deg=74.49362,
        sky=(198, 206, 210),
        ground=(132, 140, 110),
    ),
)

SIZE = (2000, 1500)
"""Width and height of the pictures in pixels: larger than what pages print."""


def draw(picture: Picture, path: Path) -> None:
    """Draw a picture that nobody can take for a photo, and save it with a camera's time and position."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, picture.sky)
    pen = ImageDraw.Draw(image)
    pen.polygon(
        [(0, 700), (500, 320), (900, 640), (1400, 260), (width, 620), (width, height), (0, height)], (110, 120, 125)
    )
    pen.polygon([(0, 900), (700, 780), (1300, 860), (width, 760), (width, height), (0, height)], picture.ground)
    if "snare" in picture.name:
        pen.ellipse((820, 980, 1180, 1340), outline=(60, 55, 50), width=10)
        pen.line((1180, 1160, 1500, 1060), fill=(60, 55, 50), width=10)
        for place in range(10):
            left = 820 + place * 36
            pen.rectangle((left, 1390, left + 36, 1420), fill=(0, 0, 0) if place % 2 else (255, 255, 255))
    else:
        for row in range(4):
            for column in range(12):
                left, top = 420 + column * 96 + (row % 2) * 40, 980 + row * 70
                pen.rounded_rectangle((left, top, left + 90, top + 64), 16, fill=(120, 116, 108), outline=(80, 76, 70))
    large = ImageFont.truetype(RESOURCES / "fonts" / "NotoSans-Bold.ttf", 120)
    small = ImageFont.truetype(RESOURCES / "fonts" / "NotoSans-Regular.ttf", 56)
    pen.text((60, 40), "MADE-UP SAMPLE", fill=(155, 28, 28), font=large)
    pen.text((60, 190), picture.title, fill=(23, 27, 23), font=small)
    image.save(path, "JPEG", quality=80, exif=_exif(picture))


def _exif(picture: Picture) -> Image.Exif:
    exif = Image.Exif()
    stamp = picture.at.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010E] = f"{NOTICE}: {picture.title}"
    exif[0x010F] = NOTICE
    exif[0x0110] = "drawn by a program"
    exif[0x0132] = stamp
    exif[0x8769] = {0x9003: stamp, 0x9004: stamp, 0x9011: "+06:00"}
    moment = picture.at.astimezone(dt.UTC)
    exif[0x8825] = {
        1: "N",
        2: _degrees(picture.latitude_deg),
        3: "E",
        4: _degrees(picture.longitude_deg),
        7: (float(moment.hour), float(moment.minute), float(moment.second)),
        18: "WGS-84",
        29: moment.strftime("%Y:%m:%d"),
    }
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    degrees, rest = divmod(value, 1.0)
    minutes, rest = divmod(rest * 60.0, 1.0)
    return degrees, minutes, round(rest * 60.0, 4)


def main() -> None:
    """Write the walk and the pictures into ``resources/demo``."""
    folder = RESOURCES / "demo"
    (folder / "made_up_walk.gpx").write_text(walk_gpx(), encoding="utf-8", newline="\n")
    for picture in PICTURES:
        draw(picture, folder / picture.name)


if __name__ == "__main__":
    main()
