"""What is chosen on the map: told below it, and the same in the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ranger_app.i18n import Words
from ui.chosen import Chosen
from ui.pages.map_data import KINDS
from ui.tracks_in_view import LAYER as TRACKS

if TYPE_CHECKING:
    from ui.map import MapView

REPLAY = "replay"
"""Id of the layer on which patrols move."""

LISTED = ("patrol", "incident", "conflict")
"""Kinds of records that have a list, in the order in which they are told."""

LIST_COMMANDS = {"patrol": "go_patrols", "incident": "go_incidents", "conflict": "go_conflict"}
"""Kind of a record to the command that shows its list."""

Picked = tuple[str, str]
"""A layer and a feature in it."""


class MapChoice:
    """Carries the choice between the view and whoever else shows it.

    Args:
        lines: What the lines of tracks in sight are called.
        on_change: Called after somebody chose something else.
    """

    def __init__(
        self, view: MapView, chosen: Chosen, lines: Callable[[], Sequence[str]], on_change: Callable[[], None]
    ) -> None:
        self._view = view
        self._chosen = chosen
        self._lines = lines
        self._on_change = on_change
        self._patrols: Mapping[str, str] = {}
        self._is_showing = False
        self._features: frozenset[Picked] = frozenset()
        view.selectionChanged.connect(self._hear)

    def know(self, patrol_of: Mapping[str, str]) -> None:
        """A waypoint stands for its patrol."""
        self._patrols = patrol_of

    def record_of(self, picked: Picked) -> tuple[str, str] | None:
        """Kind and id of the record that a feature stands for; ``None`` for what is no record."""
        layer, feature = picked
        if layer in (TRACKS, REPLAY):
            patrol = feature.partition("/")[0]
            return ("patrol", patrol) if patrol else None
        if layer == "waypoint":
            return ("patrol", self._patrols[feature]) if feature in self._patrols else None
        return (layer, feature) if layer in KINDS else None

    @property
    def records(self) -> dict[str, tuple[str, ...]]:
        """The chosen records by kind, without those that have no place on a map."""
        return {kind: ids for kind in LISTED if (ids := self._chosen.of(kind))}

    def _hear(self, picked: list[Picked]) -> None:
        """Somebody chose on the map."""
        if self._is_showing:
            return
        found: dict[str, dict[str, None]] = {}
        left_out = self._left_out(set(picked))
        for one in picked:
            record = self.record_of(one)
            if record is not None and record not in left_out:
                found.setdefault(record[0], {})[record[1]] = None
        picked = [one for one in picked if self.record_of(one) not in left_out]
        self._chosen.choose_all({kind: tuple(ids) for kind, ids in found.items()})
        self._show({*picked, *self._lines_of(found.get("patrol", {}))})
        self._on_change()

    def _left_out(self, picked: set[Picked]) -> set[tuple[str, str]]:
        """Records of which somebody took one feature out of the choice: the others go with it."""
        if not picked < self._features:
            return set()
        gone = (self.record_of(one) for one in self._features - picked)
        return {record for record in gone if record is not None}

    def show(self) -> None:
        """Show on the map what is chosen, here or in a list."""
        records = self.records
        features = {(kind, one) for kind in KINDS for one in records.get(kind, ())}
        self._show({*features, *self._lines_of(records.get("patrol", ()))})
        self._on_change()

    def show_lines(self) -> None:
        """Show the chosen patrols in lines that were read anew."""
        if self.records.get("patrol"):
            others = {one for one in self._view.selected if one[0] != TRACKS}
            self._show({*others, *self._lines_of(self.records["patrol"])})

    def _lines_of(self, patrols: Iterable[str]) -> set[Picked]:
        wanted = set(patrols)
        return {(TRACKS, line) for line in self._lines() if line.partition("/")[0] in wanted}

    def _show(self, features: set[Picked]) -> None:
        self._features = frozenset(features)
        self._is_showing = True
        self._view.select(features)
        self._is_showing = False


def choice_told(words: Words, records: Mapping[str, Sequence[str]]) -> str:
    """How many records of each kind are chosen; empty for none."""
    told = [count_told(words, kind, len(records[kind])) for kind in LISTED if records.get(kind)]
    return words.say("Chosen: {records}", records=", ".join(told)) if told else ""


def count_told(words: Words, kind: str, count: int) -> str:
    """A number of records of one kind."""
    match kind:
        case "patrol":
            return words.say_count("{count} patrol", "{count} patrols", count)
        case "conflict":
            return words.say_count("{count} livestock conflict", "{count} livestock conflicts", count)
        case _:
            return words.say_count("{count} incident", "{count} incidents", count)
