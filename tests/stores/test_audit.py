"""``check`` names what was altered, the first damaged change first, and never breaks over it."""

from __future__ import annotations

import random
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from db.audit import Audit, audit
from db.connection import StationUnreadableError
from db.store import DERIVED, JOURNAL
from db.transaction import new_id
from ranger_app.domain.checkpoint import Checkpoint
from ranger_app.jobs import Cancelled, JobContext, Progress
from tests.properties.laptops import STATION, Laptop

TRIGGERS = ("change_is_kept", "change_is_fixed", "blob_is_kept", "blob_is_fixed")
SMALL, LARGE = b"a small photo" * 100, b"a large one" * 40_000
SHIFTED = "salt = CAST(salt || substr(payload, 1, 1) AS BLOB), payload = substr(payload, 2)"
"""Salt and payload with their border moved: the digest over both stays the same."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A closed laptop with 40 records, a seal with a checkpoint, blobs, another laptop's log, and something waiting."""
    place = tmp_path_factory.mktemp("written")
    naryn, osh = Laptop(place, "Naryn"), Laptop(place, "Osh")
    for laptop in (naryn, osh):
        for number in range(20):
            with laptop.store.act(officer="o") as change:
                record = change.create("incident", {"species": "ovis_ammon", "count": number})
    with naryn.store.transaction("o") as transaction, transaction.change() as change:
        for data in (SMALL, LARGE):
            digest = transaction.put_blob(data)
            change.create("attachment", {"sha256": digest}, blobs=[digest])
    naryn.take(osh.changes())
    with osh.store.act(officer="o") as change:
        change.set("incident", record, {"species": "first"})
    with osh.store.act(officer="o") as change:
        change.set("incident", record, {"species": "second"})
    naryn.take(osh.changes()[-1:])
    leaves = naryn.store.reader.leaves("station")
    checkpoint = Checkpoint(STATION, "station", datetime(2025, 11, 22, tzinfo=UTC), leaves)
    with naryn.store.act(officer="o") as change:
        change.seal(new_id(), [("incident", record)], covers=[], revision=1, checkpoint=checkpoint.text)
    for laptop in (naryn, osh):
        laptop.close()
    return naryn


@pytest.fixture
def laptop(written: Laptop, tmp_path: Path) -> Iterator[Laptop]:
    """A copy of that laptop to do harm to; closed."""
    copy = Laptop.__new__(Laptop)
    copy.place, copy.name, copy.held, copy.clock = tmp_path, "Naryn", set(), written.clock
    copy.folder, copy.home = tmp_path / "Naryn", tmp_path / "home"
    shutil.copytree(written.folder, copy.folder)
    yield copy
    if hasattr(copy, "store"):
        copy.close()


def harm(laptop: Laptop, *statements: str) -> None:
    """Do to the journal what somebody with an editor for SQLite can do."""
    with closing(sqlite3.connect(laptop.folder / JOURNAL)) as connection, connection:
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def checked(laptop: Laptop) -> Audit:
    laptop.open()
    return audit(laptop.store, JobContext())


def place(laptop: Laptop, n: int) -> str:
    """Log and seq of the change in this place, as they stood before the harm."""
    with closing(sqlite3.connect(laptop.folder / JOURNAL)) as connection:
        log, seq = connection.execute(
            "SELECT hex(l.id), c.seq FROM change c JOIN log l ON l.no = c.log WHERE n = ?", (n,)
        ).fetchone()
    return f"log {log.lower()} seq {seq}:"


def test_a_whole_station_passes(laptop: Laptop) -> None:
    told: list[Progress] = []
    laptop.open()

    found = audit(laptop.store, JobContext(told.append))

    assert found == Audit(changes=laptop.store.journal.last_n(), blobs=2, bad=())
    assert {progress.stage for progress in told} >= {"deriving", "checking-blobs"}


