"""Made-up files of receivers, for tests of the import and the review."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.service_desk import MORNING, Fix, write_gpx

STEP_S = 10


def fixes(
    start: dt.datetime | None = MORNING, count: int = 60, *, spike: int | None = None, latitude: float = 41.4
) -> list[Fix]:
    """A walk due east, one fix each ten seconds; one of them 20 km north when asked for."""
    return [
        (
            latitude + (0.2 if number == spike else 0.0),
            75.0 + number * 0.00015,
            None if start is None else start + dt.timedelta(seconds=STEP_S * number),
        )
        for number in range(count)
    ]


def card(folder: Path) -> Path:
    """The card of a receiver: a walk with a spike, its copy, a walk two days later, a broken file, and no track."""
    place = folder / "card"
    (place / "copies").mkdir(parents=True)
    write_gpx(place / "a_morning.gpx", fixes(spike=30), waypoints=[(41.4, 75.002, MORNING, "snare")])
    write_gpx(place / "b_later.gpx", fixes(MORNING + dt.timedelta(days=2), latitude=41.5))
    (place / "copies" / "again.gpx").write_bytes((place / "a_morning.gpx").read_bytes())
    (place / "broken.gpx").write_text("<html><body>Not found</body></html>", encoding="utf-8")
    (place / "settings.pdf").write_bytes(b"%PDF-1.4\n\0\0")
    return place
