"""Files that are dropped on the map: maps become layers, and of what could be a patrol too somebody is asked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from ui.pages.map_own import OwnMapActs, is_map_file
from ui.sheet import Sheet
from ui.shell import Shell

EITHER_ENDINGS = (".gpx", ".kml", ".kmz")
"""What ends so may hold the way of a patrol, or the lines and places of a map."""

SIDE_ENDINGS = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".shp.xml")
"""Parts of a map that has ``.shp`` at its end, and no files of their own."""

PLACES = (b"<trkpt", b"<wpt", b"<rtept")
TIMES = (b"<time", b"<when", b":when", b":time")

CHUNK_BYTES = 1 << 20
MOST_BYTES = 256 * CHUNK_BYTES
"""So much of a file is looked through for a time."""

MOST_NAMES = 8


class MapDrops:
    """Takes dropped files each its way.

    Args:
        owner: Lives as long as somebody hears what became of a file.
    """

    def __init__(self, desk: Desk, shell: Shell, own: OwnMapActs, owner: QWidget) -> None:
        self._desk, self._shell, self._own, self._owner = desk, shell, own, owner
        self._words = desk.words

    def take(self, paths: Sequence[Path]) -> None:
        """Take files that somebody dropped: those that can only be one thing take their way."""
        maps = [path for path in paths if is_map_file(path)]
        rest = [path for path in paths if path not in maps and not _is_part(path, maps)]
        either = [path for path in rest if path.is_file() and path.name.lower().endswith(EITHER_ENDINGS)]
        others = [path for path in rest if path not in either]
        together = self._own.together(len(maps) + len(either))
        self._own.add(maps, together=together)
        if not either:
            self._take_others(others)
            return

        def take_answer(answer: str) -> None:
            if answer == "layer":
                self._own.add(either, together=together)
            # what opens a page of patrols comes last, and would close the question
            self._take_others([*(either if answer == "patrol" else ()), *others])
            if answer != "layer":
                together.leave_out(len(either))  # tells of the maps; an import begins with a clean page

        self._desk.ask(
            lambda _sight, _context: tuple(path for path in either if not tells_times(path)),
            lambda untimed: self._shell.ask(_question(self._desk, either, untimed, take_answer)),
            owner=self._owner,
        )

    def _take_others(self, paths: Sequence[Path]) -> None:
        if paths:
            self._shell.take_files(paths)


def _is_part(path: Path, maps: Sequence[Path]) -> bool:
    """Whether a file belongs to a map that came with it."""
    name = path.name.lower()
    ending = next((one for one in SIDE_ENDINGS if name.endswith(one)), "")
    if not ending:
        return False
    stem = path.parent / name.removesuffix(ending)
    return any(one.parent / one.name.lower().removesuffix(".shp") == stem for one in maps)


def _question(desk: Desk, either: Sequence[Path], untimed: Sequence[Path], on_answer: Callable[[str], None]) -> Sheet:
    """Ask once for all of them; closing the panel answers nothing."""
    words = desk.words
    answers: list[str] = []

    def close_as(answer: str) -> None:
        answers.append(answer)
        sheet.close_sheet()

    meaning = words.say(
        "{files}: as a layer they are only drawn; as a patrol they are stored, and count.", files=_named(either)
    )
    note = [meaning]
    if len(untimed) == len(either):
        note.append(words.say("No time is told in them, as in lines and places of a map."))
    elif untimed:
        note.append(words.say("No time is told in {files}, as in lines and places of a map.", files=_named(untimed)))
    title = words.say("What is this file to be?" if len(either) == 1 else "What are these files to be?")
    sheet = Sheet(
        words, title, act=words.say("As a map layer"), on_act=lambda: answers.append("layer"), note=" ".join(note)
    )
    sheet.offer(words.say("As a patrol"), lambda: close_as("patrol"))
    sheet.closed.connect(lambda: on_answer(answers[0] if answers else ""))
    return sheet


def _named(paths: Sequence[Path]) -> str:
    names = [path.name for path in paths[:MOST_NAMES]]
    return ", ".join([*names, *(["…"] if len(paths) > MOST_NAMES else [])])


def tells_times(path: Path) -> bool:
    """Whether a GPX, KML or KMZ file tells when somebody was somewhere; when a file was written does not count."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                return _has_time(stream, is_gpx=path.name.lower().endswith(".gpx"))
        with zipfile.ZipFile(path) as package:
            inside = next((one for one in package.infolist() if one.filename.lower().endswith(".kml")), None)
            if inside is None:
                return False
            with package.open(inside) as stream:
                return _has_time(stream, is_gpx=False)
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        return False


def _has_time(stream: IO[bytes], *, is_gpx: bool) -> bool:
    """Look for the first time; of GPX behind its first place, because its head tells when it was written."""
    stages = [PLACES, TIMES] if is_gpx else [TIMES]
    text = b""
    for _ in range(MOST_BYTES // CHUNK_BYTES):
        chunk = stream.read(CHUNK_BYTES).replace(b"\0", b"")  # every second byte of UTF-16
        if not chunk:
            return False
        text += chunk
        while stages and (found := [place for one in stages[0] if (place := text.find(one)) >= 0]):
            text = text[min(found) :]
            stages.pop(0)
        if not stages:
            return True
        text = text[-max(map(len, stages[0])) :]
    return False
