"""The form of a plan: when, who, what for, and which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ranger_app.domain.forms import Field, FieldType, LineForm
from ranger_app.i18n import Words, marked
from ui import acts
from ui.forms.choices import ChoiceEditor
from ui.forms.editors import Editor, LineEditor
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection
from ui.forms.lines import NO_ANSWER, LinesEditor
from ui.forms.people import PeopleEditor
from ui.forms.place_line import PlaceLine
from ui.forms.writing import Flat, Writing
from ui.pages.texts import list_pairs

if TYPE_CHECKING:
    from db.reader import Reader
    from ui.store_thread import StoreJob

_FIELDS = (
    ("plan", marked("Plan"), (
        ("name", marked("Name"), FieldType.TEXT, ""),
        ("start", marked("First day"), FieldType.DATE, ""),
        ("end", marked("Last day"), FieldType.DATE, ""),
        ("objective", marked("Objective"), FieldType.TEXT, ""),
        ("comment", marked("Comment"), FieldType.LONG_TEXT, ""),
    )),
    ("people", marked("Who and how"), (
        ("team", marked("Team"), FieldType.CHOICE, "team"),
        ("station", marked("Station"), FieldType.CHOICE, "station"),
        ("transport", marked("Transport"), FieldType.CHOICE, "transport"),
        ("mandate", marked("Mandate"), FieldType.CHOICE, "mandate"),
        ("leader", marked("Leader"), FieldType.CHOICE, "people"),
        ("members", marked("Members"), FieldType.CHOICES, "people"),
    )),
)  # fmt: skip
"""Sections with their fields: key of the document, label, type, and the list that it chooses from."""

_LINE = LineForm(id="route", record="route", label=marked("Planned way"), fields=())
_PLACE = Field(id="place", label=marked("Place"), type=FieldType.POSITION)
_NAME = Field(id="name", label=marked("Name of the place"), type=FieldType.TEXT)


class PlanWriting(Writing):
    """A plan."""

    form = "plan"
    kind = "plan"
    takes_photos = False
    has_side = False

    def title(self) -> str:
        from db.plans import plan

        words = self.desk.words
        if self.is_new:
            return words.say("New plan")
        found = plan(self.desk.reader, self.record)
        return words.say("Plan {number}", number=found.name or found.number)

    def sections(self) -> Sequence[DrawnSection]:
        words = self.desk.words
        people = self._people()
        drawn = [
            DrawnSection(name, words.say(label), tuple(Drawn(told[0], self._editor(*told, people)) for told in fields))
            for name, label, fields in _FIELDS
        ]
        self.desk.load_grids()
        route = RouteEditor(words, self.desk.notation)
        return [*drawn, DrawnSection("route", words.say("Planned way"), (Drawn("route", route, is_wide=True),))]

    def _editor(self, name: str, label: str, kind: FieldType, which: str, people: Sequence[str]) -> Editor:
        field, words = Field(id=name, label=label, type=kind), self.desk.words
        if kind is FieldType.CHOICES:
            return PeopleEditor(field, words, people, people)
        if kind is FieldType.CHOICE:
            pairs = [(one, one) for one in people] if which == "people" else list_pairs(words, self.desk.office, which)
            return ChoiceEditor(field, words, pairs)
        return make_editor(field, words, self.desk.zone)

    def _people(self) -> list[str]:
        from db.officers import members, officers

        reader, roster = self.desk.reader, self.desk.office.members
        here = {one.name for one in officers(reader)}
        return sorted(here | {one.name for one in (members(reader).values() if roster is None else roster)})

    # Reading and writing

    def read(self, reader: Reader) -> Flat:
        from db.plans import plan

        found = plan(reader, self.record)
        names = {one.id: one.name for one in found.members}
        texts = ("name", "objective", "comment", "team", "station", "transport", "mandate")
        return {
            **{name: getattr(found, name) or None for name in texts},
            "start": found.starts_on.isoformat() if found.starts_on else None,
            "end": found.ends_on.isoformat() if found.ends_on else None,
            "leader": names.get(found.leader),
            "members": sorted(names.values()),
            "route": [
                {"place": {"latitude_deg": one.latitude_deg, "longitude_deg": one.longitude_deg}, "name": one.name}
                for one in found.route
            ],
        }  # fmt: skip

    def begin(self) -> Flat:
        from ranger_app.services.patrol_defaults import patrol_defaults

        desk = self.desk
        found = patrol_defaults(desk.home, desk.station_id, desk.officer_id, desk.reader)
        return {name: getattr(found, name) or None for name in ("team", "station", "transport", "mandate")}

    def last(self, reader: Reader) -> Flat:
        from db.plans import plans

        for one in plans(reader):
            if one.id != self.record:
                return PlanWriting(self.desk, one.id).read(reader)
        return {}

    def work(self, changes: Flat, *, officer: str, bases: acts.Bases | None) -> StoreJob[Any]:
        from ui import plan_acts

        document: dict[str, Any] = {name: value for name, value in changes.items() if name != "route"}
        if "route" in changes:
            told = changes["route"]
            points = [one for one in (told if isinstance(told, list) else ()) if one.get("place")]
            document["route"] = [{**one["place"], "name": one.get("name")} for one in points]
        if "members" in document:
            document["members"] = document["members"] or []
        if self.is_new:
            return plan_acts.plan_patrol(document, officer=officer, record=self.record)
        return plan_acts.edit_plan(self.record, document, officer=officer, bases=bases)


class _PlaceEditor(Editor):
    """One place of a way, typed in any notation."""

    def __init__(self, field: Field, words: Words, notation: str) -> None:
        super().__init__(field, words)
        self.place = PlaceLine(words, self.label, notation)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.place)
        self.place.edited.connect(self.edited)
        self.place.redrawn.connect(self.redrawn)
        self.place.line.editingFinished.connect(self.place.settle)
        self.setFocusProxy(self.place.line)

    def target(self) -> QWidget:
        return self.place.line

    def value(self) -> object:
        found = self.place.place()
        return None if found is None else {"latitude_deg": found[0], "longitude_deg": found[1]}

    def set_value(self, value: object) -> None:
        told = value if isinstance(value, Mapping) else {}
        self.place.set_place((told["latitude_deg"], told["longitude_deg"]) if told else None)

    def problem(self) -> str:
        return self.place.problem()

    def typed(self) -> str:
        return self.place.line.text()

    def set_typed(self, text: str) -> None:
        self.place.set_text(text)


class RouteEditor(LinesEditor):
    """The places of a planned way, in the order in which they are passed; the value is a list of place and name."""

    def __init__(self, words: Words, notation: str) -> None:
        super().__init__(_LINE, words)
        self._notation = notation
        self.add_button.setText(words.say("Add a place"))
        self.remove_button.setText(words.say("Take the place out"))
        self._draw_editors([_PlaceEditor(_PLACE, words, notation), LineEditor(_NAME, words)])
        self._show_line(-1)

    def summary(self, answers: Mapping[str, object]) -> str:
        from ui import telling

        place = answers.get("place")
        told = [str(answers.get("name") or "")]
        if isinstance(place, Mapping):
            told.append(telling.place(self._notation, place["latitude_deg"], place["longitude_deg"]))
        return " · ".join(part for part in told if part) or self.words.say(NO_ANSWER)