def test_a_check_can_be_stopped(laptop: Laptop) -> None:
    laptop.open()
    context = JobContext()
    context.cancel()

    with pytest.raises(Cancelled):
        audit(laptop.store, context)
    assert [path.name for path in laptop.folder.iterdir() if path.name.startswith(".check")] == []


@pytest.mark.parametrize("seed", range(24))
def test_a_flipped_bit_anywhere_in_a_change_is_named(laptop: Laptop, seed: int) -> None:
    chance = random.Random(seed)
    column = ("payload", "salt", "id")[seed % 3]
    n = chance.randint(1, 40)
    length = {"salt": 16, "id": 32, "payload": 60}[column]
    named = place(laptop, n)

    with closing(sqlite3.connect(laptop.folder / JOURNAL)) as connection:
        value = bytearray(connection.execute(f"SELECT {column} FROM change WHERE n = ?", (n,)).fetchone()[0])
    bit = chance.randrange(8 * length)
    value[bit // 8] ^= 1 << bit % 8
    harm(laptop, f"UPDATE change SET {column} = x'{value.hex()}' WHERE n = {n}")
    found = checked(laptop)

    assert found.bad[0].startswith(named)


@pytest.mark.parametrize(
    ("statement", "n"),
    [
        ("UPDATE change SET payload = (SELECT payload FROM change WHERE n = 9) WHERE n = 8", 8),
        ("UPDATE change SET payload = NULL, salt = NULL WHERE n = 12", 12),
        ("UPDATE change SET payload = x'' WHERE n = 5", 5),
        ("UPDATE change SET seq = seq + 1 WHERE n = 7", 7),
        ("UPDATE change SET parent = parent - 1 WHERE n = 11", 11),
        ("UPDATE change SET parent = n WHERE n = 13", 13),
        ("UPDATE change SET log = 3 - log WHERE n = 14", 14),
        ("UPDATE change SET parent = NULL WHERE n = 15", 15),
        (f"UPDATE change SET {SHIFTED} WHERE n = 6", 6),
    ],
)
def test_what_was_swapped_or_moved_is_named(laptop: Laptop, statement: str, n: int) -> None:
    named = place(laptop, n).rsplit(" ", 2)[0] if "seq = " in statement or "log = " in statement else place(laptop, n)

    harm(laptop, "PRAGMA foreign_keys = OFF", statement)
    found = checked(laptop)

    assert found.bad[0].startswith(named if "log = " not in statement else "log ")


def test_two_swapped_changes_are_named(laptop: Laptop) -> None:
    named = place(laptop, 8)

    harm(
        laptop,
        "CREATE TABLE swap AS SELECT n, salt, payload, id FROM change WHERE n IN (8, 9)",
        *(
            f"UPDATE change SET {column} = (SELECT {column} FROM swap WHERE n = {17 - n}), id = randomblob(32)"
            f" WHERE n = {n}"
            for n in (8, 9) for column in ("salt", "payload")
        ),
        "UPDATE change SET id = (SELECT id FROM swap WHERE n = 9) WHERE n = 8",
        "UPDATE change SET id = (SELECT id FROM swap WHERE n = 8) WHERE n = 9",
        "DROP TABLE swap",
    )  # fmt: skip
    found = checked(laptop)

    assert found.bad[0].startswith(named)


def test_a_change_cut_out_is_missed(laptop: Laptop) -> None:
    following = place(laptop, 10)

    harm(laptop, "PRAGMA foreign_keys = OFF", "DELETE FROM change WHERE n = 9")
    found = checked(laptop)

    assert found.bad[0] == "journal.db: a change is missing before place 10"
    assert found.bad[1].startswith(following)


def test_newest_changes_cut_off_are_missed(laptop: Laptop) -> None:
    harm(laptop, "PRAGMA foreign_keys = OFF", "DELETE FROM change WHERE n > 42")
    found = checked(laptop)

    assert any("the head of the log is not here" in line for line in found.bad)


def test_newest_changes_cut_off_together_with_the_head_leave_it_unsigned(laptop: Laptop) -> None:
    with closing(sqlite3.connect(laptop.folder / JOURNAL)) as connection:
        own = connection.execute("SELECT max(n) FROM change").fetchone()[0]

    harm(
        laptop, "PRAGMA foreign_keys = OFF",
        f"UPDATE head SET seq = seq - 1, signature = NULL, id = (SELECT p.id FROM change c JOIN change p ON"
        f" p.n = c.parent WHERE c.n = {own}) WHERE id = (SELECT id FROM change WHERE n = {own})",
        f"DELETE FROM change WHERE n = {own}",
    )  # fmt: skip
    found = checked(laptop)

    assert any("is not signed" in line for line in found.bad)


def test_a_false_signature_of_a_head_is_named(laptop: Laptop) -> None:
    harm(laptop, "UPDATE head SET signature = zeroblob(64) WHERE signature IS NOT NULL")
    found = checked(laptop)

    assert [line for line in found.bad if "signature" in line] == list(found.bad)


def test_a_rewritten_log_fails_against_an_older_checkpoint(tmp_path: Path) -> None:
    """The same key wrote it: ids, heads, signatures and derived tables all fit. The checkpoint remembers."""
    laptop = Laptop(tmp_path, "Naryn")
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "ovis_ammon"})
    laptop.back_up(tmp_path / "before")
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "panthera_uncia"})
    leaves = laptop.store.reader.leaves("station")
    printed = Checkpoint(STATION, "station", datetime(2025, 11, 22, tzinfo=UTC), leaves).text
    laptop.set_back(tmp_path / "before")
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "a goat"})
    assert audit(laptop.store, JobContext()).bad == ()

    with laptop.store.act(officer="o") as change:
        change.seal(new_id(), [], covers=[], revision=1, checkpoint=printed)
    found = audit(laptop.store, JobContext())
    laptop.close()

    assert len(found.bad) == 1
    assert found.bad[0].startswith(f"log {leaves[0].log.hex()} seq 2: the checkpoint in ")


