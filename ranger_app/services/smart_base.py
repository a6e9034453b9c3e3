"""What a record was when a SMART file last made it: that file, read again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from db.smart_files import last_file_of
from ranger_app.errors import RangerAppError
from ranger_app.importers.smart_package import opened_package
from ranger_app.importers.smart_parts import SmartPatrol
from ranger_app.services.smart_attachments import held_files
from ranger_app.services.smart_plan import Part, tree_of

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.importers.smart_parts import SmartPlace
    from ranger_app.services.smart_writing import SmartWriter


def base_of(store: Store, writer: SmartWriter, record: str) -> Part | None:
    """The record as the last file said it; ``None`` when it was made here, or its file is not here."""
    file = last_file_of(store.reader, record)
    entry = store.reader.entry(record)
    if file is None or not store.blobs.has(str(file.values.get("sha256", ""))):
        return None
    told = _told_by(store, str(file.values["sha256"]), entry.kind == "patrol", str(entry.values.get("number", "")))
    if told is None:
        return None
    number = told.number if isinstance(told, SmartPatrol) else told.smart_id
    files = held_files(store.reader, record, with_hidden=True) | held_files(store.reader, record)
    return tree_of(writer.plan(told, number, file=file.id, files=files, problems=[], is_look=True))


def _told_by(store: Store, sha256: str, is_patrol: bool, number: str) -> SmartPatrol | SmartPlace | None:
    """What the file with these bytes said of the patrol or incident of this number, or of its only one."""
    with tempfile.TemporaryDirectory(prefix="ranger-") as folder:
        try:
            with opened_package(store.blobs.file_for(sha256, Path(folder))) as package:
                readings = [one.record for one in package.readings()]
        except RangerAppError:
            return None  # refused by today's rules: nobody knows then
    found = [one for one in readings if isinstance(one, SmartPatrol) == is_patrol]
    named = [one for one in found if number == (one.number if isinstance(one, SmartPatrol) else one.smart_id)]
    return next(iter(named or (found if len(found) == 1 else [])), None)
