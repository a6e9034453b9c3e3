"""The form of a patrol: what a person says about it; the track itself is never edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import marked
from ui import acts, telling
from ui.forms.choices import ChoiceEditor, ChoicesEditor
from ui.forms.editors import Editor
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection
from ui.forms.writing import Flat, Writing
from ui.pages.texts import list_pairs

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Leg, Patrol
    from ui.store_thread import StoreJob

_OF_PATROL = (
    ("number", marked("Number"), FieldType.TEXT, ""),
    ("objective", marked("Objective"), FieldType.TEXT, ""),
    ("team", marked("Team"), FieldType.CHOICE, "teams"),
    ("station", marked("Station"), FieldType.CHOICE, "stations"),
    ("mandate", marked("Mandate"), FieldType.CHOICE, "mandates"),
    ("armed", marked("Armed"), FieldType.BOOLEAN, ""),
    ("comment", marked("Comment"), FieldType.LONG_TEXT, ""),
)

_OF_LEG = (
    ("transport", marked("Transport"), FieldType.CHOICE, "transports"),
    ("mandate", marked("Mandate"), FieldType.CHOICE, "mandates"),
    ("leader", marked("Leader"), FieldType.CHOICE, "people"),
    ("pilot", marked("Pilot or driver"), FieldType.CHOICE, "people"),
    ("members", marked("Members"), FieldType.CHOICES, "people"),
)


class PatrolWriting(Writing):
    """A patrol with its legs and their days."""

    form = "patrol"
    kind = "patrol"
    takes_photos = False
    has_side = False

    def _patrol(self, reader: Reader) -> Patrol:
        from db.patrols import patrol

        return patrol(reader, self.record)

    def title(self) -> str:
        return self.desk.words.say("Patrol {number}", number=self._patrol(self.desk.reader).number)

    # Drawing

    def sections(self) -> Sequence[DrawnSection]:
        words = self.desk.words
        found = self._patrol(self.desk.reader)
        people = self._people(found)
        drawn = [
            DrawnSection("patrol", words.say("Patrol"), tuple(self._drawn(*told, "", people) for told in _OF_PATROL))
        ]
        for place, leg in enumerate(found.legs):
            fields = [self._drawn(*told, f"legs/{place}/", people) for told in _OF_LEG]
            fields += [self._rest(place, n, telling.day(words, day.date)) for n, day in enumerate(leg.days)]
            label = words.say("Leg {number}", number=leg.number)
            drawn.append(DrawnSection(f"leg{place}", label, tuple(fields)))
        return drawn

    def _drawn(
        self, name: str, label: str, kind: FieldType, which: str, before: str, people: list[tuple[str, str]]
    ) -> Drawn:
        field = Field(id=name, label=label, type=kind)
        pairs = people if which == "people" else list_pairs(self.desk.words, which) if which else []
        return Drawn(f"{before}{name}", self._editor(field, pairs))

    def _editor(self, field: Field, pairs: list[tuple[str, str]]) -> Editor:
        if field.type is FieldType.CHOICE:
            return ChoiceEditor(field, self.desk.words, pairs)
        if field.type is FieldType.CHOICES:
            return ChoicesEditor(field, self.desk.words, pairs)
        return make_editor(field, self.desk.words, self.desk.zone)

    def _rest(self, leg: int, day: int, label: str) -> Drawn:
        from decimal import Decimal

        said = self.desk.words.say("Rest on {day}", day=label)
        field = Field(id="rest_minutes", label=said, type=FieldType.INTEGER, unit=marked("min"), minimum=Decimal(0),
                      maximum=Decimal(1440))  # fmt: skip
        return Drawn(f"legs/{leg}/days/{day}", make_editor(field, self.desk.words))

    def _people(self, found: Patrol) -> list[tuple[str, str]]:
        """Everybody who may have walked: by name, as the documents say it."""
        from db.officers import members

        names = {one.name for one in members(self.desk.reader).values()}
        names |= {one.name for leg in found.legs for one in leg.members}
        return [(name, name) for name in sorted(names)]

    # Reading and writing

    def read(self, reader: Reader) -> Flat:
        found = self._patrol(reader)
        flat: Flat = {
            "number": found.number, "objective": found.objective, "team": found.team, "station": found.station,
            "mandate": found.mandate, "armed": found.is_armed, "comment": found.comment,
        }  # fmt: skip
        self._legs = found.legs
        for place, leg in enumerate(found.legs):
            names = {one.id: one.name for one in leg.members}
            flat |= {
                f"legs/{place}/transport": leg.transport,
                f"legs/{place}/mandate": leg.mandate,
                f"legs/{place}/leader": names.get(leg.leader),
                f"legs/{place}/pilot": names.get(leg.pilot),
                f"legs/{place}/members": sorted(names.values()),
            }
            flat |= {f"legs/{place}/days/{n}": day.rest_minutes for n, day in enumerate(leg.days)}
        return flat

    def last(self, reader: Reader) -> Flat:
        from db.patrol_pages import patrol_page

        for row in patrol_page(reader, limit=20):
            if row.id != self.record:
                return PatrolWriting(self.desk, row.id).read(reader)
        return {}

    def work(self, changes: Flat, *, officer: str, bases: acts.Bases | None) -> StoreJob[Any]:
        document: dict[str, Any] = {}
        legs: dict[int, dict[str, Any]] = {}
        for key, value in changes.items():
            if not key.startswith("legs/"):
                document[key] = value
                continue
            _, place, name, *day = key.split("/")
            leg = legs.setdefault(int(place), {"id": self._legs[int(place)].id})
            if name == "days":
                leg.setdefault("days", []).append(self._day(self._legs[int(place)], int(day[0]), value))
            else:
                leg[name] = (value or []) if name == "members" else value
        if legs:
            document["legs"] = [legs[place] for place in sorted(legs)]
        return acts.edit_patrol(self.record, document, officer=officer, bases=bases)

    @staticmethod
    def _day(leg: Leg, place: int, value: object) -> dict[str, Any]:
        return {"date": leg.days[place].date.isoformat(), "rest_minutes": value or 0}
