"""What the map says of effort: its measures, its classes, and how much there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ranger_app.i18n import Words, marked

CELLS_KM = (1, 2, 5, 10, 20)
RADII_KM = (1, 2, 5, 10, 20)

_HEATS = {
    "incident": marked("Incidents within {count} km: few to many"),
    "conflict": marked("Livestock conflicts within {count} km: few to many"),
    "waypoint": marked("Waypoints within {count} km: few to many"),
}


class EffortWords:
    """Says it to one reader; may be used in any thread."""

    def __init__(self, words: Words) -> None:
        self._words = words

    # What is offered

    def measures(self) -> list[tuple[object, str]]:
        """The measures of effort, and none."""
        say = self._words.say
        return [
            ("", say("No patrol effort")), ("km", say("Effort: kilometres")), ("visits", say("Effort: visits")),
            ("hours", say("Effort: hours")),
        ]  # fmt: skip

    def cells(self) -> list[tuple[object, str]]:
        """The sizes of cells, in metres."""
        return [(km * 1000.0, self._words.say("cells of {count} km", count=km)) for km in CELLS_KM]

    def heats(self) -> list[tuple[object, str]]:
        """The kinds of places whose heat may be shown, and none."""
        say = self._words.say
        return [
            ("", say("No heat map")), ("incident", say("Heat: incidents")),
            ("conflict", say("Heat: conflicts")), ("waypoint", say("Heat: waypoints")),
        ]  # fmt: skip

    def radii(self) -> list[tuple[object, str]]:
        """The radii of heat, in metres."""
        return [(km * 1000.0, self._words.say("within {count} km", count=km)) for km in RADII_KM]

    # What is said of it

    @property
    def not_visited(self) -> str:
        return self._words.say("nobody was here")

    def heat(self, kind: str, radius_km: float) -> str:
        """What the colours of heat mean."""
        return self._words.say(_HEATS[kind], count=self._number(radius_km))

    def classes(self, measure: str, breaks: Sequence[float], most: float) -> list[str]:
        """What each class is called, one more than *breaks*.

        Args:
            most: The greatest value there is.
        """
        if measure == "visits":
            return self._visits([round(one) for one in breaks], round(most))
        if not breaks:
            return [self._upto(measure, most)]
        between = [self._between(measure, least, end) for least, end in pairwise(breaks)]
        return [self._upto(measure, breaks[0]), *between, self._over(measure, breaks[-1])]

    def _visits(self, breaks: Sequence[int], most: int) -> list[str]:
        words = self._words
        found = []
        for least, end in pairwise([0, *breaks, most]):
            first, last = least + 1, max(end, least + 1)
            if first == last:
                found.append(words.say_count("{count} visit", "{count} visits", first))
            else:
                found.append(words.say("{least} to {most} visits", least=words.number(first), most=words.number(last)))
        return found

    def _upto(self, measure: str, most: float) -> str:
        text = self._number(most)
        if measure == "km":
            return self._words.say("up to {most} km", most=text)
        return self._words.say("up to {most} h", most=text)

    def _between(self, measure: str, least: float, most: float) -> str:
        texts = {"least": self._number(least), "most": self._number(most)}
        if measure == "km":
            return self._words.say("{least} to {most} km", **texts)
        return self._words.say("{least} to {most} h", **texts)

    def _over(self, measure: str, least: float) -> str:
        text = self._number(least)
        if measure == "km":
            return self._words.say("over {least} km", least=text)
        return self._words.say("over {least} h", least=text)

    def told(self, measure: str, cells: int, total: float | None, untimed: int, unread: int) -> str:
        """How much there is, and what could not be counted."""
        words = self._words
        parts = [words.say_count("{count} cell", "{count} cells", cells)]
        if total is not None and measure == "km":
            parts.append(words.say("{count} km in all", count=words.number(round(total))))
        elif total is not None:
            parts.append(words.say("{count} h in all", count=words.number(round(total))))
        if untimed:
            parts.append(words.say_count(
                "{count} track without times is not counted", "{count} tracks without times are not counted", untimed
            ))  # fmt: skip
        if unread:
            parts.append(words.say_count(
                "{count} track cannot be read", "{count} tracks cannot be read", unread
            ))  # fmt: skip
        return " · ".join(parts)

    def _number(self, value: float) -> str:
        """A round number with as many decimals as it needs, at most three."""
        digits = next((some for some in (0, 1, 2) if round(value, some) == value), 3)
        return self._words.number(value, digits)
