"""The form of a patrol: what a person says about it; the track itself is never edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import marked
from ui import acts, telling
from ui.forms.choices import ChoiceEditor
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection
from ui.forms.people import PeopleEditor
from ui.forms.waypoints import WaypointsEditor, waypoint_changes
from ui.forms.writing import Flat, Writing
from ui.pages.texts import list_label, list_pairs

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Leg, Patrol
    from ui.store_thread import StoreJob

_OF_PATROL = (
    ("number", marked("Number"), FieldType.TEXT, ""),
    ("objective", marked("Objective"), FieldType.TEXT, ""),
    ("team", marked("Team"), FieldType.CHOICE, "team"),
    ("station", marked("Station"), FieldType.CHOICE, "station"),
    ("mandate", marked("Mandate"), FieldType.CHOICE, "mandate"),
    ("armed", marked("Armed"), FieldType.BOOLEAN, ""),
    ("comment", marked("Comment"), FieldType.LONG_TEXT, ""),
)

_OF_LEG = (
    ("transport", marked("Transport"), FieldType.CHOICE, "transport"),
    ("mandate", marked("Mandate"), FieldType.CHOICE, "mandate"),
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
            DrawnSection(
                "patrol", words.say("Patrol"), tuple(self._drawn(*told, "", found, people) for told in _OF_PATROL)
            )
        ]
        for place, leg in enumerate(found.legs):
            fields = [self._drawn(*told, f"legs/{place}/", leg, people) for told in _OF_LEG]
            fields += [self._rest(place, n, telling.day(words, day.date)) for n, day in enumerate(leg.days)]
            label = words.say("Leg {number}", number=leg.number)
            drawn.append(DrawnSection(f"leg{place}", label, tuple(fields)))
        if found.waypoints:
            seen = WaypointsEditor(words, self.desk.zone)
            self.desk.with_model(seen.set_model)
            fields = [Drawn("waypoints", seen, is_wide=True)]
            drawn.append(DrawnSection("waypoints", words.say("Waypoints"), tuple(fields)))
        return drawn

    def _drawn(
        self, name: str, label: str, kind: FieldType, which: str, before: str, of: Patrol | Leg, people: Sequence[str]
    ) -> Drawn:
        field, key = Field(id=name, label=label, type=kind), f"{before}{name}"
        if kind is FieldType.CHOICES:
            return Drawn(key, PeopleEditor(field, self.desk.words, people, self._near))
        if kind is FieldType.CHOICE:
            pairs = [(one, one) for one in people] if which == "people" else self._choices(which, getattr(of, name))
            return Drawn(key, ChoiceEditor(field, self.desk.words, pairs))
        return Drawn(key, make_editor(field, self.desk.words, self.desk.zone))

    def _choices(self, which: str, said: str) -> list[tuple[str, str]]:
        """What the office has, then what was seen in files, and last what the record says and nobody knows."""
        words, office = self.desk.words, self.desk.office
        pairs = list_pairs(words, office, which)
        if said and said not in dict(pairs):
            label = list_label(words, office, which, said)
            pairs.append((said, words.say("{answer} (not in the office's list)", answer=label)))
        return pairs

    def _rest(self, leg: int, day: int, label: str) -> Drawn:
        from decimal import Decimal

        said = self.desk.words.say("Rest on {day}", day=label)
        field = Field(id="rest_minutes", label=said, type=FieldType.INTEGER, unit=marked("min"), minimum=Decimal(0),
                      maximum=Decimal(1440))  # fmt: skip
        return Drawn(f"legs/{leg}/days/{day}", make_editor(field, self.desk.words))

    def _people(self, found: Patrol) -> list[str]:
        """Everybody who may have walked, by name as the documents say it: of an office that told its people only those.

        Who works here and who is named already stand near.
        """
        from db.officers import members, officers

        reader, roster = self.desk.reader, self.desk.office.members
        self._near = {one.name for one in officers(reader)} | {one.name for leg in found.legs for one in leg.members}
        far = {one.name for one in (members(reader).values() if roster is None else roster)}
        return sorted(self._near | far)

    # Reading and writing

    def read(self, reader: Reader) -> Flat:
        from ranger_app.services.documents import patrol_document

        found = self._patrol(reader)
        flat: Flat = {
            "number": found.number, "objective": found.objective, "team": found.team, "station": found.station,
            "mandate": _said(found, "mandate", found.mandate), "armed": _said(found, "armed", found.is_armed),
            "comment": found.comment,
        }  # fmt: skip
        self._legs = found.legs
        for place, leg in enumerate(found.legs):
            names = {one.id: one.name for one in leg.members}
            flat |= {
                f"legs/{place}/transport": _said(leg, "transport", leg.transport),
                f"legs/{place}/mandate": _said(leg, "mandate", leg.mandate),
                f"legs/{place}/leader": _said(leg, "leader", names.get(leg.leader)),
                f"legs/{place}/pilot": names.get(leg.pilot),
                f"legs/{place}/members": _said(leg, "members", sorted(names.values())) or [],
            }
            flat |= {f"legs/{place}/days/{n}": day.rest_minutes for n, day in enumerate(leg.days)}
        told = patrol_document(found)["waypoints"]
        self._waypoints = [{key: one[key] for key in ("id", "number", "at", "comment", "observations")} for one in told]
        if found.waypoints:
            flat["waypoints"] = self._waypoints
        return flat

    def last(self, reader: Reader) -> Flat:
        from db.patrol_pages import patrol_page

        for row in patrol_page(reader, limit=20):
            if row.id != self.record:
                told = PatrolWriting(self.desk, row.id).read(reader)
                return {key: value for key, value in told.items() if key != "waypoints"}
        return {}

    def work(self, changes: Flat, *, officer: str, bases: acts.Bases | None) -> StoreJob[Any]:
        document: dict[str, Any] = {}
        legs: dict[int, dict[str, Any]] = {}
        for key, value in changes.items():
            if key == "waypoints":
                document[key] = waypoint_changes(self._waypoints, value)
                continue
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


def _said(record: Patrol | Leg, name: str, value: object) -> object:
    """A value that somebody stated; an assumed one stands in the form as not answered."""
    return None if name in record.assumed else value
