"""Tables of a station's two files, as the journal specification names them (sections 4 and 13)."""

from __future__ import annotations

JOURNAL_NAME, DERIVED_NAME = "journal.db", "derived.db"
"""A station's two files."""

JOURNAL = """
CREATE TABLE log (no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE change (
    n INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES log(no),
    seq INTEGER NOT NULL,
    parent INTEGER REFERENCES change(n),
    id BLOB NOT NULL UNIQUE,
    salt BLOB,
    payload BLOB,
    digest BLOB
) STRICT;
CREATE TABLE waiting (
    id BLOB PRIMARY KEY, header BLOB NOT NULL, salt BLOB NOT NULL, payload BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE head (log BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB PRIMARY KEY, signature BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE draft (
    officer TEXT NOT NULL, form TEXT NOT NULL, record TEXT NOT NULL, json TEXT NOT NULL, bases TEXT NOT NULL,
    saved_at INTEGER NOT NULL, PRIMARY KEY (officer, form, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE blob (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
CREATE TRIGGER change_is_fixed BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'changes are never rewritten'); END;
CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob BEGIN SELECT RAISE(ABORT, 'blobs are never deleted'); END;
CREATE TRIGGER blob_is_fixed BEFORE UPDATE ON blob BEGIN SELECT RAISE(ABORT, 'blobs are never rewritten'); END;
PRAGMA user_version = 1;
"""

DERIVED_VERSION = 4
"""``derived.db`` is never migrated: another number means rebuild."""

GENERIC = """
CREATE TABLE record (
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    parent BLOB,
    origin BLOB NOT NULL,
    state INTEGER NOT NULL,
    heads TEXT,
    covers TEXT,
    extra TEXT
) STRICT;
CREATE INDEX record_by_parent ON record (parent) WHERE parent IS NOT NULL;
CREATE INDEX record_taken_back ON record (no) WHERE covers IS NOT NULL;
CREATE INDEX record_by_kind ON record (kind, no);
CREATE TABLE rival (
    record BLOB NOT NULL, field TEXT NOT NULL, ref BLOB NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (record, field, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX rival_by_ref ON rival (ref);
CREATE TABLE history (
    record INTEGER NOT NULL, n INTEGER NOT NULL, after_seal INTEGER NOT NULL, PRIMARY KEY (record, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
    id BLOB PRIMARY KEY, record BLOB NOT NULL, field TEXT NOT NULL, refs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_by_record ON conflict (record);
CREATE TABLE custody (
    entry BLOB NOT NULL, ref BLOB NOT NULL, exhibit BLOB NOT NULL, after TEXT NOT NULL, PRIMARY KEY (entry, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX custody_by_exhibit ON custody (exhibit);
CREATE TABLE seal (
    ref BLOB PRIMARY KEY, seal BLOB NOT NULL, audience TEXT NOT NULL, revision INTEGER NOT NULL,
    covers TEXT NOT NULL, checkpoint TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sealed (record BLOB NOT NULL, ref BLOB NOT NULL, PRIMARY KEY (record, ref)) STRICT, WITHOUT ROWID;
CREATE TABLE late (record BLOB NOT NULL, ref BLOB NOT NULL, PRIMARY KEY (record, ref)) STRICT, WITHOUT ROWID;
CREATE TABLE fork (
    log BLOB NOT NULL, previous BLOB NOT NULL, ids TEXT NOT NULL, PRIMARY KEY (log, previous)
) STRICT, WITHOUT ROWID;
CREATE TABLE clock_note (
    log BLOB NOT NULL, ref BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, offset_ms INTEGER NOT NULL,
    found_by TEXT NOT NULL, PRIMARY KEY (log, ref, first, last)
) STRICT, WITHOUT ROWID;
CREATE TABLE witness (
    ref BLOB NOT NULL, checkpoint TEXT NOT NULL, by_key TEXT NOT NULL, signature TEXT NOT NULL,
    PRIMARY KEY (ref, by_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (id TEXT PRIMARY KEY, code TEXT NOT NULL, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE opened (
    log BLOB NOT NULL, ref BLOB NOT NULL, audience TEXT NOT NULL, device TEXT NOT NULL, device_name TEXT NOT NULL,
    PRIMARY KEY (log, ref)
) STRICT, WITHOUT ROWID;
CREATE TABLE branch (
    tip BLOB PRIMARY KEY, n INTEGER NOT NULL, log BLOB NOT NULL, audience TEXT NOT NULL, size INTEGER NOT NULL,
    peaks BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lost (ref BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE superseded (
    record BLOB NOT NULL, field TEXT NOT NULL, ref BLOB NOT NULL, PRIMARY KEY (record, field, ref)
) STRICT, WITHOUT ROWID;
"""

