"""Acts on the chosen record of a list: withdraw, bring back, history, and the files that leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit

from ranger_app.errors import Problem
from ui import acts, file_acts
from ui.desk import Desk
from ui.path_line import PathLine
from ui.record_list import ListRow
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.services.export_smart import SmartExported


class RecordActs:
    """What can be done with whatever *chosen* answers."""

    def __init__(self, desk: Desk, shell: Shell, chosen: Callable[[], ListRow | None]) -> None:
        self._desk = desk
        self._shell = shell
        self._words = desk.words
        self._chosen = chosen

    def run(self, kind: str, name: str) -> None:
        """Do one of them; *kind* is that of the page's records."""
        if name == "bring_back":
            self.withdrawn(kind)
            return
        acts_by_name: dict[str, Callable[[], None]] = {
            "withdraw": self.withdraw,
            "history": self.history,
            "export_smart": self.export_smart,
            "export_gpx": self.export_gpx,
            "export_geojson": self.export_geojson,
        }
        acts_by_name[name]()

    # Taking back

    def withdraw(self) -> None:
        """Ask for the reason, then take the record back."""
        row = self._chosen()
        if row is None:
            return
        words = self._words
        reason = QLineEdit()

        def act() -> None:
            self._desk.do(
                acts.take_back(row.kind, row.id, reason.text().strip(), officer=self._desk.officer_id),
                title=words.say("Withdrawing"),
                on_done=lambda _: self._shell.say(
                    "information",
                    words.say("{record} was withdrawn.", record=row.title),
                    acts=[(words.say("Undo"), lambda: self._shell.run("undo"))],
                ),
            )

        note = words.say("It leaves lists, maps and exports. Its history stays, and it can be brought back.")
        sheet = Sheet(
            words, words.say("Withdraw {record}", record=row.title), act=words.say("Withdraw"), on_act=act, note=note
        )
        sheet.add(words.say("Reason"), reason)
        sheet.ready_when(lambda: bool(reason.text().strip()))
        self._shell.ask(sheet)

    def withdrawn(self, kind: str) -> None:
        """Show what was withdrawn."""
        from ui.pages.withdrawn import WithdrawnPage

        self._shell.show_view(WithdrawnPage(self._desk, self._shell, kind))

    def history(self) -> None:
        """Show who changed the record."""
        from ui.pages.history import HistoryPage

        row = self._chosen()
        if row is not None:
            self._shell.show_view(HistoryPage(self._desk, self._shell, row))

    # Files that leave

    def _ask_where(
        self, title: str, ending: str, name: str, act: Callable[[Path], None], extra: QCheckBox | None
    ) -> None:
        words = self._words
        line = PathLine(words, "save", name=words.say("File to write"), filters=(ending,))

        def press() -> bool | None:
            path = line.path()
            if path is None:
                return False
            act(path)
            return None

        sheet = Sheet(words, title, act=words.say("Write"), on_act=press)
        sheet.add(words.say("File"), line)
        if extra is not None:
            sheet.add_whole(extra)
        sheet.ready_when(lambda: line.path() is not None)
        line.set_paths([Path.home() / name])
        self._shell.ask(sheet)
        line.line.selectAll()

    def export_smart(self) -> None:
        """Ask where, check, write one SMART file."""
        row = self._chosen()
        if row is None:
            return
        words = self._words
        force = QCheckBox(words.say("Write also what SMART would drop"))

        def act(path: Path) -> None:
            self._desk.do(
                file_acts.export_smart(
                    path,
                    patrols=_patrols(row),
                    incidents=_incidents(row),
                    force=force.isChecked(),
                    officer=self._desk.officer_id,
                ),
                title=words.say("Writing for SMART"),
                on_done=self._smart_written,
            )

        name = f"{row.kind}_{row.id[:8]}.zip"
        self._ask_where(words.say("Export {record} for SMART", record=row.title), "zip", name, act, force)

    def _smart_written(self, done: SmartExported) -> None:
        words = self._words
        findings = [
            Problem(code=one.code, where=one.where, facts=dict(one.facts))
            for one in (*done.findings.fatal, *done.findings.lossy)
        ]
        if done.is_written:
            told = words.say("Written for SMART: {files}", files=", ".join(str(path) for path in done.files))
        elif done.findings.fatal:
            told = words.say("Nothing was written: SMART's import would fail.")
        else:
            told = words.say("Nothing was written: SMART would drop something. Tick the box to write it all the same.")
        self._shell.say_problems(told, findings)

    def export_gpx(self) -> None:
        """Ask where, write GPX."""
        self._export_tracks("gpx", file_acts.export_gpx)

    def export_geojson(self) -> None:
        """Ask where, write GeoJSON."""
        self._export_tracks("geojson", file_acts.export_geojson)

    def _export_tracks(self, ending: str, write: Callable[..., file_acts.PathsJob]) -> None:
        row = self._chosen()
        if row is None:
            return
        words = self._words

        def act(path: Path) -> None:
            self._desk.do(
                write(path, patrols=_patrols(row), incidents=_incidents(row)),
                title=words.say("Writing {format}", format=ending.upper()),
                on_done=lambda files: self._shell.say(
                    "information", words.say("Written: {files}", files=", ".join(str(path) for path in files))
                ),
            )

        name = f"{row.kind}_{row.id[:8]}.{ending}"
        title = words.say("Export {record} as {format}", record=row.title, format=ending.upper())
        self._ask_where(title, ending, name, act, None)


def _patrols(row: ListRow) -> tuple[str, ...]:
    return (row.id,) if row.kind == "patrol" else ()


def _incidents(row: ListRow) -> tuple[str, ...]:
    return () if row.kind == "patrol" else (row.id,)
