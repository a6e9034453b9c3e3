"""The small files of a station: lock, keys, drafts, blobs."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import lock
from db.blobs import LARGEST_INSIDE, BlobMissingError
from db.connection import StationUnreadableError
from db.drafts import Draft
from db.keys_file import NAME
from db.lock import StationLock, StationLockedError
from db.store import DERIVED, StationMissingError, Store
from tests.properties.laptops import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path, "Naryn")
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"species": "ovis_ammon"})
    yield laptop
    laptop.close()


# The lock


def test_a_second_program_is_told_who_works_here(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.1)

    with pytest.raises(StationLockedError) as refused:
        StationLock(laptop.folder)

    assert "process" in str(refused.value.facts["holder"])
    assert "boot" not in str(refused.value.facts["holder"])


def test_tables_are_made_anew_after_the_machine_went_down_with_the_station_open(laptop: Laptop) -> None:
    laptop.reopen(lambda: (laptop.folder / "lock").write_text("ana on naryn, process 7\nboot of yesterday\n"))

    assert [code for code, _ in laptop.store.notices] == ["derived-doubtful"]
    laptop.agrees_with_the_rules()


def test_tables_are_kept_after_the_program_alone_was_killed(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "boot_identity", lambda: "of today")
    laptop.reopen(lambda: (laptop.folder / "lock").write_text("ana on naryn, process 7\nboot of today\n"))

    assert laptop.store.notices == []


def test_tables_are_made_anew_where_nobody_knows_whether_the_machine_went_down(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "boot_identity", lambda: "")
    laptop.reopen(lambda: (laptop.folder / "lock").write_text("ana on naryn, process 7\nboot \n"))

    assert [code for code, _ in laptop.store.notices] == ["derived-doubtful"]


def test_the_lock_says_nothing_when_the_station_is_closed(laptop: Laptop) -> None:
    said: list[str] = []
    laptop.reopen(lambda: said.append((laptop.folder / "lock").read_text()))

    assert said == [""]


# Keys


def test_keys_are_for_their_owner_alone(laptop: Laptop) -> None:
    assert stat.S_IMODE((laptop.folder / NAME).stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", '{"station": 1}', "[]", "\0"])
def test_keys_that_cannot_be_read_are_refused_by_code_and_nothing_stays_locked(laptop: Laptop, text: str) -> None:
    whole = (laptop.folder / NAME).read_text()
    laptop.close()
    (laptop.folder / NAME).write_text(text)

    with pytest.raises(StationUnreadableError):
        Store(laptop.folder, home=laptop.home)

    (laptop.folder / NAME).write_text(whole)
    laptop.open()


def test_a_folder_without_a_station_is_refused_by_code(tmp_path: Path) -> None:
    with pytest.raises(StationMissingError):
        Store(tmp_path, home=tmp_path)


# Drafts


def test_a_draft_is_kept_until_it_becomes_a_change_and_is_no_change_itself(laptop: Laptop) -> None:
    before = laptop.store.journal.last_n()
    older = Draft("o", "poaching", "ab" * 16, {"summary": "tw"}, {"summary": ("cd" * 16,)}, 1)
    newer = Draft("o", "poaching", "ab" * 16, {"summary": "two rams"}, {"summary": ("cd" * 16,)}, 2)
    other = Draft("o", "conflict", "ef" * 16, {}, {}, 3)
    for draft in (older, newer, other):
        laptop.store.drafts.save(draft)
    laptop.lose_derived()

    assert laptop.store.drafts.of("o") == (other, newer)
    assert laptop.store.drafts.of("somebody else") == ()
    laptop.store.drafts.drop("o", "poaching", "ab" * 16)
    assert laptop.store.drafts.of("o") == (other,)
    assert laptop.store.journal.last_n() == before


# Blobs


@pytest.mark.parametrize("size", [0, 10, LARGEST_INSIDE, LARGEST_INSIDE + 1])
def test_bytes_come_back_by_their_hash(laptop: Laptop, tmp_path: Path, size: int) -> None:
    data = bytes(size)
    source = tmp_path / "photo.jpg"
    source.write_bytes(data)
    blobs = laptop.store.blobs

    digest = blobs.put(data)

    assert digest == hashlib.sha256(data).hexdigest()
    assert blobs.put_file(source) == (digest, size)
    assert blobs.get(digest) == data
    assert blobs.has(digest)
    assert blobs.is_whole(digest)
    assert list(blobs.digests()) == [digest]
    assert blobs.file_for(digest, tmp_path).read_bytes() == data
    assert blobs.path(digest).exists() == (size > LARGEST_INSIDE)


def test_a_large_file_is_kept_without_a_copy_in_the_journal(laptop: Laptop, tmp_path: Path) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(b"x" * (3 * 1024 * 1024 + 5))

    digest, _ = laptop.store.blobs.put_file(source)

    assert laptop.store.blobs.path(digest).read_bytes() == source.read_bytes()
    assert [path.name for path in laptop.store.blobs.path(digest).parent.iterdir()] == [digest]


@pytest.mark.parametrize("size", [10, LARGEST_INSIDE + 1])
def test_missing_bytes_are_refused_by_code(laptop: Laptop, size: int) -> None:
    digest = hashlib.sha256(bytes(size)).hexdigest()

    assert not laptop.store.blobs.has(digest)
    assert not laptop.store.blobs.is_whole(digest)
    with pytest.raises(BlobMissingError):
        laptop.store.blobs.get(digest)


def test_a_damaged_large_blob_is_never_given_out(laptop: Laptop) -> None:
    digest = laptop.store.blobs.put(bytes(LARGEST_INSIDE + 1))
    laptop.store.blobs.path(digest).write_bytes(b"another")

    with pytest.raises(BlobMissingError):
        laptop.store.blobs.get(digest)
    assert not laptop.store.blobs.is_whole(digest)


# The marker


def test_a_home_that_cannot_be_written_costs_a_new_log_each_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "home of Naryn").write_text("a file where a folder should be")
    laptop = Laptop(tmp_path, "Naryn")
    for _ in range(2):
        with laptop.store.act(officer="o") as change:
            change.create("incident", {})
        laptop.reopen()

    assert len(laptop.store.journal.versions()) == 2
    laptop.agrees_with_the_rules()
    laptop.close()


def test_a_torn_marker_is_none(laptop: Laptop) -> None:
    [marker] = (laptop.home / "markers").glob("*.json")
    laptop.reopen(lambda: marker.write_text(marker.read_text()[:40]))

    assert [code for code, _ in laptop.store.notices] == ["station-moved"]


def test_reading_changes_nothing_in_a_station_that_was_moved(laptop: Laptop, tmp_path: Path) -> None:
    laptop.close()
    moved = tmp_path / "moved"
    laptop.folder.rename(moved)
    laptop.folder = moved
    before = [(moved / name).read_bytes() for name in (NAME, "journal.db", DERIVED)]

    laptop.open()
    assert laptop.store.notices == [("station-moved", {"logs": 1})]
    assert laptop.store.short_code == ""
    assert laptop.store.reader.count("incident") == 1
    laptop.close()

    assert [(moved / name).read_bytes() for name in (NAME, "journal.db", DERIVED)] == before
    laptop.open()
