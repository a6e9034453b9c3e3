"""Waypoints, incidents and planned routes are put onto a receiver, or into a file for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.incidents import RECORD_KINDS
from db.plans import find_plan, plan
from db.store import Store
from exporters.device_gpx import NAME_LETTERS, DevicePoint, DeviceRoute, device_gpx, parts_of
from exporters.new_file import write_new
from exporters.safe_write import make_folder
from ranger_app.domain.records import Incident, Patrol
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.loading import loaded_incident, loaded_patrol
from ranger_app.services.models import office_model
from ranger_app.services.take_back import refuse_taken_back

FILE_NAME = "ranger-app.gpx"
_GARMIN, _GPX = "garmin", "gpx"


class NoDeviceError(RangerAppError):
    """A folder is no receiver: it has no folder Garmin."""

    code = "no-device"


class NothingNamedError(RangerAppError):
    """Nobody said what shall go onto the receiver."""

    code = "nothing-named"


class NothingForDeviceError(RangerAppError):
    """What was named has no place to go to."""

    code = "nothing-for-device"


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnDevice:
    """What became of it.

    Attributes:
        file: Where it was written, perhaps with a number after the name that was wanted.
        waypoints, routes: How many are in it.
        split: Names of routes that had to become several.
    """

    file: Path
    waypoints: int
    routes: int
    split: tuple[str, ...] = ()


def gpx_folder(root: Path) -> Path | None:
    """Where a receiver that is shown as a drive looks for new GPX files; ``None`` when this is none.

    Its names are looked for whatever the case of their letters; the folder for GPX may have to be made.
    """
    garmin = _below(root, _GARMIN)
    if garmin is None:
        return None
    return _below(garmin, _GPX) or garmin / "GPX"


def _below(folder: Path, name: str) -> Path | None:
    try:
        found = [one for one in folder.iterdir() if one.name.lower() == name and one.is_dir()]
    except OSError:
        return None
    return min(found, default=None)


class ExportToDevice:
    """Write waypoints and routes for a receiver; never over another file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        out: Path,
        *,
        patrols: Sequence[str] = (),
        incidents: Sequence[str] = (),
        plans: Sequence[str] = (),
        longest_name: int = NAME_LETTERS,
        is_ascii: bool = False,
        context: JobContext,
    ) -> PutOnDevice:
        """Write the waypoints of patrols, the places of incidents and the routes of plans that are named.

        Args:
            out: A file, or a receiver's own folder, in which its folder for GPX is found.
            plans: Ids or numbers.

        Raises:
            NothingNamedError, NothingForDeviceError, NoDeviceError, RecordMissingError, FileNotWrittenError: Nothing
                is written.
        """
        if not (patrols or incidents or plans):
            raise NothingNamedError
        points = [*self._waypoints(patrols, context), *self._places(incidents)]
        routes = [*self._routes(plans)]
        if not points and not routes:
            raise NothingForDeviceError
        content = device_gpx(points, routes, longest_name=longest_name, is_ascii=is_ascii)
        wanted = self._file(out)
        if out.is_dir():
            make_folder(wanted.parent)
        file = write_new(wanted, content)
        split = tuple(route.name for route in routes if len(parts_of(route.points)) > 1)
        written = sum(len(parts_of(route.points)) for route in routes)
        return PutOnDevice(file=file, waypoints=len(points), routes=written, split=split)

    @staticmethod
    def _file(out: Path) -> Path:
        if not out.is_dir():
            return out.absolute()
        folder = gpx_folder(out)
        if folder is None:
            raise NoDeviceError(folder=str(out))
        return (folder / FILE_NAME).absolute()

    def _waypoints(self, patrols: Sequence[str], context: JobContext) -> Iterator[DevicePoint]:
        reader = self._store.reader
        model = office_model(reader, self._store.blobs, self._store.station_id)
        for number, record in enumerate(dict.fromkeys(patrols)):
            context.step(number, len(patrols), "reading-records")
            refuse_taken_back(reader.entry(record, "patrol"))
            yield from _of_patrol(loaded_patrol(reader, record, model, self._store.blobs))

    def _places(self, incidents: Sequence[str]) -> Iterator[DevicePoint]:
        reader = self._store.reader
        model = office_model(reader, self._store.blobs, self._store.station_id)
        for record in dict.fromkeys(incidents):
            refuse_taken_back(reader.entry(record, *RECORD_KINDS))
            yield from _of_incident(loaded_incident(reader, record, model))

    def _routes(self, plans: Sequence[str]) -> Iterator[DeviceRoute]:
        reader = self._store.reader
        for name in dict.fromkeys(plans):
            record = find_plan(reader, name) or name
            refuse_taken_back(reader.entry(record, "plan"))
            found = plan(reader, record)
            points = tuple(
                DevicePoint(latitude_deg=one.latitude_deg, longitude_deg=one.longitude_deg, name=one.name)
                for one in found.route
            )
            if len(points) > 1:
                yield DeviceRoute(name=found.name or found.number, points=points)


def _of_patrol(patrol: Patrol) -> Iterator[DevicePoint]:
    for waypoint in patrol.waypoints:
        seen = ", ".join(one.category.rstrip(".").rpartition(".")[2] for one in waypoint.observations)
        told = " ".join(waypoint.comment.split()) or seen
        yield DevicePoint(
            latitude_deg=waypoint.position.latitude_deg, longitude_deg=waypoint.position.longitude_deg,
            name=f"{waypoint.number} {told}".strip(), comment=f"{patrol.number} {told}".strip(), at=waypoint.at,
        )  # fmt: skip


def _of_incident(incident: Incident) -> Iterator[DevicePoint]:
    if incident.position is None:
        return
    told = " ".join((incident.summary or incident.place).split())
    yield DevicePoint(
        latitude_deg=incident.position.latitude_deg, longitude_deg=incident.position.longitude_deg,
        name=f"{incident.number.rpartition('_')[2]} {told}".strip(), comment=f"{incident.number} {told}".strip(),
        at=incident.occurred_at,
    )  # fmt: skip
