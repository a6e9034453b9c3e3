"""Observations by the SMART data model: a category is found by typing, then its attributes are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ranger_app.domain.data_model import Attribute, AttributeType, Category, DataModel, TreeNode
from ranger_app.domain.forms import Field, FieldType, LineForm, Option
from ranger_app.i18n import Words, marked
from ui.forms.choices import FindBox
from ui.forms.editors import focus_soon
from ui.forms.lines import LinesEditor, without_typed

ARROW = " › "
NOTHING_DRAWN = "?"
"""In the place of a category: no fields were drawn with the model that is known now."""

_TYPES = {
    AttributeType.NUMERIC: FieldType.DECIMAL,
    AttributeType.TEXT: FieldType.TEXT,
    AttributeType.LIST: FieldType.CHOICE,
    AttributeType.MLIST: FieldType.CHOICES,
    AttributeType.TREE: FieldType.CHOICE,
    AttributeType.BOOLEAN: FieldType.BOOLEAN,
    AttributeType.DATE: FieldType.DATE,
    AttributeType.TIME: FieldType.TEXT,
}
"""How an attribute is asked; lines and areas come with the map's tools."""

_LINE = LineForm(id="observations", record="observation", label=marked("Observations"), fields=())


def category_pairs(model: DataModel, language: str) -> list[tuple[str, str]]:
    """The hkey and name of every category that an observation may have, with the names above it."""
    found: list[tuple[str, str]] = []

    def walk(categories: Sequence[Category], above: str, names: tuple[str, ...]) -> None:
        for category in categories:
            if not category.is_active:
                continue
            path = (*names, model.label(category, language))
            hkey = f"{above}{category.key}."
            if category.is_multiple or not category.children:
                found.append((hkey, ARROW.join(path)))
            walk(category.children, hkey, path)

    walk(model.categories, "", ())
    return found


def attribute_field(model: DataModel, attribute: Attribute, language: str) -> Field | None:
    """An attribute of the model as a field of a form; ``None`` for what cannot be typed."""
    kind = _TYPES.get(attribute.type)
    if kind is None:
        return None
    options: list[Option] = []
    if attribute.type in {AttributeType.LIST, AttributeType.MLIST}:
        options = [Option(key=one.key, label=model.label(one, language)) for one in attribute.items if one.is_active]
    elif attribute.type is AttributeType.TREE:
        options = list(_leaves(model, attribute.nodes, language))
    return Field(
        id=attribute.key,
        label=model.label(attribute, language),
        type=kind,
        minimum=None if attribute.minimum is None else Decimal(str(attribute.minimum)),
        maximum=None if attribute.maximum is None else Decimal(str(attribute.maximum)),
        options=tuple(options),
    )


def _leaves(
    model: DataModel, nodes: Sequence[TreeNode], language: str, above: str = "", names: tuple[str, ...] = ()
) -> Iterator[Option]:
    for node in nodes:
        if not node.is_active:
            continue
        hkey, path = f"{above}{node.key}.", (*names, model.label(node, language))
        yield Option(key=hkey, label=ARROW.join(reversed(path)) if len(path) > 1 else path[0])
        yield from _leaves(model, node.children, language, hkey, path)


class ObservationsEditor(LinesEditor):
    """What was seen, in SMART's words; the value is a list of observations as documents have them."""

    def __init__(self, words: Words) -> None:
        super().__init__(_LINE, words)
        self._model: DataModel | None = None
        self._names: dict[str, str] = {}
        self._drawn_for = NOTHING_DRAWN
        self.picker = FindBox()
        self.picker.setAccessibleName(words.say("Add an observation: type a part of its name"))
        line = self.picker.lineEdit()
        assert line is not None
        line.setPlaceholderText(words.say("Type to add: snare, carcass, camp…"))
        line.setAccessibleName(self.picker.accessibleName())
        self.picker.activated.connect(lambda _: self._add_picked())
        line.returnPressed.connect(self._add_picked)
        self.top.addWidget(self.picker)
        self.add_button.hide()
        self.remove_button.setText(words.say("Take the observation out"))
        self.setFocusProxy(self.picker)
        self._show_line(-1)

    def set_model(self, model: DataModel) -> None:
        """Offer the categories of *model*."""
        self._model = model
        pairs = category_pairs(model, self.words.language)
        self._names = dict(pairs)
        self._drawn_for = NOTHING_DRAWN
        self.picker.offer(pairs)
        self._fill_list(max(self.list.currentRow(), 0))

    def summary(self, answers: Mapping[str, object]) -> str:
        hkey = str(answers.get("category", ""))
        told = [self._names.get(hkey, hkey).rpartition(ARROW)[2]]
        attributes = answers.get("attributes")
        for key, value in attributes.items() if isinstance(attributes, Mapping) else ():
            told.append(self._told(key, value))
        return " · ".join(told)

    def _told(self, key: str, value: object) -> str:
        attribute = self._model.attribute(key) if self._model is not None else None
        if self._model is None or attribute is None:
            return f"{key}: {value}"
        name = self._model.label(attribute, self.words.language)
        return f"{name}: {attribute_value(self._model, attribute, value, self.words)}"

    def _add_picked(self) -> None:
        self.picker.take_only_match()
        hkey = self.picker.key()
        if not hkey:
            return
        self.picker.setCurrentIndex(0)
        self._lines.append({"category": hkey, "attributes": {}})
        self._fill_list(len(self._lines) - 1)
        first = next(iter(self._rows.values()), None)
        focus_soon(first.editor if first is not None else self.list)
        self.edited.emit()

    def _show_line(self, place: int) -> None:
        if not hasattr(self, "picker"):
            super()._show_line(-1)
            return
        hkey = str(self._lines[place].get("category", "")) if 0 <= place < len(self._lines) else ""
        if hkey != self._drawn_for:
            self._drawn_for = hkey
            self._draw_fields(self._fields_of(hkey))
        self.list.setVisible(bool(self._lines))
        self.remove_button.setVisible(bool(self._lines))
        self._fields.setVisible(bool(hkey))
        self.remove_button.setEnabled(bool(hkey))
        for key, row in self._rows.items():
            line = self._lines[place] if 0 <= place < len(self._lines) else {}
            self._show_answer(row, line, key, self._attributes(place).get(key))

    def _fields_of(self, hkey: str) -> list[Field]:
        if self._model is None or not hkey:
            return []
        attributes = self._model.attributes_of(hkey, in_use=True)
        fields = [attribute_field(self._model, attribute, self.words.language) for attribute in attributes]
        return [field for field in fields if field is not None]

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

    def value(self) -> object:
        return [
            {**without_typed(line), "attributes": dict(self._attributes(place))}
            for place, line in enumerate(self._lines)
        ]


def attribute_value(model: DataModel, attribute: Attribute, value: object, words: Words) -> str:
    """The value of an attribute in the reader's words."""
    if isinstance(value, bool):
        return words.say("Yes") if value else words.say("No")
    if isinstance(value, list | tuple):
        return ", ".join(attribute_value(model, attribute, one, words) for one in value)
    item = attribute.item(str(value)) or attribute.node(str(value))
    return model.label(item, words.language) if item is not None else str(value)
