"""Find categories and answers of a data model by typing: in any of its languages, by key, by Latin name.

An index holds the names of each as one plain text, made once, and a key press looks into all of them. What the
conservation area has switched off is not found, and is still known by its key, because old records name it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat
from operator import contains
from typing import Final, NamedTuple

from ranger_app.domain.data_model import Attribute, Category, DataModel, ListItem, TreeNode, label_in

DEFAULT_LIMIT: Final = 100
"""Hits of one search that somebody may still read through."""

_ENTRY: Final = "\x1e"
_NAME: Final = "\n"
_SIGNS = re.compile(rf" *(?:_|[^\w {_ENTRY}{_NAME}])(?:_|[^\w{_ENTRY}{_NAME}])*")
"""Everything between two words but a lone space, which may stay."""
_MARKS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A category or an answer that can be picked.

    Attributes:
        hkey: What a record says: the hkey of a category or a tree's answer, the key of a list's.
        label: Its name for the reader.
        path: The names of those above it, from the root down; empty for an answer of a list.
        has_children: Whether there are finer ones below it.
        is_active: Whether it may be picked; ``False`` only for what was asked for by its key.
    """

    hkey: str
    label: str
    path: tuple[str, ...] = ()
    has_children: bool = False
    is_active: bool = True


class _Entry(NamedTuple):
    """One category or answer: its place in the tree by the places of others."""

    hkey: str
    thing: Category | ListItem | TreeNode
    above: int
    is_active: bool


class Index:
    """Everything that can be picked of one data model, or of one of its lists or trees.

    Args:
        source: The categories of a model, or the answers of an attribute.
        languages: Of the model, for names that the reader's language lacks.
    """

    def __init__(self, source: DataModel | Attribute, languages: tuple[str, ...] = ()) -> None:
        self._languages = source.languages if isinstance(source, DataModel) else languages
        self._entries = list(_entries(source))
        self._places = {entry.hkey: place for place, entry in enumerate(self._entries)}
        self._shown = [place for place, entry in enumerate(self._entries) if entry.is_active]
        self._ends = self._subtree_ends()
        self._upper = [place for place, end in enumerate(self._ends) if end > place + 1]
        self._texts: list[str] = []

    def __len__(self) -> int:
        """How many can be picked."""
        return len(self._shown)

    def __iter__(self) -> Iterator[Hit]:
        """All that can be picked, in display order, for a reader of the model's first language."""
        return (self.at(number) for number in range(len(self)))

    def at(self, number: int, language: str = "") -> Hit:
        """The one that stands at *number* among those that can be picked, in display order."""
        return self._hit(self._shown[number], language)

    def get(self, hkey: str, language: str = "") -> Hit | None:
        """What a record names, switched off or not, with or without the trailing dot; ``None`` for an unknown key."""
        place = self._places.get(hkey, self._places.get(f"{hkey}."))
        return None if place is None else self._hit(place, language)

    def children(self, hkey: str = "", language: str = "") -> tuple[Hit, ...]:
        """Those right below *hkey* that can be picked, the topmost ones for an empty one, in display order."""
        above = self._places.get(hkey, -1)
        first, end = (above + 1, self._ends[above]) if above >= 0 else (0, len(self._entries))
        found = []
        while first < end:
            if self._entries[first].is_active:
                found.append(self._hit(first, language))
            first = self._ends[first]
        return tuple(found)

    def find(self, text: str, limit: int = DEFAULT_LIMIT, *, language: str = "") -> tuple[Hit, ...]:
        """Those that hold every word typed, the likeliest first.

        A word may begin or stand inside a word of any of the names, or of the key; all but one of the words may be
        said of something above instead (``animals carcass``). Best is a name that begins with all that was typed, then
        a word that begins with it; among equals, display order. A single letter finds beginnings only, as long as
        there are any.

        Args:
            text: As typed; capitals, accents and signs do not matter. Empty finds everything.
            limit: The most hits that are wanted.
            language: Of the reader, for the labels.
        """
        words = _plain(text.replace(_ENTRY, " ").replace(_NAME, " ")).split()
        if not words:
            return tuple(self.at(number, language) for number in range(min(limit, len(self))))
        self.prepare()
        if len(words) == 1:
            holding = list(compress(range(len(self._entries)), self._holding(words[0])))
            places = self._ranked(words[0], limit, holding)
        else:
            places = self._together(words, limit)
        return tuple(self._hit(place, language) for place in places)

    def prepare(self) -> None:
        """Get ready to search; else the first key press does it, which takes some 40 ms for seven thousand answers."""
        if not self._texts:
            told = (_told(entry.thing) if entry.is_active else "" for entry in self._entries)
            self._texts = _plain(_ENTRY.join(told)).split(_ENTRY)

    def _ranked(self, word: str, limit: int, places: Sequence[int]) -> list[int]:
        """Those of *places* that hold *word*, beginnings of names before beginnings of words before the rest."""
        found: dict[int, None] = {}
        for pattern in (f"{_NAME} {word}", f" {word}", word):
            if len(found) >= limit or (pattern == word and len(word) == 1 and found):
                break
            found.update(dict.fromkeys(place for place in places if pattern in self._texts[place]))
        return list(found)[:limit]

    def _together(self, words: list[str], limit: int) -> list[int]:
        """Places of those that hold all of *words*, one of them at least in their own names."""
        own, reach = 0, -1
        for word in dict.fromkeys(words):
            here = self._holding(word if len(word) > 1 else f" {word}")
            own |= int.from_bytes(here)
            for place in self._upper:
                if here[place]:
                    here[place : self._ends[place]] = b"\1" * (self._ends[place] - place)
            reach &= int.from_bytes(here)
        both = (reach & own).to_bytes(len(self._entries))
        places = list(compress(range(len(both)), both))
        first = self._ranked(" ".join(words), limit, places)
        return list(dict.fromkeys((*first, *places)))[:limit]

    def _holding(self, pattern: str) -> bytearray:
        """For each place, whether its text holds *pattern*."""
        return bytearray(map(contains, self._texts, repeat(pattern)))

    def _hit(self, place: int, language: str) -> Hit:
        entry = self._entries[place]
        path: list[str] = []
        above = entry.above
        while above >= 0:
            path.append(self._label(self._entries[above], language))
            above = self._entries[above].above
        return Hit(
            hkey=entry.hkey,
            label=self._label(entry, language),
            path=tuple(reversed(path)),
            has_children=any(self._entries[one].is_active for one in range(place + 1, self._ends[place])),
            is_active=entry.is_active,
        )

    def _label(self, entry: _Entry, language: str) -> str:
        return label_in(entry.thing, language or next(iter(self._languages), ""), self._languages)

    def _subtree_ends(self) -> list[int]:
        """For each place, the place after the last one below it."""
        ends = list(range(1, len(self._entries) + 1))
        for place in range(len(self._entries) - 1, -1, -1):
            above = self._entries[place].above
            if above >= 0:
                ends[above] = max(ends[above], ends[place])
        return ends


