"""The waypoints of a patrol: what was seen at each of them; where and when they are was recorded, and stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType, LineForm
from ranger_app.i18n import Words, marked
from ui.forms.editors import LongTextEditor, json_equal
from ui.forms.lines import NO_ANSWER, TYPED, LinesEditor, typed_into, without_typed
from ui.forms.observations import ObservationsEditor

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel

_LINE = LineForm(id="waypoints", record="waypoint", label=marked("Waypoints"), fields=())
_COMMENT = Field(id="comment", label=marked("Comment"), type=FieldType.LONG_TEXT)
_SEEN = "observations"


class WaypointsEditor(LinesEditor):
    """A list of waypoints; the comment and the observations of the chosen one can be edited.

    The value is a list of waypoints as the document of a patrol has them: ``id``, ``comment``, ``observations``.
    """

    def __init__(self, words: Words, zone: dt.tzinfo) -> None:
        super().__init__(_LINE, words, zone)
        self.add_button.hide()
        self.remove_button.hide()
        self.observed = ObservationsEditor(words)
        self._draw_editors([LongTextEditor(_COMMENT, words), self.observed])
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
            return self.words.say("Waypoint {number}", number=answers.get("number"))
        return f"{moment:%d.%m %H:%M}"

    # Changing

    def go_to(self, place: str) -> None:
        line, number, field = _parts(place)
        if line < len(self._lines):
            self.list.setCurrentRow(line)
            if field:
                self.observed.go_to(f"{number}/{field}")

    def _take(self, field: str) -> None:
        place = self.list.currentRow()
        if field != _SEEN:
            super()._take(field)
        elif 0 <= place < len(self._lines):
            self._lines[place][_SEEN] = self.observed.lines
            self.list.item(place).setText(self.summary(self._lines[place]))
            self.edited.emit()

    def remove(self) -> None:
        """A waypoint was recorded; it is not taken out of a form."""

    def value(self) -> object:
        return [_told(line) for line in self._lines]

    def unreadable(self) -> dict[str, str]:
        return {
            f"{place}/{number}/{field}": text
            for place, line in enumerate(self._lines)
            for number, one in enumerate(_seen(line))
            for field, text in typed_into(one).items()
        }

    def set_unreadable(self, place: str, text: str) -> None:
        line, number, field = _parts(place)
        if line < len(self._lines) and number < len(_seen(self._lines[line])):
            one = _seen(self._lines[line])[number]
            one[TYPED] = {**typed_into(one), field: text}
            self._show_line(self.list.currentRow())

    def label_at(self, place: str) -> str:
        line, number, field = _parts(place)
        return f"{self.label} {line + 1}: {self.observed.label_at(f'{number}/{field}')}"

    def take_ids(self, stored: object) -> None:
        for line, known in zip(self._lines, stored if isinstance(stored, list) else (), strict=False):
            for one, with_id in zip(_seen(line), _seen(known), strict=False):
                one.setdefault("id", with_id.get("id"))
        place = self.list.currentRow()
        if 0 <= place < len(self._lines):
            self.observed.take_ids(_seen(self._lines[place]))


def _seen(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    return line.get(_SEEN) or []


def _told(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, _SEEN: [without_typed(one) for one in _seen(line)]}


def _parts(place: str) -> tuple[int, int, str]:
    line, _, rest = place.partition("/")
    number, _, field = rest.partition("/")
    return int(line), int(number), field


def waypoint_changes(before: object, now: object) -> list[dict[str, Any]]:
    """The waypoints that say something else now than *before*, as the document of a patrol takes them."""
    known = {one["id"]: one for one in before if isinstance(one, dict)} if isinstance(before, list) else {}
    told = [one for one in now if isinstance(one, dict)] if isinstance(now, list) else []
    return [
        {key: one.get(key) for key in ("id", "comment", _SEEN)}
        for one in told
        if not json_equal(known.get(one.get("id")), one)
    ]
