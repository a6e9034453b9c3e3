"""The waypoints of a patrol: where and when each was, and what was seen there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType, LineForm
from ranger_app.i18n import Words, marked
from ui.forms.choices import ChoiceEditor
from ui.forms.editors import Editor, LongTextEditor, MomentEditor, json_equal
from ui.forms.fields import make_editor
from ui.forms.lines import NO_ANSWER, TYPED, LinesEditor, typed_into, without_typed
from ui.forms.observations import ObservationsEditor
from ui.typed_text import read_moment, typed_moment

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel

_LINE = LineForm(id="waypoints", record="waypoint", label=marked("Waypoints"), fields=())
_AT = Field(id="at", label=marked("Time"), type=FieldType.DATETIME)
_POSITION = Field(id="position", label=marked("Position"), type=FieldType.POSITION)
_LEG = Field(id="leg", label=marked("Leg"), type=FieldType.CHOICE)
_DIRECTION = Field(id="direction_deg", label=marked("Seen in the direction"), type=FieldType.DECIMAL, unit=marked("°"),
                   minimum=Decimal(0), maximum=Decimal(360))  # fmt: skip
_DISTANCE = Field(id="distance_m", label=marked("Seen at a distance of"), type=FieldType.DECIMAL, unit=marked("m"),
                  minimum=Decimal(0), maximum=Decimal(100_000))  # fmt: skip
_COMMENT = Field(id="comment", label=marked("Comment"), type=FieldType.LONG_TEXT)
_SEEN = "observations"

SAID = ("at", "position", "leg", "direction_deg", "distance_m", "comment", _SEEN)
"""What of a waypoint a person says."""

NEEDED = ("at", "position")
"""Without these a waypoint is none yet."""


class _TimeEditor(MomentEditor):
    """A moment of a patrol: a time alone is of the day that was walked.

    Attributes:
        day: That day; ``None`` for today.
    """

    day: dt.date | None = None

    def _moment(self) -> dt.datetime | None:
        if self._stored is not None and self.line.text() == typed_moment(self._stored, self._zone):
            return self._stored
        now = dt.datetime.now(self._zone)
        if self.day is not None:
            now = dt.datetime.combine(self.day, now.time(), self._zone)
        return read_moment(self.line.text(), zone=self._zone, now=now)


class WaypointsEditor(LinesEditor):
    """A list of waypoints; one is added with its time and place, those that are stored stay.

    The value is a list of waypoints as the document of a patrol has them; one without ``id`` is new.

    Args:
        legs: Id and name of each leg to choose from.
        notation: In which places are shown.
        day: The first that was walked; a time alone is of it, or of the day of the waypoint before.
    """

    def __init__(
        self,
        words: Words,
        zone: dt.tzinfo,
        legs: Sequence[tuple[str, str]] = (),
        *,
        notation: str = "dd",
        day: dt.date | None = None,
    ) -> None:
        super().__init__(_LINE, words, zone)
        self.add_button.setText(words.say("Add a waypoint"))
        self.remove_button.setText(words.say("Take the new waypoint out"))
        self.observed = ObservationsEditor(words)
        self._time = _TimeEditor(_AT, words, zone)
        self._time.day = day
        editors: list[Editor] = [self._time, make_editor(_POSITION, words, zone, notation)]
        if len(legs) > 1:
            editors.append(ChoiceEditor(_LEG, words, legs))
        editors += [make_editor(_DIRECTION, words), make_editor(_DISTANCE, words)]
        self._draw_editors([*editors, LongTextEditor(_COMMENT, words), self.observed])
        self._timeless: frozenset[object] = frozenset()
        self._show_line(-1)

    def set_model(self, model: DataModel) -> None:
        """Offer the categories of *model*."""
        self.observed.set_model(model)
        self._fill_list(max(self.list.currentRow(), 0))

    def summary(self, answers: Mapping[str, object]) -> str:
        seen = answers.get(_SEEN)
        told = [self.observed.summary(one) for one in seen] if isinstance(seen, list) else []
        comment = " ".join(str(answers.get("comment") or "").split())
        said = "; ".join(part for part in (comment, *told) if part) or self.words.say(NO_ANSWER)
        return f"{self._moment(answers)} · {said}"

    def _moment(self, answers: Mapping[str, object]) -> str:
        try:
            moment = dt.datetime.fromisoformat(str(answers.get("at"))).astimezone(self._zone)
        except ValueError:
            if "number" not in answers:
                return self.words.say("New waypoint")
            return self.words.say("Waypoint {number}", number=answers.get("number"))
        return f"{moment:%d.%m %H:%M}"

    def _show_line(self, place: int) -> None:
        super()._show_line(place)
        is_new = 0 <= place < len(self._lines) and "id" not in self._lines[place]
        self.remove_button.setVisible(is_new)

    # Changing

    def set_value(self, value: object) -> None:
        told = value if isinstance(value, list | tuple) else ()
        stored = [one for one in told if isinstance(one, Mapping)]
        self._timeless = frozenset(one.get("id") for one in stored if one.get("at") is None)
        super().set_value(value)

    def add(self) -> None:
        """Begin a waypoint on the leg and the day of the chosen one."""
        place = self.list.currentRow()
        before = self._lines[place] if 0 <= place < len(self._lines) else {}
        leg, at = before.get("leg"), before.get("at")
        if isinstance(at, str):
            self._time.day = dt.datetime.fromisoformat(at).astimezone(self._zone).date()
        super().add()
        if leg is not None and "leg" in self._rows:
            self._lines[-1]["leg"] = leg
            self._show_line(len(self._lines) - 1)

    def remove(self) -> None:
        """Take out a waypoint that is not stored yet; a stored one is withdrawn with a reason, elsewhere."""
        place = self.list.currentRow()
        if 0 <= place < len(self._lines) and "id" not in self._lines[place]:
            super().remove()

    def go_to(self, place: str) -> None:
        line, number, field = _parts(place)
        if line < len(self._lines):
            self.list.setCurrentRow(line)
            if number is None:
                super().go_to(place)
            elif field:
                self.observed.go_to(f"{number}/{field}")

    def _take(self, field: str) -> None:
        place = self.list.currentRow()
        if field != _SEEN:
            super()._take(field)
        elif 0 <= place < len(self._lines):
            self._lines[place][_SEEN] = self.observed.lines
            self.list.item(place).setText(self.summary(self._lines[place]))
            self.edited.emit()

    def value(self) -> object:
        return [_told(line) for line in self._lines]

    def unreadable(self) -> dict[str, str]:
        found = super().unreadable()
        for place, line in enumerate(self._lines):
            found |= {f"{place}/{name}": "" for name in self._lacking(line) if f"{place}/{name}" not in found}
            for number, one in enumerate(_seen(line)):
                found |= {f"{place}/{number}/{field}": text for field, text in typed_into(one).items()}
        return found

    def _lacking(self, line: Mapping[str, object]) -> list[str]:
        """What a waypoint cannot be without; nobody knows the time of one that was imported without."""
        needed = NEEDED[1:] if line.get("id") in self._timeless else NEEDED
        return [name for name in needed if not line.get(name)]

    def set_unreadable(self, place: str, text: str) -> None:
        line, number, field = _parts(place)
        if number is None:
            if text:
                super().set_unreadable(place, text)
        elif line < len(self._lines) and number < len(_seen(self._lines[line])):
            one = _seen(self._lines[line])[number]
            one[TYPED] = {**typed_into(one), field: text}
            self._show_line(self.list.currentRow())

    def label_at(self, place: str) -> str:
        line, number, field = _parts(place)
        told = self.name_of(field) if number is None else self.observed.label_at(f"{number}/{field}")
        return f"{self.label} {line + 1}: {told}"

    def take_ids(self, stored: object) -> None:
        """Learn the ids of what was new, and stand in the order in which it is stored."""
        known = [dict(one) for one in stored if isinstance(one, Mapping)] if isinstance(stored, list) else []
        by_id = {one.get("id"): one for one in known}
        mine = {line.get("id") for line in self._lines}
        fresh = sorted((one for one in known if one.get("id") not in mine), key=lambda one: int(one.get("number") or 0))
        for line in self._lines:
            if "id" not in line and is_complete(line) and fresh:
                line.update({**fresh.pop(0), **{name: line[name] for name in SAID if name in line}})
            for one, with_id in zip(_seen(line), _seen(by_id.get(line.get("id"), {})), strict=False):
                one.setdefault("id", with_id.get("id"))
        order = {one.get("id"): place for place, one in enumerate(known)}
        sorted_lines = sorted(self._lines, key=lambda line: order.get(line.get("id"), len(order)))
        place = self.list.currentRow()
        if sorted_lines != self._lines:
            chosen = self._lines[place] if 0 <= place < len(self._lines) else None
            self._lines = sorted_lines
            place = next((number for number, line in enumerate(self._lines) if line is chosen), 0)
            self._list_again(place)
        if 0 <= place < len(self._lines):
            self.remove_button.setVisible("id" not in self._lines[place])
            self.observed.take_ids(_seen(self._lines[place]))

    def _list_again(self, chosen: int) -> None:
        """Show the list in another order; the fields stay as they are, for somebody may be typing into them."""
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([self.summary(line) for line in self._lines])
        self.list.setCurrentRow(chosen)
        self.list.fit()
        self.list.blockSignals(False)


def is_complete(line: Mapping[str, object]) -> bool:
    """Whether a new waypoint has what it cannot be without."""
    return all(line.get(name) for name in NEEDED)


def _seen(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    return line.get(_SEEN) or []


def _told(line: Mapping[str, Any]) -> dict[str, Any]:
    told = {**without_typed(line)}
    return {**told, _SEEN: [without_typed(one) for one in _seen(line)]}


def _parts(place: str) -> tuple[int, int | None, str]:
    """Line, place among its observations, and field; no such place for a field of the waypoint itself."""
    line, _, rest = place.partition("/")
    number, slash, field = rest.partition("/")
    return (int(line), int(number), field) if slash else (int(line), None, rest)


def waypoint_changes(before: object, now: object) -> list[dict[str, Any]]:
    """The waypoints that say something else now than *before*, and what of them, as the document of a patrol takes it.

    New ones without a time or a place are not among them yet.
    """
    known = {one["id"]: one for one in before if isinstance(one, dict)} if isinstance(before, list) else {}
    told = [one for one in now if isinstance(one, dict)] if isinstance(now, list) else []
    found: list[dict[str, Any]] = []
    for one in told:
        if "id" not in one:
            found += [{name: one[name] for name in SAID if one.get(name) is not None}] if is_complete(one) else []
            continue
        old = known.get(one["id"], {})
        changed = {name: one.get(name) for name in SAID if not json_equal(old.get(name), one.get(name))}
        found += [{"id": one["id"], **changed}] if changed else []
    return found
