"""Paints a profile: heights as ground, speed as a line, marks and flags below."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ranger_app.i18n import Words
from ui import telling, theme
from ui.map import polygon_from_pixels
from ui.profile_columns import Axis, Profile, Series, thinned

GAP_PX = 6.0
LANE_PX = 12.0
"""Height of the lane below the picture in which flags and marks stand."""

FLAG_PX = 5.0
TICK_ROOM = 1.6
"""Room that a label of an axis needs, in its own widths."""

STEPS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)
ROW_LINES = 1.8
"""Lines of text between two numbers of a scale, at least."""

MOST_ROWS = 5
HEIGHT_ALPHA = 46
BEYOND_PX = 40.0
"""Curves are drawn so far above the picture, where nobody sees them, and no farther."""

MARK_ALPHA = 40
MARK_COLOURS = {"note": "information", "flag": "warning", "grave": "danger", "pause": "primary"}
LINE_PX = 1.4
HEIGHT_PX = 1.2
MOST_SMOOTH = 250
"""Corners of a line up to which its edges are drawn smooth."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that stands at some fixes.

    Attributes:
        kind: ``note``, ``flag``, ``grave`` (what cannot be true), ``pause`` or ``edge`` (where another track begins).
    """

    first: int
    last: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a picture shows.

    Attributes:
        span: Beginning and end on the axis.
        area: Where the curves are, in pixels.
        is_mirrored: Whether the walk begins at the right.
    """

    profile: Profile
    axis: Axis
    span: tuple[float, float]
    area: QRectF
    is_mirrored: bool
    marks: tuple[Mark, ...] = ()
    zone: dt.tzinfo = field(default=dt.UTC)

    @property
    def units_a_px(self) -> float:
        """How much of the axis a pixel is."""
        return (self.span[1] - self.span[0]) / max(self.area.width(), 1.0)

    def px(self, value: float) -> float:
        """Where a place of the axis is drawn."""
        along = (value - self.span[0]) / self.units_a_px if self.units_a_px else 0.0
        return self.area.right() - along if self.is_mirrored else self.area.left() + along

    def value(self, px: float) -> float:
        """The place of the axis that is drawn at a pixel."""
        along = self.area.right() - px if self.is_mirrored else px - self.area.left()
        return self.span[0] + along * self.units_a_px

    def px_of(self, fix: int) -> float:
        """Where a fix is drawn."""
        return self.px(float(self.profile.along(self.axis)[fix]))


def margins(profile: Profile | None, font: QFont) -> tuple[float, float, float, float]:
    """Room at the left, above, at the right and below the curves for what is written there."""
    letters = QFontMetricsF(font)
    wide = max(letters.horizontalAdvance("0 000"), letters.horizontalAdvance("000") + GAP_PX)
    beside = wide + 2 * GAP_PX if profile is not None else GAP_PX
    return beside, letters.height() + GAP_PX, beside, letters.height() + LANE_PX + GAP_PX


def paint_profile(painter: QPainter, look: Look, words: Words, font: QFont) -> None:
    """Draw everything but cursor and selection."""
    colours = theme.current()
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(look.area, QColor(colours.ground))
    _scale(painter, look, words)
    painter.save()
    painter.setClipRect(look.area)
    low, high = look.profile.heights_m
    _marks_behind(painter, look)
    _ground(painter, look, (low - (high - low) * 0.05, high + (high - low) * 0.1))
    _line(painter, look, look.profile.speed_kmh, look.profile.top_kmh * 1.05)
    painter.restore()
    painter.setPen(QPen(QColor(colours.edge), 1.0))
    painter.drawRect(look.area)
    _lane(painter, look)
    _ticks(painter, look, words)


# Curves


