"""Room ahead in SQLite's write-ahead log: a save then waits for its bytes alone, not for the file to grow as well.

A file that grows has to write down its new size and places too, which takes about as long as the bytes. SQLite begins
its log anew after 1,000 pages and writes over what lies there, so a log that is that long from the first save never
grows. Zeros behind the last page of a log are what SQLite stops at, as at the remains of an earlier round.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOM_BYTES = 32 + 1_100 * (24 + 4096)
"""A header and the pages after which SQLite begins anew, and those of the save in which it sees so."""

STEP_BYTES = 512 * 1024
"""So much at once: a slow stick takes a tenth of a second for it."""

LEAST_FREE_BYTES = 100_000_000
"""A disk that is nearly full keeps its last bytes for records."""


def make_room(database: Path) -> bool:
    """Lengthen the log of an open *database* by a step; whether more is wanted.

    Only for whoever alone writes to the database, between two transactions. Where it cannot be done nothing changes.
    """
    log = database.with_name(database.name + "-wal")
    try:
        if shutil.disk_usage(log.parent).free < LEAST_FREE_BYTES:
            return False
        with log.open("r+b", buffering=0) as file:
            missing = ROOM_BYTES - file.seek(0, os.SEEK_END)
            if missing <= 0:
                return False
            file.write(bytes(min(missing, STEP_BYTES)))
            os.fsync(file.fileno())
    except OSError:
        return False
    return missing > STEP_BYTES
