"""Incidents and livestock conflict: the list, what is known of the chosen one, and its form."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QWidget

from ranger_app.domain.forms import Field, FieldType, form_of_kind
from ui import acts, telling
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.facts_view import FactsView
from ui.forms.choices import option_label
from ui.forms.record_form import RecordForm
from ui.forms.writing import IncidentWriting
from ui.map_pane import MapPane, Spot
from ui.pages.list_page import ListPage
from ui.pages.record_acts import RecordActs
from ui.photo_list import PhotoList
from ui.record_list import ListRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from db.drafts import Draft
    from ranger_app.domain.records import Incident

PHOTOS_PX = 190


class IncidentsPage(ListPage):
    """Poaching and other incidents."""

    name = "incidents"
    kinds = frozenset({"incident", "observation", "attachment", "case"})
    bar = ("new", "edit", "export_smart")
    record_kind: ClassVar[str] = "incident"
    form_kind: ClassVar[str] = "poaching"

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        told = RecordActs(desk, shell, lambda: self.chosen)
        self.acts: dict[str, Callable[[], None]] = {
            "new": lambda: self.begin(self.form_kind),
            "edit": self.run_edit,
            **told.all_acts(self.record_kind),
        }
        if self.record_kind == "incident":
            self.acts["new_other"] = lambda: self.begin("other")
        self.facts: FactsView | None = None
        self._shown = ""

    @property
    def title(self) -> str:
        return self.words.say("Incidents")

    @property
    def list_name(self) -> str:
        return self.title

    @property
    def hint(self) -> str:
        return self.words.say("Choose an incident in the list, or write a new one with Ctrl+N.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Poaching and other incidents stand here, each with its place, photos and observations.")
        return EmptyPlace(told, self.words.say("Write an incident"), lambda: self.shell.run("new"))

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.incidents import incident_page

        rows = incident_page(self.desk.reader, kinds=(self.record_kind,), before=before, limit=limit)
        return [self._row(row) for row in rows]

    def _row(self, row: Any) -> ListRow:
        words = self.words
        moment = telling.moment_from_iso(row.occurred_at)
        kind = words.say(form_of_kind(row.kind).label)
        return ListRow(
            id=row.id,
            kind=self.record_kind,
            when=telling.day(words, moment.date())[:6] if moment is not None else "",
            title=row.place or kind,
            second=" · ".join(part for part in (kind if row.place else "", row.number, row.summary) if part),
            mark="" if moment is not None else words.say("no time"),
            group=telling.month(words, moment.date()) if moment is not None else words.say("Without a time"),
            place=row.place_key,
        )

    # The chosen one

    def _pair(self) -> tuple[PanePair, FactsView]:
        if self.facts is None:
            self.map = MapPane(self.words)
            self.facts = FactsView(self.words.say("The record"))
            self.pair = PanePair(self.map, self.facts, (self.words.say("Map"), self.words.say("Details")))
            self.details.addWidget(self.pair)
        return self.pair, self.facts

    def show_details(self, row: ListRow) -> None:
        from db.incidents import incident

        pair, facts = self._pair()
        found = incident(self.desk.reader, row.id)
        self._shown = found.id
        self._tell(found, facts)
        self.details.setCurrentWidget(pair)
        where = found.position
        sign = "conflict" if found.kind == "conflict" else "incident"
        spots = []
        if where is not None:
            spots = [Spot(id=found.id, kind=sign, latitude_deg=where.latitude_deg, longitude_deg=where.longitude_deg)]
        for photo in found.attachments:
            if photo.position is not None:
                at = photo.position
                spots.append(
                    Spot(id=photo.id, kind="photo", latitude_deg=at.latitude_deg, longitude_deg=at.longitude_deg)
                )
        # the layers of the map need NumPy, so they are made after the facts can be read
        self.desk.ask(_numpy, lambda _: self._show_map(found.id, spots))

    def _show_map(self, record: str, spots: list[Spot]) -> None:
        if record == self._shown:
            self.map.show_things([], spots)

    def _tell(self, found: Incident, facts: FactsView) -> None:
        words = self.words
        facts.clear()
        facts.title(f"{words.say(form_of_kind(found.kind).label)} {found.number}")
        if found.missing:
            told = words.say_count(
                "{count} answer is missing for a case.", "{count} answers are missing for a case.", len(found.missing)
            )
            facts.note(told, "warning")
        when = [telling.moment(words, at) for at in (found.occurred_at, found.occurred_until) if at is not None]
        facts.facts(
            [
                (words.say("When it happened"), " – ".join(when)),
                (words.say("Position"), self._position(found)),
                (words.say("Place in words"), found.place),
                (words.say("Reported by"), found.reported_by),
                (words.say("Patrol"), self._patrol(found.patrol_id)),
                (words.say("Summary"), found.summary),
            ]
        )
        form = form_of_kind(found.kind)
        for section in form.sections:
            told_fields = [(field, found.fields.get(field.id)) for field in form.fields if field.section == section.id]
            answered = [(field, value) for field, value in told_fields if value not in (None, "", ())]
            if answered:
                facts.heading(words.say(section.label))
                facts.facts([(words.say(field.label), self.value_words(field, value)) for field, value in answered])
        self._tell_lines(found, facts)
        if found.observations:
            self.desk.with_model(lambda model: self._tell_observations(found, facts, model))
        if found.attachments:
            facts.heading(words.say("Photos"))
            photos = PhotoList(self.desk, None)
            photos.setFixedHeight(PHOTOS_PX)
            photos.show_photos(found.attachments)
            facts.widget_below(photos)

    def _position(self, found: Incident) -> str:
        where = found.position
        if where is None:
            return found.no_position_reason
        told = f"{where.latitude_deg:.6f}, {where.longitude_deg:.6f}"
        if where.accuracy_m is not None:
            told += f" ± {self.words.say('{count} m', count=telling.number(self.words, where.accuracy_m))}"
        return told

    def _patrol(self, patrol: str) -> str:
        if not patrol:
            return ""
        from db.patrols import patrol as read

        return read(self.desk.reader, patrol).number

    def value_words(self, field: Field, value: Any) -> str:
        """A stored answer in the reader's words."""
        words = self.words
        if isinstance(value, bool):
            return words.say("Yes") if value else words.say("No")
        if isinstance(value, tuple):
            return ", ".join(self.value_words(field, one) for one in value)
        option = field.option(str(value))
        if option is not None:
            return option_label(option, words)
        if field.type is FieldType.DATETIME and (moment := telling.moment_from_iso(str(value))) is not None:
            return telling.moment(words, moment)
        return f"{value} {words.say(field.unit)}" if field.unit else str(value)

    def _tell_lines(self, found: Incident, facts: FactsView) -> None:
        for line in form_of_kind(found.kind).lines:
            if not found.animals:
                continue
            facts.heading(self.words.say(line.label))
            for animal in found.animals:
                told = [
                    f"{self.words.say(field.label)}: {self.value_words(field, animal.fields[field.id])}"
                    for field in line.fields
                    if field.id in animal.fields
                ]
                facts.note(" · ".join(told), "")

    def _tell_observations(self, found: Incident, facts: FactsView, model: Any) -> None:
        if found.id != self._shown:
            return
        from ui.forms.observations import attribute_value

        language = self.words.language
        facts.heading(self.words.say("Observations"))
        for one in found.observations:
            names = [model.label(category, language) for category in model.path(one.category)] or [one.category]
            told = []
            for key, value in one.attributes.items():
                attribute = model.attribute(key)
                if attribute is None:
                    told.append(f"{key}: {value}")
                else:
                    said = attribute_value(model, attribute, value, self.words)
                    told.append(f"{model.label(attribute, language)}: {said}")
            facts.note(" · ".join([names[-1], *told]), "")

    # Writing

    def make_form(self, row: ListRow) -> RecordForm | None:
        from db.incidents import incident

        kind = incident(self.desk.reader, row.id).kind
        return RecordForm(self.desk, self.shell, IncidentWriting(self.desk, kind, row.id))

    def begin(self, kind: str) -> None:
        """Open the form of a new record."""
        writing = IncidentWriting(self.desk, kind, secrets.token_hex(16), is_new=True)
        self.open_form(RecordForm(self.desk, self.shell, writing))

    def resume(self, draft: Draft, *, is_new: bool) -> None:
        """Open the form of an unfinished record."""
        writing = IncidentWriting(self.desk, draft.form, draft.record, is_new=is_new)
        self.open_form(RecordForm(self.desk, self.shell, writing, draft=draft))

    def take_photos(self, paths: Sequence[Path]) -> bool:
        """Keep photos with the open or chosen record; whether there was one."""
        if self.form is not None:
            self.form.add_photos(paths)
            return True
        row = self.chosen
        if row is None:
            return False
        self.desk.do(
            acts.attach_photos(paths, officer=self.desk.officer_id, parent=(row.kind, row.id)),
            title=self.words.say("Keeping photos"),
        )
        return True


class ConflictPage(IncidentsPage):
    """Livestock lost to wild animals."""

    name = "conflict"
    kinds = frozenset({"conflict", "animal", "observation", "attachment"})
    record_kind = "conflict"
    form_kind = "conflict"

    @property
    def title(self) -> str:
        return self.words.say("Livestock conflict")

    @property
    def hint(self) -> str:
        return self.words.say("Choose a conflict in the list, or write a new one with Ctrl+N.")

    def make_empty(self) -> QWidget:
        told = self.words.say("Livestock lost to wild animals stands here, as the herder told it and as it was found.")
        return EmptyPlace(told, self.words.say("Write a livestock conflict"), lambda: self.shell.run("new"))


def _numpy(_sight: object, _context: object) -> None:
    """Load what the map's layers need, beside the window."""
    import numpy as np

    assert np is not None