def _ground(painter: QPainter, look: Look, between: tuple[float, float]) -> None:
    """Heights, filled down to the foot."""
    colours = theme.current()
    fill = QColor(colours.edge)
    fill.setAlpha(HEIGHT_ALPHA)
    foot = look.area.bottom()
    for xs, _tops, lows in _runs(look, look.profile.height_m, between):
        if len(xs) > MOST_SMOOTH:
            _bars(painter, xs, lows, np.full(len(xs), foot), fill)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            ends = np.concatenate(([xs[0]], xs, [xs[-1]])), np.concatenate(([foot], lows, [foot]))
            painter.drawPolygon(polygon_from_pixels(*ends))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        _stroke(painter, xs, lows, QColor(colours.edge), HEIGHT_PX)


def _line(painter: QPainter, look: Look, series: Series, top: float) -> None:
    """Speed, and a sign at the upper edge where it lies above the picture."""
    colours = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for xs, tops, lows in _runs(look, series, (0.0, top)):
        if (tops != lows).any():
            _bars(painter, xs, tops, lows, QColor(colours.information))
        else:
            _stroke(painter, xs, lows, QColor(colours.information), LINE_PX)
        above = xs[tops < look.area.top()]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.danger))
        for px in _apart(above, 2 * FLAG_PX):
            painter.drawPolygon(_sign(px, look.area.top() + 1.0, down=False))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _stroke(painter: QPainter, xs: np.ndarray, ys: np.ndarray, colour: QColor, width: float) -> None:
    """A line; one of many corners without smooth edges, which would take a tenth of a second."""
    is_fine = len(xs) <= MOST_SMOOTH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=is_fine)
    painter.setPen(QPen(colour, width if is_fine else 0.0))
    painter.drawPolyline(polygon_from_pixels(np.append(xs, xs[-1:] + 0.5), np.append(ys, ys[-1:])))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)


def _bars(painter: QPainter, xs: np.ndarray, tops: np.ndarray, lows: np.ndarray, colour: QColor) -> None:
    """A bar for each column: of the thousand corners of one shape Qt would need a tenth of a second to fill it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    order = np.argsort(xs, kind="stable")
    left, begins = np.unique(np.floor(xs[order]), return_index=True)
    top = np.minimum.reduceat(tops[order], begins)
    low = np.maximum(np.maximum.reduceat(lows[order], begins), top + LINE_PX)
    wide = np.append(np.diff(left), 1.0)
    rows = zip(left.tolist(), top.tolist(), wide.tolist(), (low - top).tolist(), strict=True)
    painter.drawRects([QRectF(*row) for row in rows])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _runs(
    look: Look, series: Series, between: tuple[float, float]
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pixels of each run of a curve without a hole: across, the greatest, the least."""
    seen = thinned(series, look.profile.along(look.axis), look.span, round(look.area.width()))
    low, high = between
    scale = look.area.height() / (high - low)
    across = (seen.place - look.span[0]) / (look.units_a_px or 1.0)
    across = look.area.right() - across if look.is_mirrored else look.area.left() + across
    known = np.flatnonzero(np.isfinite(seen.least))
    if not len(known):
        return
    parts = look.profile.along(look.axis)[look.profile.part_starts]
    part = np.searchsorted(parts, seen.place[known], side="right")
    for run in np.split(known, np.flatnonzero((np.diff(known) > 1) | (np.diff(part) > 0)) + 1):
        above = look.area.top() - BEYOND_PX
        yield (
            across[run],
            np.maximum(look.area.bottom() - (seen.greatest[run] - low) * scale, above),
            np.maximum(look.area.bottom() - (seen.least[run] - low) * scale, above),
        )


def _apart(places: np.ndarray, least_px: float) -> Iterator[float]:
    """Of places that follow each other those that are far enough from the one before."""
    last = -math.inf
    for place in np.sort(places).tolist():
        if place - last >= least_px:
            last = place
            yield place


# Marks


