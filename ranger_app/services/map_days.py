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
        first, last: In the zone whose days are named.
    """

    first: dt.datetime
    last: dt.datetime

    @classmethod
    def of_span(cls, span_us: tuple[int, int], zone: dt.tzinfo) -> MapDays:
        """The span between two moments, microseconds since 1970 UTC."""
        first, last = ((_EPOCH + moment * _US).astimezone(zone) for moment in span_us)
        return cls(first, last)

    @property
    def span_us(self) -> tuple[int, int]:
        """First and last moment, microseconds since 1970 UTC."""
        return (self.first - _EPOCH) // _US, (self.last - _EPOCH) // _US

    def holds(self, moment: dt.datetime | str | None) -> bool:
        """Whether something happened then; *moment* may be ISO 8601 text, and is UTC where it names no zone."""
        if isinstance(moment, str):
            try:
                moment = dt.datetime.fromisoformat(moment)
            except ValueError:
                return False
        if moment is None:
            return False
        return self.first <= (moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)) <= self.last

    def cut(self, track: Track) -> Track:
        """The fixes of these days; between two of them that others were between nothing is drawn."""
        import numpy as np

        from ranger_app.domain.track import NO_TIME, Track

        first, last = self.span_us
        keeps = (track.time_us != NO_TIME) & (track.time_us >= first) & (track.time_us <= last)
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
        first, last = self.first.date(), self.last.date()
        if first == last:
            return words.say("Shown is what was recorded on {day}, and nothing that has no time.", day=words.day(first))
        return words.say(
            "Shown is what was recorded from {first} to {last}, and nothing that has no time.",
            first=words.day(first), last=words.day(last),
        )  # fmt: skip
