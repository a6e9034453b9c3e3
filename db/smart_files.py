"""SMART files that were imported before: by their bytes, and by what they said."""

from __future__ import annotations

from db.fields import chosen
from db.reader import Entry, Reader, RecordMissingError

CONTENT = "content."
"""Begins the field of a file's record that holds the digest of what it said of one patrol or incident."""

_RECORDS = {"patrols": ("patrol",), "incidents": ("incident", "conflict")}


def known_smart_file(reader: Reader, sha256: str) -> tuple[tuple[str, str], ...]:
    """Kind and id of what the file with these bytes became.

    Empty when it is new, when one of them was taken back, and when a later file said something else of one of them.
    """
    rows = reader.derived.execute(
        "SELECT r.id FROM file f JOIN record r ON r.no = f.no WHERE f.sha256 = ? ORDER BY r.no DESC", (sha256,)
    ).fetchall()
    for (raw,) in rows:
        entry = reader.entry(raw.hex(), "file")
        found = [(kinds[0], one) for name, kinds in _RECORDS.items() for one in chosen(entry.values, name)]
        if found and not entry.is_hidden and all(_is_shown(reader, one) for _, one in found):
            is_last = all(content_of(reader, one) == entry.values.get(CONTENT + one, "") for _, one in found)
            return tuple(found) if is_last else ()
    return ()


def content_of(reader: Reader, record: str) -> str:
    """Digest of what the last file said that a patrol or incident was made of; empty when it was made here."""
    found = last_file_of(reader, record)
    return str(found.values[CONTENT + record]) if found is not None else ""


def last_file_of(reader: Reader, record: str) -> Entry | None:
    """The last file that a patrol or incident was made of; ``None`` when it was made here."""
    found = [one for one in reader.entries("file") if isinstance(one.values.get(CONTENT + record), str)]
    return found[-1] if found else None


def _is_shown(reader: Reader, record: str) -> bool:
    try:
        return not reader.entry(record).is_hidden
    except RecordMissingError:
        return False
