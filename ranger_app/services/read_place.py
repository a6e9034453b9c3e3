"""What a SMART Connect tells is read, and is there afterwards without a network: areas, data model, lists."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from db.store import Store
from ranger_app.domain.places import (
    Area,
    AreaNotThereError,
    Place,
    PlaceKindLaterError,
    smart_version,
    version_numbers,
)
from ranger_app.errors import RangerAppError
from ranger_app.importers.data_model import ModelReading, data_model_from_bytes
from ranger_app.importers.office_metadata import read_incident_types, read_metadata
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.problem import Problem
from ranger_app.services.at_store import AtStore
from ranger_app.services.incident_types import LoadIncidentTypes
from ranger_app.services.models import ImportModel, ModelImported
from ranger_app.services.office_loading import LoadMetadata
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.sync.carrying import asked_again
from ranger_app.sync.connect_errors import (
    ConnectError,
    MissingThereError,
    NotSmartError,
    RedirectedError,
    RefusedThereError,
    UnreachableError,
)
from ranger_app.sync.smart_connect import Connect, connected

Answer = TypeVar("Answer")
Connecting = Callable[[Place, str], Connect]

USUAL_PATH: Final = "/server"
"""Where SMART Connect is unless the office put it elsewhere; people paste the address without it."""

MODEL, LISTS, TYPES = "data_model", "patrol_metadata", "incident_metadata"
PARTS: Final = (MODEL, LISTS, TYPES)
SINCE: Final[Mapping[str, tuple[int, ...]]] = {MODEL: (7, 0), LISTS: (7, 0, 2), TYPES: (8, 1)}
"""The version of SMART Connect that brought each part (FORMATS 6.6)."""

MODEL_DATE_SINCE: Final = (7, 5, 7)
UNREAD: Final = {MODEL: "place-model-unread", LISTS: "place-lists-unread", TYPES: "place-types-unread"}
STEPS: Final = 1 + len(PARTS)
TRIES: Final = 3
REST_S: Final = 0.3

NEW, SAME, ABSENT, FAILED = "new", "same", "absent", "failed"
"""What became of a part: stored, as it was here already, not in this version of SMART Connect, not to be read."""

CHANGED, DIGEST = "data_model_changed", "data_model_sha256"
"""What is remembered of the model that was read last: when it changed there, and its hash."""


@dataclass(slots=True, kw_only=True)
class PlaceRead:
    """What was read.

    Attributes:
        parts: For each of ``PARTS`` one of ``NEW``, ``SAME``, ``ABSENT``, ``FAILED``.
        lists: Name of each list of the office to the number of its entries.
        problems: What could not be read, and what a person has to choose.
    """

    place: Place
    parts: dict[str, str] = field(default_factory=dict)
    model: ModelImported | None = None
    lists: Mapping[str, int] = field(default_factory=dict)
    employees: int = 0
    incident_types: int = 0
    problems: list[Problem] = field(default_factory=list)


class ReadPlace:
    """Ask a SMART Connect for all that the station can use, and keep it."""

    def __init__(
        self, run: AtStore, places: Places, passwords: Passwords, *, connecting: Connecting = connected
    ) -> None:
        self._run = run
        self._places = places
        self._passwords = passwords
        self._connecting = connecting

    def __call__(self, name: str, *, officer: str, context: JobContext) -> PlaceRead:
        """Read the place of this name; what one part suffers from does not lose the others.

        Version and areas are kept even when the rest cannot be read, and so is each part that was read before
        somebody stopped it.

        Raises:
            PlaceMissingError, PlaceKindLaterError: There is no such place, or nothing can be read from its kind yet.
            PasswordMissingError, KeyStoreSilentError: Nobody can sign in.
            ConnectError: The server was not reached, or refused; nothing was changed.
            AreaNotThereError: The server does not show the chosen area; nothing was changed.
        """
        place = self._places.get(name)
        if place.kind != "smart":
            raise PlaceKindLaterError(kind=place.kind)
        password = self._passwords.needed(place.name, place.user)
        context.step(0, STEPS, "place-asking")
        place, areas = self.greeted(place, password, context)
        chosen, problems = _choice(place, areas)
        place = self._kept(
            name, url=place.url, areas=areas, area=chosen, version=place.version, told_version=place.told_version
        )  # fmt: skip
        read = PlaceRead(place=place, problems=problems)
        if not place.version:
            read.problems.append(Problem(code="place-version-unknown", facts={"name": place.name}))
        if chosen:
            with self._connecting(place, password) as connect, context.woken_by(connect.hang_up):
                self._parts(connect, read, officer, context)
        read.place = self._places.get(name)
        return read

    # Who is there

    def greeted(self, place: Place, password: str, context: JobContext) -> tuple[Place, tuple[Area, ...]]:
        """The place with its version, and its areas; with the usual path where the address has none and needs one.

        Nothing is kept.

        Raises:
            ConnectError: The server was not reached, or refused.
        """
        try:
            return self._greeted_at(place, password, context)
        except (MissingThereError, NotSmartError, RedirectedError):
            if urlsplit(place.url).path:
                raise
            try:
                return self._greeted_at(replace(place, url=place.url + USUAL_PATH), password, context)
            except (MissingThereError, NotSmartError, RedirectedError):
                pass  # what the address itself answered says more
            raise

    def _greeted_at(self, place: Place, password: str, context: JobContext) -> tuple[Place, tuple[Area, ...]]:
        with self._connecting(place, password) as connect, context.woken_by(connect.hang_up):
            try:
                told = str(_again(connect.info).get("build-version") or "")
            except MissingThereError:  # before 7.5.3, or no SMART at all: the areas will tell
                told = ""
            areas = _again(connect.areas)
        return replace(place, told_version=told, version=smart_version(told) or place.version), areas

    def _kept(self, name: str, **changes: Any) -> Place:
        """Keep what was learnt, beside whatever a person changed meanwhile."""
        place = replace(self._places.get(name), **changes)
        self._places.put(place)
        return place

    # What it has

    def _parts(self, connect: Connect, read: PlaceRead, officer: str, context: JobContext) -> None:
        asked = _Asked(read)
        for number, (part, take) in enumerate(((MODEL, self._model), (LISTS, self._lists), (TYPES, self._types))):
            context.step(1 + number, STEPS, "place-reading")
            if _has(read.place, part):
                take(connect, asked, officer)
            else:
                read.parts[part] = ABSENT

    def _model(self, connect: Connect, asked: _Asked, officer: str) -> None:
        place = asked.read.place
        file = f"{place.url}/api/metadata/datamodel/{place.area}"

        def ask() -> tuple[str, bytes | None]:
            changed = connect.data_model_changed(place.area) if _has_date(place) else ""
            is_same = changed and changed == place.read.get(_of_area(CHANGED, place))
            if is_same and self._run(lambda store: _has_model(store, place.read.get(_of_area(DIGEST, place), ""))):
                return changed, None
            return changed, connect.data_model(place.area)

        answer = asked.of(MODEL, ask)
        if answer is None:
            return
        changed, content = answer
        digest = hashlib.sha256(content).hexdigest() if content is not None else ""
        is_known = bool(digest) and digest == place.read.get(_of_area(DIGEST, place))
        if content is None or (is_known and self._run(lambda store: _has_model(store, digest))):
            asked.read.parts[MODEL] = SAME
        else:
            reading = asked.of(MODEL, lambda: _whole_model(content, file))
            if reading is None:
                return
            label = next((one.label for one in place.areas if one.id == place.area), "") or place.name
            asked.read.model = self._run(
                lambda store: ImportModel(store).keep(content, reading, name=f"{label}.xml", officer=officer)
            )
            asked.read.problems += reading.problems
            asked.read.parts[MODEL] = NEW
        kept = {**place.read, _of_area(CHANGED, place): changed}
        self._kept(place.name, read={**kept, _of_area(DIGEST, place): digest or place.read[_of_area(DIGEST, place)]})

    def _lists(self, connect: Connect, asked: _Asked, officer: str) -> None:
        file = f"{connect.base}/api/metadata/patrol/{asked.read.place.area}"
        content = asked.of(LISTS, lambda: connect.patrol_metadata(asked.read.place.area))
        if content is None or asked.of(LISTS, lambda: read_metadata(content, file=file)) is None:
            return
        loaded, asked.read.parts[LISTS] = self._stored(lambda store: LoadMetadata(store)(content, officer=officer))
        asked.read.lists, asked.read.employees = loaded.lists, loaded.employees
        asked.read.problems += loaded.problems

    def _types(self, connect: Connect, asked: _Asked, officer: str) -> None:
        file = f"{connect.base}/api/metadata/incident/{asked.read.place.area}"
        content = asked.of(TYPES, lambda: connect.incident_metadata(asked.read.place.area))
        told = asked.of(TYPES, lambda: read_incident_types(content, file=file)) if content is not None else None
        if told is None:
            return
        asked.read.incident_types, asked.read.parts[TYPES] = self._stored(
            lambda store: LoadIncidentTypes(store)(told, officer=officer)
        )
        asked.read.problems += told.problems

    def _stored(self, work: Callable[[Store], Answer]) -> tuple[Answer, str]:
        """What *work* answers, and whether it changed anything."""

        def counted(store: Store) -> tuple[Answer, str]:
            before = store.journal.last_n()
            answer = work(store)
            return answer, SAME if store.journal.last_n() == before else NEW

        return self._run(counted)


class _Asked:
    """Asks for one part after the other, and notes what cannot be had."""

    def __init__(self, read: PlaceRead) -> None:
        self.read = read
        self._is_over = False

    def of(self, part: str, ask: Callable[[], Answer]) -> Answer | None:
        """The answer to *ask*; ``None`` when there is none, which is among the problems then."""
        if self._is_over:
            self._note(part)
            return None
        try:
            return _again(ask)
        except Cancelled:
            raise
        except RangerAppError as error:
            self._note(part)
            self.read.problems.append(Problem(code=error.code, facts=dict(error.facts)))
            self.read.problems += getattr(error, "problems", ())
            if isinstance(error, ConnectError) and not isinstance(error, (MissingThereError, RefusedThereError)):
                self._is_over = isinstance(error, UnreachableError) or not error.is_passing
            return None

    def _note(self, part: str) -> None:
        self.read.parts[part] = FAILED
        self.read.problems.append(Problem(code=UNREAD[part], facts={"name": self.read.place.name}))


def _choice(place: Place, areas: tuple[Area, ...]) -> tuple[str, list[Problem]]:
    """Id of the area to use, empty while nobody chose among several; and what to say about it."""
    told = "; ".join(f"{one.label} {one.id}" for one in areas)
    if place.area and place.area not in {one.id for one in areas}:
        raise AreaNotThereError(name=place.name, area=place.area, areas=told)
    if place.area or len(areas) == 1:
        return place.area or areas[0].id, []
    code = "place-area-open" if areas else "place-without-areas"
    return "", [Problem(code=code, facts={"name": place.name, "areas": told})]


def _whole_model(content: bytes, file: str) -> ModelReading:
    reading = data_model_from_bytes(content, file=file)
    reading.refuse_broken(file)
    return reading


def _has(place: Place, part: str) -> bool:
    """Whether the server has a call for a part; where it does not tell its version, what a person said counts."""
    numbers = version_numbers(place.told_version)
    if numbers:
        return numbers >= SINCE[part]
    # A server of 8 tells its version: a 7 that does not is older than 7.5.3.
    return part != TYPES and place.version in ("7", "8")


def _of_area(what: str, place: Place) -> str:
    return f"{what}/{place.area}"


def _has_date(place: Place) -> bool:
    return version_numbers(place.told_version) >= MODEL_DATE_SINCE


def _has_model(store: Store, digest: str) -> bool:
    return any(entry.values.get("sha256") == digest for entry in store.reader.entries("model"))


def _again(ask: Callable[[], Answer]) -> Answer:
    """Ask a few times; a page that is not SMART's stays one."""
    return asked_again(ask, tries=TRIES, rest_s=REST_S, but=(NotSmartError,))
