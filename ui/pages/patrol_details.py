"""One patrol to be read: its track on the map, its legs and days, and what was seen at its waypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ranger_app.jobs import JobContext
from ui import telling
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.map_pane import MapPane, Spot, tracks_layer
from ui.pages.texts import list_label
from ui.record_table import ShortTable, TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.records import Leg, Patrol, Waypoint
    from ranger_app.domain.track import Track
    from ui.map import Bounds, TracksLayer
    from ui.store_thread import ReadJob, Sight

    LinesRead: TypeAlias = tuple[TracksLayer, list[Bounds]]

LONGEST_LABEL = 32
"""Letters of a comment that the map shows."""


class PatrolDetails(PanePair):
    """Map and facts of the chosen patrol."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self.map = MapPane(desk.words, desk)
        self.facts = FactsView(desk.words.say("The patrol"))
        super().__init__(self.map, self.facts, (desk.words.say("Map"), desk.words.say("Details")))
        self.desk = desk
        self.shell = shell
        self.words = desk.words
        self._shown = ""
        self._waypoints: dict[str, str] = {}
        self.map.picked.connect(self._picked)

    def show_patrol(self, record: str) -> None:
        """Show a patrol; its track comes a little later."""
        from db.patrols import patrol

        found = patrol(self.desk.reader, record)
        self._shown = found.id
        self._tell(found)
        spots = [_spot(waypoint) for waypoint in found.waypoints]
        self.desk.ask(lines_of(found.id), lambda read: self._show_map(found.id, read, spots))
        if any(one.is_companion for leg in found.legs for one in leg.tracks):
            self.desk.ask(_beside_of(found.id), lambda lines: self._show_beside(found.id, lines))

    def _show_map(self, patrol: str, read: LinesRead, spots: list[Spot]) -> None:
        if patrol == self._shown:
            layer, boxes = read
            self.map.add_layer(layer)
            self.map.show_spots(spots)
            self.map.look_at_all(boxes, spots)
            self.map.clear_beside()

    def _show_beside(self, patrol: str, lines: list[tuple[str, Track]]) -> None:
        if patrol == self._shown:
            self.map.show_beside(lines)

    def _picked(self, kind: str, record: str) -> None:
        if kind == "waypoint":
            self.shell.say("information", self._waypoints.get(record, ""))

    def _tell(self, found: Patrol) -> None:
        words, facts = self.words, self.facts
        facts.clear()
        facts.title(found.number)
        start, end = found.start, found.end
        days = " – ".join(dict.fromkeys(telling.day(words, day) for day in (start, end) if day is not None))
        facts.facts(
            [
                (words.say("Days"), days),
                (words.say("Distance"), telling.length(words, found.distance_m)),
                (words.say("Fixes"), telling.number(words, found.points)),
                (words.say("Objective"), found.objective),
                (words.say("Team"), list_label(words, self.desk.office, "team", found.team)),
                (words.say("Station"), list_label(words, self.desk.office, "station", found.station)),
                (words.say("Planned as"), self._plan(found)),
                (words.say("Armed"), self._armed(found)),
                (words.say("Comment"), found.comment),
            ]
        )
        if any(leg.assumed for leg in found.legs):
            told = words.say(
                "Nobody stated what is marked as assumed. Say it with F2 before it goes into a case or to SMART."
            )
            facts.note(told, "warning")
        if found.has_untimed_tracks:
            facts.note(words.say("Some tracks have no times: give them a day before they go to SMART."), "warning")
        self._tell_legs(found)
        self._tell_waypoints(found)

    def _plan(self, found: Patrol) -> str:
        """The plan that it was made of, or may be."""
        reader = self.desk.reader
        if not reader.count("plan"):
            return ""
        from db.plans import plan, plan_of_patrol
        from ranger_app.services.plan_proposals import proposed_plan
        from ui.pages.plan_words import plan_label

        record = plan_of_patrol(reader, found.id)
        if record:
            return plan_label(self.words, plan(reader, record))
        likely = proposed_plan(reader, found)
        if likely is None:
            return ""
        return self.words.say("may be {plan}: say so with F2", plan=plan_label(self.words, likely))

    def _tell_beside(self, leg: Leg) -> None:
        """Name the tracks of other devices, which are kept and not counted."""
        for number, one in enumerate(leg.tracks, start=1):
            if one.is_companion:
                name = one.name or one.device or self.words.say("Track {number}", number=number)
                length = telling.length(self.words, one.distance_m)
                told = self.words.say("{track}, {length}: of another device, drawn dashed, not counted", track=name,
                                      length=length)  # fmt: skip
                self.facts.fact(self.words.say("Beside it"), told)

    def _armed(self, found: Patrol) -> str:
        if "armed" in found.assumed:
            return self.words.say("not said")
        return self.words.say("Yes") if found.is_armed else self.words.say("No")

    def _assumed(self, leg: Leg, name: str, told: str) -> str:
        return self.words.say("{value} (assumed)", value=told) if told and name in leg.assumed else told

    def _tell_legs(self, found: Patrol) -> None:
        words = self.words
        for leg in found.legs:
            transport = self._assumed(leg, "transport", list_label(words, self.desk.office, "transport", leg.transport))
            self.facts.heading(
                words.say("Leg {number} · {transport}", number=leg.number,
                          transport=transport or words.say("no transport"))
            )  # fmt: skip
            self.facts.fact(words.say("Members"), self._people(leg))
            pilot = next((one.name for one in leg.members if one.id == leg.pilot), "")
            if pilot:
                self.facts.fact(words.say("Pilot or driver"), pilot)
            mandate = list_label(words, self.desk.office, "mandate", leg.mandate)
            self.facts.fact(words.say("Mandate"), self._assumed(leg, "mandate", mandate))
            self._tell_beside(leg)
            table = ShortTable(
                [
                    words.say("Day"),
                    words.say("From"),
                    words.say("To"),
                    words.say("Distance"),
                    words.say("Rest"),
                    words.say("Fixes"),
                ],
                words.say("Days of leg {number}", number=leg.number),
            )
            table.set_rows([
                TableRow(day.date.isoformat(), (
                    telling.day(words, day.date),
                    telling.clock(day.start) if day.is_timed else "", telling.clock(day.end) if day.is_timed else "",
                    telling.length(words, day.distance_m),
                    words.say("{count} min", count=telling.number(words, day.rest_minutes)),
                    telling.number(words, day.points),
                ))
                for day in leg.days
            ] + self._undated(leg))  # fmt: skip
            self.facts.widget_below(table)

    def _undated(self, leg: Leg) -> list[TableRow]:
        """What of a leg no day is known for."""
        if not leg.undated_points:
            return []
        words = self.words
        length, fixes = telling.length(words, leg.undated_m), telling.number(words, leg.undated_points)
        return [TableRow("", (words.say("no day"), "", "", length, "", fixes))]

    def _people(self, leg: Leg) -> str:
        """The members of a leg, with what nobody stated marked."""
        words = self.words
        people = []
        for one in leg.members:
            told = one.name
            if one.id == leg.leader:
                is_assumed = "leader" in leg.assumed
                told += f" ({words.say('leader, assumed') if is_assumed else words.say('leader')})"
            elif "members" in leg.assumed:
                told = words.say("{value} (assumed)", value=told)
            people.append(told)
        return "; ".join(people)

    def _tell_waypoints(self, found: Patrol) -> None:
        words = self.words
        self._waypoints = {}
        if not found.waypoints:
            return
        self.facts.heading(words.say("Waypoints"))
        headings = [words.say("Time"), words.say("Seen"), words.say("Position")]
        table = ShortTable(headings, words.say("Waypoints"), stretch=1)
        rows, notation = [], self.desk.notation
        for waypoint in found.waypoints:
            told = _waypoint_words(waypoint)
            place = telling.place(notation, waypoint.position.latitude_deg, waypoint.position.longitude_deg)
            moment = self._moment(waypoint)
            rows.append(TableRow(waypoint.id, (moment, told, place)))
            self._waypoints[waypoint.id] = f"{moment} · {told} · {place}"
        table.set_rows(rows)
        table.opened.connect(self._show_waypoint)
        self.facts.widget_below(table)

    def _moment(self, waypoint: Waypoint) -> str:
        words = self.words
        if waypoint.at is not None:
            told = telling.moment(words, waypoint.at.astimezone(self.desk.zone))
            return words.say("{moment} (from the track)", moment=told) if waypoint.is_at_from_track else told
        if waypoint.is_date_given and waypoint.date is not None:
            return words.say("{day}, no time", day=telling.day(words, waypoint.date))
        return words.say("no time")

    def _show_waypoint(self, waypoint: str) -> None:
        if self.map.view is not None:
            self.show_first()
            self.map.view.flash([("places", waypoint)])


