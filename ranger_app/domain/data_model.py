"""A SMART data model: what may be observed, under which keys, with which values.

Only keys travel in patrol and incident files; names are for people. A *hkey* is the keys from the root joined by dots,
with a trailing dot (``animals.carcass.``). A category inherits the attributes of the categories above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

Names: TypeAlias = tuple[tuple[str, str], ...]
"""Language code of the conservation area and the name in it, in the order of the file."""

LONGEST_KEY = 128
"""Characters of a key that SMART still takes."""

LONGEST_NAME = 1024
"""Characters of a name that SMART still takes."""

RESERVED_KEYS = frozenset({"and", "or", "not", "contains", "notcontains", "equals"})
"""Words of SMART's query language, refused as keys."""

_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NAME_SIGNS = frozenset(" -:_&'<>,().#;/")
_PLAIN_NAME = re.compile(r"[\w \-:&'<>,().#;/]*")
"""Most legal names; letters with combining marks are looked at one by one."""


class AttributeType(StrEnum):
    """The kinds of values of SMART 8.1."""

    NUMERIC = "NUMERIC"
    TEXT = "TEXT"
    LIST = "LIST"
    MLIST = "MLIST"
    TREE = "TREE"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIME = "TIME"
    LINE = "LINE"
    POLYGON = "POLYGON"


