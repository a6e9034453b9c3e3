"""The form of a patrol: what a person says about it; its tracks are corrected elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import marked
from ui import acts, telling
from ui.forms.choices import ChoiceEditor, ChoicesEditor
from ui.forms.editors import Editor
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection
from ui.forms.leg_acts import ActsEditor
from ui.forms.patrol_proposals import Proposals, proposals_of
from ui.forms.people import PeopleEditor
from ui.forms.waypoints import WaypointsEditor, waypoint_changes
from ui.forms.writing import Flat, Writing
from ui.pages.texts import list_label, list_pairs

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Leg, LegTrack, Patrol
    from ui.desk import Desk
    from ui.shell import Shell
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

PILOT_NEEDED = marked("The office asks for it with this transport.")
TRACKS_HELP = marked("Of several devices on one way the leader's counts; the others are kept beside it.")
PROPOSED = "~proposed"
"""Key of the row that takes all that is proposed."""


class PatrolWriting(Writing):
    """A patrol with its legs and their days.

    Args:
        shell: For the panels that ask about a leg as a whole; without one the legs stay as they are.
    """

    form = "patrol"
    kind = "patrol"
    takes_photos = False
    has_side = False

    def __init__(self, desk: Desk, record: str, shell: Shell | None = None) -> None:
        super().__init__(desk, record)
        self._shell = shell
        self._legs: tuple[Leg, ...] = ()
        self._editors: dict[str, Editor] = {}

    def _patrol(self, reader: Reader) -> Patrol:
        from db.patrols import patrol

        return patrol(reader, self.record)

    def title(self) -> str:
        return self.desk.words.say("Patrol {number}", number=self._patrol(self.desk.reader).number)

    def shape(self, reader: Reader) -> object:
        found = self._patrol(reader)
        legs = tuple((leg.id, len(leg.days), tuple(one.id for one in leg.tracks)) for leg in found.legs)
        return legs, bool(proposals_of(self.desk, found, reader))

    # Drawing

    def sections(self) -> Sequence[DrawnSection]:
        words, reader = self.desk.words, self.desk.reader
        found = self._patrol(reader)
        self._legs = found.legs
        people = self._people(found)
        of_patrol = [self._drawn(*told, "", found, people) for told in _OF_PATROL]
        plans = self._plans(reader)
        if plans:
            label = Field(id="plan", label=marked("Planned as"), type=FieldType.CHOICE)
            of_patrol.append(Drawn("plan", ChoiceEditor(label, words, plans)))
        drawn = [DrawnSection("patrol", words.say("Patrol"), tuple(of_patrol))]
        drawn += [self._leg_section(place, leg, people) for place, leg in enumerate(found.legs)]
        if self._shell is not None:
            label_ = words.say("Another leg")
            add = ActsEditor("~add_leg", label_, words, [(words.say("Add a leg"), lambda: self._sheets().add())])
            drawn.append(DrawnSection("legs", label_, (Drawn("~add_leg", add, is_wide=True),)))
        drawn.append(DrawnSection("waypoints", words.say("Waypoints"), (self._waypoints_drawn(found),)))
        self._editors = {one.key: one.editor for section in drawn for one in section.fields}
        proposals = proposals_of(self.desk, found, reader)
        if proposals:
            drawn.insert(0, self._proposed_section(proposals))
        return drawn

    def _leg_section(self, place: int, leg: Leg, people: Sequence[str]) -> DrawnSection:
        words = self.desk.words
        fields = [self._drawn(*told, f"legs/{place}/", leg, people) for told in _OF_LEG]
        fields += [self._rest(place, n, telling.day(words, day.date)) for n, day in enumerate(leg.days)]
        if len(leg.tracks) > 1:
            fields.append(self._tracks(place, leg))
        label = words.say("Leg {number}", number=leg.number)
        if self._shell is not None:
            fields.append(Drawn(f"~legs/{place}", self._acts_on(place, leg, label), is_wide=True))
        return DrawnSection(f"leg{place}", label, tuple(fields))

    def _acts_on(self, place: int, leg: Leg, label: str) -> ActsEditor:
        words = self.desk.words
        told = [(words.say("Split this leg"), partial(self._on_leg, place, "split"))]
        if place:
            before = words.say("Join with leg {number}", number=self._legs[place - 1].number)
            told.append((before, partial(self._on_leg, place, "join")))
        if len(self._legs) > 1:
            told.append((words.say("Remove this leg"), partial(self._on_leg, place, "remove")))
        return ActsEditor(f"~legs/{place}", label, words, told)

    def _on_leg(self, place: int, act: str) -> None:
        sheets, leg = self._sheets(), self._legs[place]
        if act == "split":
            sheets.split(leg)
        elif act == "join":
            sheets.join(leg, self._legs[place - 1])
        else:
            sheets.remove(leg)

    def _sheets(self) -> Any:
        from ui.forms.leg_sheets import LegSheets

        assert self._shell is not None
        return LegSheets(self.desk, self._shell, self.settle, lambda: self._patrol(self.desk.reader))

    def _waypoints_drawn(self, found: Patrol) -> Drawn:
        words = self.desk.words
        self.desk.load_grids()
        legs = [(leg.id, words.say("Leg {number}", number=leg.number)) for leg in found.legs]
        seen = WaypointsEditor(words, self.desk.zone, legs, notation=self.desk.notation, day=found.start)
        self.desk.with_model(seen.set_model)
        return Drawn("waypoints", seen, is_wide=True)

    def _proposed_section(self, proposals: Proposals) -> DrawnSection:
        words = self.desk.words
        told = words.say("Nobody has said this yet: {values}.", values=" · ".join(proposals.told))
        act = (words.say("Take all of it"), lambda: self._take_all(proposals.values))
        row = ActsEditor(PROPOSED, words.say("Proposed"), words, [act], told=told)
        return DrawnSection("proposed", words.say("Proposed"), (Drawn(PROPOSED, row, is_wide=True),))

    def _take_all(self, values: Flat) -> None:
        """Say all that is proposed where nothing is said yet, and make it a change."""
        for key, value in values.items():
            editor = self._editors.get(key)
            if editor is not None and editor.value() in (None, [], ""):
                editor.set_value(value)
                editor.edited.emit()
        self.settle()
        first = next((one for one in self._editors.values() if one.value() in (None, [], "")), None)
        if first is not None:
            first.setFocus()

    def _drawn(
        self, name: str, label: str, kind: FieldType, which: str, before: str, of: Patrol | Leg, people: Sequence[str]
    ) -> Drawn:
        is_needed = name == "pilot" and self.desk.office.needs_pilot(getattr(of, "transport", ""))
        field = Field(id=name, label=label, type=kind, help=PILOT_NEEDED if is_needed else "")
        key = f"{before}{name}"
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
        said = self.desk.words.say("Rest on {day}", day=label)
        field = Field(id="rest_minutes", label=said, type=FieldType.INTEGER, unit=marked("min"), minimum=Decimal(0),
                      maximum=Decimal(1440))  # fmt: skip
        return Drawn(f"legs/{leg}/days/{day}", make_editor(field, self.desk.words))

    def _tracks(self, place: int, leg: Leg) -> Drawn:
        """Which tracks count: of devices that were on at one time only one does."""
        words = self.desk.words
        field = Field(id="tracks", label=marked("Tracks that count"), type=FieldType.CHOICES, help=TRACKS_HELP)
        pairs = [(one.id, self._track_told(number, one)) for number, one in enumerate(leg.tracks, start=1)]
        return Drawn(f"legs/{place}/tracks", ChoicesEditor(field, words, pairs))

    def _track_told(self, number: int, track: LegTrack) -> str:
        words = self.desk.words
        name = track.name or track.device or words.say("Track {number}", number=number)
        times = f"{telling.clock(track.start)}–{telling.clock(track.end)}" if track.start and track.end else ""
        return " · ".join(part for part in (name, times, telling.length(words, track.distance_m)) if part)

    def _plans(self, reader: Reader) -> list[tuple[str, str]]:
        """Plans that are open, and the one that this patrol is."""
        if not reader.count("plan"):
            return []
        from db.plans import plans
        from ui.pages.plan_words import plan_label

        return [(one.id, plan_label(self.desk.words, one)) for one in plans(reader)
                if self.record in one.patrols or one.state == "planned"]  # fmt: skip

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
        from db.plans import plan_of_patrol
        from ranger_app.services.documents import patrol_document

        found = self._patrol(reader)
        flat: Flat = {
            "number": found.number, "comment": found.comment, "armed": _said(found, "armed", found.is_armed),
            **{name: _said(found, name, getattr(found, name)) for name in ("objective", "team", "station", "mandate")},
            "plan": plan_of_patrol(reader, found.id) or None,
        }  # fmt: skip
        legs = {leg.id: leg for leg in found.legs}
        for place, drawn in enumerate(self._legs or found.legs):
            leg = legs.get(drawn.id)
            if leg is None:
                continue
            names = {one.id: one.name for one in leg.members}
            flat |= {
                f"legs/{place}/transport": _said(leg, "transport", leg.transport),
                f"legs/{place}/mandate": _said(leg, "mandate", leg.mandate),
                f"legs/{place}/leader": _said(leg, "leader", names.get(leg.leader)),
                f"legs/{place}/pilot": names.get(leg.pilot),
                f"legs/{place}/members": _said(leg, "members", sorted(names.values())) or [],
                f"legs/{place}/tracks": sorted(one.id for one in leg.tracks if not one.is_companion),
            }
            flat |= {f"legs/{place}/days/{n}": day.rest_minutes for n, day in enumerate(leg.days)}
        self._legs = self._legs or found.legs
        told = patrol_document(found)["waypoints"]
        keys = ("id", "number", "at", "leg", "position", "direction_deg", "distance_m", "comment", "observations")
        self._waypoints = [{key: one[key] for key in keys} for one in told]
        return flat | {"waypoints": self._waypoints}

    def last(self, reader: Reader) -> Flat:
        from db.patrol_pages import patrol_page

        for row in patrol_page(reader, limit=20):
            if row.id != self.record:
                told = PatrolWriting(self.desk, row.id).read(reader)
                own = ("waypoints", "plan", "number")
                return {key: value for key, value in told.items() if key not in own and not key.endswith("/tracks")}
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
            told = self._legs[int(place)]
            leg = legs.setdefault(int(place), {"id": told.id})
            if name == "days":
                leg.setdefault("days", []).append(self._day(told, int(day[0]), value))
            elif name == "tracks":
                counting = value if isinstance(value, list) else []
                leg["tracks"] = [{"id": one.id, "companion": one.id not in counting} for one in told.tracks]
            else:
                leg[name] = (value or []) if name == "members" else value
        if legs:
            document["legs"] = [legs[place] for place in sorted(legs)]
        return acts.edit_patrol(self.record, document, officer=officer, bases=bases, home=self.desk.home)

    @staticmethod
    def _day(leg: Leg, place: int, value: object) -> dict[str, Any]:
        return {"date": leg.days[place].date.isoformat(), "rest_minutes": value or 0}


def _said(record: Patrol | Leg, name: str, value: object) -> object:
    """A value that somebody stated; an assumed one stands in the form as not answered."""
    return None if name in record.assumed else value
