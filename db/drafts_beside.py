"""Drafts that the station's disk would not take: files in the user's own folder, until the station takes them again."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from db.keys_file import write_private
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from db.drafts import Draft


class DraftBesideError(RangerAppError):
    """The station took no draft; it is kept outside of it.

    Attributes:
        reason: Why the station did not take it.
    """

    code = "draft-beside"

    def __init__(self, reason: RangerAppError) -> None:
        super().__init__()
        self.reason = reason


class DraftsBeside:
    """Where drafts of one station wait outside of it, one small file each, readable by their owner alone.

    Args:
        home: The user's data folder; nothing is made in it before the first draft.
    """

    def __init__(self, home: Path, station: str) -> None:
        self._folder = home / "drafts" / station

    def save(self, draft: Draft) -> None:
        """Keep *draft* in place of an earlier one of the same form and record.

        Raises:
            OSError: Here it cannot be kept either.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = asdict(draft) | {"values": dict(draft.values), "bases": dict(draft.bases)}
        write_private(self._path(draft.officer, draft.form, draft.record), json.dumps(told))

    def of(self, officer: str) -> tuple[Draft, ...]:
        """What waits here of *officer*; a file that cannot be read is none."""
        found = (self._read(path) for path in sorted(self._folder.glob("*.json")))
        return tuple(draft for draft in found if draft is not None and draft.officer == officer)

    def records(self) -> set[str]:
        """Of which records anything waits here."""
        return {draft.record for path in self._folder.glob("*.json") if (draft := self._read(path)) is not None}

    def drop(self, officer: str, form: str, record: str) -> None:
        """Forget a draft that the station has, or that nobody wants any more."""
        with suppress(OSError):
            self._path(officer, form, record).unlink(missing_ok=True)

    def _path(self, officer: str, form: str, record: str) -> Path:
        name = hashlib.sha256("/".join((officer, form, record)).encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"

    @staticmethod
    def _read(path: Path) -> Draft | None:
        from db.drafts import Draft

        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            bases = {str(name): tuple(map(str, refs)) for name, refs in told["bases"].items()}
            return Draft(
                str(told["officer"]), str(told["form"]), str(told["record"]), dict(told["values"]), bases,
                int(told["saved_at"]),
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
