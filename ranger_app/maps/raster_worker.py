"""The process that turns one scanned sheet into a file of tiles.

``python -m ranger_app.maps.raster_worker SOURCE TARGET DATUM``, where *DATUM* may be empty.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError
from ranger_app.maps.mbtiles_writing import MbtilesWriting
from ranger_app.maps.worker_process import work


def convert(arguments: Sequence[str], context: JobContext) -> None:
    """Turn the file *arguments* begin with into MBTiles at the second of them.

    Raises:
        RangerAppError: The file is refused; what is at the target then is not whole.
    """
    from ranger_app.maps.raster_source import opened_source
    from ranger_app.maps.raster_tiles import Pyramid

    source, target, datum = Path(arguments[0]), Path(arguments[1]), arguments[2]
    if not source.exists():
        raise MapFileMissingError(source.name)
    with opened_source(source, datum=datum) as opened, MbtilesWriting(target, file=source.name) as writing:
        pyramid = Pyramid(opened, file=source.name)
        kinds: Counter[bool | None] = Counter()
        for tile in pyramid.tiles(context):
            writing.add(tile.z, tile.x, tile.y, tile.content)
            kinds[tile.is_photo] += 1
        if not writing.count:
            raise MapDamagedError(source.name)
        picture = "jpg" if kinds[True] > kinds[False] else "png"
        writing.describe(name=opened.title, picture=picture, box=opened.box, zooms=pyramid.zooms)


if __name__ == "__main__":
    sys.exit(work(convert, sys.argv[1:]))
