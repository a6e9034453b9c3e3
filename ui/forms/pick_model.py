"""What a picker lists: a tree of answers by levels, or those that hold what was typed; nothing is drawn ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ranger_app.domain.model_search import Hit, Index

ARROW = " › "
PATH_ROLE = Qt.ItemDataRole.UserRole
"""The names above what was found; empty while the tree itself is shown."""

MOST_HITS = 100
"""More than anybody reads through; further letters narrow it down."""

Place = QModelIndex | QPersistentModelIndex


class _Node:
    """One answer where it stands; the finer ones below it are read when somebody opens it."""

    __slots__ = ("above", "below", "hit", "row")

    def __init__(self, hit: Hit, above: int, row: int) -> None:
        self.hit = hit
        self.above = above
        self.row = row
        self.below: list[int] | None = None


class PickModel(QAbstractItemModel):
    """The answers of an index, as a tree or as what was found in it.

    Args:
        language: Of the reader.
        is_pickable: Which answers may be picked; others only lead to finer ones.
    """

    def __init__(
        self, index: Index, language: str, is_pickable: Callable[[Hit], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._index = index
        self._language = language
        self.is_pickable = is_pickable
        self._nodes: list[_Node] = []
        self._tops: list[int] = []
        self.is_tree = False

    # What is shown

    def show_tree(self) -> None:
        """Show everything, by levels."""
        self._show(self._index.children("", self._language), is_tree=True)

    def show_found(self, text: str) -> None:
        """Show what holds the words of *text*, the likeliest first."""
        found = self._index.find(text, MOST_HITS, language=self._language)
        self._show([hit for hit in found if self.is_pickable(hit)], is_tree=False)

    def _show(self, hits: Sequence[Hit], *, is_tree: bool) -> None:
        self.beginResetModel()
        self.is_tree = is_tree
        self._nodes = [_Node(hit, -1, row) for row, hit in enumerate(hits)]
        self._tops = list(range(len(hits)))
        self.endResetModel()

    def hit(self, place: Place) -> Hit | None:
        """The answer at *place*; ``None`` where there is none."""
        return self._nodes[place.internalId()].hit if place.isValid() else None

    def place_of(self, hkey: str) -> QModelIndex:
        """Where the answer of this key stands in the tree; no place when it is not shown."""
        places, found = self._tops, QModelIndex()
        while places:
            number = next((n for n in places if self._leads_to(n, hkey)), None)
            if number is None:
                return QModelIndex()
            found = self.createIndex(self._nodes[number].row, 0, number)
            if self._nodes[number].hit.hkey == hkey:
                return found
            places = self._below(number)
        return QModelIndex()

    def _leads_to(self, number: int, hkey: str) -> bool:
        node = self._nodes[number]
        return node.hit.hkey == hkey or (self._has_below(node) and hkey.startswith(node.hit.hkey))

    def _below(self, number: int) -> list[int]:
        node = self._nodes[number]
        if node.below is None:
            hits = self._index.children(node.hit.hkey, self._language) if self._has_below(node) else ()
            node.below = list(range(len(self._nodes), len(self._nodes) + len(hits)))
            self._nodes += [_Node(hit, number, row) for row, hit in enumerate(hits)]
        return node.below

    def _has_below(self, node: _Node) -> bool:
        return self.is_tree and node.hit.has_children

    # As Qt asks

    def index(self, row: int, column: int, parent: Place = QModelIndex()) -> QModelIndex:  # noqa: B008
        numbers = self._below(parent.internalId()) if parent.isValid() else self._tops
        if column == 0 and 0 <= row < len(numbers):
            return self.createIndex(row, 0, numbers[row])
        return QModelIndex()

    def parent(self, child: Place = QModelIndex()) -> Any:  # noqa: B008
        above = self._nodes[child.internalId()].above if child.isValid() else -1
        return self.createIndex(self._nodes[above].row, 0, above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Place = QModelIndex()) -> int:  # noqa: B008
        return len(self._below(parent.internalId()) if parent.isValid() else self._tops)

    def columnCount(self, _parent: Place = QModelIndex()) -> int:  # noqa: B008
        return 1

    def hasChildren(self, parent: Place = QModelIndex()) -> bool:  # noqa: B008
        return self._has_below(self._nodes[parent.internalId()]) if parent.isValid() else bool(self._tops)

    def flags(self, index: Place) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index)
        if hit is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.label
            case Qt.ItemDataRole.UserRole:
                return "" if self.is_tree else ARROW.join(hit.path)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return ARROW.join((*hit.path, hit.label))
        return None