def _marks_behind(painter: QPainter, look: Look) -> None:
    colours = theme.current()
    for mark in look.marks:
        left, right = sorted((look.px_of(mark.first), look.px_of(mark.last)))
        if right < look.area.left() or left > look.area.right():
            continue
        if mark.kind == "edge":
            painter.setPen(QPen(QColor(colours.edge), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(left, look.area.top()), QPointF(left, look.area.bottom()))
        elif mark.kind == "pause":
            fill = QColor(colours.primary)
            fill.setAlpha(MARK_ALPHA)
            painter.fillRect(QRectF(left, look.area.top(), max(right - left, 1.0), look.area.height()), fill)


def _lane(painter: QPainter, look: Look) -> None:
    """Below the picture: a sign where a flag is, a bar as long as it lasts."""
    colours = theme.current()
    top = look.area.bottom() + 3.0
    taken: dict[str, float] = {}
    for mark in sorted(look.marks, key=lambda one: one.first):
        if mark.kind == "edge":
            continue
        left, right = sorted((look.px_of(mark.first), look.px_of(mark.last)))
        if right < look.area.left() or left > look.area.right():
            continue
        left, right = max(left, look.area.left()), min(right, look.area.right())
        colour = getattr(colours, MARK_COLOURS[mark.kind])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        if mark.kind == "pause":
            painter.drawRoundedRect(QRectF(left, top, max(right - left, 3.0), 4.0), 2.0, 2.0)
            continue
        painter.drawRect(QRectF(left, top + 6.0, max(right - left, 1.0), 2.0))
        if abs(left - taken.get(mark.kind, -math.inf)) > FLAG_PX:
            painter.drawPolygon(_sign((left + right) / 2, top, down=True))
            taken[mark.kind] = left


def _sign(px: float, top: float, *, down: bool) -> QPolygonF:
    """A triangle that points up at the picture, or out of it."""
    if down:
        points = [QPointF(px, top), QPointF(px - FLAG_PX, top + 8.0), QPointF(px + FLAG_PX, top + 8.0)]
    else:
        points = [QPointF(px, top), QPointF(px - FLAG_PX, top + 7.0), QPointF(px + FLAG_PX, top + 7.0)]
    return QPolygonF(points)


# Scales


def _scale(painter: QPainter, look: Look, words: Words) -> None:
    """What the two curves are called, and numbers at both sides."""
    colours, area = theme.current(), look.area
    letters = painter.fontMetrics()
    above = QRectF(GAP_PX, 0.0, area.right() + area.left() - 2 * GAP_PX, area.top() - GAP_PX / 2)
    leading, trailing = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    if look.is_mirrored:
        leading, trailing = trailing, leading
    painter.setPen(QColor(colours.information))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(above, leading | middle, words.say("Speed, km/h"))
    has_height = bool(np.isfinite(look.profile.height_m.least).any())
    painter.setPen(QColor(colours.quiet_text))
    painter.drawText(above, trailing | middle, words.say("Height, m") if has_height else words.say("No heights"))
    rows = max(min(int(area.height() / (ROW_LINES * letters.height())), MOST_ROWS), 1)
    low, high = look.profile.heights_m
    low, high = low - (high - low) * 0.05, high + (high - low) * 0.1
    is_left = not look.is_mirrored
    _numbers(painter, look, words, (0.0, look.profile.top_kmh * 1.05), rows, at_left=is_left, is_main=True)
    if has_height:
        _numbers(painter, look, words, (low, high), rows, at_left=not is_left, is_main=False)


def _numbers(
    painter: QPainter, look: Look, words: Words, between: tuple[float, float], rows: int, *, at_left: bool,
    is_main: bool,
) -> None:  # fmt: skip
    colours, area = theme.current(), look.area
    low, high = between
    step = nice_step((high - low) / rows)
    half = painter.fontMetrics().height() / 2
    value = math.ceil(low / step) * step
    while value <= high:
        y = area.bottom() - (value - low) / (high - low) * area.height()
        if is_main:
            painter.setPen(QPen(QColor(colours.line), 1.0))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(colours.information if is_main else colours.quiet_text))
        told = telling.number(words, value, 1 if step < 1 else 0)
        if at_left:
            box = QRectF(0.0, y - half, area.left() - GAP_PX, 2 * half)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
        else:
            box = QRectF(area.right() + GAP_PX, y - half, area.left() - GAP_PX, 2 * half)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, told)
        value += step


