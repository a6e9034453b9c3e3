"""What is chosen, on the map and in the lists: whoever comes into sight shows what was chosen elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal


class Chosen(QObject):
    """The chosen records of each kind.

    Attributes:
        wanted: Records that somebody asked to see on the map; taken by the map when it comes into sight.
        listed: Records of one kind to which a list is to be narrowed; taken by that list.

    Signals: ``changed`` tells that a choice is another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_kind: dict[str, tuple[str, ...]] = {}
        self.wanted: dict[str, tuple[str, ...]] = {}
        self.listed: dict[str, tuple[str, ...]] = {}

    def of(self, kind: str) -> tuple[str, ...]:
        """The chosen records of a kind."""
        return self._by_kind.get(kind, ())

    def choose(self, kind: str, records: Collection[str]) -> None:
        """Exactly these records of a kind are chosen; those of other kinds stay."""
        self.choose_all({**self._by_kind, kind: tuple(records)})

    def choose_all(self, by_kind: Mapping[str, Collection[str]]) -> None:
        """Exactly these records are chosen."""
        told = {kind: tuple(records) for kind, records in by_kind.items() if records}
        if told != self._by_kind:
            self._by_kind = told
            self.changed.emit()

    def leave_out(self, gone: Collection[str]) -> None:
        """These records are not chosen any more, whatever their kind."""
        if gone:
            self.choose_all(
                {kind: tuple(one for one in records if one not in gone) for kind, records in self._by_kind.items()}
            )

    def take_wanted(self) -> dict[str, tuple[str, ...]]:
        """What is to be looked at, once."""
        wanted, self.wanted = self.wanted, {}
        return wanted

    def take_listed(self, kind: str) -> tuple[str, ...]:
        """To what the list of a kind is to be narrowed, once; empty where it is to show all as before."""
        return self.listed.pop(kind, ())
