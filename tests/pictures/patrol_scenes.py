"""Patrols and plans being written: a proposal, a leg that is split, a new waypoint, plans and what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ui import plan_acts
from ui.forms.leg_acts import ActsEditor
from ui.forms.record_form import RecordForm
from ui.forms.waypoints import WaypointsEditor
from ui.main_window import MainWindow
from ui.pages.list_page import ListPage

WAIT_MS = 400
LONGEST_S = 20.0

RIDGE = {
    "name": "Ridge above Kichi-Naryn", "objective": "Look at the snares of last year", "transport": "foot",
    "mandate": "antipoaching", "team": "mobileteam1", "station": "HQ",
    "members": ["Toktosunov, Aibek", "Bekova, Nurgul"], "leader": "Toktosunov, Aibek",
    "route": [{"latitude_deg": 41.2001, "longitude_deg": 74.5003, "name": "Bridge"},
              {"latitude_deg": 41.2105, "longitude_deg": 74.5081},
              {"latitude_deg": 41.2203, "longitude_deg": 74.5144, "name": "Pass"}],
}  # fmt: skip
"""A plan of the demo's days."""

PLANS = "d0" * 15
"""How the ids of the plans begin."""


def _form(window: MainWindow) -> RecordForm:
    form = window.page.findChild(RecordForm)
    assert form is not None
    return form


def show_leg(window: MainWindow) -> None:
    """The fields of the first leg with its acts."""
    form = _form(window)
    form.view.focus_section("leg0")
    QTest.qWait(WAIT_MS)


def split_leg(window: MainWindow) -> None:
    """The panel that asks from when on it is another leg."""
    editor = _form(window).view.editor("~legs/0")
    assert isinstance(editor, ActsEditor)
    editor.buttons[0].click()
    QTest.qWait(WAIT_MS)


def write_waypoint(window: MainWindow) -> None:
    """A waypoint with its time and place, not stored yet."""
    form = _form(window)
    form.view.focus_section("waypoints")
    editor = form.view.editor("waypoints")
    assert isinstance(editor, WaypointsEditor)
    editor.findChildren(QPushButton)[0].click()
    QTest.qWait(WAIT_MS)
    form.view.ensureWidgetVisible(editor, 0, 0)
    form.view.verticalScrollBar().setValue(form.view.verticalScrollBar().maximum())


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not happened():
        QTest.qWait(20)
        assert time.monotonic() < end


def plan_some(window: MainWindow) -> None:
    """Plans of each state; once for all pictures."""
    desk = window.desk
    if desk.reader.count("plan"):
        return
    told = [
        {**RIDGE, "start": "2026-03-04", "end": "2026-03-05"},
        {**RIDGE, "name": "Winter camp", "start": "2026-04-11", "objective": "", "route": []},
        {**RIDGE, "name": "Far valley", "start": "2026-02-20", "state": "cancelled", "reason": "Snow on the pass."},
    ]
    for number, document in enumerate(told):
        desk.do(plan_acts.plan_patrol(document, officer=desk.officer_id, record=f"{PLANS}{number:02x}"))
    _until(lambda: desk.reader.count("plan") == len(told))
    QTest.qWait(2 * WAIT_MS)
    from db.patrol_pages import patrol_ids

    done = plan_acts.attach_patrol(patrol_ids(desk.reader)[-1], f"{PLANS}00", officer=desk.officer_id)
    desk.do(done)
    QTest.qWait(2 * WAIT_MS)


def plans(window: MainWindow) -> None:
    """The list of plans, one that was done beside it."""
    plan_some(window)
    window.run("plans")
    QTest.qWait(WAIT_MS)
    page = window.page
    assert isinstance(page, ListPage)
    _until(lambda: page.list.choose(f"{PLANS}00"))
    QTest.qWait(2 * WAIT_MS)


def plan_form(window: MainWindow) -> None:
    """A plan being written."""
    plans(window)
    window.run("edit")
    QTest.qWait(WAIT_MS)


def plan_route(window: MainWindow) -> None:
    """The way of a plan."""
    plan_form(window)
    _form(window).view.focus_section("route")
    QTest.qWait(WAIT_MS)


def plan_end(window: MainWindow) -> None:
    """The panel that asks what became of a plan."""
    plans(window)
    window.run("end_plan")
    QTest.qWait(WAIT_MS)
