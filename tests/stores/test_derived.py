"""``derived.db`` can be lost, old, damaged or ahead: it is derived again, says so, and comes out the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from db.content import BY_ID, derived_content, first_difference, identical
from db.derived_rows import RecordRows
from db.schema import GENERIC, TYPED, derived
from db.store import DERIVED, JOURNAL, Store
from ranger_app.domain.change import Change
from ranger_app.jobs import Cancelled, JobContext
from tests.properties.laptops import Laptop
from tests.properties.test_four_laptops import season


@pytest.fixture(scope="module")
def eventful() -> list[Change]:
    """The changes of some laptops that have seen a bit of everything."""
    station = season(3, acts=120)
    changes = station.laptops[0].changes()
    station.close()
    return changes


@pytest.fixture
def laptop(tmp_path: Path, eventful: list[Change]) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path, "Naryn")
    laptop.take(eventful)
    yield laptop
    laptop.close()


def content(laptop: Laptop) -> list[object]:
    return list(derived_content(laptop.store.reader.derived, laptop.store.journal))


def codes(laptop: Laptop) -> list[str]:
    return [code for code, _ in laptop.store.notices if code != "station-moved"]


def other_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


def cut_in_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def other_numbers(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE branch SET n = -n")
    connection.close()


def no_tables(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE branch")
    connection.close()


def other_journal(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE branch SET tip = randomblob(32)")
    connection.close()


@pytest.mark.parametrize(
    ("damage", "notices"),
    [
        (Path.unlink, ["derived-missing"]),
        (other_schema, ["derived-outdated"]),
        (lambda path: path.write_bytes(b"junk" * 4000), ["derived-unreadable"]),
        (lambda path: path.write_bytes(b""), ["derived-outdated"]),
        (cut_in_half, ["derived-unreadable"]),
        (other_numbers, ["derived-rebuilt"]),
        (no_tables, ["derived-rebuilt"]),
        (other_journal, ["derived-rebuilt"]),
    ],
    ids=["lost", "another schema", "junk", "empty", "cut in half", "junk in numbers", "no tables", "another journal"],
)
def test_derived_tables_come_back_whatever_happened_to_their_file(
    laptop: Laptop, damage: Callable[[Path], object], notices: list[str]
) -> None:
    before = content(laptop)

    laptop.reopen(lambda: damage(laptop.folder / DERIVED))

    assert codes(laptop) == notices
    assert content(laptop) == before
    laptop.agrees_with_the_rules()


def test_a_journal_set_back_behind_its_derived_tables_is_derived_again(laptop: Laptop) -> None:
    laptop.store.close()
    older = (laptop.folder / JOURNAL).read_bytes()
    laptop.open()
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "x"})
    laptop.reopen(lambda: (laptop.folder / JOURNAL).write_bytes(older))
    laptop.held = laptop.ids()

    assert codes(laptop) == ["derived-rebuilt"]
    laptop.agrees_with_the_rules()


def test_a_rebuild_comes_out_identical(laptop: Laptop, tmp_path: Path) -> None:
    before = content(laptop)

    beside = laptop.store.derive_beside(tmp_path / "beside.db", JobContext())
    assert identical(laptop.store.reader.derived, beside, laptop.store.journal)
    beside.close()
    assert laptop.store.rederive(JobContext()) == laptop.store.journal.last_n()

    assert content(laptop) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incident SET summary = 'forged' WHERE no = (SELECT min(no) FROM incident)",
        "DELETE FROM conflict",
        "UPDATE record SET state = state | 2",
        "DELETE FROM history WHERE n = (SELECT max(n) FROM history)",
        "INSERT INTO history (record, n, after_seal) VALUES (999999, 1, 0)",
        "INSERT INTO patrol (no, number) VALUES (999999, 'KG')",
        "DELETE FROM branch",
    ],
)
def test_any_other_row_is_found_when_tables_are_compared(laptop: Laptop, tmp_path: Path, change: str) -> None:
    beside = laptop.store.derive_beside(tmp_path / "beside.db", JobContext())

    cursor = beside.execute(change)

    assert cursor.rowcount > 0
    assert first_difference(laptop.store.reader.derived, beside, laptop.store.journal) is not None
    beside.close()


def test_every_derived_table_is_compared() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(derived())
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()

    typed = {table for table, _ in TYPED.values()}
    assert "CREATE TABLE superseded" in GENERIC
    # ``superseded`` says what is asked for when a lost change comes after all; ``track_level`` is a cache of blobs.
    own_of_tree = {"track_box_node", "track_box_parent", "track_box_rowid"}
    tracks = {"track_chunk", "track_box", "track_level"}
    assert tables == set(BY_ID) | typed | {"history", "superseded"} | tracks | own_of_tree


def test_a_rebuild_stopped_halfway_is_ended_at_the_next_opening(laptop: Laptop) -> None:
    before = content(laptop)
    context = JobContext()
    context.cancel()

    with pytest.raises(Cancelled):
        laptop.store.rederive(context)
    laptop.reopen()

    assert content(laptop) == before


def test_a_save_whose_deriving_failed_is_derived_with_the_next_one(laptop: Laptop) -> None:
    def fail() -> None:
        raise OSError("no space left on device")

    laptop.store.between_commits = fail
    with pytest.raises(OSError, match="no space"), laptop.store.act(officer="o") as change:
        record = change.create("incident", {"species": "x"})
    laptop.store.between_commits = lambda: None
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "y"})

    assert laptop.store.reader.entry(record).values["species"] == "x"
    laptop.agrees_with_the_rules()


def test_the_windows_connection_sees_what_was_saved_and_cannot_write(laptop: Laptop) -> None:
    from db.sight import open_read_only

    reader, derived_db, journal_db = open_read_only(laptop.folder)
    with laptop.store.act(officer="o") as change:
        record = change.create("incident", {"species": "x"})

    assert reader.entry(record).values == {"species": "x"}
    with pytest.raises(Exception, match="readonly"):
        derived_db.execute("DELETE FROM record")
    derived_db.close()
    journal_db.close()


def test_nothing_is_said_about_a_station_that_was_closed_well(laptop: Laptop) -> None:
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "x"})
    laptop.reopen()

    assert laptop.store.notices == []
    assert isinstance(laptop.store, Store)


@pytest.mark.parametrize("step", [RecordRows.load_all, RecordRows.write, RecordRows.settle])
def test_what_is_saved_after_a_rebuild_that_failed_is_derived_whole(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[..., object]
) -> None:
    def fail(*_: object) -> None:
        raise sqlcipher.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(RecordRows, step.__name__, fail)
        with pytest.raises(sqlcipher.OperationalError):
            laptop.store.rederive(JobContext())
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "x"})

    beside = laptop.store.derive_beside(tmp_path / "beside.db", JobContext())
    assert first_difference(laptop.store.reader.derived, beside, laptop.store.journal) is None
    beside.close()
