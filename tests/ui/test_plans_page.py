"""Plans in the window, without a mouse: written down, begun, ended, and seen beside what was walked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from db.plans import plans
from ranger_app.domain.plans import Plan, PlanState
from ranger_app.jobs import JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.plan_patrol import PlanPatrol
from ranger_app.services.stations import open_station
from tests.service_desk import MORNING, walk, write_gpx
from tests.ui.test_patrol_form import focused, press, push, type_text
from tests.ui.window_room import Room, inside, make_station
from ui.drafts_offer import resume
from ui.facts_view import FactsView
from ui.forms.record_form import RecordForm
from ui.pages.patrols import PatrolsPage
from ui.pages.plans import PlansPage

RIDGE = {
    "name": "Ridge", "start": "2026-03-04", "end": "2026-03-05", "members": ["Toktosunov, Aibek"],
    "transport": "foot", "objective": "Snares of last year",
    "route": [{"latitude_deg": 41.2, "longitude_deg": 74.5, "name": "Bridge"},
              {"latitude_deg": 41.22, "longitude_deg": 74.51, "name": "Pass"}],
}  # fmt: skip


@pytest.fixture
def planned(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """A station with a patrol, and a plan of the same days and people that is long over."""
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        officer = store.reader.entries("officer")[0].id
        path = write_gpx(tmp_path / "walk.gpx", walk(MORNING, 21))
        ImportTracks(store)([path], officer=officer, context=JobContext())
        PlanPatrol(store)(RIDGE, officer=officer)
    with inside(qtbot, station) as found:
        yield found


def open_plans(room: Room) -> PlansPage:
    room.window.go("patrols")
    room.settle()
    room.window.run("plans")
    page = room.window.page
    assert isinstance(page, PlansPage)
    room.settle()
    return page


def choose(room: Room, page: PlansPage) -> None:
    page.list.setFocus()
    press(page.list, Qt.Key.Key_Down)
    room.settle()


def all_plans(room: Room) -> tuple[Plan, ...]:
    return plans(room.desk.reader)


def shown(page: PlansPage) -> str:
    view = page.details.findChild(FactsView)
    assert view is not None
    return " ".join(label.text() for label in view.findChildren(QLabel))


def form_of(page: PlansPage) -> RecordForm:
    assert page.form is not None
    return page.form


def test_a_plan_that_is_over_and_of_which_nobody_told_is_marked(planned: Room) -> None:
    page = open_plans(planned)

    row = page.list.records.row(0)
    assert (row.title, row.group, row.mark) == ("Ridge", "Open plans", "nobody said what became of it")
    assert "2.4 km" in row.second
    choose(planned, page)
    told = shown(page)
    assert "Snares of last year" in told
    assert "No patrol was made of it yet." in told


def test_a_plan_is_written_by_keys(room: Room) -> None:
    page = open_plans(room)
    room.window.run("new")
    form = form_of(page)
    assert form.view.focused_key() == "name"

    for text in ("Bridge to pass", "04.03.2026", "05.03.2026", "Snares"):
        type_text(text)
        press(focused(), Qt.Key.Key_Return)
    form.view.focus_key("transport")
    type_text("Foot")
    form.view.focus_key("route")
    for place, name in (("41.2, 74.5", "Bridge"), ("41.22, 74.51", "Pass")):
        push(room, "Add a place")
        room.settle()
        type_text(place)
        press(focused(), Qt.Key.Key_Return)
        while not (isinstance(focused(), QLineEdit) and focused().parent() is not None
                   and focused().accessibleName() == "Name of the place"):  # fmt: skip
            press(focused(), Qt.Key.Key_Tab)
        type_text(name)
    room.window.run("save")
    room.until(lambda: bool(all_plans(room)))

    (found,) = all_plans(room)
    assert (found.name, found.objective, found.transport) == ("Bridge to pass", "Snares", "foot")
    assert [(one.name, one.latitude_deg, one.longitude_deg) for one in found.route] == [
        ("Bridge", 41.2, 74.5), ("Pass", 41.22, 74.51),
    ]  # fmt: skip
    room.settle()
    assert not form.session.is_dirty
    room.window.go_back()
    assert page.list.records.rowCount() == 1
    room.window.go_back()
    assert isinstance(room.window.page, PatrolsPage)


def test_what_became_of_a_plan_is_said_by_keys(planned: Room) -> None:
    page = open_plans(planned)
    choose(planned, page)
    planned.window.run("end_plan")
    sheet = planned.window.sheet
    assert sheet is not None

    type_text("cancelled")
    sheet.press()
    assert "reason" in sheet.message.text()
    press(focused(), Qt.Key.Key_Tab)
    type_text("snow on the pass")
    sheet.press()
    planned.until(lambda: all_plans(planned)[0].state is PlanState.CANCELLED)

    planned.settle()
    assert page.list.records.row(0).group == "Cancelled"
    assert "snow on the pass" in shown(page)
    planned.window.run("undo")
    planned.until(lambda: all_plans(planned)[0].state is PlanState.PLANNED)


def test_a_plan_that_is_begun_opens_its_patrol(planned: Room) -> None:
    page = open_plans(planned)
    choose(planned, page)

    planned.window.run("start_plan")
    planned.until(lambda: len(patrol_ids(planned.desk.reader)) == 2)
    planned.settle()

    assert isinstance(planned.window.page, PatrolsPage)
    begun = all_plans(planned)[0].patrols[0]
    chosen = planned.window.page.chosen
    assert chosen is not None
    assert chosen.id == begun
    assert patrol(planned.desk.reader, begun).objective == "Snares of last year"


def test_a_plan_and_its_patrol_are_seen_together(planned: Room) -> None:
    page = open_plans(planned)
    choose(planned, page)
    planned.window.run("end_plan")
    type_text("carried out")
    sheet = planned.window.sheet
    assert sheet is not None
    press(focused(), Qt.Key.Key_Tab)
    press(focused(), Qt.Key.Key_Tab)
    type_text("2026-03-04")
    sheet.press()
    planned.until(lambda: bool(all_plans(planned)[0].patrols))
    planned.settle()

    assert "walked" in page.list.records.row(0).second
    assert page._shown is not None
    planned.until(lambda: page._shown is not None and page._shown.map.view is not None)
    planned.until(lambda: {"tracks", "beside"} <= {layer.id for layer in page._shown.map.view.layers})  # type: ignore[union-attr]
    planned.window.go_back()
    planned.window.open_record("patrol", patrol_ids(planned.desk.reader)[0])
    planned.settle()
    details = planned.window.page.findChild(FactsView)
    assert details is not None
    assert "Ridge" in " ".join(label.text() for label in details.findChildren(QLabel))


def test_a_plan_left_unfinished_is_taken_up_again(room: Room) -> None:
    page = open_plans(room)
    room.window.run("new")
    form = form_of(page)
    record = form.writing.record
    type_text("Bridge")
    form.session.keep_draft()
    room.settle()
    draft = room.desk.reader.drafts.one(room.desk.officer_id, "plan", record)
    assert draft is not None
    form.session._forget_draft = lambda: None  # type: ignore[method-assign]

    resume(room.desk, room.window, draft)
    again = room.window.page
    assert isinstance(again, PlansPage)
    assert form_of(again).view.values()["name"] == "Bridge"


def test_a_plan_is_opened_by_its_record_and_withdrawn(planned: Room) -> None:
    record = all_plans(planned)[0].id
    planned.window.open_record("plan", record)
    planned.settle()
    page = planned.window.page
    assert isinstance(page, PlansPage)
    assert page.chosen is not None

    planned.window.run("withdraw")
    type_text("typed twice")
    press(focused(), Qt.Key.Key_Return)
    planned.until(lambda: not all_plans(planned))