class Named(Protocol):
    """Whatever has a key and names."""

    @property
    def key(self) -> str: ...

    @property
    def names(self) -> Names: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One answer of a LIST or MLIST attribute."""

    key: str
    names: Names = ()
    is_active: bool = True
    icon_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """One answer of a TREE attribute, with the finer answers below it."""

    key: str
    names: Names = ()
    children: tuple[TreeNode, ...] = ()
    is_active: bool = True
    icon_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something that can be told about an observation.

    Attributes:
        minimum, maximum: Bounds of a NUMERIC attribute; ``None`` when there is none.
        pattern: Regular expression of a TEXT attribute; ``None`` when the file has no such element.
        items: Answers of a LIST or MLIST, in display order.
        nodes: Topmost answers of a TREE, in display order.
    """

    key: str
    type: AttributeType
    names: Names = ()
    is_required: bool = False
    is_active: bool | None = None
    icon_key: str = ""
    aggregations: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    items: tuple[ListItem, ...] = ()
    nodes: tuple[TreeNode, ...] = ()

    def item(self, key: str) -> ListItem | None:
        """The answer of this key; ``None`` when the list has no such answer."""
        return next((item for item in self.items if item.key == key), None)

    def walk(self) -> Iterator[tuple[str, TreeNode]]:
        """Every node of the tree with its hkey, parents first, in display order."""
        yield from _walk_nodes(self.nodes, "")

    def node(self, hkey: str) -> TreeNode | None:
        """The node of this hkey, with or without the trailing dot, as SMART reads it."""
        return _node_at(self.nodes, hkey.removesuffix("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLink:
    """An attribute named by a category.

    Attributes:
        is_root: Whether the category brings the attribute; ``False`` where it only repeats one of a category above.
    """

    key: str
    is_active: bool = True
    is_root: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of thing that can be observed, with the finer kinds below it."""

    key: str
    names: Names = ()
    links: tuple[AttributeLink, ...] = ()
    children: tuple[Category, ...] = ()
    is_multiple: bool = True
    is_active: bool = True
    icon_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """A picture set of the model; *files* are pairs of icon set and file name."""

    key: str
    is_system: bool = False
    files: tuple[tuple[str, str], ...] = ()
    names: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataModel:
    """A conservation area's data model.

    Attributes:
        languages: Codes of the conservation area, the first is its default.
        version: The format it was read from: ``1.0``, ``1.1`` or ``1.2``.
    """

    languages: tuple[str, ...]
    attributes: tuple[Attribute, ...] = ()
    categories: tuple[Category, ...] = ()
    icons: tuple[Icon, ...] = ()
    version: str = "1.2"
    _attributes: dict[str, Attribute] = field(init=False, repr=False, compare=False)
    _paths: dict[str, tuple[Category, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.languages:
            raise ValueError("a data model has at least one language")
        object.__setattr__(self, "_attributes", {attribute.key: attribute for attribute in self.attributes})
        object.__setattr__(self, "_paths", dict(_walk_categories(self.categories, "", ())))

    def hkeys(self) -> tuple[str, ...]:
        """The hkeys of all categories, parents first, in display order."""
        return tuple(self._paths)

    def attribute(self, key: str) -> Attribute | None:
        """The attribute of this key; ``None`` when the model has none."""
        return self._attributes.get(key)

    def category(self, hkey: str) -> Category | None:
        """The category of exactly this hkey, trailing dot and all, as SMART compares it."""
        path = self._paths.get(hkey)
        return path[-1] if path else None

    def path(self, hkey: str) -> tuple[Category, ...]:
        """The categories from the root down to *hkey*; empty when the model has no such category."""
        return self._paths.get(hkey, ())

    def links(self, hkey: str) -> tuple[AttributeLink, ...]:
        """The attributes of a category, inherited ones first and marked so; empty for an unknown category.

        Where a category repeats an inherited attribute, its own word on whether it is in use counts.
        """
        found: dict[str, AttributeLink] = {}
        for category in self.path(hkey):
            inherited = frozenset(found)
            for key, link in found.items():
                found[key] = AttributeLink(key=key, is_active=link.is_active, is_root=False)
            for link in category.links:
                found[link.key] = AttributeLink(
                    key=link.key, is_active=link.is_active, is_root=link.key not in inherited
                )
        return tuple(found.values())

    def attributes_of(self, hkey: str, *, in_use: bool = False) -> tuple[Attribute, ...]:
        """The attributes that an observation of this category may have, inherited ones first.

        Args:
            hkey: The category.
            in_use: Leave out what the conservation area has switched off.
        """
        links = self.links(hkey)
        return tuple(
            self._attributes[link.key]
            for link in links
            if link.key in self._attributes
            and (not in_use or (link.is_active and self._attributes[link.key].is_active is not False))
        )

    def label(self, thing: Named, language: str) -> str:
        """The name of a category, attribute or answer for a reader of *language*; see :func:`label_in`."""
        return label_in(thing, language, self.languages)


def label_in(thing: Named, language: str, languages: tuple[str, ...]) -> str:
    """The name of *thing* for a reader of *language* (an ISO code such as ``ru``).

    Without one in that language: the same language of another country, then the first of the model's *languages* that
    has a name, then the key.
    """
    names = {code: name for code, name in thing.names if name}
    if language in names:
        return names[language]
    base = _base(language)
    for code, name in names.items():
        if _base(code) == base:
            return name
    for code in languages:
        if code in names:
            return names[code]
    return next(iter(names.values()), thing.key)


def _base(code: str) -> str:
    return code.replace("-", "_").split("_")[0].lower()


def _walk_nodes(nodes: tuple[TreeNode, ...], above: str) -> Iterator[tuple[str, TreeNode]]:
    for node in nodes:
        hkey = f"{above}{node.key}."
        yield hkey, node
        yield from _walk_nodes(node.children, hkey)


def _node_at(nodes: tuple[TreeNode, ...], rest: str) -> TreeNode | None:
    """Follow *rest* down the tree; keys of old official trees hold dots themselves."""
    for node in nodes:
        if rest == node.key:
            return node
        if rest.startswith(f"{node.key}."):
            found = _node_at(node.children, rest[len(node.key) + 1 :])
            if found is not None:
                return found
    return None


def _walk_categories(
    categories: tuple[Category, ...], above: str, path: tuple[Category, ...]
) -> Iterator[tuple[str, tuple[Category, ...]]]:
    for category in categories:
        hkey, own = f"{above}{category.key}.", (*path, category)
        yield hkey, own
        yield from _walk_categories(category.children, hkey, own)


def is_legal_key(key: str) -> bool:
    """Whether SMART takes *key* for a category, an attribute or an answer."""
    return len(key) <= LONGEST_KEY and key not in RESERVED_KEYS and _KEY.fullmatch(key) is not None


def is_legal_name(name: str) -> bool:
    """Whether SMART takes *name*: letters, marks and digits of any script, spaces and a few signs."""
    if len(name) > LONGEST_NAME:
        return False
    if _PLAIN_NAME.fullmatch(name):
        return True
    return all(sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LMN" for sign in name)


def matching_node(tree: Attribute, hkey: str, scientific: str = "") -> str | None:
    """Find a taxon in a conservation area's own species tree.

    Areas prune and rearrange the tree, so the exact hkey is tried first, then the last key anywhere in the tree, then
    a name that begins with the scientific one. Trees of different years write one key with and without underscores,
    and subspecies once with a dot (``ssp.saxicolor``), later with an underscore.

    Returns:
        The hkey in *tree*, with its trailing dot; ``None`` when nothing matches.
    """
    if hkey and tree.node(hkey) is not None:
        return hkey if hkey.endswith(".") else f"{hkey}."
    key = _squeezed(_last_key(hkey))
    wanted = scientific.casefold()
    by_name = None
    for found, node in tree.walk():
        if key and _squeezed(node.key) == key:
            return found
        if wanted and by_name is None and any(_begins_with(name, wanted) for _, name in node.names):
            by_name = found
    return by_name


def _last_key(hkey: str) -> str:
    above, _, key = hkey.removesuffix(".").rpartition(".")
    return f"{above.rpartition('.')[2]}.{key}" if above.endswith("ssp") else key


def _squeezed(key: str) -> str:
    return key.replace("_", "").replace(".", "")


def _begins_with(name: str, wanted: str) -> bool:
    told = name.casefold()
    return told.startswith(wanted) and not told[len(wanted) : len(wanted) + 1].isalnum()
