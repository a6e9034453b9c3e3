"""What the pages say of a record is what somebody said, and no more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from db.incidents import incident_ids
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from tests.service_desk import MORNING, walk, write_gpx
from tests.ui.window_room import Room, choose_first
from ui import acts
from ui.banner import STILL_MS
from ui.facts_view import FactsView
from ui.pages.history import HistoryPage
from ui.pages.list_page import ListPage


def told_on(page: FactsView | None) -> dict[str, str]:
    """Names of facts with their values, as they are read aloud."""
    assert page is not None
    inside = page.widget()
    assert inside is not None
    names = [label.accessibleName() for label in inside.findChildren(QLabel) if label.accessibleName()]
    return dict(name.split(": ", 1) for name in names if ": " in name)


def record(room: Room, document: dict[str, Any]) -> str:
    """Write a poaching incident down."""
    before = incident_ids(room.desk.reader)
    room.desk.do(acts.record_incident("poaching", document, officer=room.desk.officer_id, record=""))
    room.settle()
    (found,) = set(incident_ids(room.desk.reader)) - set(before)
    return found


def test_an_end_without_a_beginning_is_not_when_it_happened(room: Room) -> None:
    record(room, {"occurred_until": "2026-11-21T14:30:00+06:00", "place": "Naryn"})

    page = choose_first(room, "incidents")
    told = told_on(page.details.findChild(FactsView))

    assert told["When it happened"] == "not known"
    assert told["Until"] == "21 Nov 2026, 14:30"
    row = page.list.current()
    assert row is not None
    assert row.mark == "no time"


def test_a_second_click_on_a_closed_message_does_not_press_what_moved_up(room: Room) -> None:
    pressed: list[str] = []
    room.window.say("information", "Kept.", acts=[("Undo", lambda: pressed.append("undo"))])
    room.window.say("warning", "Some of what was typed could not be read.")
    upper, lower = room.window.banners.banners
    room.until(lambda: upper.isVisible() and upper.height() > 0)
    away = upper.findChildren(QPushButton)[-1]

    press(away)
    assert room.window.banners.banners == (lower,)
    undo = lower.findChildren(QPushButton)[0]
    press(undo)
    assert pressed == []
    room.qtbot.wait(STILL_MS + 50)
    press(undo)

    assert pressed == ["undo"]


def press(button: QWidget) -> None:
    """Click on a button as a mouse does, through the window's frame."""
    frame = button.window().windowHandle()
    at = button.mapTo(button.window(), button.rect().center())
    QTest.mouseClick(frame, Qt.MouseButton.LeftButton, pos=at)


def history_rows(room: Room) -> list[tuple[str, ...]]:
    """Open the history of what is chosen, and read it."""
    room.window.run("history")
    page = room.window.page
    assert isinstance(page, HistoryPage)
    room.until(lambda: page.table.texts.rowCount() > 0)
    return [page.table.texts.row(place).texts for place in range(page.table.texts.rowCount())]


@pytest.fixture
def trapped(full_room: Room) -> Room:
    """A trap is added to the incident, undone and added again."""
    room = full_room
    (incident,) = incident_ids(room.desk.reader)
    trap = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "legholdtrap"}}
    document = {"observations": [trap], "summary": "snares " * 60, "patrol_id": patrol_ids(room.desk.reader)[0]}
    room.desk.do(acts.edit_incident(incident, document, officer=room.desk.officer_id, bases=None))
    room.settle()
    return room


def test_the_history_tells_of_observations_and_shows_long_texts_whole(trapped: Room) -> None:
    choose_first(trapped, "incidents")
    number = str(trapped.desk.reader.entry(patrol_ids(trapped.desk.reader)[0]).values["number"])

    first, second = history_rows(trapped)

    assert "Observation · Recorded: Category: Trap · Type of Trap: Wire Snare" in first[3]
    assert "Observation · Changed: Category: Trap · Type of Trap: " in second[3]
    assert f"Patrol: {number}" in second[3]
    assert ("snares " * 60).strip() in second[3]


