"""The journal beside a plain SQLite table of the same records: a save, bulk, merge, rebuild, bytes, check."""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from db.audit import Chains
from db.connection import connect
from db.keys_file import new_device
from db.store import DERIVED, JOURNAL, Store
from db.transaction import new_id
from ranger_app.domain.change import Change
from ranger_app.jobs import JobContext
from tests.benchmarks.measuring import Row, in_own_process, medians, seconds

RECORDS = 10_000
CREATED = 4_000
"""Records of which the bytes are counted before anybody edits them."""
EDITED_AFTER = 100
"""An incident is edited when so many others have come after it."""
SAVES = 400
ROUNDS = 5
BATCH = 5000
OPS_TOGETHER = 500
OFFICER = "5a" * 16

Record: TypeAlias = tuple[str, dict[str, Any]]
"""Id and values of an incident."""

FIELDS = (
    "number", "form_kind", "occurred_at", "place", "latitude", "longitude", "summary", "species", "animal_count",
    "animal_state", "weapon", "reported_by",
)  # fmt: skip
PLAIN = (
    "CREATE TABLE incident (no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, "
    + ", ".join(f"{name} {'INTEGER' if name == 'animal_count' else 'TEXT'}" for name in FIELDS)
    + ") STRICT; CREATE INDEX incident_by_time ON incident (occurred_at, no); "
    + "CREATE INDEX incident_by_number ON incident (number)"
)
"""What a program without a journal keeps: the same fields, and the indexes that a list by time and a number need."""
INSERT = f"INSERT INTO incident (id, {', '.join(FIELDS)}) VALUES ({', '.join('?' * (len(FIELDS) + 1))})"
UPDATE = "UPDATE incident SET summary = ?, species = ? WHERE id = ?"
UPSERT = f"{INSERT} ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in FIELDS)

SENTENCE = (
    "above the winter camp two riders left the valley after dawn and the wire snares along the stream were still fresh "
    "under new snow tracks of a ram led to the ridge where the herder had seen them"
)
WORDS = SENTENCE.split()


