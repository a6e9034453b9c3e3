"""Records in the words of the office that gets them, with what travels along, and what the preflight says of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from db.incidents import RECORD_KINDS, incident_ids
from db.naming import has_namesake
from db.officers import member
from db.patrol_pages import find_patrol, patrol_ids
from db.store import Store
from exporters.smart_values import incident_attachments, patrol_attachments
from ranger_app.domain.form_values import moment_of
from ranger_app.domain.office_mapping import mapped
from ranger_app.domain.preflight import Findings, joined, preflight
from ranger_app.domain.preflight_findings import Finding, Mend, Remedy, with_blurs
from ranger_app.domain.preflight_mends import edit
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol, Waypoint
from ranger_app.jobs import JobContext
from ranger_app.services.loading import loaded_incident, loaded_patrol, office_observations
from ranger_app.services.models import office_model
from ranger_app.services.office import office_of, office_rules
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import refuse_taken_back

VERSIONS = {"8": ("1.4", "2.3"), "7": ("1.3", "2.2"), "6": ("1.2", "2.0")}
"""SMART version of the receiving office to the patrol and incident formats that it reads."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One record ready for SMART.

    Attributes:
        record: In the office's words.
        attachments: File names in the package with what they stand for.
        blurs: What was blurred on the way to the office's words.
    """

    record: Patrol | Incident
    observations: tuple[Observation, ...]
    attachments: tuple[tuple[str, Attachment], ...]
    blurs: tuple[Finding, ...]


class SmartParcels:
    """Loads what goes to the office.

    Attributes:
        model: The office's data model.
        office: Its lists.
        zone: Of the station.
        along: Patrol and number of a waypoint of its parcel to the incident that travels as this waypoint.
    """

    def __init__(self, store: Store, officer: str) -> None:
        reader = store.reader
        station = station_of(store)
        self.model = office_model(reader, store.blobs, store.station_id)
        self.office = office_of(reader, store.station_id)
        self.zone = ZoneInfo(station.timezone)
        self.along: dict[tuple[str, int], str] = {}
        self._store = store
        self._rules = office_rules(reader, self.office)
        self._officer = member(reader, officer)
        self._mandate = station.default_mandate
        self._apart: tuple[Finding, ...] = ()

    def __call__(
        self, patrols: Sequence[str], incidents: Sequence[str], context: JobContext, *, gone: Collection[str] = ()
    ) -> list[Parcel]:
        """Load the records named, or all of them when none is.

        An incident made on a patrol travels as a waypoint of that patrol, unless it is asked for by name.

        Args:
            gone: Incidents that the office has by themselves: they do not travel with their patrol.
        """
        reader = self._store.reader
        takes_all = not patrols and not incidents
        named = list(dict.fromkeys(find_patrol(reader, name) or name for name in patrols))
        wanted = named or list(patrol_ids(reader))
        found_patrols = []
        for number, record in enumerate(wanted if patrols or takes_all else ()):
            context.step(number, len(wanted), "reading-records")
            refuse_taken_back(reader.entry(record, "patrol"))
            found_patrols.append(loaded_patrol(reader, record, self.model))
        found_incidents = []
        for record in self._chosen(incidents, named, takes_all=takes_all):
            refuse_taken_back(reader.entry(record, *RECORD_KINDS))
            found_incidents.append(loaded_incident(reader, record, self.model))
        by_patrol: dict[str, list[Incident]] = {}
        alone = []
        patrols_by_id = {one.id: one for one in found_patrols}
        for one in found_incidents:
            is_named = one.id in incidents
            if one.id in gone and not is_named:
                self._apart += (_gone(one),)
                continue
            on = patrols_by_id.get(one.patrol_id)
            if is_named or on is None or _place_on(one, on) is None:
                if is_named or takes_all:
                    alone.append(one)
                elif on is not None:
                    self._apart += (_apart(one, on),)
            else:
                by_patrol.setdefault(one.patrol_id, []).append(one)
        parcels = [self._patrol_parcel(one, by_patrol.get(one.id, [])) for one in found_patrols]
        return [*parcels, *(self._incident_parcel(one) for one in alone)]

    def _chosen(self, incidents: Sequence[str], patrols: Iterable[str], *, takes_all: bool) -> list[str]:
        """The incidents asked for, and those that may come along with the patrols asked for."""
        if takes_all:
            return list(incident_ids(self._store.reader))
        along = [one for patrol in patrols for one in incident_ids(self._store.reader, patrol=patrol)]
        return list(dict.fromkeys([*incidents, *along]))

    def _patrol_parcel(self, found: Patrol, incidents: list[Incident]) -> Parcel:
        legs = tuple(self._complete_leg(leg, found) for leg in found.legs)
        number = max((waypoint.number for waypoint in found.waypoints), default=0)
        extra = []
        for place, one in enumerate(incidents, start=number + 1):
            place_on = _place_on(one, found)
            assert place_on is not None
            assert one.position is not None
            self.along[found.id, place] = one.id
            extra.append(
                Waypoint(
                    id=one.id, leg_id=place_on[0], number=place, at=place_on[1], position=one.position,
                    comment="\n".join(part for part in (one.number, one.summary) if part),
                    observations=office_observations(one, self.model), attachments=one.attachments,
                )
            )  # fmt: skip
        whole = replace(found, legs=legs, waypoints=(*found.waypoints, *extra))
        told = mapped(whole, self._rules, self.model, self.office)
        assert isinstance(told.record, Patrol)
        return Parcel(told.record, (), patrol_attachments(told.record), told.findings)

    def _complete_leg(self, leg: Leg, found: Patrol) -> Leg:
        """SMART wants a mandate and members: the station's default and the officer stand in.

        A leg that came from SMART stays without a leader when it came so.
        """
        assumed = set(leg.assumed)
        people: tuple[Member, ...] = leg.members
        if not people and self._officer is not None:
            people = (self._officer,)
            assumed.add("members")
        leader = leg.leader if any(one.id == leg.leader for one in people) else ""
        if not leader and people and not (leg.members and leg.starts_on):
            leader = people[0].id
            assumed.add("leader")
        mandate = leg.mandate or found.mandate
        if not mandate:
            mandate = self._mandate
            assumed.add("mandate")
        return replace(leg, members=people, leader=leader, mandate=mandate, assumed=tuple(sorted(assumed)))

    def _incident_parcel(self, found: Incident) -> Parcel:
        said = office_observations(found, self.model)
        told = mapped(found, self._rules, self.model, self.office, observations=said)
        return Parcel(found, told.observations, incident_attachments(found, told.observations), told.findings)

    # Preflight

    def found(self, parcels: Sequence[Parcel], version: str, context: JobContext) -> Findings:
        """What the preflight says of all of them, for a SMART of this version."""
        found = []
        for number, parcel in enumerate(parcels):
            context.step(number, len(parcels), "checking-smart")
            found.append(self._preflight(parcel, version))
        return joined([*found, Findings(notes=(*self._apart, *self._unfinished(parcels)))])

    def _unfinished(self, parcels: Sequence[Parcel]) -> Iterator[Finding]:
        """What somebody typed into forms of these records, and nobody stored."""
        waiting = self._store.drafts.records()
        travelling = [(one.record.id, "", one.record.id) for one in parcels]
        travelling += [(patrol, f"waypoint {n}", incident) for (patrol, n), incident in self.along.items()]
        for record, where, form_of in travelling:
            if form_of in waiting:
                yield Finding(code="smart-draft-waiting", record_id=record, where=where)

    def _preflight(self, parcel: Parcel, version: str) -> Findings:
        missing = {one.sha256 for _, one in parcel.attachments if not self._store.blobs.has(one.sha256)}
        said = parcel.observations if isinstance(parcel.record, Incident) else None
        found = preflight(
            parcel.record, self.model, self.office, observations=said, missing_blobs=missing,
            version=VERSIONS[version][0 if said is None else 1],
        )  # fmt: skip
        return with_blurs(found, (*parcel.blurs, *self._namesakes(parcel.record)))

    def _namesakes(self, record: Patrol | Incident) -> Iterator[Finding]:
        """SMART asks a person when it has the number already, and may give another."""
        kind = "patrol" if isinstance(record, Patrol) else "incident"
        if record.number and has_namesake(self._store.reader, kind, record.id, record.number):
            mend = Mend(remedy=Remedy.EDIT, what="number", ours=record.number)
            facts = {"number": record.number}
            yield Finding(code="smart-number-twice", record_id=record.id, where="number", facts=facts, mend=mend)


def _apart(found: Incident, patrol: Patrol) -> Finding:
    facts = {"number": found.number, "patrol": patrol.number}
    return Finding(code="smart-incident-apart", record_id=found.id, facts=facts, mend=edit("patrol_id"))


def _gone(found: Incident) -> Finding:
    facts = {"number": found.number}
    return Finding(code="smart-incident-gone", record_id=found.id, facts=facts, mend=edit("patrol_id"))


def _place_on(found: Incident, patrol: Patrol) -> tuple[str, dt.datetime] | None:
    """Leg and moment under which a patrol tells of an incident: when it was found, else when it happened.

    ``None`` when neither was on one of its days, or nobody knows where it was.
    """
    discovered = found.fields.get("discovered_at")
    moments = [moment_of(discovered) if isinstance(discovered, str) else None]
    moments += [found.occurred_at, found.occurred_until] if found.occurred_at is not None else []
    zone = ZoneInfo(patrol.timezone)
    for moment in moments if found.position is not None else ():
        date = moment.astimezone(zone).date() if moment is not None else None
        for leg in patrol.legs:
            if moment is not None and any(day.date == date for day in leg.days):
                return leg.id, moment
    return None