TRACKS = """
CREATE TABLE track_chunk (
    no INTEGER NOT NULL, place INTEGER NOT NULL, digest BLOB NOT NULL, first INTEGER, count INTEGER, shown BLOB,
    PRIMARY KEY (no, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_without_boxes ON track_chunk (no) WHERE first IS NULL;
CREATE VIRTUAL TABLE track_box USING rtree_i32(id, west, east, south, north, begins, ends);
CREATE TABLE track_level (
    level INTEGER NOT NULL, shown BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (level, shown)
) STRICT, WITHOUT ROWID;
"""
"""Where tracks are: their chunks, the boxes around these in steps of 1e-7 degree and of 8 s, and what is drawn of them.

``track_level`` is a cache of what blobs say, filled when somebody looks at a map; it is no part of what is compared.
"""

CREATED, HIDDEN, NEWER, DISPUTED, LEFT_OUT = 1, 2, 4, 8, 16
"""Bits of ``record.state``; a list shows what is created and not hidden.

``LEFT_OUT`` is what the record says of itself; whether it is hidden depends on its children too.
"""

VISIBLE = f"state & {CREATED | HIDDEN} = {CREATED}"
"""SQL condition for what lists, maps and exports show."""

TYPED: dict[str, tuple[str, dict[str, str]]] = {
    "officer": ("officer", {"given_name": "TEXT", "family_name": "TEXT", "role": "TEXT", "employee_id": "TEXT"}),
    "file": ("file", {"sha256": "TEXT", "name": "TEXT"}),
    "patrol": (
        "patrol",
        {"number": "TEXT", "start": "TEXT", "end": "TEXT", "team": "TEXT", "station": "TEXT", "objective": "TEXT"},
    ),
    "leg": ("leg", {"number": "INTEGER", "transport": "TEXT", "mandate": "TEXT", "leader": "TEXT"}),
    "track": ("track", {"points": "INTEGER", "start_us": "INTEGER", "end_us": "INTEGER"}),
    "waypoint": (
        "waypoint",
        {"number": "INTEGER", "at": "TEXT", "leg": "TEXT", "latitude": "TEXT", "longitude": "TEXT"},
    ),
    "observation": ("observation", {"category": "TEXT"}),
    "incident": (
        "incident",
        {"number": "TEXT", "form_kind": "TEXT", "occurred_at": "TEXT", "place": "TEXT", "latitude": "TEXT",
         "longitude": "TEXT", "patrol": "TEXT", "summary": "TEXT"},
    ),
    "conflict": (
        "livestock",
        {"number": "TEXT", "occurred_at": "TEXT", "place": "TEXT", "latitude": "TEXT", "longitude": "TEXT",
         "patrol": "TEXT", "summary": "TEXT"},
    ),
    "case": ("case_file", {"number": "TEXT", "title": "TEXT"}),
    "exhibit": ("exhibit", {"number": "TEXT", "description": "TEXT", "seal": "TEXT"}),
    "attachment": ("attachment", {"sha256": "TEXT", "name": "TEXT", "derivative": "TEXT"}),
}  # fmt: skip
"""Record kind to its typed table and the fields that have a column there; every other field stands in ``extra``.

The generic table of field conflicts is called ``conflict``, so livestock conflicts stand in ``livestock``.
"""

INDEXES = """
CREATE INDEX patrol_by_start ON patrol ("start", no);
CREATE INDEX incident_by_time ON incident (occurred_at, no);
CREATE INDEX livestock_by_time ON livestock (occurred_at, no);
CREATE INDEX file_by_digest ON file (sha256);
CREATE INDEX patrol_by_number ON patrol (number);
CREATE INDEX incident_by_number ON incident (number);
CREATE INDEX livestock_by_number ON livestock (number);
CREATE INDEX case_by_number ON case_file (number);
CREATE INDEX exhibit_by_number ON exhibit (number);
CREATE INDEX attachment_by_digest ON attachment (sha256);
"""


def derived() -> str:
    """The whole schema of ``derived.db``."""
    typed = [
        f'CREATE TABLE "{table}" (no INTEGER PRIMARY KEY, '
        + ", ".join(f'"{name}" {column}' for name, column in columns.items())
        + ") STRICT;"
        for table, columns in TYPED.values()
    ]
    return "\n".join([GENERIC, TRACKS, *typed, INDEXES, f"PRAGMA user_version = {DERIVED_VERSION};"])
