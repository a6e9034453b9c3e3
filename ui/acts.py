"""What the window asks the core to do with records: one function an act, each answering work for the store thread.

Everything heavy is imported inside the work, so that it loads in the store thread and only when it is needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.audit import Audit
    from db.drafts import Draft
    from db.store import Store
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import Attachment
    from ranger_app.domain.track_edits import Shift
    from ranger_app.errors import RangerAppError
    from ranger_app.importers.csv_tracks_mapping import CsvMapping
    from ranger_app.problem import Problem
    from ranger_app.services.attach_photos import ReadPhoto
    from ranger_app.services.record_booklet import BookletRow, RowStored
    from ranger_app.services.record_incident import Recorded
    from ranger_app.services.stations import Rebuilt
    from ranger_app.services.tracks_imported import TracksImported
    from ui.store_thread import ReadJob, Rescue, Sight, StoreJob

Bases: TypeAlias = Mapping[str, Sequence[str]]

Written: TypeAlias = tuple[Mapping[str, Any], ...]
"""What one change wrote, op by op."""

# Patrols


def import_tracks(
    paths: Sequence[Path],
    *,
    officer: str,
    patrol_id: str = "",
    date: dt.date | None = None,
    transport: str = "",
    mandate: str = "",
    leader: str = "",
    mapping: CsvMapping | None = None,
    refused: list[Problem] | None = None,
    home: Path | None = None,
) -> StoreJob[TracksImported]:
    """Files of receivers, folders of them and whole devices become patrols.

    Args:
        refused: Takes why each file was refused where all of them were.
        home: Where this person's settings are: what was said last is assumed, and what is said now remembered.
    """

    def work(store: Store, context: JobContext) -> TracksImported:
        from ranger_app.services.import_tracks import ImportTracks
        from ranger_app.services.patrol_defaults import NO_DEFAULTS, patrol_defaults, remember_import

        told = {"transport": transport, "mandate": mandate, "leader": leader}
        known = (home, store.station_id, officer, store.reader) if home is not None else None
        done = ImportTracks(store)(
            paths, officer=officer, patrol_id=patrol_id, date=date, **told, mapping=mapping,
            refused=refused, context=context,
            defaults=patrol_defaults(*known) if known is not None else NO_DEFAULTS,
        )  # fmt: skip
        if known is not None:
            remember_import(*known, done.patrols, told)
        return done

    return work


def edit_patrol(
    patrol: str, document: dict[str, Any], *, officer: str, bases: Bases | None, home: Path | None = None
) -> StoreJob[bool]:
    """Change some fields of a patrol; with a *home* what was said is proposed for the next one."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.edit_patrol import EditPatrol

        is_changed = EditPatrol(store)(patrol, document, officer=officer, bases=bases)
        if home is not None:
            from ranger_app.services.patrol_defaults import remember_said

            remember_said(home, store.station_id, officer, store.reader, patrol, document)
        return is_changed

    return work


def record_booklet(patrol: str, row: BookletRow, *, waypoint: str, is_new: bool, officer: str) -> StoreJob[RowStored]:
    """A row of a booklet becomes an observation, at a waypoint that is there or at a new one of this id."""

    def work(store: Store, context: JobContext) -> RowStored:
        from ranger_app.services.record_booklet import RecordBooklet

        return RecordBooklet(store)(patrol, row, waypoint=waypoint, is_new=is_new, officer=officer, context=context)

    return work


def take_out_booklet_row(waypoint: str, observation: str, *, officer: str) -> StoreJob[None]:
    """Take a row of a booklet back."""

    def work(store: Store, _context: JobContext) -> None:
        from ranger_app.services.record_booklet import take_out_row

        take_out_row(store, waypoint, observation, officer=officer)

    return work


def read_photos(
    paths: Sequence[Path], *, shift: Shift | None = None
) -> StoreJob[tuple[list[ReadPhoto], tuple[Problem, ...]]]:
    """When and where photos were taken, by a clock that may be corrected; nothing is stored."""

    def work(store: Store, context: JobContext) -> tuple[list[ReadPhoto], tuple[Problem, ...]]:
        from ranger_app.services.attach_photos import AttachPhotos

        refused: list[Problem] = []
        return AttachPhotos(store).read(paths, context, refused, shift=shift), tuple(refused)

    return work


# Incidents


def record_incident(kind: str, document: dict[str, Any], *, officer: str, record: str) -> StoreJob[Recorded]:
    """Write a new incident down."""

    def work(store: Store, context: JobContext) -> Recorded:
        from ranger_app.services.record_incident import RecordIncident

        return RecordIncident(store)(kind, document, officer=officer, record=record, context=context)

    return work


def edit_incident(record: str, document: dict[str, Any], *, officer: str, bases: Bases | None) -> StoreJob[Recorded]:
    """Change what *document* names of an incident."""

    def work(store: Store, _context: JobContext) -> Recorded:
        from ranger_app.services.record_incident import EditIncident

        return EditIncident(store)(record, document, officer=officer, bases=bases)

    return work


def attach_photos(
    paths: Sequence[Path], *, officer: str, parent: tuple[str, str] | None
) -> StoreJob[tuple[tuple[Attachment, ...], tuple[Problem, ...]]]:
    """Keep original photos, to a record or for later; answers what is wrong with some of them too."""

    def work(store: Store, context: JobContext) -> tuple[tuple[Attachment, ...], tuple[Problem, ...]]:
        from ranger_app.services.attach_photos import AttachPhotos, photo_problems

        refused: list[Problem] = []
        kept = AttachPhotos(store)(paths, officer=officer, parent=parent, context=context, refused=refused)
        return kept, (*refused, *photo_problems(store.reader, kept))

    return work