def run() -> list[Row]:
    """Every figure in a process of its own; times are medians of rounds that alternate with the peer's."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        told = in_own_process("tests.benchmarks.journal", "measure", name)
    return [
        Row(
            what="one incident of 12 fields saved durably in a station that stands open, journal and derived tables; "
            f"beside one durable INSERT (by a command, without room ahead in the log: {_once(told, 'save'):.2f}x)",
            ours=f"{told['save_ms']:.2f} ms", peer=f"{told['plain_save_ms']:.2f} ms",
            measured=told["save_ms"] / told["plain_save_ms"], limit=2.0,
        ),
        Row(
            what="the same, an edit of two fields; beside one durable UPDATE "
            f"(by a command: {_once(told, 'edit'):.2f}x)",
            ours=f"{told['edit_ms']:.2f} ms", peer=f"{told['plain_edit_ms']:.2f} ms",
            measured=told["edit_ms"] / told["plain_edit_ms"], limit=2.0,
        ),
        Row(
            what=f"merge {2 * RECORDS:,} changes ({RECORDS:,} incidents, each edited once); beside plain upserts, one "
            "after the other, as many a transaction",
            ours=_rate(told["merge_s"]), peer=_rate(told["upserts_s"]),
            measured=told["upserts_s"] / told["merge_s"], limit=0.2, is_least=True,
        ),
        Row(
            what="derive them all again; beside the same upserts",
            ours=_rate(told["rebuild_s"]), peer=_rate(told["upserts_s"]),
            measured=told["upserts_s"] / told["rebuild_s"], limit=0.2, is_least=True,
        ),
        Row(
            what="bytes a record, journal and derived tables, a change each; beside the plain table",
            ours=f"{told['bytes']:.0f}", peer=f"{told['plain_bytes']:.0f}",
            measured=told["bytes"] / told["plain_bytes"], limit=4.0,
        ),
        Row(
            what="bytes a record, the journal alone",
            ours=f"{told['journal_bytes']:.0f}", peer=f"{told['plain_bytes']:.0f}",
            measured=told["journal_bytes"] / told["plain_bytes"], limit=2.2,
        ),
        Row(
            what=f"bytes a record, journal and derived tables, {OPS_TOGETHER} records a change",
            ours=f"{told['bytes_together']:.0f}", peer=f"{told['plain_bytes']:.0f}",
            measured=told["bytes_together"] / told["plain_bytes"], limit=4.0,
        ),
        Row(
            what="bytes that an edit of two fields adds for ever; in the plain table it adds none, and leaves no trace",
            ours=f"{told['edit_bytes']:.0f}", peer="0",
            measured=told["edit_bytes"] / told["plain_bytes"], limit=2.5,
        ),
        Row(
            what="check digests, ids, chains and trees",
            ours=_rate(told["chains_s"]), measured=2 * RECORDS / told["chains_s"], limit=100_000, unit="changes/s",
            is_least=True,
        ),
        Row(
            what="know that nothing is new: tell and compare the tips",
            ours=f"{told['tips_ms']:.2f} ms", measured=told["tips_ms"], limit=10.0, unit="ms",
        ),
    ]  # fmt: skip


def _once(told: Mapping[str, Any], what: str) -> float:
    return float(told["once"][f"{what}_ms"] / told["once"][f"plain_{what}_ms"])


def _rate(seconds: float) -> str:
    return f"{2 * RECORDS / seconds:,.0f} a second"


def measure(folder: Path) -> dict[str, Any]:
    """Every figure of the table."""
    records = [(new_id(), incident(number)) for number in range(RECORDS)]
    (folder / "once").mkdir()
    told: dict[str, Any] = {**saves(folder, records[:SAVES]), **sizes(folder, records[:CREATED])}
    told["once"] = saves(folder / "once", records[:SAVES], is_open=False)
    written = station(folder / "written")
    steps = acts(records)
    for is_new, record, values in steps:
        with written.act(officer=OFFICER) as change:
            if is_new:
                change.create("incident", values, record=record)
            else:
                change.set("incident", record, edited(values))
    changes = list(written.journal.changes())
    told["chains_s"] = statistics.median(seconds(lambda: _check(written)) for _ in range(ROUNDS))
    told["tips_ms"] = 1000 * statistics.median(seconds(written.journal.versions) for _ in range(ROUNDS))
    numbers = iter(range(100))

    def merge() -> None:
        with station(folder / f"empty {next(numbers)}") as empty:
            empty.merge(Change(change.header, change.salt, change.payload) for change in changes)

    def upsert() -> None:
        upserts(folder / f"plain {next(numbers)}.db", steps)

    times = medians(ROUNDS, upsert, merge, lambda: written.rederive(JobContext()))
    written.close()
    told["edit_bytes"] = _bytes(folder / "written", JOURNAL, DERIVED) / RECORDS - told["bytes"]
    return {**told, **dict(zip(("upserts_s", "merge_s", "rebuild_s"), times, strict=True))}


def acts(records: Sequence[Record]) -> list[tuple[bool, str, dict[str, Any]]]:
    """Creates, each followed some time later by its edit: whether it is new, id, values before an edit."""
    told = []
    for number in range(len(records) + EDITED_AFTER):
        if number < len(records):
            told.append((True, *records[number]))
        if number >= EDITED_AFTER:
            told.append((False, *records[number - EDITED_AFTER]))
    return told


def edited(values: dict[str, Any]) -> dict[str, Any]:
    """What the officer who looks through it changes."""
    return {"summary": values["summary"] + " Seen again.", "species": "uncia"}


def sizes(folder: Path, records: Sequence[Record]) -> dict[str, float]:
    """Bytes of one record in each of the files, before anybody edits it."""
    with station(folder / "each") as each:
        for record, values in records:
            with each.act(officer=OFFICER) as change:
                change.create("incident", values, record=record)
    with station(folder / "together") as together:
        for start in range(0, len(records), OPS_TOGETHER):
            with together.act(officer=OFFICER) as change:
                for record, values in records[start : start + OPS_TOGETHER]:
                    change.create("incident", values, record=record)
    upserts(folder / "created.db", [(True, *record) for record in records])
    return {
        "bytes": _bytes(folder / "each", JOURNAL, DERIVED) / len(records),
        "journal_bytes": _bytes(folder / "each", JOURNAL) / len(records),
        "bytes_together": _bytes(folder / "together", JOURNAL, DERIVED) / len(records),
        "plain_bytes": _bytes(folder, "created.db") / len(records),
    }


def saves(folder: Path, records: Sequence[Record], *, is_open: bool = True) -> dict[str, float]:
    """Durable saves one by one, ours and the peer's in turns; medians in milliseconds.

    Args:
        is_open: Whether the station stands open as in the window, with room ahead in its log.
    """
    ours, plain = station(folder / "saves"), connect(folder / "saves.db")
    while is_open and ours.make_room():
        pass
    plain.executescript(PLAIN)
    times: dict[str, list[float]] = {"save_ms": [], "plain_save_ms": [], "edit_ms": [], "plain_edit_ms": []}

    def take(name: str, act: Callable[[], object]) -> None:
        before = time.perf_counter()
        act()
        times[name].append(time.perf_counter() - before)

    def create() -> None:
        with ours.act(officer=OFFICER) as change:
            change.create("incident", values, record=record)

    def edit() -> None:
        with ours.act(officer=OFFICER) as change:
            change.set("incident", record, edited(values))

    for record, values in records:
        raw = bytes.fromhex(record)
        take("save_ms", create)
        take("plain_save_ms", partial(plain.execute, INSERT, (raw, *values.values())))
        take("edit_ms", edit)
        take("plain_edit_ms", partial(plain.execute, UPDATE, (*edited(values).values(), raw)))
    ours.close()
    plain.close()
    return {name: 1000 * statistics.median(found) for name, found in times.items()}


def upserts(path: Path, steps: Sequence[tuple[bool, str, dict[str, Any]]]) -> None:
    """What a program without a journal does with the same acts."""
    plain = connect(path)
    plain.executescript(PLAIN)
    for start in range(0, len(steps), BATCH):
        plain.execute("BEGIN IMMEDIATE")
        for is_new, record, values in steps[start : start + BATCH]:
            row = values if is_new else {**values, **edited(values)}
            plain.execute(UPSERT, (bytes.fromhex(record), *row.values()))
        plain.execute("COMMIT")
    plain.close()


def incident(number: int) -> dict[str, Any]:
    """Made-up values for the twelve fields."""
    chance = random.Random(number)
    return {
        "number": f"KG-NAR_K7QD_{number:06d}",
        "form_kind": "poaching",
        "occurred_at": f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T10:15:00+06:00",
        "place": " ".join(chance.sample(WORDS, 3)),
        "latitude": f"{41 + chance.random():.7f}",
        "longitude": f"{75 + chance.random():.7f}",
        "summary": " ".join(chance.choices(WORDS, k=26)).capitalize() + ".",
        "species": chance.choice(("ovis_ammon", "capra_sibirica", "panthera_uncia")),
        "animal_count": chance.randint(1, 9),
        "animal_state": chance.choice(("dead", "wounded", "alive")),
        "weapon": chance.choice(("snare", "rifle", "unknown")),
        "reported_by": chance.choice(("patrol", "herder", "camera trap")),
    }


def station(folder: Path) -> Store:
    """An empty station."""
    keys = new_device("bench", pdf_key_pem=b"", pdf_certificate_pem=b"")
    return Store.create(folder, keys, "5a" * 16, home=folder.parent / f"home of {folder.name}")


def _check(store: Store) -> None:
    chains = Chains(store, {})
    chains.check(JobContext())
    assert not chains.bad


def _bytes(folder: Path, *names: str) -> int:
    return sum((folder / name).stat().st_size for name in names)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[2]))))
