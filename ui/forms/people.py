"""Who walked: those who may have are ticked; in a large office the others are found by typing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QGridLayout

from ranger_app.domain.forms import Field
from ranger_app.i18n import Words
from ui.forms.choices import ChoicesEditor, FindBox

MOST_BOXES = 12
"""Of more people than this only those who stand near have a box."""


class PeopleEditor(ChoicesEditor):
    """Several people, by name.

    Args:
        people: All who may be named, in the order in which they stand.
        near: Those who have a box in any case.
    """

    def __init__(self, field: Field, words: Words, people: Sequence[str], near: Collection[str]) -> None:
        is_short = len(people) <= MOST_BOXES
        boxes = [name for name in people if is_short or name in near]
        super().__init__(field, words, [(name, name) for name in boxes])
        self.others = FindBox()
        self._far = [name for name in people if name not in boxes]
        if self._far:
            self._offer_others()

    def _offer_others(self) -> None:
        name = self.words.say("Add somebody: {field}", field=self.label)
        line = self.others.lineEdit()
        assert line is not None
        self.others.setAccessibleName(name)
        line.setAccessibleName(name)
        line.setPlaceholderText(self.words.say("Type a part of a name to add somebody"))
        self.others.offer([(one, one) for one in self._far])
        self.others.activated.connect(lambda _: self._add())
        line.editingFinished.connect(self._add)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.addWidget(self.others, 1_000, 0, 1, 2)

    def _add(self) -> None:
        self.others.take_only_match()
        name = self.others.key()
        if not name:
            return
        self.others.setCurrentIndex(0)
        self._tick(name)
        self.edited.emit()

    def _tick(self, name: str) -> None:
        if name not in self.boxes:
            self.add_box(name, name)
        chosen = self.value()
        before = chosen if isinstance(chosen, list) else []
        super().set_value([*before, name])

    def set_value(self, value: object) -> None:
        told = value if isinstance(value, list | tuple) else ()
        for name in told:
            if str(name) not in self.boxes:
                self.add_box(str(name), str(name))
        super().set_value(value)
