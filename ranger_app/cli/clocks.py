"""Clocks of receivers and cameras that were wrong: corrected once for all that they timed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Family

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.services.clocks import ClockCorrection
    from ranger_app.services.propose_clock import ClockProposal


@click.group(cls=Family)
def clock() -> None:
    """Correct the clock of a device or a camera, once for all that it timed."""


def _seconds(desk: Desk, told: str) -> Decimal:
    sign, digits = (-1, told[1:]) if told.startswith("-") else (1, told.removeprefix("+"))
    try:
        parts = [Decimal(part) for part in digits.split(":")]
        if not 1 <= len(parts) <= 3 or not all(part.is_finite() and part >= 0 for part in parts):
            raise InvalidOperation
    except InvalidOperation as error:
        raise click.UsageError(desk.words.say("{value} is no shift such as -3600 or +01:00:00.", value=told)) from error
    total = Decimal(0)
    for part in parts:
        total = total * 60 + part
    return sign * (total * 60 if len(parts) == 2 else total)


@clock.command()
@click.option("--device", default="", metavar="NAME", help="Serial number or name of a receiver.")
@click.option("--file", "file", default="", metavar="FILE", help="Only the tracks of this imported file (id or name).")
@click.option("--track", "tracks", multiple=True, metavar="ID", help="Only these tracks.")
@click.option("--camera", default="", metavar="NAME", help="Serial number, or make and model, of a camera.")
@click.option("--photo", default="", metavar="ID", help="The card of this photo: what came in with it by its camera.")
@click.option("--shift", default="", metavar="SECONDS", help="Added in all: -3600 or +01:00:00; 0 takes it back.")
@click.option("--shows", default="", metavar="TIME", help="What the screen on --photo shows, instead of --shift.")
@click.option("--reason", required=True, help="Why; stands in the history.")
@click.pass_obj
def correct(
    desk: Desk,
    device: str,
    file: str,
    tracks: Sequence[str],
    camera: str,
    photo: str,
    shift: str,
    shows: str,
    reason: str,
) -> Answer:
    """Add seconds to every time that a clock told; the recorded times are kept beside."""
    from ranger_app.services.clocks import photos_of_camera, photos_of_card, tracks_of_device
    from ranger_app.services.correct_clock import ClockUnknownError, CorrectClock

    if bool(shift) is bool(shows) or (shows and not photo):
        raise click.UsageError(desk.words.say("Give the shift, or a photo and what the screen on it shows."))
    seconds = _seconds(desk, shift) if shift else None
    with desk.opened() as store:
        reader = store.reader
        chosen = [*tracks, *(tracks_of_device(reader, device, file=file) if device or file else ())]
        photos = [*(photos_of_camera(reader, camera) if camera else ())]
        photos += photos_of_card(reader, photo) if photo else ()
        if not chosen and not photos:
            raise ClockUnknownError(name=device or camera or file)
        done = CorrectClock(store)(
            shift_s=_shown(desk, store, photo, shows) if seconds is None else seconds,
            reason=reason, officer=desk.acting(store).id, tracks=chosen, photos=photos,
        )  # fmt: skip
    text = desk.words.say(
        "{seconds} s are added to the times of {tracks} tracks, {waypoints} waypoints and {photos} photos.",
        seconds=f"{done.shift_s:f}", tracks=len(done.tracks), waypoints=len(done.waypoints), photos=len(done.photos),
    )  # fmt: skip
    return Answer(document=_correction(done), text=text)


def _shown(desk: Desk, store: Store, photo: str, shows: str) -> Decimal:
    from zoneinfo import ZoneInfo

    from ranger_app.services.clocks import shift_by_photo
    from ranger_app.services.stations import station_of

    try:
        shown: dt.datetime | dt.time = dt.time.fromisoformat(shows)
    except ValueError:
        try:
            shown = dt.datetime.fromisoformat(shows)
        except ValueError as error:
            raise click.UsageError(desk.words.say("{value} is no time such as 10:15:30.", value=shows)) from error
    return shift_by_photo(store.reader, photo, shown, ZoneInfo(station_of(store).timezone))


def _correction(done: ClockCorrection) -> dict[str, Any]:
    told = {**asdict(done), "shift_s": float(done.shift_s)}
    told["corrected_at"] = done.corrected_at.isoformat() if done.corrected_at is not None else None
    return told


@clock.command("list")
@click.pass_obj
def corrected(desk: Desk) -> Answer:
    """List every correction of a clock that stands."""
    from ranger_app.services.clocks import corrections

    with desk.opened() as store:
        found = corrections(store.reader)
    text = table(
        (one.name, f"{one.shift_s:+f}", str(len(one.tracks)), str(len(one.photos)), one.reason) for one in found
    )
    return Answer(document={"corrections": [_correction(one) for one in found]}, text=text)


def clock_row(one: ClockProposal) -> dict[str, Any]:
    """A correction that is proposed, for the answer of an import."""
    at = one.corrected_at
    return {**asdict(one), "shift_s": float(one.shift_s), "corrected_at": at.isoformat() if at is not None else None}


def say_proposal(desk: Desk, one: ClockProposal) -> str:
    """What is proposed, and the command that does it."""
    ids = [*(f"--track {record}" for record in one.tracks), *(f"--photo {record}" for record in one.photos[:1])]
    return desk.words.say(
        "The clock of {name} was corrected by {seconds} s before; to correct this too: {command}", name=one.name,
        seconds=f"{one.shift_s:+f}",
        command=f'clock correct {" ".join(ids)} --shift {one.shift_s:f} --reason "{one.reason}"',
    )  # fmt: skip
