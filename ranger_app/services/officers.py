"""Who works at this station, and who acts now."""

from __future__ import annotations

from pathlib import Path

from db.officers import members, officers
from db.reader import Reader
from db.store import Store
from ranger_app.domain.people import ROLES, split_name
from ranger_app.domain.records import Member
from ranger_app.domain.typed_text import is_whole_text, typed_text, whole_text
from ranger_app.errors import RangerAppError
from ranger_app.services.stations import WrongValueError
from ranger_app.settings import DeviceSettings


class OfficerUnknownError(RangerAppError):
    """Nobody at this station has this id."""

    code = "officer-unknown"


class AddOfficer:
    """One more person who works at this station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, name: str, role: str, employee_id: str = "", *, officer: str) -> str:
        """Record the person *name* (``Family, Given``); return the id.

        Raises:
            WrongValueError: An empty name, or a role that does not exist.
        """
        family, given = split_name(name)
        if not family or not is_whole_text(name + employee_id):
            raise WrongValueError(field="name", value=whole_text(name))
        if role not in ROLES:
            raise WrongValueError(field="role", value=role)
        with self._store.act(officer=officer) as change:
            number = typed_text(employee_id) or None
            values = {"family_name": family, "given_name": given, "role": role, "employee_id": number}
            return change.create("officer", values)


def last_officer(home: Path, station_id: str) -> str:
    """Id of the officer chosen last on this laptop; empty when nobody was."""
    return DeviceSettings(home).get(f"officer/{station_id}")


def remember_officer(home: Path, station_id: str, officer: str) -> None:
    """Remember who works now."""
    DeviceSettings(home).put(f"officer/{station_id}", officer)


def acting_officer(store: Store, chosen: str, home: Path) -> Member:
    """Who acts: the one *chosen*, else the one chosen last on this laptop, else the only or first one.

    Raises:
        OfficerUnknownError: *chosen* is nobody of this station, or left it.
    """
    everybody = officers(store.reader)
    if chosen:
        found = next((one for one in everybody if one.id == chosen), None)
        if found is None:
            raise OfficerUnknownError(id=chosen)
        return found
    last = last_officer(home, store.station_id)
    for one in everybody:
        if one.id == last:
            return one
    if not everybody:
        raise OfficerUnknownError(id="")
    return everybody[0]


def person_named(reader: Reader, name: str) -> Member | None:
    """The officer or member called ``Family, Given``, in any case of letters; ``None`` when there is none."""
    wanted = ", ".join(part for part in split_name(name) if part).casefold()  # in NFC, as names are stored
    for one in sorted(members(reader).values(), key=lambda member: (not member.role, member.id)):
        if one.name.casefold() == wanted:
            return one
    return None
