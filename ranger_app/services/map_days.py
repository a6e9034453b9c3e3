"""The days of which a printed map shows what was recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ranger_app.i18n import Words

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_US = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class MapDays:
    """A span of time, both ends included; what has no time is not in it.

    Attributes:
        first, last: In the zone whose days are named; ``None`` leaves that side open.
    """

    first: dt.datetime | None
    last: dt.datetime | None

    @classmethod
    def of_span(cls, span_us: tuple[int, int], zone: dt.tzinfo) -> MapDays:
        """The span between two moments, microseconds since 1970 UTC."""
        first, last = ((_EPOCH + moment * _US).astimezone(zone) for moment in span_us)
        return cls(first, last)

    @classmethod
    def of_dates(cls, first: dt.date | None, last: dt.date | None, zone: dt.tzinfo) -> MapDays | None:
        """From the beginning of one day to the end of another; ``None`` where neither is named."""
        if first is None and last is None:
            return None
        return cls(
            None if first is None else dt.datetime.combine(first, dt.time.min, zone),
            None if last is None else dt.datetime.combine(last, dt.time.max, zone),
        )

    @property
    def span_us(self) -> tuple[int | None, int | None]:
        """First and last moment, microseconds since 1970 UTC."""
        first, last = (None if one is None else (one - _EPOCH) // _US for one in (self.first, self.last))
        return first, last

    def holds(self, moment: dt.datetime | str | None) -> bool:
        """Whether something happened then; *moment* may be ISO 8601 text, and is UTC where it names no zone."""
        if isinstance(moment, str):
            try:
                moment = dt.datetime.fromisoformat(moment)
            except ValueError:
                return False
        if moment is None:
            return False
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return (self.first is None or self.first <= moment) and (self.last is None or moment <= self.last)

    def cut(self, track: Track) -> Track:
        """The fixes of these days; between two of them that others were between nothing is drawn."""
        import numpy as np

        from ranger_app.domain.track import NO_TIME, Track

        first, last = self.span_us
        keeps = track.time_us != NO_TIME
        if first is not None:
            keeps &= track.time_us >= first
        if last is not None:
            keeps &= track.time_us <= last
        begins = np.zeros(len(track), np.bool_)
        begins[track.part_starts] = True
        begins[1:] |= ~keeps[:-1]
        return Track(
            time_us=track.time_us[keeps],
            longitude_deg=track.longitude_deg[keeps],
            latitude_deg=track.latitude_deg[keeps],
            elevation_m=track.elevation_m[keeps],
            part_starts=np.flatnonzero(begins[keeps]),
        )

    def note(self, words: Words) -> str:
        """What a sheet says of it."""
        first, last = (None if one is None else words.day(one.date()) for one in (self.first, self.last))
        if first is None or last is None:
            return self._open_note(words, first, last)
        if first == last:
            return words.say("Shown is what was recorded on {day}, and nothing that has no time.", day=first)
        return words.say(
            "Shown is what was recorded from {first} to {last}, and nothing that has no time.", first=first, last=last
        )  # fmt: skip

    def _open_note(self, words: Words, first: str | None, last: str | None) -> str:
        if first is not None:
            return words.say("Shown is what was recorded since {day}, and nothing that has no time.", day=first)
        return words.say("Shown is what was recorded until {day}, and nothing that has no time.", day=last or "")
