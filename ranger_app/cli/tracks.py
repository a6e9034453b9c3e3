"""Tracks: listed with what was done to them, edited, split; their flags; patrols joined, waypoints moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import DAY, Act, Family

if TYPE_CHECKING:
    from db.reader import Entry
    from db.store import Store
    from ranger_app.coordinates import Decoded
    from ranger_app.services.edit_track import TrackAct

POINTS = "Points are counted from 0 as they were recorded, both ends included."


class Points(click.ParamType[tuple[int, int]]):
    """A range of recorded points, ``A-B``, or one of them."""

    name = "a-b"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        first, _, last = str(value).partition("-")
        last = last or first
        if not (first.isascii() and last.isascii() and first.isdecimal() and last.isdecimal()):
            self.fail(f"{value} is not a range of points such as 10-20", param, ctx)
        return int(first[:12]), int(last[:12])


class PointsOfDay(click.ParamType[tuple[tuple[int, int], dt.date]]):
    """A range of recorded points and its day, ``A-B=DATE``."""

    name = "a-b=yyyy-mm-dd"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[int, int], dt.date]:
        if isinstance(value, tuple):
            return value
        points, _, day = str(value).partition("=")
        return Points().convert(points, param, ctx), DAY.convert(day, param, ctx)


POINTS_RANGE = Points()


@click.group(cls=Family)
def track() -> None:
    """List, edit and split the tracks of a patrol; what was recorded never changes."""


@track.command("list")
@click.argument("patrol_id", metavar="PATROL")
@click.pass_obj
def listed(desk: Desk, patrol_id: str) -> Answer:
    """List the tracks of a patrol with the edits that stand on them."""
    from db.fields import ordered
    from db.patrol_pages import find_patrol

    with desk.opened() as store:
        patrol = store.reader.entry(find_patrol(store.reader, patrol_id) or patrol_id, "patrol")
        rows = [
            _row(store, one, str(patrol.values.get("timezone", "UTC")))
            for leg in ordered(store.reader.entries("leg", parent=patrol.id))
            for one in ordered(store.reader.entries("track", parent=leg.id))
        ]
    lines = []
    for row in rows:
        lines.append(f"{row['id']}  {row['name'] or '-'}  {row['points']}/{row['recorded_points']}")
        lines += [f"  {one['field']}  {one['value']}" for one in row["edits"]]
    return Answer(document={"patrol_id": patrol.id, "tracks": rows}, text="\n".join(lines))


def _row(store: Store, entry: Entry, zone: str) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from db.track_summaries import days_of, original_chunks
    from ranger_app.domain.track_edits import Edits, rest_minutes

    values = entry.values
    edits, original = Edits.parse(values), original_chunks(values, store.blobs)
    is_timed = original.is_timed
    days = days_of(values, zone, store.blobs)
    return {
        "id": entry.id, "leg": entry.parent, "name": values.get("name"), "device": values.get("device"),
        "file": values.get("file"), "companion": values.get("companion") is True,
        "points": sum(day.points for day in days), "recorded_points": len(original),
        "first": edits.first, "stop": edits.stop if edits.stop is not None else len(original),
        "distance_m": sum(day.distance_mm for day in days) / 1000,
        "days": [
            {"date": day.date or None, "start": day.start if is_timed and day.date else None,
             "end": day.end if is_timed and day.date else None, "points": day.points,
             "distance_m": day.distance_mm / 1000}
            for day in days
        ],
        "edits": _edits(entry),
        "rest_minutes": {day.isoformat(): minutes for day, minutes in
                         rest_minutes(original, edits, ZoneInfo(zone)).items()},
    }  # fmt: skip


def _edits(entry: Entry) -> list[dict[str, Any]]:
    from ranger_app.services.edit_track import edit_fields

    return [{"field": name, "value": value} for name, value in edit_fields(entry).items()]


@track.command(epilog=POINTS)
@click.argument("track_id", metavar="TRACK")
@click.option("--hide", "hidden", type=POINTS_RANGE, multiple=True, help="Leave these points out.")
@click.option("--trim", "kept", type=POINTS_RANGE, help="Leave out all but these points.")
@click.option("--pause", "pauses", type=POINTS_RANGE, multiple=True, help="A rest between these two points.")
@click.option("--cut", "cuts", type=click.IntRange(min=0), multiple=True, metavar="I", help="A part begins here.")
@click.option("--join", "joins", type=click.IntRange(min=0), multiple=True, metavar="I", help="No part begins here.")
@click.option("--day", "days", type=PointsOfDay(), multiple=True, help="These points belong to that day.")
@click.option("--undo", "undone", multiple=True, metavar="FIELD", help="Let an edit stand no more, such as hide/10-20.")
@click.option("--reason", default="", help="Why; stands in the history.")
@click.pass_obj
def edit(
    desk: Desk,
    track_id: str,
    hidden: Sequence[tuple[int, int]],
    kept: tuple[int, int] | None,
    pauses: Sequence[tuple[int, int]],
    cuts: Sequence[int],
    joins: Sequence[int],
    days: Sequence[tuple[tuple[int, int], dt.date]],
    undone: Sequence[str],
    reason: str,
) -> Answer:
    """Change what is told of TRACK, as one change that can be undone for ever."""
    from ranger_app.services.edit_track import Cut, EditTrack, GiveDay, Hide, Join, Pause, TakeBackEdit, Trim

    acts: list[TrackAct] = [
        *map(TakeBackEdit, undone),
        *(Hide(*run) for run in hidden),
        *([Trim(*kept)] if kept is not None else []),
        *(Pause(*run) for run in pauses),
        *map(Cut, cuts),
        *map(Join, joins),
        *(GiveDay(*run, day) for run, day in days),
    ]
    if not acts:
        raise click.UsageError(desk.words.say("Say what is to be changed; see {command} --help.", command="track edit"))
    with desk.opened() as store:
        is_changed = EditTrack(store)(track_id, acts, officer=desk.acting(store).id, reason=reason)
        entry = store.reader.entry(track_id, "track")
        row = _row(store, entry, _zone_of(store, entry))
    say = desk.words.say
    text = say("The track is told otherwise now.") if is_changed else say("The track was told like this already.")
    return Answer(document={"track_id": track_id, "changed": is_changed, **row}, text=text)


def _zone_of(store: Store, entry: Entry) -> str:
    from ranger_app.services.patrol_span import zone_of_track

    return zone_of_track(store.reader, entry)


@track.command(epilog=POINTS)
@click.argument("track_id", metavar="TRACK")
@click.option("--at", "index", type=click.IntRange(min=0), required=True, metavar="I", help="First of what follows.")
@click.option("--leg", "into_leg", is_flag=True, help="Begin a new leg of the same patrol instead of a new patrol.")
@click.option("--transport", default="", metavar="KEY", help="Of the new leg.")
@click.option("--mandate", default="", metavar="KEY", help="Of the new leg.")
@click.option("--number", default="", help="Of the new patrol.")
@click.option("--reason", default="", help="Why; stands in the history.")
@click.pass_obj
def split(
    desk: Desk, track_id: str, index: int, into_leg: bool, transport: str, mandate: str, number: str, reason: str
) -> Answer:
    """End a patrol, or a leg, before a point of TRACK; what comes after becomes a new one."""
    from ranger_app.services.split_patrol import SplitPatrol

    with desk.opened() as store:
        parted = SplitPatrol(store)(
            track_id, index, officer=desk.acting(store).id, into_leg=into_leg, transport=transport, mandate=mandate,
            number=number, reason=reason,
        )  # fmt: skip
    told = {"patrol_id": parted.patrol, "leg_id": parted.leg, "track_id": parted.track}
    return Answer(document=told, text=table(told.items()))


@track.command(epilog=POINTS)
@click.argument("track_id", metavar="TRACK")
@click.argument("kind", metavar="KIND")
@click.argument("points", type=POINTS_RANGE, metavar="A-B")
@click.option("--reason", help="Why it may be.")
@click.option("--again", is_flag=True, help="Raise it again.")
@click.pass_obj
def dismiss(desk: Desk, track_id: str, kind: str, points: tuple[int, int], reason: str | None, again: bool) -> Answer:
    """Let a flag of TRACK be, for a reason."""
    from ranger_app.services.flag_tracks import DismissFlag

    with desk.opened() as store:
        told = None if again else reason or ""
        is_changed = DismissFlag(store)(track_id, kind, *points, officer=desk.acting(store).id, reason=told)
    return Answer(document={"track_id": track_id, "changed": is_changed})


@click.command("flags", cls=Act)
@click.argument("patrol_id", metavar="ID")
@click.pass_obj
def flags(desk: Desk, patrol_id: str) -> Answer:
    """Show what in the tracks of a patrol should be looked at; nothing was changed because of it."""
    from db.patrol_pages import find_patrol
    from ranger_app.services.flag_tracks import flags_of_patrol, say_flag

    with desk.opened() as store:
        record = find_patrol(store.reader, patrol_id) or patrol_id
        found = flags_of_patrol(store.reader, record, store.blobs)
        rows = [
            {
                "track": one.track, "kind": one.flag.kind, "severity": str(one.flag.severity), "first": one.flag.first,
                "last": one.flag.last, "facts": dict(one.flag.facts), "text": say_flag(desk.words, one.flag),
                "seen": one.seen, "other": one.other or None,
            }
            for one in found
        ]  # fmt: skip
    text = table(
        (
            str(row["track"])[:8], f"{row['first']}-{row['last']}", str(row["severity"]), str(row["text"]),
            str(row["seen"] or ""),
        )
        for row in rows
    )  # fmt: skip
    needs_a_look = any(row["seen"] is None and row["severity"] != "note" for row in rows)
    return Answer(
        document={"patrol_id": record, "flags": rows},
        text=text,
        code=ExitCode.NEEDS_A_LOOK if needs_a_look else ExitCode.DONE,
    )


@click.command("join", cls=Act)
@click.argument("patrol_id", metavar="ID")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@click.option("--legs", is_flag=True, help="ID and OTHER are legs of one patrol.")
@click.option("--reason", default="", help="Why; stands in the history.")
@click.pass_obj
def join(desk: Desk, patrol_id: str, others: Sequence[str], legs: bool, reason: str) -> Answer:
    """Make one patrol of several: all that belongs to OTHER goes to ID."""
    from db.patrol_pages import find_patrol
    from ranger_app.services.join_patrols import JoinLegs, JoinPatrols

    with desk.opened() as store:
        officer = desk.acting(store).id
        if legs:
            JoinLegs(store)(patrol_id, others, officer=officer, reason=reason)
            return Answer(document={"leg_id": patrol_id}, text=desk.words.say("The legs are one now."))
        names = [find_patrol(store.reader, name) or name for name in (patrol_id, *others)]
        joined = JoinPatrols(store)(names[0], names[1:], officer=officer, reason=reason)
    return Answer(document={"patrol_id": joined}, text=desk.words.say("The patrols are one now."))


@click.command("move-waypoint", cls=Act)
@click.argument("waypoint_id", metavar="WAYPOINT")
@click.option("--to", "place", required=True, metavar="PLACE", help="In any notation that `coordinates` reads.")
@click.option("--notation", help="Read it in this notation and no other.")
@click.option("--reason", required=True, help="Why; stands in the history.")
@click.pass_obj
def move_waypoint(desk: Desk, waypoint_id: str, place: str, notation: str | None, reason: str) -> Answer:
    """Put a waypoint to another place; where the device had it stays in the history."""
    from ranger_app.coordinates import read_place
    from ranger_app.domain.records import Position, PositionSource
    from ranger_app.services.move_waypoint import MoveWaypoint

    found = read_place(place, notation)
    if len(found) != 1 or found[0].is_doubtful:
        raise click.UsageError(_unclear(desk, found))
    try:
        to = Position(
            latitude_deg=found[0].latitude_deg, longitude_deg=found[0].longitude_deg, source=PositionSource.STATED
        )
    except ValueError as error:
        raise click.UsageError(desk.sentence("position-zero", {})) from error
    with desk.opened() as store:
        is_changed = MoveWaypoint(store)(waypoint_id, to, officer=desk.acting(store).id, reason=reason)
    position = {"latitude_deg": to.latitude_deg, "longitude_deg": to.longitude_deg}
    told = f"{to.latitude_deg:.6f}, {to.longitude_deg:.6f}"
    text = (
        desk.words.say("The waypoint stands at {place} now.", place=told)
        if is_changed
        else desk.words.say("The waypoint stood at {place} already.", place=told)
    )
    return Answer(document={"waypoint_id": waypoint_id, "changed": is_changed, "position": position}, text=text)


def _unclear(desk: Desk, found: Sequence[Decoded]) -> str:
    """Each place that a text can mean, in degrees that mean nothing else."""
    from ranger_app.coordinates import tell_place
    from ranger_app.services.place_words import reading_words

    readings = "; ".join(
        f"{tell_place(one.latitude_deg, one.longitude_deg, 'dms')} ({reading_words(desk.words, one)})" for one in found
    )
    if len(found) == 1:
        return desk.words.say(
            "This is perhaps not what was meant: {readings}. If it is, write it so.", readings=readings
        )
    return desk.words.say(
        "This can mean more than one place: {readings}. Write the one that is meant.", readings=readings
    )
