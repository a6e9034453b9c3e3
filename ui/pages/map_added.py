"""What became of map files that came in together, told in one message."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.problem import Problem
from ui.banner import FILES
from ui.messages import MOST_DETAILS
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.services.maps import MapEntry
    from ui.map import Bounds

MOST_NAMES, MOST_NAMES_LOW = 20, 2
"""So many files are named in a sentence; the others stand in the view of all problems."""

MOST_CHARS = 40
"""A longer name is cut: what a map calls itself may be a paragraph."""


class AddedMaps:
    """Gathers the outcome of each file, and tells all of it when the last one is through.

    Args:
        count: How many outcomes there will be.
        look_at: Shows a place on the map.
        tell: Shows the error of a file that came alone.
        is_low: Whether the window has no room for many words.
    """

    def __init__(
        self, words: Words, shell: Shell, count: int, *, look_at: Callable[[Bounds], None],
        tell: Callable[[RangerAppError], None], is_low: bool = False,
    ) -> None:  # fmt: skip
        self._words, self._shell, self._look_at, self._tell = words, shell, look_at, tell
        self._open, self._is_low = count, is_low
        self._added: list[MapEntry] = []
        self._refused: list[tuple[Path, RangerAppError]] = []

    def add(self, entry: MapEntry) -> None:
        """A file is a layer now."""
        self._added.append(entry)
        self.leave_out()

    def refuse(self, path: Path, error: RangerAppError) -> None:
        """A file is none, and why."""
        self._refused.append((path, error))
        self.leave_out()

    def leave_out(self, count: int = 1) -> None:
        """So many files have their outcome, or are asked about elsewhere."""
        self._open -= count
        if not self._open and (self._added or self._refused):
            self._say()

    def _say(self) -> None:
        if not self._added and len(self._refused) == 1:
            self._tell(self._refused[0][1])
            return
        refused = [
            Problem(code=error.code, file=str(path), facts={**error.facts, "file": path.name})
            for path, error in self._refused
        ]
        problems = [*refused, *(problem for entry in self._added for problem in entry.problems)]
        self._shell.say_problems(" ".join(self._told()), problems, acts=self._acts(), about=FILES)

    def _told(self) -> list[str]:
        words, told = self._words, []
        names = [entry.name for entry in self._added]
        if len(names) == 1:
            told.append(words.say("The map {name} is a layer now.", name=names[0]))
        elif names:
            told.append(words.say_count(
                "{count} map is a layer now: {names}.", "{count} maps are layers now: {names}.", len(names),
                names=self._listed(names),
            ))  # fmt: skip
        files, count = [path.name for path, _ in self._refused], len(self._refused)
        if count > MOST_DETAILS and not self._is_low:
            told.append(words.say_count(
                "{count} file was refused: {files}.", "{count} files were refused: {files}.", count,
                files=self._listed(files),
            ))  # fmt: skip
        elif files:
            told.append(words.say_count("{count} file was refused.", "{count} files were refused.", count))
        return told

    def _acts(self) -> list[tuple[str, Callable[[], None]]]:
        if not self._added:
            return []
        wests, souths, easts, norths = zip(*(entry.bounds for entry in self._added), strict=True)
        box = min(wests), min(souths), max(easts), max(norths)
        label = self._words.say("Look at it") if len(self._added) == 1 else self._words.say("Look at them")
        return [(label, partial(self._look_at, box))]

    def _listed(self, names: list[str]) -> str:
        most = MOST_NAMES_LOW if self._is_low else MOST_NAMES
        short = [name if len(name) <= MOST_CHARS else f"{name[:MOST_CHARS]}…" for name in names[:most]]
        return ", ".join([*short, *(["…"] if len(names) > most else [])])
