"""The card below a list of findings: what mends the chosen one, at one press."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from ranger_app.domain.preflight_findings import Finding
from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.flow_row import FlowRow
from ui.forms.choices import FindBox
from ui.office_words import WHAT_WORDS
from ui.pages.mending import Mending


class MendCard(QFrame):
    """One finding and its mends.

    Signals: ``chosen`` the finding and the key that was chosen for it; ``added`` the finding whose word the office has
    after all; ``opened`` the one whose record is to be opened; ``newer`` that a newer SMART is meant.
    """

    chosen = Signal(object, str)
    added = Signal(object)
    opened = Signal(object)
    newer = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._finding: Finding | None = None
        theme.set_kind(self, "card")
        self.setAccessibleName(words.say("Mend the chosen finding"))
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.box = FindBox()
        line = self.box.lineEdit()
        assert line is not None
        self._line = line
        self.choose_button, self.add_button = Button(), Button()
        self.newer_button = Button(words.say("Write for the newest SMART"))
        self.open_button = Button(words.say("Open the record"))
        theme.set_kind(self.choose_button, "primary")
        line.returnPressed.connect(self._choose)
        self.choose_button.clicked.connect(self._choose)
        self.add_button.clicked.connect(lambda: self.added.emit(self._finding))
        self.newer_button.clicked.connect(self.newer)
        self.open_button.clicked.connect(lambda: self.opened.emit(self._finding))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACES_PX[1])
        row.addWidget(self.box, 1)
        row.addWidget(self.choose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[1],) * 4)
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self.question)
        column.addLayout(row)
        column.addLayout(FlowRow(self.add_button, self.newer_button, self.open_button))
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(lambda: self.setEnabled(True))

    def show_finding(self, finding: Finding | None, mending: Mending | None) -> None:
        """Offer what mends *finding*; nothing when there is none, or the office's model is not known yet."""
        self._finding = finding
        self.setVisible(finding is not None and mending is not None)
        if finding is None or mending is None:
            return
        words, what = self._words, finding.mend.what
        pairs = mending.pairs(finding)
        is_mapped = mending.is_mapped(finding)
        name = words.say(WHAT_WORDS.get(what, "")) if what in WHAT_WORDS else ""
        if is_mapped:
            self.question.setText(words.say("What the office has instead ({what}), those likeliest first:", what=name))
        else:
            self.question.setText(words.say("Say it here ({what}), or open the record:", what=name))
        self.question.setVisible(bool(pairs))
        self.box.setVisible(bool(pairs))
        self.choose_button.setVisible(bool(pairs))
        self.choose_button.setText(words.say("Match") if is_mapped else words.say("Set"))
        self.box.setAccessibleName(self.question.text())
        self._line.setAccessibleName(self.question.text())
        self.box.offer(pairs)
        # nobody becomes another person by two presses of Enter
        is_guess = what == "member" and finding.code != "smart-member-differs"
        is_likely = bool(pairs and finding.mend.candidates) and not is_guess
        self.box.setCurrentIndex(1 if is_likely else 0)
        self.add_button.setVisible(mending.can_add(finding))
        is_person = what == "member"
        self.add_button.setText(
            words.say("Add to the office's people") if is_person else words.say("Add to the office's list")
        )
        self.newer_button.setVisible(mending.wants_version(finding))

    @property
    def has_choice(self) -> bool:
        """Whether something can be chosen here."""
        return self.isVisible() and self.box.isVisible()

    def focus_choice(self) -> None:
        """Put the cursor into the picker."""
        self.box.setFocus()
        self._line.selectAll()

    def wait(self) -> None:
        """Take no press while the records are looked at again."""
        self._again.stop()
        self.setEnabled(False)

    def go_on(self) -> None:
        """Take presses again, but not the second one of a double click that was meant for the finding before."""
        self._again.start(QApplication.doubleClickInterval())

    def _choose(self) -> None:
        self.box.take_only_match()
        key = self.box.key()
        if key and self._finding is not None and self.isEnabled():
            self.chosen.emit(self._finding, key)
