"""Stations: creating, opening, counting, deriving again, checking."""

from __future__ import annotations

import datetime as dt
import platform
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlcipher3.dbapi2 as sqlcipher

from db.audit import Audit, audit
from db.connection import StationUnreadableError
from db.content import identical
from db.journal import act_of
from db.keys_file import NAME as KEYS
from db.keys_file import new_device
from db.officers import officers
from db.read_only import ReadOnlyStore, open_store
from db.stations import counts, station
from db.store import DERIVED, StationExistsError, Store
from db.transaction import new_id
from exporters.safe_write import FileNotWrittenError
from ranger_app.domain.checkpoint import station_root
from ranger_app.domain.keys import DeviceKeys
from ranger_app.domain.people import ROLES, split_name
from ranger_app.domain.records import Station
from ranger_app.domain.typed_text import is_whole_text, typed_text, whole_text
from ranger_app.errors import RangerAppError
from ranger_app.evidence.identity import is_pdf_identity, new_pdf_identity
from ranger_app.i18n import LANGUAGES
from ranger_app.jobs import JobContext
from ranger_app.settings import local_timezone

DEFAULT_MANDATE = "antipoaching"


class EncryptionNotYetError(RangerAppError):
    """An encrypted station was asked for; this version keeps plain ones only, and only when told so."""

    code = "encryption-not-yet"


class WrongValueError(RangerAppError):
    """A value given for a new record is not one that can stand there."""

    code = "wrong-value"


class AreaIdWrongError(WrongValueError):
    """An area's short id stands in every number and file name, so it takes few signs."""

    code = "area-id-wrong"


@dataclass(frozen=True, slots=True)
class Created:
    """Ids of a new station, its device and its first officer."""

    station_id: str
    device_id: str
    officer_id: str


def create_station(
    folder: Path,
    *,
    name: str,
    area_id: str,
    area_name: str = "",
    officer_name: str,
    role: str,
    language: str = "en",
    timezone: str = "",
    is_encrypted: bool,
    home: Path,
) -> Created:
    """Make a new, empty station with its first officer; nothing is left behind when it is refused.

    Args:
        officer_name: ``Family, Given``.
        timezone: IANA name; the machine's own when empty.

    Raises:
        EncryptionNotYetError: *is_encrypted*.
        WrongValueError: A role, time zone or language that does not exist, or an empty name or area.
        StationExistsError: The folder is not empty, or a file lies in its place.
        FileNotWrittenError: The folder cannot be made.
    """
    if is_encrypted:
        raise EncryptionNotYetError
    timezone = timezone or local_timezone()
    family, given = split_name(officer_name)
    name, area_id, area_name = typed_text(name), area_id.strip(), typed_text(area_name)
    _refuse_wrong(
        {"name": name, "area": area_id, "officer": family}, role=role, zone=timezone, language=language,
        texts={"name": name, "area-name": area_name, "officer": officer_name},
    )  # fmt: skip
    key_pem, certificate = new_pdf_identity(f"{name}, {platform.node()}", name, now=dt.datetime.now(dt.UTC))
    keys = new_device(platform.node() or "laptop", pdf_key_pem=key_pem, pdf_certificate_pem=certificate)
    station_id, officer_id = new_id(), new_id()
    with _new_store(folder, keys, station_id, home=home) as store, store.transaction(officer_id) as transaction:
        with transaction.change() as change:
            settings = {
                "name": name, "area_id": area_id, "area_name": area_name, "timezone": timezone, "language": language,
                "default_mandate": DEFAULT_MANDATE,
            }  # fmt: skip
            change.create("setting", settings, record=station_id)
        with transaction.change() as change:
            change.create("officer", {"family_name": family, "given_name": given, "role": role}, record=officer_id)
    return Created(station_id, keys.device_id, officer_id)


def _new_store(folder: Path, keys: DeviceKeys, station_id: str, *, home: Path) -> Store:
    try:
        return Store.create(folder, keys, station_id, home=home)
    except (FileExistsError, NotADirectoryError) as error:
        raise StationExistsError(folder=str(folder)) from error
    except OSError as error:
        raise FileNotWrittenError(folder, error.strerror or type(error).__name__) from error


