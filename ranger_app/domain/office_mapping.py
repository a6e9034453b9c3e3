"""Our records in the words of the office that receives them: mapped by people, and by fall-backs of our own.

Nothing here changes a stored record: a mapping is applied on the way out, before the preflight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.preflight_findings import Finding
from ranger_app.domain.preflight_mends import category_mend, edit
from ranger_app.domain.records import Incident, Leg, Member, Observation, Patrol, Value, Waypoint
from ranger_app.domain.smart_office import Office
from ranger_app.domain.typed_text import decimal_in

MAPPED: Final = (
    "category", "attribute", "option", "transport", "mandate", "team", "station", "patrol_attribute", "member",
)  # fmt: skip
"""What can be mapped."""


@dataclass(frozen=True, slots=True)
class FallBack:
    """A coarser category that stands in where the office has no such category, and nobody mapped it."""

    category: str
    instead: str


FALL_BACKS: Final = (
    FallBack("humanwildlifeconflict.livestockloss.", "humanactivity.domesticanimals."),
    FallBack("humanwildlifeconflict.livestockloss.", "humanwildlifeconflict."),
    FallBack("humanwildlifeconflict.structuraldamage.", "humanwildlifeconflict."),
    FallBack("humanwildlifeconflict.cropdamage.", "humanwildlifeconflict."),
    FallBack("humanwildlifeconflict.humaninjuryorlossoflife.", "humanwildlifeconflict."),
)
"""In the order in which they are tried. Damage to crops, houses and people is never told as livestock."""

_OTHER: Final = "other"
"""The key of the answer that SMART's lists have for what they do not name."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is called otherwise in the office: for each of ``MAPPED``, ours to theirs."""

    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def theirs(self, what: str, ours: str) -> str:
        """What the office calls it; *ours* itself where nothing is mapped. A mapping of a mapping is followed."""
        rules = self.told.get(what, {})
        seen = {ours}
        while rules.get(ours, ours) not in seen:
            ours = rules[ours]
            seen.add(ours)
        return ours


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record as it will be told to the office.

    Attributes:
        observations: Of an incident, those that will be written.
        findings: What was blurred on the way, all of it lossy.
    """

    record: Patrol | Incident
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]


def mapped(
    record: Patrol | Incident,
    rules: Rules,
    model: DataModel,
    office: Office,
    *,
    observations: Sequence[Observation] | None = None,
) -> Mapped:
    """Tell *record* in the office's words; what is not mapped stays as it is, for the preflight to judge.

    Args:
        observations: Of an incident, what will be written in the place of its own observations.
    """
    mapper = _Mapper(rules, model, office, record.id)
    if isinstance(record, Patrol):
        return Mapped(mapper.patrol(record), (), tuple(mapper.findings))
    told = mapper.observations(record.observations if observations is None else observations, "")
    return Mapped(record, told, tuple(mapper.findings))


class _Mapper:
    """Maps one record and collects what is blurred on the way."""

    def __init__(self, rules: Rules, model: DataModel, office: Office, record_id: str) -> None:
        self._rules = rules
        self._model = model
        self._record_id = record_id
        self._custom = frozenset(office.patrol_attributes or ())
        self._roster = {member.id: member for member in office.members or ()}
        self.findings: list[Finding] = []

    def patrol(self, record: Patrol) -> Patrol:
        theirs = self._rules.theirs
        return replace(
            record,
            legs=tuple(map(self._leg, record.legs)),
            waypoints=tuple(map(self._waypoint, record.waypoints)),
            team=theirs("team", record.team),
            station=theirs("station", record.station),
            mandate=theirs("mandate", record.mandate),
            custom=dict(self._values(record.custom, "patrol_attribute", "", self._custom)),
        )

    def _leg(self, leg: Leg) -> Leg:
        theirs = self._rules.theirs
        return replace(
            leg,
            transport=theirs("transport", leg.transport),
            mandate=theirs("mandate", leg.mandate),
            members=tuple(map(self._person, leg.members)),
        )

    def _person(self, member: Member) -> Member:
        """The office's own number and names; the id stays ours, for the leg names its leader by it."""
        known = self._roster.get(self._rules.theirs("member", member.id))
        return member if known is None else replace(known, id=member.id, role=member.role)

    def _waypoint(self, waypoint: Waypoint) -> Waypoint:
        return replace(waypoint, observations=self.observations(waypoint.observations, f"waypoint {waypoint.number}"))

    def observations(self, observations: Iterable[Observation], where: str) -> tuple[Observation, ...]:
        told = []
        for number, one in enumerate(observations, 1):
            place = f"{where}, observation {number}" if where else f"observation {number}"
            category = self._rules.theirs("category", one.category)
            linked = {link.key for link in self._model.links(category)}
            mapped_one = replace(
                one,
                category=category,
                attributes=dict(self._values(one.attributes, "attribute", place, linked)),
                observer=None if one.observer is None else self._person(one.observer),
            )
            told.append(self._fallen_back(mapped_one, place))
        return tuple(told)

    def _values(
        self, values: Mapping[str, Value], what: str, where: str, accepted: Collection[str]
    ) -> Iterable[tuple[str, Value]]:
        """Values under the office's keys; a key that it has in this very place needs no other."""
        taken: set[str] = set()
        for key, value in values.items():
            told_key, told = self._value(key, value, key if key in accepted else self._rules.theirs(what, key))
            if told_key in taken:
                facts = {"attribute": told_key, "ours": key}
                self._blurred("smart-attribute-twice", where, facts, key)
                continue
            taken.add(told_key)
            yield told_key, told if told_key == key else self._as_number(told_key, told)

    def _as_number(self, key: str, value: Value) -> Value:
        """Numbers are stored as texts; that this is one, only the office's attribute tells."""
        attribute = self._model.attribute(key)
        if attribute is None or attribute.type is not AttributeType.NUMERIC or not isinstance(value, str):
            return value
        number = decimal_in(value)
        return value if number is None else number

    def _value(self, key: str, value: Value, theirs: str) -> tuple[str, Value]:
        """Value and key; an answer's own mapping goes before *theirs*, that of its attribute."""
        if isinstance(value, tuple):
            found = [self._option(key, one) for one in value]
            keys = {told_key for told_key, _ in found if told_key}
            return (keys.pop() if len(keys) == 1 else theirs), tuple(dict.fromkeys(told for _, told in found))
        if not isinstance(value, str) or "option" not in self._rules.told:
            return theirs, value
        told_key, told = self._option(key, value)
        return told_key or theirs, told

    def _option(self, key: str, option: str) -> tuple[str, str]:
        """Attribute and answer that a person mapped this answer to; the answer itself, of no attribute, otherwise.

        A node of a tree is the same with and without the dot at its end.
        """
        for ours in (f"{key}/{option}", f"{key}/{option.rstrip('.')}", f"{key}/{option}."):
            theirs = self._rules.theirs("option", ours)
            if theirs != ours:
                told_key, _, told = theirs.partition("/")
                return told_key, told
        return "", option

    # Fall-backs

    def _fallen_back(self, one: Observation, where: str) -> Observation:
        model = self._model
        if model.category(one.category) is not None:
            return one
        for rule in FALL_BACKS:
            if rule.category == one.category and model.category(rule.instead) is not None:
                break
        else:
            return one
        lost: list[str] = []
        kept = dict(self._kept(one, {link.key for link in model.links(rule.instead)}, lost))
        facts = {"category": one.category, "instead": rule.instead, "lost": ", ".join(lost) or "-"}
        mend = category_mend(one.category, model)
        finding = Finding(code="smart-category-blurred", record_id=self._record_id, where=where, facts=facts, mend=mend)
        self.findings.append(finding)
        return replace(one, category=rule.instead, attributes=kept)

    def _kept(self, one: Observation, linked: set[str], lost: list[str]) -> Iterable[tuple[str, Value]]:
        """Values that the coarser category has a place for; an answer that it does not name becomes its "other"."""
        for key, value in one.attributes.items():
            attribute = self._model.attribute(key)
            if attribute is None or key not in linked:
                lost.append(key)
            elif (
                attribute.type is AttributeType.LIST
                and isinstance(value, str)
                and attribute.item(value) is None
                and attribute.item(_OTHER) is not None
            ):
                lost.append(f"{key}={value}")
                yield key, _OTHER
            else:
                yield key, value

    def _blurred(self, code: str, where: str, facts: Mapping[str, str], what: str) -> None:
        mend = edit(what)
        self.findings.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts, mend=mend))
