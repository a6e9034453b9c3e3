"""What the shipped demo consists of: one strict reader of ``resources/demo/demo.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ranger_app.domain.definitions import Table, definition
from ranger_app.paths import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStation:
    """The station that the demo creates."""

    name: str
    area_id: str
    area_name: str
    timezone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOfficer:
    """Somebody who works at the demo station; the first one does the demo."""

    name: str
    role: str
    employee_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTrack:
    """A track file, and how the patrol went."""

    file: Path
    is_made_up: bool
    transport: str
    mandate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoIncident:
    """An incident document; its photos lie beside it."""

    kind: str
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """All of the demo.

    Attributes:
        notice: Stands on every page that shows made-up data.
        case_incidents: Documents among *incidents* that the case names.
    """

    notice: str
    station: DemoStation
    officers: tuple[DemoOfficer, ...]
    tracks: tuple[DemoTrack, ...]
    incidents: tuple[DemoIncident, ...]
    case_title: str
    case_incidents: tuple[Path, ...]


def demo() -> Demo:
    """The shipped demo.

    Raises:
        DefinitionError: The file does not say what its reader knows.
    """
    return read_demo(resource("demo", "demo.toml"))


def read_demo(path: Path) -> Demo:
    """Read a demo file; the files it names lie beside it.

    Raises:
        DefinitionError: A key is missing, unknown or of another type, or a file is not there.
    """
    table = definition(path)
    station, case = table.table("station"), table.table("case")
    if station is None or case is None:
        raise table.wrong("station and case are needed")
    found = Demo(
        notice=table.text("notice"),
        station=_station(station),
        officers=tuple(_officer(entry) for entry in table.tables("officers")),
        tracks=tuple(_track(entry, path.parent) for entry in table.tables("tracks")),
        incidents=tuple(_incident(entry, path.parent) for entry in table.tables("incidents")),
        case_title=case.text("title"),
        case_incidents=tuple(path.parent / name for name in case.texts("incidents")),
    )
    case.done()
    table.done()
    named = [track.file for track in found.tracks] + [incident.file for incident in found.incidents]
    for file in (*named, *found.case_incidents):
        if not file.is_file():
            raise table.wrong(f"no file {file.name}")
    return found


def _station(entry: Table) -> DemoStation:
    station = DemoStation(
        name=entry.text("name"),
        area_id=entry.text("area_id"),
        area_name=entry.text("area_name"),
        timezone=entry.text("timezone"),
        language=entry.text("language"),
    )
    entry.done()
    return station


def _officer(entry: Table) -> DemoOfficer:
    officer = DemoOfficer(name=entry.text("name"), role=entry.word("role"), employee_id=entry.text("employee_id"))
    entry.done()
    return officer


def _track(entry: Table, folder: Path) -> DemoTrack:
    track = DemoTrack(
        file=folder / entry.text("file"),
        is_made_up=entry.flag("made_up"),
        transport=entry.text("transport"),
        mandate=entry.text("mandate"),
    )
    entry.done()
    return track


def _incident(entry: Table, folder: Path) -> DemoIncident:
    incident = DemoIncident(kind=entry.word("kind"), file=folder / entry.text("file"))
    entry.done()
    return incident
