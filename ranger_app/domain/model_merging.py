"""Two data models joined into one: an office's own, and what we add to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    Category,
    DataModel,
    Icon,
    ListItem,
    Names,
    TreeNode,
)
from ranger_app.errors import RangerAppError


class ModelClashError(RangerAppError):
    """Two data models use one attribute key for different kinds of values."""

    code = "model-clash"

    def __init__(self, key: str, ours: str, theirs: str) -> None:
        super().__init__(key=key, ours=ours, theirs=theirs)


def merged(default: DataModel, extension: DataModel) -> DataModel:
    """Add what *extension* has and *default* has not; what both have stays as *default* says it.

    Raises:
        ModelClashError: An attribute has another type in the extension.
    """
    return DataModel(
        languages=_joined(default.languages, extension.languages),
        attributes=_attributes(default.attributes, extension.attributes),
        categories=_categories(default.categories, extension.categories),
        icons=_by_key(default.icons, extension.icons),
        version=default.version,
    )


_Keyed = TypeVar("_Keyed", ListItem, Icon, AttributeLink)


def _by_key(first: tuple[_Keyed, ...], second: tuple[_Keyed, ...]) -> tuple[_Keyed, ...]:
    known = {thing.key for thing in first}
    return first + tuple(thing for thing in second if thing.key not in known)


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return first + tuple(word for word in second if word not in first)


def _names(first: Names, second: Names) -> Names:
    told = {code for code, _ in first}
    return first + tuple(pair for pair in second if pair[0] not in told)


def _attributes(first: tuple[Attribute, ...], second: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    more = {attribute.key: attribute for attribute in second}
    joined = [_attribute(attribute, more.pop(attribute.key, None)) for attribute in first]
    return (*joined, *more.values())


def _attribute(base: Attribute, more: Attribute | None) -> Attribute:
    if more is None:
        return base
    if base.type is not more.type:
        raise ModelClashError(base.key, base.type.value, more.type.value)
    return replace(
        base,
        names=_names(base.names, more.names),
        items=_by_key(base.items, more.items),
        nodes=_nodes(base.nodes, more.nodes),
    )


def _nodes(first: tuple[TreeNode, ...], second: tuple[TreeNode, ...]) -> tuple[TreeNode, ...]:
    more = {node.key: node for node in second}
    joined = []
    for node in first:
        other = more.pop(node.key, None)
        if other is not None:
            node = replace(node, names=_names(node.names, other.names), children=_nodes(node.children, other.children))
        joined.append(node)
    return (*joined, *more.values())


def _categories(first: tuple[Category, ...], second: tuple[Category, ...]) -> tuple[Category, ...]:
    more = {category.key: category for category in second}
    joined = []
    for category in first:
        other = more.pop(category.key, None)
        if other is not None:
            category = replace(
                category,
                names=_names(category.names, other.names),
                links=_by_key(category.links, other.links),
                children=_categories(category.children, other.children),
            )
        joined.append(category)
    return (*joined, *more.values())
