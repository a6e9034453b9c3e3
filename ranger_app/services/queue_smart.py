"""Patrols and incidents are made ready for an office: preflight, file, and an item of the outbox each."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from db.blobs import flush_folder
from db.incidents import RECORD_KINDS
from db.naming import find_numbered
from db.outbox import KIND, items
from db.store import Store
from db.transaction import new_id
from exporters.safe_write import FileNotWrittenError
from exporters.smart_values import file_name
from ranger_app.domain.outbox import Item, State
from ranger_app.domain.places import Place
from ranger_app.domain.preflight import Findings
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.already_queued import AlreadySentError, ChangedSinceSentError, refuse_second
from ranger_app.services.export_direct import ExportDirect
from ranger_app.services.export_smart import ExportSmart, SmartExported
from ranger_app.services.outbox import clear_arrived, own_log, what_it_says
from ranger_app.services.outbox_files import FOLDER, item_path, outbox_folder
from ranger_app.services.take_back import refuse_taken_back

TYPES: Final = {"patrol": "PATROL_XML", "incident": "INCIDENT_XML"}
DIRECT: Final = "DATA"
ID_SIGNS: Final = 12
LONGEST_NUMBER: Final = 60


class PlaceHasNoAreaError(RangerAppError):
    """Nobody chose the conservation area of the place: the office does not know where to put it."""

    code = "place-no-area"


class PreflightLossyError(RangerAppError):
    """SMART would drop something, and nobody agreed to that.

    Attributes:
        findings: What the preflight said.
    """

    code = "smart-lossy"

    def __init__(self, findings: Findings, number: str) -> None:
        super().__init__(number=number, count=len(findings.fatal) or len(findings.lossy))
        self.findings = findings


class PreflightFatalError(PreflightLossyError):
    """SMART's import would fail."""

    code = "smart-fatal"


@dataclass(slots=True)
class Queued:
    """What was made ready.

    Attributes:
        refused: Record id and reason of each that was not.
        lossy: What SMART will drop of those that were queued all the same.
    """

    items: list[Item] = field(default_factory=list)
    refused: list[tuple[str, RangerAppError]] = field(default_factory=list)
    lossy: list[Findings] = field(default_factory=list)


class QueueSmart:
    """Put records into the outbox of a SMART Connect; each is frozen as a file at that moment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, place: Place, records: Sequence[str], *, force: bool, twice: bool | None = None, officer: str,
        context: JobContext,
    ) -> Queued:  # fmt: skip
        """Make a file of each record, and remember what is to become of it.

        Args:
            records: Ids or numbers of patrols and incidents.
            force: Also what SMART will drop something of.
            twice: Also what is there already; ``None`` as *force*.

        Raises:
            PlaceHasNoAreaError: Nothing can be sent to this place yet.
            FileNotWrittenError: The disk is full.
        """
        if not place.area:
            raise PlaceHasNoAreaError(name=place.name)
        queued = Queued()
        self._store.ensure_log(officer, "station")
        known = list(items(self._store.reader))
        clear_arrived(self._store)
        for number, record in enumerate(dict.fromkeys(records)):
            context.step(number, len(records), "writing-smart")
            try:
                is_twice = force if twice is None else twice
                known.append(self._one(place, record, known, queued, force=force, twice=is_twice, officer=officer))
                queued.items.append(known[-1])
            except FileNotWrittenError:
                raise
            except RangerAppError as error:
                queued.refused.append((record, error))
        return queued

    def _one(
        self, place: Place, told: str, known: Iterable[Item], queued: Queued, *, force: bool, twice: bool,
        officer: str,
    ) -> Item:  # fmt: skip
        reader = self._store.reader
        found = find_numbered(reader, "patrol", told) or find_numbered(reader, "incident", told) or told
        entry = reader.entry(found, "patrol", *RECORD_KINDS)
        refuse_taken_back(entry)
        number = str(entry.values.get("number") or "")
        kind = "patrol" if entry.kind == "patrol" else "incident"
        covers = what_it_says(reader, entry.kind, entry.id)
        doubt = None
        try:
            refuse_second(place, entry, covers, known, force=twice)
        except ChangedSinceSentError as error:
            doubt = error  # whether SMART would see any of it, only the file can say
        record = new_id()
        is_direct = place.how == "direct"
        version = place.version or "8"
        with tempfile.TemporaryDirectory(prefix=".ranger-", dir=outbox_folder(self._store.folder)) as work:
            write = self._written_direct if is_direct else self._written
            gone = {one.record for one in known if one.area == place.area and one.outcome != State.REFUSED}
            is_forced = force or doubt is not None
            done = write(Path(work), entry.id, kind, place, gone, force=is_forced, officer=officer)
            file = _only_file(done, number, queued)
            if doubt is not None:
                there = {one.sha256 for one in known if one.record == entry.id and one.area == place.area}
                raise AlreadySentError(number=number) if _sha256(file) in there else doubt
            item = Item(
                id=record, place=place.name, server=place.url, area=place.area, how=place.how, record_kind=entry.kind,
                record=entry.id, number=number, name=_name(number, record, file.suffix),
                type=DIRECT if is_direct else TYPES[kind],
                sha256=_sha256(file), size=file.stat().st_size, version=version, covers=covers,
                origin=own_log(self._store), queued_at=self._store.clock(),
            )  # fmt: skip
            file.replace(item_path(self._store.folder / FOLDER, item))
            flush_folder(self._store.folder / FOLDER)
        with self._store.act(officer=officer) as change:
            change.create(KIND, _fields(item), record=record)
        return item

    def _written(
        self, work: Path, record: str, kind: str, place: Place, gone: Collection[str], *, force: bool, officer: str
    ) -> SmartExported:  # fmt: skip
        return ExportSmart(self._store)(
            work / "files", patrols=[record] if kind == "patrol" else (),
            incidents=[record] if kind == "incident" else (), version=place.version or "8", force=force,
            gone=gone, officer=officer, context=JobContext(),
        )  # fmt: skip

    def _written_direct(
        self, work: Path, record: str, kind: str, place: Place, gone: Collection[str], *, force: bool, officer: str
    ) -> SmartExported:  # fmt: skip
        return ExportDirect(self._store)(
            work / "direct.json", record, is_patrol=kind == "patrol", place=place, gone=gone, force=force,
            officer=officer, context=JobContext(),
        )  # fmt: skip


def _only_file(done: SmartExported, number: str, queued: Queued) -> Path:
    findings = done.findings
    if not done.is_written:
        raise (PreflightFatalError if findings.fatal else PreflightLossyError)(findings, number)
    if findings.lossy:
        queued.lossy.append(findings)
    return done.files[0]


def _name(number: str, record: str, ending: str) -> str:
    """A name that no other item has, from which a person at the office sees what it is; ASCII, for any server."""
    stem = file_name(number[:LONGEST_NUMBER], "record")
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in stem)
    return f"{plain}-{record[:ID_SIGNS]}{ending}"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _fields(item: Item) -> dict[str, str | int]:
    return {
        name: getattr(item, name)
        for name in (
            "place", "server", "area", "how", "record_kind", "record", "number", "name", "type", "sha256", "size",
            "version", "covers", "origin",
        )
    }  # fmt: skip
