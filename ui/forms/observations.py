"""Observations by the SMART data model: a category is found by typing or by levels, then its attributes are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.forms import LineForm
from ranger_app.domain.model_search import Hit, index_of
from ranger_app.domain.observation_questions import Question, questions
from ranger_app.i18n import Words, marked
from ui.forms.attributes import attribute_editor, old_answer, plain_value
from ui.forms.editors import focus_soon
from ui.forms.lines import LinesEditor, without_typed
from ui.forms.picker import PickLine
from ui.typed_text import typed_day

NOTHING_DRAWN = ("?", frozenset[str]())
"""In the place of a category: no fields were drawn with the model that is known now."""

_LINE = LineForm(id="observations", record="observation", label=marked("Observations"), fields=())


class ObservationsEditor(LinesEditor):
    """What was seen, in SMART's words; the value is a list of observations as documents have them."""

    def __init__(self, words: Words) -> None:
        super().__init__(_LINE, words)
        self._model: DataModel | None = None
        self._drawn_for = NOTHING_DRAWN
        self.picker = PickLine(
            words.say("Add an observation: type a part of its name"),
            words,
            is_pickable=self._may_be_observed,
            keeps_nothing=True,
        )
        self.picker.setPlaceholderText(words.say("Type to add: snare, carcass, camp…"))
        self.picker.picked.connect(self.add_category)
        self.top.addWidget(self.picker)
        self.add_button.hide()
        self.remove_button.setText(words.say("Take the observation out"))
        self.setFocusProxy(self.picker)
        self._show_line(-1)

    def set_model(self, model: DataModel) -> None:
        """Offer the categories of *model*."""
        self._model = model
        self._drawn_for = NOTHING_DRAWN
        self.picker.offer(index_of(model))
        self._fill_list(max(self.list.currentRow(), 0))

    def _may_be_observed(self, hit: Hit) -> bool:
        """A category that only groups others leads to them, and is not observed itself."""
        category = self._model.category(hit.hkey) if self._model is not None else None
        return category is not None and (category.is_multiple or not hit.has_children)

    # Telling

    def summary(self, answers: Mapping[str, object]) -> str:
        told = [self._category_told(str(answers.get("category", "")))]
        if len({self._group(line) for line in self._lines}) > 1:
            told.insert(0, self.words.say("Group {number}", number=self._group(answers)))
        attributes = answers.get("attributes")
        for key, value in attributes.items() if isinstance(attributes, Mapping) else ():
            told.append(self._told(key, value))
        return " · ".join(told)

    def _category_told(self, hkey: str) -> str:
        if self._model is None:
            return hkey
        return old_answer(index_of(self._model), hkey, self.words)

    def _told(self, key: str, value: object) -> str:
        attribute = self._model.attribute(key) if self._model is not None else None
        if self._model is None or attribute is None:
            return f"{key}: {plain_value(value, self.words)}"
        name = self._model.label(attribute, self.words.language)
        return f"{name}: {attribute_value(self._model, attribute, value, self.words)}"

    @staticmethod
    def _group(line: Mapping[str, object]) -> int:
        """Which observations of one place belong together, as the file that brought them said it."""
        group = line.get("group")
        return group if isinstance(group, int) else 0

    # Changing

    def add_category(self, hkey: str) -> None:
        """Begin an observation of this category, in the group of the chosen one; the cursor goes to what is asked."""
        place = self.list.currentRow()
        group = self._group(self._lines[place]) if 0 <= place < len(self._lines) else 0
        line: dict[str, object] = {"category": hkey, "attributes": {}}
        self._lines.append(line | ({"group": group} if group else {}))
        self._fill_list(len(self._lines) - 1)
        first = next(iter(self._rows.values()), None)
        focus_soon(first.editor if first is not None else self.list)
        self.edited.emit()

    def name_of(self, field: str) -> str:
        attribute = self._model.attribute(field) if self._model is not None else None
        if self._model is None or attribute is None or field in self._rows:
            return super().name_of(field)
        return self._model.label(attribute, self.words.language)

    def _show_line(self, place: int) -> None:
        if not hasattr(self, "picker"):
            super()._show_line(-1)
            return
        line = self._lines[place] if 0 <= place < len(self._lines) else {}
        self._draw_questions(str(line.get("category", "")), self._attributes(place))
        self.list.setVisible(bool(self._lines))
        self.remove_button.setVisible(bool(self._lines))
        self._fields.setVisible(bool(line) and bool(self._rows))
        self.remove_button.setEnabled(bool(line))
        for key, row in self._rows.items():
            self._show_answer(row, line, key, self._attributes(place).get(key))

    def _draw_questions(self, hkey: str, told: Mapping[str, object]) -> None:
        """Draw the fields of this category, and those that only this observation has, unless they stand there."""
        model = self._model
        if model is None or not hkey:
            self._draw_unless_drawn([], ("", frozenset()))
            return
        asked = questions(model, hkey, tuple(told))
        beyond = {one.key for one in asked} - {one.key for one in questions(model, hkey)}
        self._draw_unless_drawn(asked, (hkey, frozenset(beyond)))

    def _draw_unless_drawn(self, asked: Sequence[Question], wanted: tuple[str, frozenset[str]]) -> None:
        if wanted == self._drawn_for:
            return
        self._drawn_for = wanted
        model = self._model
        self._draw_editors([attribute_editor(model, one, self.words) for one in asked] if model is not None else [])

    def _attributes(self, place: int) -> dict[str, object]:
        if not 0 <= place < len(self._lines):
            return {}
        told = self._lines[place].setdefault("attributes", {})
        if not isinstance(told, dict):
            told = self._lines[place]["attributes"] = dict(told) if isinstance(told, Mapping) else {}
        return told

    def _take(self, field: str) -> None:
        place = self.list.currentRow()
        if not 0 <= place < len(self._lines):
            return
        value = self._take_answer(self._lines[place], field)
        attributes = self._attributes(place)
        if value is None:
            attributes.pop(field, None)
        else:
            attributes[field] = value
        self.list.item(place).setText(self.summary(self._lines[place]))
        self.edited.emit()

    @property
    def lines(self) -> list[dict[str, object]]:
        """The observations with what was typed into them and cannot be taken yet."""
        return [{**line, "attributes": dict(self._attributes(place))} for place, line in enumerate(self._lines)]

    def set_value(self, value: object) -> None:
        told = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
        # what the form was opened with stays as it was, to be compared with
        super().set_value([{**one, "attributes": dict(one.get("attributes") or {})} for one in told])

    def value(self) -> object:
        return [
            {**without_typed(line), "attributes": dict(self._attributes(place))}
            for place, line in enumerate(self._lines)
        ]


def attribute_value(model: DataModel, attribute: Attribute, value: object, words: Words) -> str:
    """The value of an attribute in the reader's words."""
    if isinstance(value, list | tuple):
        return ", ".join(attribute_value(model, attribute, one, words) for one in value)
    if attribute.type is AttributeType.DATE and isinstance(value, str):
        return _day_told(value)
    item = attribute.item(str(value)) or attribute.node(str(value))
    return model.label(item, words.language) if item is not None else plain_value(value, words)


def _day_told(text: str) -> str:
    try:
        return typed_day(dt.date.fromisoformat(text))
    except ValueError:
        return text