def nice_step(wanted: float) -> float:
    """The next step of 1, 2 or 5 times a power of ten that is not smaller than *wanted*."""
    power = 10.0 ** math.floor(math.log10(max(wanted, 1e-6)))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= wanted * 0.999)


def _ticks(painter: QPainter, look: Look, words: Words) -> None:
    """Times or distances below."""
    colours, area = theme.current(), look.area
    letters = painter.fontMetrics()
    top = area.bottom() + LANE_PX + 1.0
    reach = -math.inf
    painter.setPen(QColor(colours.quiet_text))
    for value, told in _labels(look, words, letters.horizontalAdvance("00:00") * TICK_ROOM):
        px = look.px(value)
        wide = letters.horizontalAdvance(told)
        left = min(max(px - wide / 2, 0.0), area.right() + area.left() - wide)
        begin, end = (left, left + wide) if not look.is_mirrored else (-(left + wide), -left)
        if begin < reach + GAP_PX:
            continue
        reach = end
        painter.drawLine(QPointF(px, area.bottom()), QPointF(px, area.bottom() + 3.0))
        painter.drawText(QRectF(left, top, wide + 1, letters.height()), Qt.AlignmentFlag.AlignCenter, told)


def _labels(look: Look, words: Words, room_px: float) -> Sequence[tuple[float, str]]:
    begin, end = look.span
    if look.axis is Axis.DISTANCE or look.profile.clock_s is None or look.profile.seconds is None:
        step = nice_step(look.units_a_px * room_px)
        digits = 0 if step >= 1000 else 1 if step >= 100 else 2 if step >= 10 else 3
        first = math.ceil(begin / step)
        return [
            (number * step, words.say("{count} km", count=telling.number(words, number * step / 1000, digits)))
            for number in range(first, math.floor(end / step) + 1)
        ]
    return _clock_labels(look, words, room_px)


def _clock_labels(look: Look, words: Words, room_px: float) -> list[tuple[float, str]]:
    """Hours in the station's time; the day where another one begins."""
    profile = look.profile
    assert profile.clock_s is not None
    assert profile.seconds is not None
    start = EPOCH + dt.timedelta(microseconds=profile.start_us)
    offset = start.astimezone(look.zone).utcoffset() or dt.timedelta()
    local = start.timestamp() + offset.total_seconds()
    wanted = look.units_a_px * room_px
    step = next((one for one in STEPS_S if one >= wanted), STEPS_S[-1])
    clock_begin, clock_end = (float(np.interp(one, profile.seconds, profile.clock_s)) for one in look.span)
    first, last = math.ceil((local + clock_begin) / step), math.floor((local + clock_end) / step)
    if last - first > 2_000:  # nights are shortened, and would make far too many
        step *= math.ceil((last - first) / 2_000)
        first, last = math.ceil((local + clock_begin) / step), math.floor((local + clock_end) / step)
    moments = np.arange(first, last + 1) * float(step)
    places = np.interp(moments - local, profile.clock_s, profile.seconds)
    return [
        (place, _told(words, dt.datetime.fromtimestamp(moment, dt.UTC), step))
        for place, moment in zip(places.tolist(), moments.tolist(), strict=True)
    ]


def _told(words: Words, local: dt.datetime, step: float) -> str:
    if step >= 86_400 or (local.hour, local.minute, local.second) == (0, 0, 0):
        return telling.day_of_month(words, local.date())
    return f"{local:%H:%M:%S}" if step < 60 else f"{local:%H:%M}"
