"""A damaged page in the middle of ``derived.db``: what is derived never keeps anybody from the records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from db.connection import connect
from tests.command_line import POACHING, CommandLine

PAGE = 4096


@pytest.fixture
def ranger(ranger: CommandLine) -> CommandLine:
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)
    return ranger


def _overwrite(path: Path, pages: slice) -> None:
    content = bytearray(path.read_bytes())
    first, last, _ = pages.indices(len(content) // PAGE)
    content[first * PAGE : last * PAGE] = b"\xa5" * ((last - first) * PAGE)
    path.write_bytes(content)


@pytest.mark.parametrize("command", [("station", "info"), ("station", "rebuild"), ("station", "check")], ids="-".join)
def test_a_station_opens_although_all_pages_but_the_first_are_damaged(
    ranger: CommandLine, command: tuple[str, str]
) -> None:
    before = ranger.answer("incident", "list")
    _overwrite(ranger.station / "derived.db", slice(1, None))

    ran = ranger(*command)

    assert ran.code == 0
    assert "station-trouble" not in ran.err
    assert ranger.answer("incident", "list") == before


def test_tables_found_damaged_by_a_command_are_made_anew_and_the_command_goes_on(ranger: CommandLine) -> None:
    before = ranger.answer("incident", "list"), ranger.answer("station", "info")["counts"]
    size = (ranger.station / "derived.db").stat().st_size // PAGE
    whole = (ranger.station / "derived.db").read_bytes()
    mended = 0

    for page in range(1, size):
        (ranger.station / "derived.db").write_bytes(whole)
        _overwrite(ranger.station / "derived.db", slice(page, page + 1))
        ran = ranger("incident", "list", "--json")

        assert (ran.code, ran.answer) == (0, before[0]), page
        mended += "were made anew" in ran.err
        assert ranger("station", "rebuild").code in (0, 1), page
        assert (ranger.answer("incident", "list"), ranger.answer("station", "info")["counts"]) == before
    assert mended


@pytest.mark.no_cover
def test_what_is_written_over_a_damaged_page_is_stored_once(ranger: CommandLine, tmp_path: Path) -> None:
    without_photos = tmp_path / "incident.json"
    without_photos.write_text(json.dumps(json.loads(Path(POACHING).read_text(encoding="utf-8")) | {"photos": []}))
    whole = {name: (ranger.station / name).read_bytes() for name in ("journal.db", "derived.db")}
    before = ranger.answer("station", "info")["counts"]
    size = len(whole["derived.db"]) // PAGE

    for page in range(1, size):
        for name, content in whole.items():
            (ranger.station / name).write_bytes(content)
        _overwrite(ranger.station / "derived.db", slice(page, page + 1))
        ran = ranger("incident", "add", "--kind", "poaching", "--from-json", str(without_photos), "--json")

        assert ran.code == 0, (page, ran.err)
        counts = ranger.answer("station", "info")["counts"]
        assert counts["incidents"] == before["incidents"] + 1, page
        assert ranger("station", "rebuild").code in (0, 1), page
        assert ranger("station", "check").code == 0, page


def test_no_old_copy_of_a_change_stays_in_the_journals_pages(ranger: CommandLine) -> None:
    for _ in range(10):
        ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)

    content = (ranger.station / "journal.db").read_bytes()
    journal = connect(ranger.station / "journal.db", read_only=True)
    payloads = [payload for (payload,) in journal.execute("SELECT payload FROM change")]
    journal.close()
    assert {content.count(payload) for payload in payloads if len(payload) < 900} == {1}


def test_a_full_disk_is_not_called_damage(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(ranger.station)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    (ranger.station / "journal.db-wal").mkdir()

    ran = ranger("incident", "list", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[system-refused] ")
    assert "journal.db" in ran.err
