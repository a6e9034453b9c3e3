"""What a printed map shows in colours below its signs: patrol effort, and where things gather."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from db.blobs import Blobs
from db.incidents import RECORD_KINDS
from db.reader import Reader
from ranger_app.domain.effort_words import EffortWords
from ranger_app.domain.map_request import EffortShown, HeatShown, Mark
from ranger_app.i18n import Words
from ranger_app.jobs import JobContext
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_marks import of_all, waypoints_within

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class WantedEffort:
    """Patrol effort as somebody wants to see it.

    Attributes:
        measure: ``km``, ``visits`` or ``hours``.
        shows_empty: Cells in which nobody was are hatched.
    """

    measure: str
    cell_m: float
    shows_empty: bool = False


@dataclass(frozen=True, slots=True)
class WantedHeat:
    """Heat as somebody wants to see it.

    Attributes:
        kind: ``incident``, ``conflict`` or ``waypoint``.
    """

    kind: str
    radius_m: float


def effort_shown(
    reader: Reader, blobs: Blobs, wanted: WantedEffort, days: MapDays | None, *, words: Words, context: JobContext
) -> tuple[EffortShown, str, int]:
    """The effort of all patrols, what a sheet says of how much it is, and how many tracks could not be read for it.

    Raises:
        Cancelled: A person asked to stop.
    """
    from db.track_effort import effort_found
    from ranger_app.domain.effort_classes import class_breaks

    from_us, to_us = days.span_us if days is not None else (None, None)
    found = effort_found(reader, blobs, wanted.cell_m, from_us=from_us, to_us=to_us, context=context)
    grid, told = found.grid, EffortWords(words)
    values = grid.column(wanted.measure)
    breaks = class_breaks(values, is_whole=wanted.measure == "visits")
    total = float(values.sum()) if wanted.measure != "visits" else None
    amount = told.told(wanted.measure, len(grid), total, grid.untimed, len(found.unread))
    return EffortShown(
        grid=grid, measure=wanted.measure, breaks=breaks,
        words=tuple(told.classes(wanted.measure, breaks, float(values.max(initial=0.0)))),
        empty_word=told.not_visited if wanted.shows_empty else "",
    ), words.say("Patrol effort of the station: {amount}.", amount=amount), len(found.unread)  # fmt: skip


def heat_shown(reader: Reader, wanted: WantedHeat, days: MapDays | None, *, words: Words) -> HeatShown:
    """Where all places of a kind gather."""
    places = tuple((one.longitude_deg, one.latitude_deg) for one in _places(reader, wanted.kind, days))
    word = EffortWords(words).heat(wanted.kind, wanted.radius_m / 1000)
    return HeatShown(places=places, radius_m=wanted.radius_m, word=word)


def _places(reader: Reader, kind: str, days: MapDays | None) -> Iterator[Mark]:
    if kind == "waypoint":
        yield from waypoints_within(reader, EVERYWHERE, days, but=())
        return
    for mark in of_all(reader, None, days, kinds=RECORD_KINDS, but=(), is_numbered=False):
        if mark.kind == kind:
            yield mark
