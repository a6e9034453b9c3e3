"""What was wrong about the station, or about the people who work there, when it was made, is put right."""

from __future__ import annotations

from zoneinfo import available_timezones

from db.store import Store
from ranger_app.domain.people import ROLES, split_name
from ranger_app.domain.typed_text import is_whole_text, typed_text, whole_text
from ranger_app.services.stations import WrongValueError
from ranger_app.services.take_back import refuse_taken_back


class EditStation:
    """Another name, time zone or default mandate of the station.

    The names stand in every dossier that is made from then on; days of new patrols are cut in the new zone, patrols
    that are here keep the zone in which theirs were cut.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        *,
        name: str | None = None,
        area_name: str | None = None,
        timezone: str | None = None,
        default_mandate: str | None = None,
        officer: str,
    ) -> bool:
        """Store what is given; answers whether anything changed.

        Args:
            timezone: IANA name.
            default_mandate: Key of the mandate that patrols take when nobody states one.

        Raises:
            WrongValueError: An empty name, or a zone that does not exist.
        """
        values = {}
        if name is not None:
            values["name"] = _text("name", name, needed=True)
        if area_name is not None:
            values["area_name"] = _text("area-name", area_name)
        if timezone is not None:
            if timezone not in available_timezones():
                raise WrongValueError(field="timezone", value=whole_text(timezone))
            values["timezone"] = timezone
        if default_mandate is not None:
            values["default_mandate"] = _text("mandate", default_mandate, needed=True)
        with self._store.act(officer=officer) as change:
            return change.set("setting", self._store.station_id, values)


class EditOfficer:
    """Another name, role or number of somebody who works here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        record: str,
        *,
        name: str | None = None,
        role: str | None = None,
        employee_id: str | None = None,
        officer: str,
    ) -> bool:
        """Store what is given; answers whether anything changed.

        Args:
            name: ``Family, Given``.

        Raises:
            RecordMissingError, RecordTakenBackError: There is no such officer.
            WrongValueError: An empty name, or a role that does not exist.
        """
        refuse_taken_back(self._store.reader.entry(record, "officer"))
        values: dict[str, str | None] = {}
        if name is not None:
            values["family_name"], values["given_name"] = split_name(_text("name", name, needed=True))
            if not values["family_name"]:
                raise WrongValueError(field="name", value=name)
        if role is not None:
            if role not in ROLES:
                raise WrongValueError(field="role", value=role)
            values["role"] = role
        if employee_id is not None:
            values["employee_id"] = _text("employee-id", employee_id) or None
        with self._store.act(officer=officer) as change:
            return change.set("officer", record, values)


def _text(field: str, told: str, *, needed: bool = False) -> str:
    text = typed_text(told)
    if not is_whole_text(text) or (needed and not text):
        raise WrongValueError(field=field, value=whole_text(told))
    return text