def test_undo_says_what_was_undone(trapped: Room) -> None:
    trapped.window.run("undo")
    trapped.until(lambda: "Undone: Poaching incident " in trapped.told())

    assert "Summary: snares" in trapped.told()
    assert trapped.told().endswith("…")


def test_undoing_an_import_says_how_many_patrols_it_took_back(room: Room, tmp_path: Path) -> None:
    paths = [write_gpx(tmp_path / f"{day}.gpx", walk(MORNING + dt.timedelta(days=day))) for day in range(3)]
    room.window.take_files(paths)
    room.until(lambda: len(patrol_ids(room.desk.reader)) == 3)

    room.window.run("undo")

    room.until(lambda: "Undone: Patrol, recorded: 3" in room.told())


def test_times_in_a_history_are_told_in_words(full_room: Room) -> None:
    choose_first(full_room, "patrols")

    (row,) = history_rows(full_room)

    assert "First day: 04 Mar 2026" in row[3]
    assert "Waypoint · Recorded: Number: 1 · Name: snare · " in row[3]
    assert f"Time: 04 Mar 2026, {MORNING.astimezone(full_room.desk.zone):%H:%M}" in row[3]
    assert "How the position is known: GPS" in row[3]


def test_answers_that_cannot_be_true_together_are_said_and_stored(full_room: Room) -> None:
    patrol = patrol_ids(full_room.desk.reader)[0]
    found = record(
        full_room,
        {
            "occurred_at": "2029-11-20T03:00:00+06:00", "occurred_until": "2029-11-19T03:00:00+06:00",
            "patrol_id": patrol, "fields": {"suspects_known": "unknown", "suspect_count": 2},
        },
    )  # fmt: skip
    page = choose_first(full_room, "incidents")
    page.show_record("incident", found)
    full_room.settle()
    view = page.details.findChild(FactsView)
    assert view is not None
    inside = view.widget()
    assert inside is not None
    said = {label.text() for label in inside.findChildren(QLabel)}
    wrong = {
        "It ended before it began.",
        "No suspect is known, and yet suspects are counted.",
        "It happened, and was found, on none of the days of its patrol.",
    }
    assert wrong <= said

    full_room.window.run("edit")
    assert page.form is not None
    listed = {page.form.missing.item(place).text() for place in range(page.form.missing.count())}

    assert wrong <= listed


def test_what_nobody_stated_of_a_patrol_is_marked_until_it_is_said(full_room: Room, tmp_path: Path) -> None:
    path = write_gpx(tmp_path / "ride.gpx", walk(MORNING + dt.timedelta(days=30)), waypoints=[(45, 70, None, "nest")])
    full_room.window.take_files([path])
    full_room.until(lambda: "are assumed" in full_room.told())
    page = full_room.window.page
    assert isinstance(page, ListPage)
    full_room.settle()
    view = page.details.findChild(FactsView)
    told = told_on(view)

    assert told["Mandate"] == "Anti-poaching (assumed)"
    assert told["Members"] == "Toktosunov, Aibek (leader, assumed)"
    assert told["Armed"] == "not said"

    full_room.window.run("edit")
    assert page.form is not None
    assert page.form.view.values()["legs/0/transport"] in (None, "")
    editor = page.form.view.editor("legs/0/transport")
    assert editor is not None
    editor.set_value("foot")
    editor.edited.emit()
    page.form.save()
    full_room.settle()

    leg = patrol(full_room.desk.reader, patrol_ids(full_room.desk.reader)[-1]).legs[0]
    assert (leg.transport, leg.assumed) == ("foot", ("leader", "mandate", "members"))
    full_room.window.go_back()
    full_room.settle()
    rows = history_rows(full_room)
    assert "Leader: assumed, nobody stated it" in rows[0][3]
    assert "Leg · Changed: Number: 1 · Transport: stated, no longer assumed" in rows[1][3]


def test_files_that_are_here_already_are_not_said_to_be_imported(full_room: Room) -> None:
    full_room.window.take_files([full_room.folder.parent / "walk.gpx"])

    full_room.until(lambda: "here already" in full_room.told())

    assert full_room.told() == "Nothing new was imported. 1 file was here already."
