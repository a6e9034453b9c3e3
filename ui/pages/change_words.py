"""What a change wrote, in words: of a record and of what belongs to it, such as its observations and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import INCIDENT_KINDS, Field, FieldType, common_form, form_of_kind, forms
from ranger_app.domain.lists import option_list
from ranger_app.domain.track_edits import Edits
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words, marked
from ranger_app.messages.fields import FIELDS
from ranger_app.messages.track_edits import say_track_edit
from ui import telling
from ui.desk import Desk
from ui.forms.choices import option_label
from ui.pages.texts import list_label

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import TrackEdit

MOST_NAMED = 4
"""Parts of one kind that one change recorded, and that are named one by one."""

LONGEST_LINE = 160
"""Letters of a message that tells what was undone."""

LISTED = frozenset({"patrol", "incident", "conflict", "case"})
"""Kinds that have a list in the window."""

ASSUMED = "assumed"
"""First word of the fields that mark what nobody stated."""

UNDONE = "undone"
"""The reason that the program itself gives."""

OFFICE_LISTS = frozenset({"mandate", "transport", "team", "station"})
"""Stored fields that hold a key of one of the office's lists."""

NAMED_RECORDS = frozenset({"patrol", "incidents", "leader", "pilot", "members", "leg", "observer"})
"""Stored fields that name another record by its id."""

MOMENTS = frozenset({"at", "taken_at", "sealed_at"})
DAYS = frozenset({"start", "end", "date", "starts_on", "ends_on"})

UNTOLD = frozenset({
    "file", "chunks", "derivative", "bytes", "mime", "width_px", "height_px", "found_by", "told_days", "boxes",
    "extras", "days", "points", "start_us", "end_us", "first", "stop",
})  # fmt: skip
"""Stored fields that say nothing to a reader of a history."""

KIND_WORDS = {
    "patrol": marked("Patrol"),
    "leg": marked("Leg"),
    "track": marked("Track"),
    "waypoint": marked("Waypoint"),
    "observation": marked("Observation"),
    "animal": marked("Animals"),
    "attachment": marked("Photo or file"),
    "incident": marked("Incident"),
    "conflict": marked("Livestock conflict"),
    "case": marked("Case"),
    "officer": marked("Officer"),
    "member": marked("Person"),
    "setting": marked("Station"),
    "model": marked("Data model"),
    "dossier": marked("Dossier"),
    "file": marked("File"),
    "plan": marked("Plan"),
}


