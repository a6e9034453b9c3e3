"""A later SMART file in the window: what differs is seen first, and a correction made here is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from tests.ui.window_room import Room
from ui import acts
from ui.pages.differences import DifferencesPage

REAL = Path(__file__).parents[1] / "data" / "smart" / "samples" / "SMART_000006_001.xml"


def later_file(folder: Path, *pairs: tuple[str, str]) -> Path:
    text = REAL.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / "later.xml").write_text(text, "utf-8")
    return folder / "later.xml"


def differences(room: Room, later: Path, **mine: str) -> tuple[str, DifferencesPage]:
    """The patrol, corrected here, and what a later file of it says otherwise."""
    room.window.take_files([REAL])
    room.until(lambda: len(patrol_ids(room.desk.reader)) == 1)
    record = patrol_ids(room.desk.reader)[0]
    room.settle()
    room.desk.do(acts.edit_patrol(record, {**mine}, officer=room.desk.officer_id, bases=None))
    room.settle()
    room.window.take_files([later])
    room.until(lambda: isinstance(room.window.page, DifferencesPage))
    page = room.window.page
    assert isinstance(page, DifferencesPage)
    room.until(lambda: page.table.texts.rowCount() > 0)
    return record, page


def test_what_differs_is_seen_before_a_known_patrol_is_updated_by_one_press(room: Room, tmp_path: Path) -> None:
    later = later_file(tmp_path, ("Test project", "Other project"))
    record, page = differences(room, later, comment="MY OWN NOTE")

    row = page.table.texts.row(0).texts
    assert row == ("", "Objective", "Test project", "Other project", "the file's is taken")
    assert page.title == "Here already, and different · SMART_000006-001"
    assert not page.all_button.isVisible()
    assert patrol(room.desk.reader, record).objective == "Test project"
    assert "Read from SMART" not in page.told.text()
    page.update_button.click()

    room.until(lambda: patrol(room.desk.reader, record).objective == "Other project")
    assert patrol(room.desk.reader, record).comment == "MY OWN NOTE"
    assert patrol_ids(room.desk.reader) == (record,)
    room.until(lambda: "Brought to what SMART says: patrols 1, incidents 0." in room.told())


@pytest.mark.parametrize("takes_all", [False, True])
def test_a_correction_made_here_goes_only_when_that_is_pressed(room: Room, tmp_path: Path, takes_all: bool) -> None:
    later = later_file(tmp_path, ("Test project", "Other project"), ("64.0", "65.0"))
    record, page = differences(room, later, objective="MY OWN WORDS")
    assert page.table.texts.row(0).texts[-3:] == ("MY OWN WORDS", "Other project", "stays as it is here")

    (page.all_button if takes_all else page.update_button).click()

    room.until(lambda: "Brought to what SMART says" in room.told())
    assert patrol(room.desk.reader, record).objective == ("Other project" if takes_all else "MY OWN WORDS")


def test_nothing_is_called_read_when_nothing_was(room: Room) -> None:
    room.window.take_files([REAL])
    room.until(lambda: "Read from SMART: patrols 1" in room.told())
    room.window.banners.clear()

    room.window.take_files([REAL])

    room.until(lambda: "1 file was here already." in room.told())
    assert "Read from SMART" not in room.told()


def test_a_conflict_that_smart_sent_stands_among_the_conflicts(room: Room) -> None:
    room.window.take_files([REAL.with_name("incident_2.3.xml")])

    room.until(lambda: room.window.page.name == "conflict")
    room.until(lambda: [row.title for row in room.window.page.marked().rows] != [])
    room.until(lambda: "Read from SMART: patrols 0, incidents 1." in room.told())
