"""What the window asks the core about the SMART office: its files, its lists, and how ours is called there.

One function an act, each answering work for the store thread; everything heavy is imported inside the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.data_model import DataModel
    from ranger_app.services.export_smart import SmartExported
    from ranger_app.services.import_smart import SmartImported
    from ranger_app.services.office_loading import EmployeesLoaded, MetadataLoaded
    from ui.file_acts import Leaving
    from ui.store_thread import ReadJob, Sight, StoreJob


def import_smart(
    paths: Sequence[Path], *, update: bool, takes_all: bool = False, officer: str
) -> StoreJob[SmartImported]:
    """SMART files become patrols and incidents; those known change only on *update*, corrections on *takes_all*."""

    def work(store: Store, context: JobContext) -> SmartImported:
        from ranger_app.services.import_smart import ImportSmart

        return ImportSmart(store)(paths, officer=officer, update=update, takes_all=takes_all, context=context)

    return work


def check_smart(leaving: Leaving, *, version: str, officer: str) -> StoreJob[SmartExported]:
    """What SMART would do with these records; nothing is written."""

    def work(store: Store, context: JobContext) -> SmartExported:
        from ranger_app.services.export_smart import ExportSmart

        return ExportSmart(store).check(**leaving.ids(store.reader), version=version, officer=officer, context=context)

    return work


def office_model(station_id: str) -> ReadJob[DataModel]:
    """The data model that the receiving office itself has."""

    def work(sight: Sight, _context: JobContext) -> DataModel:
        from ranger_app.services.models import office_model as told

        return told(sight.reader, sight.blobs, station_id)

    return work


def load_employees(path: Path, *, officer: str) -> StoreJob[EmployeesLoaded]:
    """The office's list of employees."""

    def work(store: Store, _context: JobContext) -> EmployeesLoaded:
        from ranger_app.services.office import LoadEmployees

        return LoadEmployees(store)(path, officer=officer)

    return work


def load_metadata(path: Path, *, officer: str) -> StoreJob[MetadataLoaded]:
    """The office's lists, as its server answers them."""

    def work(store: Store, _context: JobContext) -> MetadataLoaded:
        from ranger_app.importers.office_metadata import metadata_bytes
        from ranger_app.services.office import LoadMetadata

        return LoadMetadata(store)(metadata_bytes(path), officer=officer, file=str(path))

    return work


def add_choice(
    list_name: str, label: str, *, key: str = "", language: str = "", patrol_type: str = "", officer: str
) -> StoreJob[str]:
    """One more entry of one of the office's lists."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.office import AddChoice

        return AddChoice(store)(list_name, label, key=key, language=language, patrol_type=patrol_type, officer=officer)

    return work


def rename_choice(list_name: str, key: str, label: str, *, language: str, officer: str) -> StoreJob[bool]:
    """An entry is labelled otherwise in the office."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.office import RenameChoice

        return RenameChoice(store)(list_name, key, label, language=language, officer=officer)

    return work


def add_person(who: str, *, officer: str) -> StoreJob[str]:
    """The office has this person."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.office import AddPerson

        return AddPerson(store)(who, officer=officer)

    return work


def set_mapping(what: str, ours: str, theirs: str, *, officer: str) -> StoreJob[str]:
    """Something of ours is called otherwise in the office."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.office import SetMapping

        return SetMapping(store)(what, ours, theirs, officer=officer)

    return work


def clear_mapping(what: str, ours: str, *, officer: str) -> StoreJob[None]:
    """Something of ours is called otherwise no more."""

    def work(store: Store, _context: JobContext) -> None:
        from ranger_app.services.office import SetMapping

        SetMapping(store).clear(what, ours, officer=officer)

    return work
