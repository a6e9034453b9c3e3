"""One incident or conflict to be read: its place on the map, every answer, observations and photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType, form_of_kind
from ranger_app.jobs import JobContext
from ranger_app.messages import say_code
from ui import telling
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.forms.choices import option_label
from ui.map_pane import MapPane, Spot
from ui.photo_list import PhotoList
from ui.responsive import PanePair

if TYPE_CHECKING:
    from ranger_app.domain.records import Incident
    from ui.map import TracksLayer
    from ui.store_thread import ReadJob, Sight

PHOTOS_PX = 190


class IncidentDetails(PanePair):
    """Map and facts of the chosen record."""

    def __init__(self, desk: Desk) -> None:
        self.map = MapPane(desk.words, desk)
        self.facts = FactsView(desk.words.say("The record"))
        super().__init__(self.map, self.facts, (desk.words.say("Map"), desk.words.say("Details")))
        self.desk = desk
        self.words = desk.words
        self._shown = ""

    def show_incident(self, record: str) -> None:
        """Show a record; the map comes a little later."""
        from db.incidents import incident

        found = incident(self.desk.reader, record)
        self._shown = found.id
        self._tell(found, self.facts)
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
        self.desk.ask(_lines_of(found.patrol_id), lambda layer: self._show_map(found.id, layer, spots))

    def _show_map(self, record: str, layer: TracksLayer, spots: list[Spot]) -> None:
        """Show the place, with the tracks of the patrol that the record names."""
        if record == self._shown:
            self.map.add_layer(layer)
            self.map.show_spots(spots)
            self.map.look_at_all((), spots)

    def _tell(self, found: Incident, facts: FactsView) -> None:
        words = self.words
        facts.clear()
        facts.title(f"{words.say(form_of_kind(found.kind).label)} {found.number}")
        if found.missing:
            told = words.say_count(
                "{count} answer is missing for a case.", "{count} answers are missing for a case.", len(found.missing)
            )
            facts.note(told, "warning")
        for code in found.contradictions:
            facts.note(say_code(words, code, {}), "warning")
        facts.facts(
            [
                *self._when(found),
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

    def _when(self, found: Incident) -> list[tuple[str, str]]:
        """An end without a beginning is no time at which it happened."""
        words = self.words
        begin, end = (telling.moment(words, at) if at else "" for at in (found.occurred_at, found.occurred_until))
        if begin or not end:
            return [(words.say("When it happened"), " – ".join(part for part in (begin, end) if part))]
        return [(words.say("When it happened"), words.say("not known")), (words.say("Until"), end)]

    def _position(self, found: Incident) -> str:
        where = found.position
        if where is None:
            return found.no_position_reason
        told = telling.place(self.desk.notation, where.latitude_deg, where.longitude_deg)
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


def _lines_of(patrol: str) -> ReadJob[TracksLayer]:
    """What the map draws of the tracks of a patrol, read beside the window; nothing for no patrol."""

    def work(sight: Sight, context: JobContext) -> TracksLayer:
        from ui.map_pane import tracks_layer
        from ui.pages.patrol_details import lines_of

        if not patrol or not sight.reader.has(patrol):
            return tracks_layer([])
        layer, _ = lines_of(patrol)(sight, context)
        return layer

    return work