def index_of(source: DataModel | Attribute, languages: tuple[str, ...] = ()) -> Index:
    """The index of a model's categories or an attribute's answers; the last few are kept, because pickers reopen.

    Args:
        source: A model, or an attribute of one.
        languages: The model's languages, when *source* is an attribute.
    """
    return _kept(_Same(source), languages)


class _Same:
    """Something compared by being the same object: to compare two trees would take longer than to index one."""

    def __init__(self, thing: DataModel | Attribute) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing


@lru_cache(maxsize=64)
def _kept(same: _Same, languages: tuple[str, ...]) -> Index:
    return Index(same.thing, languages)


def _entries(source: DataModel | Attribute) -> Iterator[_Entry]:
    """Categories or answers, those above first; what is below something switched off is so itself."""
    if isinstance(source, Attribute) and source.items:
        for item in source.items:
            yield _Entry(item.key, item, -1, item.is_active)
        return
    tops: Sequence[Category | TreeNode] = source.categories if isinstance(source, DataModel) else source.nodes
    waiting: list[tuple[Category | TreeNode, str, int, bool]] = [(top, "", -1, True) for top in reversed(tops)]
    place = 0
    while waiting:
        thing, above, parent, is_active = waiting.pop()
        entry = _Entry(f"{above}{thing.key}.", thing, parent, is_active and thing.is_active)
        yield entry
        below: Sequence[Category | TreeNode] = thing.children
        waiting += [(child, entry.hkey, place, entry.is_active) for child in reversed(below)]
        place += 1


def _told(thing: Category | ListItem | TreeNode) -> str:
    """All that somebody may type for it, each name after a mark of its own."""
    return "".join(f"{_NAME} {name}" for _, name in thing.names) + f"{_NAME} {thing.key}"


def _plain(text: str) -> str:
    """Words in small letters without accents, one space between them."""
    small = text.casefold()
    if not small.isascii():
        small = _MARKS.sub("", unicodedata.normalize("NFKD", small))
    return _SIGNS.sub(" ", small)