def test_a_station_that_grew_passes_against_its_older_checkpoints(laptop: Laptop) -> None:
    laptop.open()
    for _ in range(5):
        with laptop.store.act(officer="o") as change:
            change.create("incident", {"species": "one more"})

    assert audit(laptop.store, JobContext()).bad == ()


def test_a_checkpoint_that_cannot_be_read_is_named(laptop: Laptop) -> None:
    laptop.open()
    with laptop.store.act(officer="o") as change:
        change.seal(new_id(), [], covers=[], revision=2, checkpoint="ranger-checkpoint-v1\nnonsense")

    assert "its checkpoint cannot be read" in audit(laptop.store, JobContext()).bad[0]


def test_another_laptops_checkpoint_over_changes_that_are_not_here_yet_is_no_damage(tmp_path: Path) -> None:
    naryn, osh = Laptop(tmp_path, "Naryn"), Laptop(tmp_path, "Osh")
    with osh.store.act(officer="o", audience="case") as change:
        change.create("case", {"title": "x"})
    with osh.store.act(officer="o") as change:
        change.create("incident", {})
    leaves = (*osh.store.reader.leaves("case"), *osh.store.reader.leaves("station"))
    checkpoint = Checkpoint(STATION, "station", datetime(2025, 11, 22, tzinfo=UTC), leaves)
    with osh.store.act(officer="o") as change:
        change.seal(new_id(), [], covers=[], revision=1, checkpoint=checkpoint.text)
    case_log = osh.store.reader.leaves("case")[0].log
    naryn.take(change for change in osh.changes() if change.parsed.log != case_log)

    assert naryn.store.journal.waiting_count() == 0
    assert audit(naryn.store, JobContext()).bad == ()
    for laptop in (naryn, osh):
        laptop.close()