# Drafts


def keep_draft(draft: Draft) -> StoreJob[None]:
    """Keep an unfinished form."""

    def work(store: Store, _context: JobContext) -> None:
        store.drafts.save(draft)

    return work


def keep_draft_beside(draft: Draft, *, home: Path, station: str) -> Rescue[None]:
    """Keep outside the station what it does not take; the first error is raised where that is refused too."""

    def rescue(error: RangerAppError) -> None:
        from db.drafts_beside import DraftBesideError, DraftsBeside

        try:
            DraftsBeside(home, station).save(draft)
        except OSError:
            raise error from None
        raise DraftBesideError(error)

    return rescue


def drop_draft(officer: str, form: str, record: str) -> StoreJob[None]:
    """Forget an unfinished form."""

    def work(store: Store, _context: JobContext) -> None:
        store.drafts.drop(officer, form, record)

    return work


def restore_draft(draft: Draft) -> StoreJob[None]:
    """Keep again a draft that was forgotten; one that was typed since then stays."""

    def work(store: Store, _context: JobContext) -> None:
        if store.drafts.one(draft.officer, draft.form, draft.record) is None:
            store.drafts.save(draft)

    return work


def drafts_of(officer: str) -> StoreJob[tuple[Draft, ...]]:
    """What this officer left unfinished."""

    def work(store: Store, _context: JobContext) -> tuple[Draft, ...]:
        return store.drafts.of(officer)

    return work


# Any record


def take_back(kind: str, record: str, reason: str, *, officer: str) -> StoreJob[str]:
    """Withdraw a record with a reason."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.take_back import TakeBack

        return TakeBack(store)(kind, record, reason, officer=officer)

    return work


def bring_back(kind: str, record: str, reason: str, *, officer: str) -> StoreJob[str]:
    """Reinstate what was withdrawn."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.take_back import BringBack

        return BringBack(store)(kind, record, reason, officer=officer)

    return work


def undo(officer: str) -> StoreJob[tuple[Written, ...]]:
    """Take back the last act of this officer; answers what it had written."""

    def work(store: Store, context: JobContext) -> tuple[Written, ...]:
        from ranger_app.services.histories import written_by
        from ranger_app.services.undo_acts import UndoActs

        return tuple(written_by(store.reader, ref) for ref in UndoActs(store, context)(officer=officer))

    return work


def redo(officer: str) -> StoreJob[tuple[Written, ...]]:
    """Do again what was undone last; answers what that wrote."""

    def work(store: Store, context: JobContext) -> tuple[Written, ...]:
        from ranger_app.services.histories import written_by
        from ranger_app.services.undo_acts import RedoActs

        return tuple(written_by(store.reader, ref) for ref in RedoActs(store, context)(officer=officer))

    return work


def history(kind: str, record: str, timezone: str) -> ReadJob[tuple[Mapping[str, Any], ...]]:
    """Who changed what and when, of a record and of its parts."""

    def work(sight: Sight, _context: JobContext) -> tuple[Mapping[str, Any], ...]:
        from ranger_app.services.histories import history as told

        return tuple(told(sight.reader, kind, record, timezone=timezone, with_parts=True))

    return work


# Cases


def open_case(title: str, incidents: Sequence[str], *, officer: str) -> StoreJob[str]:
    """A new case file."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.open_case import OpenCase

        return OpenCase(store)(title, incidents, officer=officer)

    return work


def edit_case(
    case: str, title: str, incidents: Sequence[str], *, officer: str, offered: Sequence[str] | None = None
) -> StoreJob[object]:
    """Another title, other incidents, chosen from those *offered*."""

    def work(store: Store, _context: JobContext) -> object:
        from ranger_app.services.open_case import EditCase

        return EditCase(store)(case, title=title, incidents=incidents, offered=offered, officer=officer)

    return work


# The station


def station_facts() -> StoreJob[dict[str, Any]]:
    """Counts, sizes and state."""

    def work(store: Store, _context: JobContext) -> dict[str, Any]:
        from ranger_app.services.stations import station_facts as told

        return dict(told(store))

    return work


def rebuild() -> StoreJob[Rebuilt]:
    """Derive every table again; the window's own reader must be closed meanwhile."""

    def work(store: Store, context: JobContext) -> Rebuilt:
        from ranger_app.services.stations import rebuild_station

        return rebuild_station(store, context)

    return work


def check() -> StoreJob[Audit]:
    """Hash everything again."""

    def work(store: Store, context: JobContext) -> Audit:
        from ranger_app.services.stations import check_station

        return check_station(store, context)

    return work


def add_officer(name: str, role: str, employee_id: str, *, officer: str) -> StoreJob[str]:
    """One more person who works here."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.officers import AddOfficer

        return AddOfficer(store)(name, role, employee_id, officer=officer)

    return work


def data_model(station_id: str) -> ReadJob[DataModel]:
    """The data model by which observations are written down."""

    def work(sight: Sight, _context: JobContext) -> DataModel:
        from ranger_app.services.models import picking_model

        return picking_model(sight.reader, sight.blobs, station_id)

    return work
