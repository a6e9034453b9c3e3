"""Panels for what is done to a leg as a whole: added, split, joined with another, removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from ui import acts, telling
from ui.forms.choices import FindBox
from ui.pages.texts import list_pairs
from ui.sheet import Sheet
from ui.typed_text import read_clock, read_day, read_moment, typed_day

if TYPE_CHECKING:
    from ranger_app.domain.records import Leg, Patrol
    from ui.desk import Desk
    from ui.shell import Shell


class LegSheets:
    """Asks what an act on a leg needs, and does it as one change.

    Args:
        settle: Makes a change of what is typed in the form, before.
        patrol: The patrol as it is stored now.
    """

    def __init__(self, desk: Desk, shell: Shell, settle: Callable[[], None], patrol: Callable[[], Patrol]) -> None:
        self._desk = desk
        self._shell = shell
        self._settle = settle
        self._patrol = patrol
        self._words = desk.words

    def add(self) -> None:
        """Ask for a leg that no receiver recorded: its transport, its day and its times."""
        words, found = self._words, self._patrol()
        transport = self._transports()
        day, begun, ended = QLineEdit(), QLineEdit(), QLineEdit()
        last = found.end or dt.datetime.now(self._desk.zone).date()
        day.setText(typed_day(last))
        for line in (begun, ended):
            line.setPlaceholderText(words.say("hh:mm"))

        def act() -> bool | None:
            transport.take_only_match()
            on = read_day(day.text(), today=last)
            times = [read_clock(line.text()) for line in (begun, ended)]
            if on is None or None in times or not transport.key():
                sheet.complain(words.say("A transport, a day such as 04.03.2026, and two times such as 09:15."))
                return False
            start, end = times
            assert start is not None
            assert end is not None
            times_told = {"start": start.isoformat("seconds"), "end": end.isoformat("seconds")}
            self._do({"transport": transport.key(), "days": [{"date": on.isoformat(), **times_told}]})
            return None

        sheet = Sheet(words, words.say("Add a leg"), act=words.say("Add the leg"), on_act=act)
        sheet.enter_walks = True
        sheet.add(words.say("Transport"), transport)
        sheet.add(words.say("Day"), day)
        sheet.add(words.say("Begun at"), begun)
        sheet.add(words.say("Ended at"), ended)
        self._shell.ask(sheet)

    def split(self, leg: Leg) -> None:
        """Ask from when on, or from which waypoint on, it is another leg, and how it went on."""
        words, found = self._words, self._patrol()
        place, transport = FindBox(), self._transports()
        place.take_width()
        own = [one for one in found.waypoints if one.leg_id == leg.id and one.at is not None]
        place.offer([(one.id, _waypoint(self._desk, one)) for one in own])
        line = place.lineEdit()
        assert line is not None
        line.setPlaceholderText(words.say("A time such as 12:30, or a waypoint"))
        day = leg.days[0].date if leg.days else dt.datetime.now(self._desk.zone).date()

        def act() -> bool | None:
            text = place.currentText().strip()
            place.take_only_match()
            transport.take_only_match()
            now = dt.datetime.combine(day, dt.time(), self._desk.zone)
            moment = read_moment(text, zone=self._desk.zone, now=now)
            at = place.key() or (moment.isoformat() if moment is not None else "")
            if not at:
                sheet.complain(words.say("A time such as 12:30 or 04.03.2026 12:30, or one of the waypoints."))
                return False
            told = {"split_at": at, "of": leg.id}
            self._do(told | ({"transport": transport.key()} if transport.key() else {}))
            return None

        note = words.say("Tracks and waypoints from then on go to a new leg, with its own transport and members.")
        sheet = Sheet(words, words.say("Split leg {number}", number=leg.number), act=words.say("Split the leg"),
                      on_act=act, note=note)  # fmt: skip
        sheet.enter_walks = True
        sheet.add(words.say("From then on"), place)
        sheet.add(words.say("Transport from then on"), transport)
        self._shell.ask(sheet)

    def join(self, leg: Leg, other: Leg) -> None:
        """Put a leg into the one before it."""
        self._do({"id": leg.id, "join_to": other.id})

    def remove(self, leg: Leg) -> None:
        """Ask why a leg is taken back, with all that was recorded on it."""
        words, found = self._words, self._patrol()
        why = QLineEdit()

        def act() -> None:
            self._do({"id": leg.id, "remove": why.text().strip()})

        waypoints = sum(one.leg_id == leg.id for one in found.waypoints)
        note = words.say(
            "With it go {tracks} and {waypoints}. Undo brings all of it back.",
            tracks=words.say_count("{count} track", "{count} tracks", len(leg.tracks)),
            waypoints=words.say_count("{count} waypoint", "{count} waypoints", waypoints),
        )
        sheet = Sheet(words, words.say("Remove leg {number}", number=leg.number), act=words.say("Remove the leg"),
                      on_act=act, note=note)  # fmt: skip
        sheet.add(words.say("Why"), why)
        sheet.ready_when(lambda: bool(why.text().strip()))
        self._shell.ask(sheet)

    def _transports(self) -> FindBox:
        box = FindBox()
        box.take_width()
        box.offer(list_pairs(self._words, self._desk.office, "transport"))
        return box

    def _do(self, leg: dict[str, Any]) -> None:
        self._settle()
        work = acts.edit_patrol(self._patrol().id, {"legs": [leg]}, officer=self._desk.officer_id, bases=None)
        self._desk.do(work)


def _waypoint(desk: Desk, one: Any) -> str:
    told = " ".join(one.comment.split()) or desk.words.say("Waypoint {number}", number=one.number)
    return f"{telling.clock(one.at.astimezone(desk.zone).replace(microsecond=0))} · {told}"[:60]
