"""What can be done about a finding in the window: map, set, add to the office's list, open the record at the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ranger_app.domain.preflight_findings import Finding, Remedy
from ranger_app.domain.smart_office import LISTS
from ranger_app.errors import Fact
from ui import acts, office_acts
from ui.desk import Desk
from ui.office_words import attribute_label, category_label, person_label, things
from ui.pages.change_words import fields_told
from ui.pages.texts import list_label

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.services.export_smart import SmartExported
    from ui.store_thread import StoreJob

SETTABLE = frozenset({"transport", "mandate", "leader", "pilot"})
"""What of a leg can be set without opening the patrol."""

OF_PATROL = frozenset({"number", "objective", "comment", "team", "station", "mandate"})
OF_LEG = SETTABLE | {"members", "pilot", "tracks"}
OF_INCIDENT = frozenset({"number", "summary", "occurred_at", "position"})

_LIST_FINDING = re.compile(r"smart-(transport|mandate|team|station)-unknown")
_PLACE = re.compile(r"(leg|waypoint|observation) (\d+)")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a record is opened.

    Attributes:
        kind: Kind of the record in the journal.
        field: Key of the form's field; empty when the form has none for it.
        inside: Place inside a field that is a list, such as ``0/species``; of waypoints ``2/0/species``.
    """

    kind: str
    record: str
    field: str = ""
    inside: str = ""


class Mending:
    """Answers what mends the findings of one preflight.

    Args:
        model: Of the receiving office.
    """

    def __init__(self, desk: Desk, done: SmartExported, model: DataModel) -> None:
        self._desk = desk
        self._words = desk.words
        self._along = done.along
        self._model = model
        self._choices: dict[tuple[str, str], list[tuple[str, str]]] = {}

    # Words

    def facts(self, finding: Finding) -> dict[str, Fact]:
        """The facts of a finding, keys of the office and of the data model by their names."""
        words, told = self._words, dict(finding.facts)
        listed = _LIST_FINDING.fullmatch(finding.code)
        if listed is not None and "key" in told:
            told["key"] = list_label(words, self._desk.office, listed[1], str(told["key"]))
        model = self._desk.model or self._model
        for name in ("category", "instead"):
            if name in told:
                told[name] = category_label(model, words, str(told[name]))
        for name in ("attribute", "ours"):
            if name in told and finding.code != "smart-patrol-attribute-unknown":
                told[name] = attribute_label(model, words, str(told[name]))
        if "fields" in told:
            told["fields"] = fields_told(words, str(told["fields"]))
        return told

    # What can be chosen

    def is_mapped(self, finding: Finding) -> bool:
        """Whether the finding goes away when something is mapped."""
        return finding.mend.remedy is Remedy.MAP

    def is_set(self, finding: Finding) -> bool:
        """Whether one field of a leg can be set at once."""
        mend = finding.mend
        is_offered = mend.remedy is Remedy.EDIT and mend.what in SETTABLE and bool(mend.candidates)
        return is_offered and self._leg(finding) != ""

    def wants_version(self, finding: Finding) -> bool:
        """Whether a newer SMART could take it."""
        return finding.mend.remedy is Remedy.CHOOSE_VERSION

    def pairs(self, finding: Finding) -> list[tuple[str, str]]:
        """What can be chosen, those likeliest first; empty when nothing is to be chosen."""
        what, ours, first = finding.mend.what, finding.mend.ours, finding.mend.candidates
        words, office = self._words, self._desk.office
        if self.is_mapped(finding):
            of = ours.partition("/")[0] if what == "option" else ""
            pairs = things(words, office, self._model, what, of=of, first=first)
            return [pair for pair in pairs if pair[0] != ours]
        if not self.is_set(finding):
            return []
        if what in LISTS:
            return things(words, office, self._model, what, first=first)
        from db.officers import members

        people = members(self._desk.reader)
        return [(one, person_label(people[one])) for one in first if one in people]

    # Acts

    def choose(self, finding: Finding, key: str) -> StoreJob[Any]:
        """The act that takes the choice *key*."""
        officer, mend = self._desk.officer_id, finding.mend
        if self.is_mapped(finding):
            return office_acts.set_mapping(mend.what, mend.ours, key, officer=officer)
        document = {"legs": [{"id": self._leg(finding), mend.what: key}]}
        return acts.edit_patrol(finding.record_id, document, officer=officer, bases=None)

    def can_add(self, finding: Finding) -> bool:
        """Whether what the record says can be told to be in the office's list all the same."""
        what = finding.mend.what
        return self.is_mapped(finding) and what in ("transport", "mandate", "team", "station", "member")

    def add(self, finding: Finding) -> StoreJob[Any]:
        """The act that adds what the record says to what is known of the office."""
        officer, what, ours = self._desk.officer_id, finding.mend.what, finding.mend.ours
        if what == "member":
            return office_acts.add_person(ours, officer=officer)
        label = list_label(self._words, self._desk.office, what, ours)
        return office_acts.add_choice(what, label, key=ours, officer=officer)

    # Where it is

    def target(self, finding: Finding) -> Target:
        """The record to be opened, and the field in it."""
        places = {kind: int(number) for kind, number in _PLACE.findall(finding.where)}
        record = finding.record_id
        if "waypoint" in places:
            record = self._along.get((record, places["waypoint"]), record)
        kind = self._desk.reader.entry(record).kind
        what = finding.mend.what
        if "waypoint" in places and kind == "patrol":
            place = self._place("waypoints", record, places["waypoint"])
            inside = f"{places['observation'] - 1}/{what}" if "observation" in places else "0/"
            return Target(kind, record, "waypoints", f"{place}/{inside}")
        if "observation" in places:
            return self._observation(kind, record, places["observation"], what)
        if "leg" in places:
            place = self._place("legs", record, places["leg"])
            return Target(kind, record, f"legs/{place}/{what}" if what in OF_LEG else f"legs/{place}/days/0")
        known = OF_PATROL if kind == "patrol" else OF_INCIDENT
        field = next((one for one in (finding.where, what) if one in known), "")
        return Target(kind, record, field)

    def _observation(self, kind: str, record: str, number: int, what: str) -> Target:
        """An observation that a person wrote; what the form says in SMART's words is in its own fields."""
        from db.incidents import incident

        if number > len(incident(self._desk.reader, record).observations):
            return Target(kind, record, "fields.type")
        return Target(kind, record, "observations", f"{number - 1}/{what}")

    def _place(self, parts: str, record: str, number: int) -> int:
        """Where among its like a leg or a waypoint stands in the form, by its number."""
        from db.patrols import patrol

        numbers = [one.number for one in getattr(patrol(self._desk.reader, record), parts)]
        return numbers.index(number) if number in numbers else 0

    def _leg(self, finding: Finding) -> str:
        """Id of the leg that a finding is about; empty when it is about none."""
        from db.patrols import patrol

        numbers: Mapping[str, int] = {kind: int(number) for kind, number in _PLACE.findall(finding.where)}
        legs = patrol(self._desk.reader, finding.record_id).legs if "leg" in numbers else ()
        return next((leg.id for leg in legs if leg.number == numbers["leg"]), "")
