"""Three maps on paper, each in every language of maps: a patrol, the plan of a scene, where conflicts gather."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from db.incidents import incident_page
from db.officers import officers
from db.patrol_pages import patrol_ids
from db.store import Store
from ranger_app.domain.demo_data import demo
from ranger_app.i18n import MAP_LANGUAGES, words_of_maps
from ranger_app.jobs import JobContext
from ranger_app.services.demo import STATION, make_demo
from ranger_app.services.print_map import PrintMap, WantedMap
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from ui.map_painter import painter

CONFLICTS = 40
"""Made up beside the demo's own, in three valleys."""


def print_maps(out: Path, folder: Path) -> Iterator[Path]:
    """Make a demo station in *folder*, and write the maps as pages to *out*."""
    out.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    make_demo(folder / "demo", home=home, painter=painter(), context=JobContext())
    with open_station(folder / "demo" / STATION, home=home) as store:
        _add_conflicts(store)
        use = PrintMap(store.reader, store.blobs, folder=None, painter=painter)
        for name, wanted in _wanted(store):
            for language in MAP_LANGUAGES:
                path = out / f"{name}-{language}.pdf"
                yield use(path, wanted, words=words_of_maps(language), context=JobContext()).path


def _wanted(store: Store) -> Iterator[tuple[str, WantedMap]]:
    incidents = {row.kind: row for row in incident_page(store.reader, limit=1000) if row.kind == "poaching"}
    poaching = incidents["poaching"]
    walked = next(one for one in patrol_ids(store.reader) if store.reader.entry(poaching.id).values["patrol"] == one)
    yield "patrol-overview", WantedMap(patrols=(walked,))
    assert poaching.latitude_deg is not None
    assert poaching.longitude_deg is not None
    lat, lon = poaching.latitude_deg, poaching.longitude_deg
    scene = (lon - 0.008, lat - 0.004, lon + 0.008, lat + 0.004)
    yield "scene-plan", WantedMap(patrols=(walked,), incidents=(poaching.id,), bounds=scene)
    yield "hot-spots", WantedMap(hot_spots=True, bounds=(73.4, 40.8, 76.4, 42.0), paper="A3")


def _add_conflicts(store: Store) -> None:
    """Livestock conflicts around three places, always the same."""
    sample = next(one for one in demo().incidents if one.kind == "conflict")
    told = {**json.loads(sample.file.read_text(encoding="utf-8")), "photos": [], "patrol_id": None}
    officer = officers(store.reader)[0].id
    for number in range(CONFLICTS):
        lon, lat, spread = ((74.5, 41.2, 0.12), (75.4, 41.5, 0.2), (74.1, 41.75, 0.08))[number % 3]
        east, north = ((number * 37) % 19 - 9) / 9, ((number * 53) % 23 - 11) / 11
        place = {"latitude_deg": lat + north * spread, "longitude_deg": lon + east * spread, "source": "gps"}
        RecordIncident(store)("conflict", {**told, "position": place}, officer=officer)


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ranger-maps-") as made:
        for printed in print_maps(Path(sys.argv[1] if len(sys.argv) > 1 else "build/maps"), Path(made)):
            print(printed)
