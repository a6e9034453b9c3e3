"""A SMART data model as XML 1.2 or 1.1, for the office to take or to merge into its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    Icon,
    ListItem,
    Names,
    TreeNode,
    is_legal_key,
)
from ranger_app.errors import RangerAppError
from ranger_app.problem import Problem

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

VERSIONS: Final = ("1.2", "1.1")
"""Formats that are written: of SMART 8.1, and of 7.5 to 8.0."""

NEWER_TYPES: Final = {AttributeType.TIME: "8.1", AttributeType.LINE: "8.0", AttributeType.POLYGON: "8.0"}
"""Types that a reader of 1.1 may not know yet, and the SMART that first does."""

MOST_TOLD: Final = 20


class ModelUnwritableError(RangerAppError):
    """SMART would refuse the whole data model for its keys; nothing was written.

    Attributes:
        problems: The keys, each with its place; at most `MOST_TOLD`.
    """

    code = "model-unwritable"

    def __init__(self, count: int, problems: tuple[Problem, ...]) -> None:
        super().__init__(count=count)
        self.problems = problems


def data_model_xml(model: DataModel, *, version: str = "1.2") -> bytes:
    """Write *model* as SMART does: unprefixed root; in 1.2 inherited attributes are written out in every category.

    Args:
        model: Also one that was read from an older format.
        version: One of `VERSIONS`.

    Raises:
        ModelUnwritableError: Keys break SMART's rules, as those of old official trees do.
    """
    _refuse_ill_formed_keys(model)
    if version not in VERSIONS:
        raise ValueError(f"data models of version {version} are not written")
    return _Writer(version, model.languages[0]).written(model)


def newer_types(model: DataModel, version: str) -> Iterator[Problem]:
    """Attributes that a SMART of the format's own time may refuse."""
    if version == "1.1":
        for attribute in model.attributes:
            if since := NEWER_TYPES.get(attribute.type):
                yield Problem(
                    code="model-type-newer",
                    where=f"attribute {attribute.key}",
                    facts={"key": attribute.key, "type": attribute.type.value, "since": since},
                )


def ill_formed_keys(model: DataModel) -> Iterator[tuple[str, str]]:
    """Place and key of everything that SMART would refuse."""
    for attribute in model.attributes:
        place = f"attribute {attribute.key}"
        if not is_legal_key(attribute.key):
            yield place, attribute.key
        for item in attribute.items:
            if not is_legal_key(item.key):
                yield f"{place}, answer {item.key}", item.key
        for hkey, node in attribute.walk():
            if not is_legal_key(node.key):
                yield f"{place}, answer {hkey}", node.key
    for hkey in model.hkeys():
        key = model.path(hkey)[-1].key
        if not is_legal_key(key):
            yield f"category {hkey}", key


def _refuse_ill_formed_keys(model: DataModel) -> None:
    found = list(ill_formed_keys(model))
    if found:
        told = tuple(
            Problem(code="model-key-illegal", where=place, facts={"key": key}) for place, key in found[:MOST_TOLD]
        )
        raise ModelUnwritableError(len(found), told)


class _Writer:
    """Writes one data model in the spelling of one version."""

    def __init__(self, version: str, first_language: str) -> None:
        self._first_language = first_language
        self._writes_inherited = version == "1.2"
        self._namespace = f"http://www.smartconservationsoftware.org/xml/{version}/datamodel"

    def written(self, model: DataModel) -> bytes:
        root = etree.Element(f"{{{self._namespace}}}DataModel", nsmap={None: self._namespace})
        languages = self._child(root, "languages")
        for code in model.languages:
            self._child(languages, "languages", code=code)
        attributes = self._child(root, "attributes")
        for attribute in model.attributes:
            self._attribute(attributes, attribute)
        categories = self._child(root, "categories")
        for category in model.categories:
            self._category(categories, model, category, "")
        for icon in model.icons:
            self._icon(root, icon)
        etree.indent(root, space="    ")
        return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"

    def _child(self, parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{self._namespace}}}{tag}", attrib=attributes)

    def _names(self, parent: etree._Element, names: Names, key: str) -> None:
        """Names as they are; the key in the first language where there is none at all, because the schema wants one."""
        for code, name in names or ((self._first_language, key),):
            self._child(parent, "names", language_code=code, value=name)

    def _attribute(self, parent: etree._Element, attribute: Attribute) -> None:
        in_use = {} if attribute.is_active is None else {"isactive": _flag(attribute.is_active)}
        element = self._child(
            parent,
            "attribute",
            key=attribute.key,
            isrequired=_flag(attribute.is_required),
            type=attribute.type.value,
            **in_use,
            **_optional(attribute.icon_key),
        )
        for aggregation in attribute.aggregations:
            self._child(element, "aggregations", aggregation=aggregation)
        if attribute.minimum is not None or attribute.maximum is not None:
            bounds = self._child(element, "qa_minmax")
            for tag, bound in (("MinValue", attribute.minimum), ("MaxValue", attribute.maximum)):
                if bound is not None:
                    self._child(bounds, tag).text = repr(bound)
        if attribute.pattern is not None:
            self._child(element, "qa_regex").text = attribute.pattern
        self._names(element, attribute.names, attribute.key)
        for item in attribute.items:
            self._answer(element, "values", item)
        self._nodes(element, "tree", attribute.nodes)

    def _answer(self, parent: etree._Element, tag: str, answer: ListItem | TreeNode) -> etree._Element:
        in_use = _flag(answer.is_active)
        element = self._child(parent, tag, key=answer.key, isactive=in_use, **_optional(answer.icon_key))
        self._names(element, answer.names, answer.key)
        return element

    def _nodes(self, parent: etree._Element, tag: str, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            self._nodes(self._answer(parent, tag, node), "children", node.children)

    def _category(self, parent: etree._Element, model: DataModel, category: Category, above: str) -> None:
        hkey = f"{above}{category.key}."
        element = self._child(
            parent,
            "category",
            key=category.key,
            ismultiple=_flag(category.is_multiple),
            isactive=_flag(category.is_active),
            **_optional(category.icon_key),
        )
        self._names(element, category.names, category.key)
        for link in self._links(model, category, hkey, above):
            root = {"isroot": _flag(link.is_root)} if self._writes_inherited else {}
            self._child(element, "attributes", isactive=_flag(link.is_active), **root, attributekey=link.key)
        for child in category.children:
            self._category(element, model, child, hkey)

    def _links(self, model: DataModel, category: Category, hkey: str, above: str) -> Iterable[AttributeLink]:
        if self._writes_inherited:
            return model.links(hkey)
        inherited = {link.key: link.is_active for link in model.links(above)}
        return [link for link in category.links if link.is_root or inherited.get(link.key) is not link.is_active]

    def _icon(self, parent: etree._Element, icon: Icon) -> None:
        element = self._child(parent, "icons", key=icon.key, issystem=_flag(icon.is_system))
        for icon_set, file in icon.files:
            self._child(element, "icons", iconset=icon_set, file=file)
        self._names(element, icon.names, icon.key)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _optional(icon_key: str) -> dict[str, str]:
    return {"iconkey": icon_key} if icon_key else {}
