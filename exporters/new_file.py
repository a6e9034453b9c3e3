"""Files that never take the place of another."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from exporters.safe_write import FileNotWrittenError, write_bytes

MOST_TRIES = 1_000


def write_new(wanted: Path, content: bytes) -> Path:
    """Write *content* under the wanted name, or with a number after it where a file has that; whole or not at all.

    The name is taken by an empty file first, so that nobody else's file is ever replaced.

    Raises:
        FileNotWrittenError: The disk is full, the folder is missing or may not be written; nothing is left there.
    """
    for number in range(1, MOST_TRIES + 1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            path.open("xb").close()
        except FileExistsError:
            continue
        except OSError as error:
            raise FileNotWrittenError(path, error.strerror or str(error)) from error
        with ExitStack() as undone:
            undone.callback(path.unlink, missing_ok=True)
            write_bytes(path, content)
            undone.pop_all()
        return path
    raise FileNotWrittenError(wanted, "its name and those with numbers are taken")
