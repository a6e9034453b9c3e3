"""What the pages say of a record is what somebody said, and no more."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel

from db.incidents import incident_ids
from tests.ui.window_room import Room, choose_first
from ui import acts
from ui.facts_view import FactsView


def told_on(page: FactsView | None) -> dict[str, str]:
    """Names of facts with their values, as they are read aloud."""
    assert page is not None
    names = [label.accessibleName() for label in page.widget().findChildren(QLabel) if label.accessibleName()]
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
    told = told_on(page.details.currentWidget().findChild(FactsView))

    assert told["When it happened"] == "not known"
    assert told["Until"] == "21 Nov 2026, 14:30"
    row = page.list.current()
    assert row is not None
    assert row.mark == "no time"
