"""The panel that asks where the table of effort goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ui.desk import Desk
from ui.path_line import PathLine
from ui.sheet import Sheet

if TYPE_CHECKING:
    from ranger_app.jobs import JobContext
    from ranger_app.services.export_effort import EffortExported
    from ui.pages.map_effort import Wanted
    from ui.shell import Shell
    from ui.store_thread import Sight

ENDING = "csv"


class EffortTableSheet(Sheet):
    """Asks for the file.

    Args:
        on_order: Called with the answer.
    """

    is_soon_filled = True

    def __init__(self, words: Words, *, on_order: Callable[[Path], None]) -> None:
        super().__init__(words, words.say("Table of patrol effort"), act=words.say("Write"), on_act=self._press)
        self._on_order = on_order
        self.where = PathLine(words, "save", name=words.say("File to write"), filters=(ENDING,))
        self.where.set_paths([Path.home() / f"effort.{ENDING}"])
        self.add(words.say("Where to"), self.where)
        self.ready_when(lambda: self.where.path() is not None)

    def _press(self) -> bool | None:
        out = self.where.path()
        if out is None:
            return False
        self._on_order(out if out.suffix else out.with_suffix(f".{ENDING}"))
        return None


def ask_table(desk: Desk, shell: Shell, wanted: Wanted) -> None:
    """Ask where the table of the cells and days that are looked at goes, and write it beside the window."""

    def write(out: Path) -> None:
        from_us, to_us = wanted.period or (None, None)

        def work(sight: Sight, context: JobContext) -> EffortExported:
            from ranger_app.services.export_effort import ExportEffort

            use = ExportEffort(sight.reader, sight.blobs)
            return use(out, cell_m=wanted.cell_m, from_us=from_us, to_us=to_us, context=context)

        def done(told: EffortExported) -> None:
            shell.say("information", desk.words.say("Written: {files}", files=str(told.file)))

        def failed(error: RangerAppError) -> None:
            desk.tell(error)

        desk.ask(work, done, failed)

    shell.ask(EffortTableSheet(desk.words, on_order=write))
