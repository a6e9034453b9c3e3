"""A process that imports and is killed on the way."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from ranger_app.jobs import JobContext, Progress
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.stations import open_station

READY = "ready"


def import_until_killed(station: Path, home: Path, officer: str, folder: Path, tells: Connection) -> None:
    """Import *folder*; says when the first step is done, then at each further one, then that all is stored."""

    def told(progress: Progress) -> None:
        tells.send(progress.stage)

    with open_station(station, home=home) as store:
        tells.send(READY)
        done = ImportTracks(store)([folder], officer=officer, context=JobContext(told))
        tells.send(f"stored {len(done.patrols)}")
