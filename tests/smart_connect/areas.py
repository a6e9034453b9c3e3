"""Conservation areas: what an office has told its server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid5

from ranger_app.domain.data_model import DataModel
from ranger_app.importers.data_model import data_model_from_bytes
from ranger_app.paths import resource

NAMES = UUID("6f2b8f0e-52c1-4f5c-9d0e-2a4b6c8d0e1f")
"""Ids of the sample area are made from names below this one, so that they are the same in every run."""


class AreaStatus(StrEnum):
    """Whether an area can be worked with; only ``DATA`` can."""

    DATA = "DATA"
    NODATA = "NODATA"
    CCAA = "CCAA"
    UPLOADING = "UPLOADING"
    DELETING = "DELETING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of one of the office's lists: what is sent, and what it is called."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport(Entry):
    """A way to move; some need a pilot."""

    needs_pilot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """Somebody who works for the area."""

    uuid: UUID
    given_name: str
    family_name: str
    employee_id: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolAttribute(Entry):
    """A question of the office's own about every patrol.

    Attributes:
        type: ``TEXT``, ``NUMERIC``, ``BOOLEAN``, ``DATE``, ``LIST`` or ``TREE``.
        required_when: ``true``, ``false`` or an expression such as ``transportType = 'plane'``.
        options: Of a list, its answers.
    """

    type: str = "TEXT"
    required_when: str = "false"
    options: tuple[Entry, ...] = ()


@dataclass(kw_only=True, eq=False)
class Area:
    """One conservation area.

    Attributes:
        code: The short id that patrol numbers begin with.
        model_xml: The data model as it is downloaded; :meth:`take_model` changes it.
        boundary: GeoJSON as text, as the server tells it; empty for none.
    """

    uuid: UUID
    label: str
    code: str
    model_xml: bytes = field(repr=False)
    status: AreaStatus = AreaStatus.DATA
    version: UUID = field(default_factory=lambda: uuid5(NAMES, "version"))
    revision: int = 1
    model_changed_at: dt.datetime = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
    transports: tuple[Transport, ...] = ()
    mandates: tuple[Entry, ...] = ()
    teams: tuple[Entry, ...] = ()
    stations: tuple[Entry, ...] = ()
    employees: tuple[Employee, ...] = ()
    patrol_attributes: tuple[PatrolAttribute, ...] = ()
    incident_types: tuple[Entry, ...] = ()
    boundary: str = ""

    @cached_property
    def model(self) -> DataModel:
        """The data model, read."""
        return data_model_from_bytes(self.model_xml).model

    @cached_property
    def configurable_model(self) -> UUID:
        """The id of the area's one configurable model."""
        return uuid5(self.uuid, "configurable model")

    def take_model(self, xml: bytes, *, at: dt.datetime) -> None:
        """Change the data model, as a merge in SMART Desktop does."""
        self.model_xml = xml
        self.model_changed_at = at
        self.revision += 1
        self.__dict__.pop("model", None)

    def employee(self, told: str) -> Employee | None:
        """Who has this id, with or without dashes."""
        wanted = uuid_from(told)
        return next((one for one in self.employees if one.uuid == wanted), None)


def uuid_from(told: object) -> UUID | None:
    """An id with or without dashes; ``None`` when it is none."""
    if not isinstance(told, str) or len(told) not in (32, 36):
        return None
    try:
        return UUID(told)
    except ValueError:
        return None


def sample_area(*, model: Path | None = None, label: str = "Kichi-Naryn", code: str = "KNR") -> Area:
    """An area with SMART's default data model, or that of *model*, and the lists of SMART's training area."""
    uuid = uuid5(NAMES, label)
    path = model if model is not None else Path(str(resource("models", "default_datamodel_8.1.3.xml")))
    return Area(
        uuid=uuid,
        label=label,
        code=code,
        model_xml=path.read_bytes(),
        transports=(
            Transport(id="foot", names={"en": "Foot", "ru": "Пешком"}),
            Transport(id="vehicle", names={"en": "Vehicle"}),
            Transport(id="plane", names={"en": "Plane"}, needs_pilot=True),
        ),
        mandates=(
            Entry(id="antipoaching", names={"en": "Anti-poaching"}),
            Entry(id="surveillance", names={"en": "Surveillance"}),
            Entry(id="followup", names={"en": "Follow-up"}),
        ),
        teams=(
            Entry(id="mobileteam1", names={"en": "Mobile Team 1"}),
            Entry(id="communityteam1", names={"en": "Community Team 1"}),
        ),
        stations=tuple(Entry(id=uuid5(uuid, name).hex, names={"en": name}) for name in ("HQ", "Patrol Station 1")),
        employees=tuple(
            Employee(uuid=uuid5(uuid, number), given_name=given, family_name=family, employee_id=number)
            for number, given, family in (
                ("R-0012", "Aibek", "Toktosunov"), ("R-0013", "Nurgul", "Asanova"), ("R-0014", "Bakyt", "Orozov"),
            )
        ),
        patrol_attributes=(
            PatrolAttribute(id="weather", names={"en": "Weather"}, type="LIST", options=(
                Entry(id="clear", names={"en": "Clear"}), Entry(id="snow", names={"en": "Snow"}),
            )),
        ),
        incident_types=(Entry(id="incident", names={"en": "Incident"}),),
        boundary='{"type":"Polygon","coordinates":[[[74.0,41.0],[75.0,41.0],[75.0,42.0],[74.0,42.0],[74.0,41.0]]]}',
    )  # fmt: skip