def _refuse_wrong(needed: Mapping[str, str], *, texts: Mapping[str, str], role: str, zone: str, language: str) -> None:
    for field, value in needed.items():
        if not value:
            raise WrongValueError(field=field, value=value)
    for field, value in texts.items():
        if not is_whole_text(value):
            raise WrongValueError(field=field, value=whole_text(value))
    if language not in LANGUAGES:
        raise WrongValueError(field="language", value=language)
    area_id = needed["area"]
    if any(not (sign.isalnum() or sign in "-.") for sign in area_id) or len(area_id) > 32:
        raise AreaIdWrongError(value=whole_text(area_id))
    if role not in ROLES:
        raise WrongValueError(field="role", value=role)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongValueError(field="timezone", value=zone) from error


def open_station(folder: Path, *, home: Path) -> Store:
    """Open a station folder for work, or to be read where it cannot be written; mends are in ``notices``.

    Raises:
        StationMissingError, StationUnreadableError, StationLockedError: It cannot be opened.
    """
    return open_store(folder, home=home)


def folder_of(store: Store) -> Path:
    """The station's own folder, also when a copy of its tables is looked at."""
    return store.original if isinstance(store, ReadOnlyStore) else store.folder


def station_of(store: Store) -> Station:
    """The station record with the short code of this laptop's log."""
    return station(store.reader, store.station_id, short_code=store.short_code)


def station_facts(store: Store) -> dict[str, Any]:
    """Counts, sizes and state, with the keys of the command line."""
    reader = store.reader
    logs = reader.derived.execute("SELECT count(DISTINCT log) FROM branch").fetchone()[0]
    return {
        "schema_version": 1,
        "station_id": store.station_id,
        "device_id": store.keys.device_id,
        "name": station_of(store).name,
        "timezone": station_of(store).timezone,
        "counts": counts(reader),
        "officers": len(officers(reader)),
        "station_root": station_root(reader.leaves("station")).hex(),
        "logs": logs,
        "waiting": reader.journal.waiting_count(),
        "alarms": [{"code": code, **facts} for code, facts in reader.alarms()],
        "differences": len(reader.conflicts()),
        "encrypted": store.is_encrypted,
        "bytes": sum(path.stat().st_size for path in folder_of(store).rglob("*") if path.is_file()),
    }


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found.

    Attributes:
        identical: Whether every table came out the same; ``None`` when ``derived.db`` was missing.
    """

    changes: int
    identical: bool | None


def has_acted_since(store: Store, last: int) -> bool:
    """Whether anything but the beginning of a log was written after the change with the number *last*."""
    return any(op["act"] != "open" for stored in store.journal.stored(after=last) for op in act_of(stored).ops)


def forget_tables(store: Store) -> None:
    """Let the next opening derive the tables anew: a statement found a damaged page among them."""
    store.reader.derived.close()
    with suppress(OSError):
        (store.folder / DERIVED).unlink(missing_ok=True)


def refuse_read_only(store: Store) -> None:
    """Refuse at once what would have to be written in the end.

    Raises:
        StationReadOnlyError: Nothing can be written in this station now.
    """
    if isinstance(store, ReadOnlyStore):
        raise store.refusal


def rebuild_station(store: Store, context: JobContext) -> Rebuilt:
    """Derive every table and index again from the journal and prove that they are the same.

    Raises:
        StationReadOnlyError: The tables cannot be written here.
    """
    refuse_read_only(store)
    was_missing = any(code == "derived-missing" for code, _ in store.notices)
    if was_missing:
        return Rebuilt(store.journal.last_n(), None)
    with tempfile.TemporaryDirectory(prefix="ranger-", dir=store.folder) as beside:
        other = store.derive_beside(Path(beside) / DERIVED, context)
        try:
            same = identical(store.reader.derived, other, store.journal)
        except sqlcipher.DatabaseError:
            same = False  # a damaged page among the tables that are here
        finally:
            other.close()
    changes = store.rederive(context)
    return Rebuilt(changes, same)


def check_station(store: Store, context: JobContext) -> Audit:
    """Hash the journal and every blob again, compare the derived tables with a rebuild, and try the keys."""
    found = audit(store, context)
    if is_pdf_identity(store.keys.pdf_key_pem, store.keys.pdf_certificate_pem):
        return found
    return replace(found, bad=(*found.bad, f"{KEYS}: the key that signs dossiers does not fit its certificate"))


def unreadable_audit(error: StationUnreadableError) -> Audit:
    """What a check says of a station whose own files do not open: that is damage, named like any other.

    Raises:
        StationUnreadableError: It is *error* itself: the system gives no file, which says nothing of what is in it.
    """
    if isinstance(error.__cause__, OSError):
        raise error
    return Audit(0, 0, (f"{error.facts['file']}: {error.facts['reason']}",))
