"""How rows of a booklet are told: what was seen, when, and how its place is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ranger_app.domain.model_search import Hit
from ranger_app.i18n import Words
from ranger_app.messages import say_error
from ui import telling
from ui.booklet_reading import NotUnderstood, Place, Understood, document
from ui.clock_words import ClockWords
from ui.map_pane import Spot
from ui.typed_text import typed_coordinates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from ranger_app.domain.booklet import Pick
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import Observation, Waypoint
    from ranger_app.services.attach_photos import ReadPhoto


class BookletWords:
    """Tells rows in the reader's language.

    Args:
        notation: In which places are told.
        offered: What the picker offers under a key.

    Attributes:
        model: The station's data model, once it is read.
    """

    def __init__(self, words: Words, zone: dt.tzinfo, notation: str, offered: Callable[[str], Hit | None]) -> None:
        self.words = words
        self.model: DataModel | None = None
        self._zone = zone
        self._notation = notation
        self._offered = offered

    def row(self, waypoint: Waypoint, seen: Observation | None, *, with_day: bool) -> tuple[str, ...]:
        moment = ""
        if waypoint.at is not None:
            local = waypoint.at.astimezone(self._zone)
            day = f"{telling.day_of_month(self.words, local.date())} " if with_day else ""
            moment = f"{day}{telling.clock(local)}"
        where = f"{waypoint.number} · {self.where(position_of(waypoint))}"
        note = " · ".join(waypoint.comment.split("\n"))
        if seen is None or self.model is None:
            return (moment, "" if seen is None else seen.category, "", where, note)
        from ranger_app.domain.booklet import count_attribute, picked

        counted = count_attribute(self.model, seen.category)
        count = seen.attributes.get(counted.key) if counted is not None else None
        told = self.pick(picked(self.model, seen.category, seen.attributes))
        return (moment, told, "" if count is None else str(count), where, note)

    def pick(self, pick: Pick) -> str:
        model = self.model
        category = model.category(pick.category) if model is not None else None
        if model is None or category is None:
            return pick.category
        label = model.label(category, self.words.language)
        attribute = model.attribute(pick.attribute) if pick.answer else None
        answer = (attribute.node(pick.answer) or attribute.item(pick.answer)) if attribute is not None else None
        if answer is None:
            return label
        from ranger_app.domain.booklet import key_of

        hit = self._offered(key_of(pick))
        return f"{hit.label if hit is not None else model.label(answer, self.words.language)} · {label}"

    def where(self, position: Mapping[str, Any]) -> str:
        """A position in this person's notation."""
        return telling.place(self._notation, float(position["latitude_deg"]), float(position["longitude_deg"]))

    def problem(self, found: NotUnderstood) -> str:
        """Why a row cannot be taken as it stands."""
        if found.error is not None:
            return say_error(self.words, found.error)
        return self.words.say(found.told, **found.facts)

    def moment(self, found: Understood) -> str:
        if found.at is not None:
            return telling.moment(self.words, found.at.astimezone(self._zone))
        return telling.day(self.words, found.date) if found.date is not None else ""

    def place(self, place: Place) -> str:
        words, where = self.words, self.where(place.position)
        match place.how:
            case "track":
                return words.say("{place}, where the track was {seconds} s away", place=where,
                                 seconds=telling.number(words, place.apart_s))  # fmt: skip
            case "above":
                return words.say("{place}, the place above", place=where)
            case "waypoint":
                if not place.waypoint:
                    return words.say("{place}, where that waypoint is", place=where)
                return words.say("{place}, at that waypoint", place=where)
            case "photo":
                return words.say("{place}, as the photo says", place=where)
            case "map":
                return words.say("{place}, from the map", place=where)
            case _:
                return where

    def photo(self, photo: ReadPhoto, more: int) -> str:
        words = self.words
        taken = photo.really_at
        told = telling.moment(words, taken.astimezone(self._zone)) if taken is not None else words.say("no time")
        if photo.shift is not None and photo.taken_at is not None:
            told = f"{told}; {ClockWords(words, self._zone).shifted(photo.taken_at, photo.shift.seconds)}"
        return words.say(
            "This row takes the photo {name} ({moment}); {count} more follow.",
            name=photo.path.name, moment=told, count=telling.number(words, more),
        )  # fmt: skip


def position_of(waypoint: Waypoint) -> dict[str, Any]:
    """Where a waypoint is, as documents have it."""
    where = waypoint.position
    return document(where.latitude_deg, where.longitude_deg, source=str(where.source))


def short(position: Mapping[str, Any]) -> str:
    """A position in a few figures."""
    return typed_coordinates(float(position["latitude_deg"]), float(position["longitude_deg"]))


def spot(waypoint: Waypoint) -> Spot:
    """A waypoint on the map."""
    where = waypoint.position
    return Spot(
        id=waypoint.id, kind="waypoint", latitude_deg=where.latitude_deg, longitude_deg=where.longitude_deg,
        label=str(waypoint.number),
    )  # fmt: skip