class ChangeWords:
    """Says what changes wrote.

    Args:
        kind: Kind of the record's form, whose words come first where several forms ask the same.
    """

    def __init__(self, desk: Desk, kind: str, model: DataModel | None = None) -> None:
        self._desk = desk
        self._words = desk.words
        self._model = model
        self._fields = _fields(kind)
        names = dict.fromkeys(("number", "name", "category", *self._fields, *FIELDS, ASSUMED))
        self._places = {name: place for place, name in enumerate(names)}

    def record_name(self, record: str) -> str:
        """Kind and number of a record, such as ``Patrol KG-NAR_K7QD_000012``."""
        try:
            entry = self._desk.reader.entry(record)
        except RangerAppError:
            return record
        values = entry.values
        form = "conflict" if entry.kind == "conflict" else str(values.get("form_kind", ""))
        kind = form_of_kind(form).label if form in INCIDENT_KINDS else KIND_WORDS.get(entry.kind, entry.kind)
        named = str(values.get("number") or values.get("title") or values.get("name") or "") or _person(values)
        return " ".join(part for part in (self._words.say(kind), named) if part)

    def in_one_line(self, ops: Sequence[Mapping[str, Any]]) -> str:
        """The record that a change is about and what it wrote, not longer than a message should be."""
        if not ops:
            return ""
        listed = [str(op["kind"]) for op in ops if op["did"] == "create" and op["kind"] in LISTED]
        if len(listed) > 1:
            counts = [(kind, telling.number(self._words, listed.count(kind))) for kind in dict.fromkeys(listed)]
            return " · ".join(
                self._words.say("{kind}, recorded: {count}", kind=self._kind(kind), count=count)
                for kind, count in counts
            )
        record = self._listed(str(ops[0]["record"]))
        told = " · ".join([self.record_name(record), *self.what(ops, main=record).splitlines()])
        return told if len(told) <= LONGEST_LINE else f"{told[: LONGEST_LINE - 1].rstrip()}…"

    def _listed(self, record: str) -> str:
        """The record itself or what it belongs to, up to one that a list shows."""
        try:
            entry = self._desk.reader.entry(record)
        except RangerAppError:
            return record
        return record if entry.kind in LISTED or not entry.parent else self._listed(entry.parent)

    def what(self, ops: Sequence[Mapping[str, Any]], *, main: str = "") -> str:
        """One line a field; what belongs to other records than *main* is said under their names."""
        created: dict[str, int] = {}
        for op in ops:
            if op["did"] == "create":
                created[op["kind"]] = created.get(op["kind"], 0) + 1
        told: list[str] = []
        for op in ops:
            if op["did"] == "create" and op["record"] != main and created[op["kind"]] > MOST_NAMED:
                continue
            lines = self._fields_of(op)
            told += lines if op["record"] == main else [self._part(op, lines)]
        told += [
            self._words.say(
                "{kind}, recorded: {count}", kind=self._kind(kind), count=telling.number(self._words, count)
            )
            for kind, count in created.items()
            if count > MOST_NAMED
        ]
        return "\n".join(part for part in told if part)

    def _kind(self, kind: str) -> str:
        return self._words.say(KIND_WORDS.get(kind, kind))

    def _part(self, op: Mapping[str, Any], lines: list[str]) -> str:
        from ui.pages.texts import ACT_WORDS

        act = self._words.say(ACT_WORDS.get(str(op["did"]), str(op["did"])))
        if op["did"] != "create":
            lines = [*self._now(str(op["record"])), *lines]
        return f"{self._kind(str(op['kind']))} · {act}" + (f": {' · '.join(lines)}" if lines else "")

    def _now(self, record: str) -> list[str]:
        """Which part it is that was changed, withdrawn or brought back: its number, name or category."""
        try:
            entry = self._desk.reader.entry(record)
        except RangerAppError:
            return []
        names = [name for name in ("number", "name", "category") if name in entry.values]
        return [self._line(name, entry.values[name]) for name in names]

    def _fields_of(self, op: Mapping[str, Any]) -> list[str]:
        reason = str(op.get("reason") or "")
        told = [] if reason in ("", UNDONE) else [reason]
        fields = {name: value for name, value in dict(op["fields"]).items() if name.partition("/")[0] not in UNTOLD}
        names = sorted(fields, key=lambda name: self._places.get(name.partition("/")[0], len(self._places)))
        return told + [self._line(name, fields[name]) for name in names]

    def _line(self, name: str, value: Any) -> str:
        first, _, option = name.partition("/")
        if first == "attributes":
            return self._attribute(option, value)
        asked = self._fields.get(first, ())
        if first == ASSUMED:
            return self._assumed(option, value)
        if value is not None and (edit := next(iter(Edits.parse({name: value}).told("")), None)) is not None:
            return self._track_edit(edit)
        label = self._words.say(asked[0].label if asked else FIELDS.get(first, first))
        shown = self._one_of_many(first, option, value, asked) if option else self._value(first, value, asked)
        return f"{label}: {shown}"

    def _track_edit(self, edit: TrackEdit) -> str:
        day = telling.date_from_iso(edit.value) if edit.what == "day" else None
        return say_track_edit(
            self._words, edit.what, track="", first=edit.first, last=edit.last, value=edit.value, reason=edit.reason,
            day=telling.day(self._words, day) if day is not None else "",
        )  # fmt: skip

    def _assumed(self, name: str, value: Any) -> str:
        field = self._words.say(FIELDS.get(name, name))
        if value is True:
            return self._words.say("{field}: assumed, nobody stated it", field=field)
        return self._words.say("{field}: stated, no longer assumed", field=field)

    def _attribute(self, option: str, value: Any) -> str:
        key, _, ticked = option.partition("/")
        attribute = self._model.attribute(key) if self._model is not None else None
        told = ticked or value
        if attribute is None or self._model is None or told is None:
            shown = self._value("", told, ())
        else:
            from ui.forms.observations import attribute_value

            shown = attribute_value(self._model, attribute, told, self._words)
        if ticked and not value:
            shown = self._words.say("not {answer} any more", answer=shown)
        label = self._model.label(attribute, self._words.language) if attribute is not None and self._model else key
        return f"{label}: {shown}"

    def _one_of_many(self, first: str, option: str, value: object, asked: Sequence[Field]) -> str:
        """An answer that was ticked or taken away, or the value that one of several has, such as the rest of a day."""
        day = telling.date_from_iso(option) if len(option) == len("2026-03-04") else None
        shown = telling.day(self._words, day) if day is not None else self._value(first, option, asked)
        if value is True:
            return shown
        if not value:
            return self._words.say("not {answer} any more", answer=shown)
        return f"{shown}: {value}"

    def _value(self, first: str, value: object, asked: Sequence[Field]) -> str:
        words = self._words
        if value is None:
            return words.say("cleared")
        if isinstance(value, bool):
            return words.say("Yes") if value else words.say("No")
        text = str(value)
        answer = next((found for field in asked if (found := field.option(text)) is not None), None)
        if first == "position_source":
            answer = next((one for one in option_list("position_sources").options if one.key == value), None)
        if answer is not None:
            return option_label(answer, words)
        if first in MOMENTS or any(field.type is FieldType.DATETIME for field in asked):
            moment = telling.moment_from_iso(text)
            return telling.moment(words, moment) if moment is not None else text
        if not asked and first in DAYS and (day := telling.date_from_iso(text)) is not None:
            return telling.day(words, day)
        if not asked and first in OFFICE_LISTS:
            return list_label(words, self._desk.office, first, text)
        if first == "category":
            return self._category(text)
        if first == "form_kind" and text in INCIDENT_KINDS:
            return words.say(form_of_kind(text).label)
        return self._number(text) if first in NAMED_RECORDS else text

    def _category(self, key: str) -> str:
        path = self._model.path(key) if self._model is not None else ()
        if not path or self._model is None:
            return key
        return self._model.label(path[-1], self._words.language)

    def _number(self, record: str) -> str:
        """What a record is called that a field names by its id."""
        try:
            values = self._desk.reader.entry(record).values
        except RangerAppError:
            return record
        return str(values.get("number") or "") or _person(values) or record


def fields_told(words: Words, fields: str) -> str:
    """Stored fields, joined by commas, as a person calls them."""
    return ", ".join(words.say(FIELDS.get(one, one)) for one in fields.split(", "))


def _person(values: Mapping[str, Any]) -> str:
    names = (values.get("family_name"), values.get("given_name"))
    return ", ".join(str(name) for name in names if name)


def _fields(kind: str) -> dict[str, list[Field]]:
    """The fields of all forms by id, those of the record's own form first: some are asked by several forms."""
    found: dict[str, list[Field]] = {}
    for form in (common_form(), *sorted(forms(), key=lambda form: form.kind != kind)):
        for field in (*form.fields, *(field for line in form.lines for field in line.fields)):
            found.setdefault(field.id, []).append(field)
    return found