def test_damage_to_what_waits_is_named(laptop: Laptop) -> None:
    harm(laptop, "UPDATE waiting SET payload = x'7b7d'")
    assert "waiting" in checked(laptop).bad[0]


@pytest.mark.parametrize("size", [len(SMALL), len(LARGE)])
def test_a_damaged_blob_is_named(laptop: Laptop, size: int) -> None:
    if size == len(SMALL):
        harm(laptop, "UPDATE blob SET bytes = x'00'")
    else:
        [path] = (laptop.folder / "blobs").glob("??/*")
        path.write_bytes(b"another picture")
    found = checked(laptop)

    assert len(found.bad) == 1
    assert found.bad[0].startswith("blob ")
    assert found.bad[0].endswith(": its bytes were altered")


@pytest.mark.parametrize("size", [len(SMALL), len(LARGE)])
def test_a_missing_blob_is_named(laptop: Laptop, size: int) -> None:
    if size == len(SMALL):
        harm(laptop, "DELETE FROM blob")
    else:
        [path] = (laptop.folder / "blobs").glob("??/*")
        path.unlink()
    found = checked(laptop)

    assert [line[-12:] for line in found.bad] == [": is missing"]
    assert found.blobs == 1


def test_derived_tables_that_were_altered_are_named(laptop: Laptop) -> None:
    with closing(sqlite3.connect(laptop.folder / DERIVED)) as connection, connection:
        connection.execute("UPDATE record SET extra = '{\"count\": 1000}' WHERE no = 3")
    found = checked(laptop)

    assert len(found.bad) == 1
    assert found.bad[0].startswith("derived.db: record ")


def overwritten(path: Path, page: int) -> None:
    data = bytearray(path.read_bytes())
    page_bytes = int.from_bytes(data[16:18], "big")
    pages = len(data) // page_bytes
    at = page_bytes * (page % (pages - 1) + 1)
    data[at : at + page_bytes] = b"\xa5" * page_bytes
    path.write_bytes(data)


@pytest.mark.parametrize("page", range(30))
@pytest.mark.parametrize("name", [JOURNAL, DERIVED])
def test_an_overwritten_page_never_breaks_anything(laptop: Laptop, name: str, page: int) -> None:
    overwritten(laptop.folder / name, page)

    try:
        found = checked(laptop)
    except StationUnreadableError:
        return
    if name == JOURNAL and found.bad:
        assert any(line.startswith(("journal.db:", "log ", "blob ")) for line in found.bad)
    if name == DERIVED:
        laptop.store.rederive(JobContext())
        assert audit(laptop.store, JobContext()).bad == ()


@pytest.mark.parametrize("at", [0, 3, 5, 7], ids=["kind", "rows", "contents", "fragments"])
def test_a_bit_that_turned_in_the_head_of_a_page_is_damage_and_never_a_fault_of_ours(laptop: Laptop, at: int) -> None:
    path = laptop.folder / JOURNAL
    sound = path.read_bytes()
    page_bytes = int.from_bytes(sound[16:18], "big")
    broken = []
    for place, bit in product(range(page_bytes + at, len(sound), page_bytes), range(8)):
        data = bytearray(sound)
        data[place] ^= 1 << bit
        path.write_bytes(data)
        try:
            laptop.open()
        except StationUnreadableError:
            continue
        try:
            audit(laptop.store, JobContext())
        except (TypeError, AttributeError, ValueError, LookupError, struct.error) as error:
            broken.append((place // page_bytes, bit, repr(error)))
        laptop.close()
        del laptop.store

    assert broken == []


@pytest.mark.parametrize("damage", [lambda data: b"junk" * 2000, lambda data: data[:100], lambda data: b""])
def test_a_journal_that_is_none_is_refused_by_code(laptop: Laptop, damage: Callable[[bytes], bytes]) -> None:
    path = laptop.folder / JOURNAL
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(StationUnreadableError):
        laptop.open()
