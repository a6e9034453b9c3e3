"""Acts on the chosen record of a list: withdraw, bring back, history."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from ui import acts
from ui.desk import Desk
from ui.record_list import ListRow
from ui.sheet import Sheet
from ui.shell import Shell


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
                    is_of_last_act=True,
                ),
            )

        note = words.say("It leaves lists, maps and exports. Its history stays, and it can be brought back.")
        sheet = Sheet(
            words, words.say("Withdraw {record}", record=row.title), act=words.say("Withdraw"), on_act=act, note=note
        )
        sheet.add(words.say("Reason"), reason)
        sheet.ready_when(lambda: bool(reason.text().strip()))
        sheet.waits = True
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