def _waypoint_words(waypoint: Waypoint) -> str:
    seen = ", ".join(one.category.rstrip(".").rpartition(".")[2] for one in waypoint.observations)
    return " · ".join(part for part in (_in_one_line(waypoint.comment), seen) if part) or f"{waypoint.number}"


def _in_one_line(comment: str) -> str:
    return " · ".join(line for line in map(str.strip, comment.splitlines()) if line)


def _spot(waypoint: Waypoint) -> Spot:
    where, label = waypoint.position, _in_one_line(waypoint.comment)
    return Spot(
        id=waypoint.id, kind="waypoint", latitude_deg=where.latitude_deg, longitude_deg=where.longitude_deg,
        label=label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…",
    )  # fmt: skip


def _beside_of(patrol: str) -> ReadJob[list[tuple[str, Track]]]:
    """The tracks of a patrol that go beside others."""

    def work(sight: Sight, _context: JobContext) -> list[tuple[str, Track]]:
        from db.patrols import tracks_of_leg

        legs = sight.reader.entries("leg", parent=patrol)
        return [
            (patrol, track) for leg in legs for track in tracks_of_leg(sight.reader, leg.id, sight.blobs, beside=True)
        ]

    return work


def lines_of(patrol: str) -> ReadJob[LinesRead]:
    """What the map draws of the tracks of a patrol, and where they are, read and made beside the window."""

    def work(sight: Sight, context: JobContext) -> LinesRead:
        from db.patrols import tracks_of_leg

        found: list[tuple[str, Track]] = []
        legs = sight.reader.entries("leg", parent=patrol)
        for number, leg in enumerate(legs):
            context.step(number, len(legs), "reading-tracks")
            found += [(patrol, track) for track in tracks_of_leg(sight.reader, leg.id, sight.blobs, beside=False)]
        return tracks_layer(found), [box for _, track in found if (box := track.bounds()) is not None]

    return work
