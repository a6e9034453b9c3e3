"""Case files: opened for incidents; later what is seized and who is suspected."""

from __future__ import annotations

from collections.abc import Sequence

from db.fields import chosen
from db.incidents import RECORD_KINDS
from db.store import Store
from ranger_app.domain.typed_text import is_whole_text, typed_text, whole_text
from ranger_app.services.numbers import Numbers
from ranger_app.services.stations import WrongValueError
from ranger_app.services.take_back import refuse_taken_back

AUDIENCE = "case"


class OpenCase:
    """Open a case file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, title: str, incidents: Sequence[str], *, officer: str) -> str:
        """Record a case that names *incidents*; return its id.

        Raises:
            WrongValueError: An empty title.
            RecordMissingError, RecordTakenBackError: An incident is not here, or was taken back.
        """
        title = case_title(title)
        refuse_missing(self._store, incidents)
        number = Numbers(self._store, officer).next()
        values = {"number": number, "title": title, **{f"incidents/{one}": True for one in incidents}}
        with self._store.act(officer=officer, audience=AUDIENCE) as change:
            return change.create("case", values)


class EditCase:
    """Change a case's title and the incidents it names."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        record: str,
        *,
        title: str | None = None,
        incidents: Sequence[str] | None = None,
        offered: Sequence[str] | None = None,
        officer: str,
    ) -> bool:
        """Store what is given; answers whether anything changed.

        Args:
            incidents: Those that the case names from now on.
            offered: The incidents from which somebody chose, where it was not from all: others of the case stay.

        Raises:
            WrongValueError: An empty title.
            RecordMissingError, RecordTakenBackError: The case or an incident is not here, or was taken back.
        """
        entry = self._store.reader.entry(record, "case")
        refuse_taken_back(entry)
        values: dict[str, object] = {}
        if title is not None:
            values["title"] = case_title(title)
        if incidents is not None:
            named = set(chosen(entry.values, "incidents"))
            refuse_missing(self._store, [one for one in incidents if one not in named])
            gone = (named if offered is None else named & set(offered)) - set(incidents)
            values |= {f"incidents/{one}": True for one in incidents}
            values |= {f"incidents/{one}": None for one in sorted(gone)}
        with self._store.act(officer=officer, audience=AUDIENCE) as change:
            return change.set("case", record, values)


def case_title(told: str) -> str:
    """A title as it is stored.

    Raises:
        WrongValueError: It is empty, or holds halves of characters.
    """
    title = typed_text(told)
    if not title or not is_whole_text(title):
        raise WrongValueError(field="title", value=whole_text(told))
    return title


def refuse_missing(store: Store, incidents: Sequence[str]) -> None:
    """Raise unless each of *incidents* is here and was not taken back."""
    for one in incidents:
        refuse_taken_back(store.reader.entry(one, *RECORD_KINDS))
