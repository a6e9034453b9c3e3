"""Where the program starts: it wires the core to the window and decides nothing itself."""

from __future__ import annotations

import gc
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.guard import ForeignFolderError, require_one_parent

if TYPE_CHECKING:
    from ranger_app.domain.map_request import MapPainter

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Loading makes many objects and no garbage; Python would look through all of them after each 700 new ones."""

BEFORE_QT = (
    "db.officers", "db.patrol_pages", "db.sight", "db.stations", "queue", "ranger_app.domain.definitions",
    "ranger_app.domain.smart_office", "ranger_app.i18n", "ranger_app.jobs", "ranger_app.services.known_office",
    "ranger_app.settings", "zoneinfo",
)  # fmt: skip
"""What the first page needs besides Qt: PySide6 reads the source of each module that is loaded after it."""

MAP_WORKER = "--map-worker"
"""First argument of a process that reads other programs' map files, where there is no Python to start one with."""

REFUSED = 3
"""Exit code: refused or failed, nothing was changed (CLI contract)."""


def open_window(station: Path | None) -> int:
    """Open the window and stay until it is closed.

    Args:
        station: Folder of the station to open; ``None`` lets the person choose.

    Raises:
        NoDisplayError: There is no screen to show a window on.
        NoWindowError: The program was installed without its window.
    """
    from ranger_app.screen import require_screen

    require_screen()
    return show_window(station)


def show_window(station: Path | None) -> int:
    """Load what the first page needs, Qt last, and stay until the window is closed."""
    for name in BEFORE_QT:
        import_module(name)
    from ui import application

    return application.run(station)


def map_painter() -> MapPainter:
    """Make the painter of the maps in a dossier, which works without a screen too.

    Raises:
        NoWindowError: The program was installed without its window, and with it without Qt.
    """
    from ranger_app.screen import require_qt

    require_qt()
    from ui.map_painter import painter

    return painter()


def main() -> int:
    """Start the program; the answer is its exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        require_one_parent()
    except ForeignFolderError as error:
        # Said without the word tables: they lie in one of the folders that cannot be trusted now.
        facts = error.facts
        print(
            f"[{error.code}] The folder {facts['name']} is taken from {facts['found']} instead of {facts['expected']}."
            " Start the Ranger App from its own installation.",
            file=sys.stderr,
        )
        return REFUSED
    if not sys.warnoptions:
        # What a library mutters about a broken photo is told in our own words, or not worth telling.
        warnings.simplefilter("ignore")
    if sys.argv[1:2] == [MAP_WORKER]:
        from ranger_app.maps import worker_process

        return worker_process.main(sys.argv[2:])
    from ranger_app import cli

    return cli.main(open_window=open_window, map_painter=map_painter)


if __name__ == "__main__":
    sys.exit(main())
