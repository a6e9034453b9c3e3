"""A SMART data model as XML 1.2, for the office to merge into its own."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from ranger_app.domain.data_model import Attribute, Category, DataModel, Icon, ListItem, Names, TreeNode

NAMESPACE = "http://www.smartconservationsoftware.org/xml/1.2/datamodel"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def data_model_xml(model: DataModel) -> bytes:
    """Write *model* as SMART 8.1 does: unprefixed root, inherited attributes written out in every category."""
    root = etree.Element(f"{{{NAMESPACE}}}DataModel", nsmap={None: NAMESPACE})
    languages = _child(root, "languages")
    for code in model.languages:
        _child(languages, "languages", code=code)
    attributes = _child(root, "attributes")
    for attribute in model.attributes:
        _attribute(attributes, attribute)
    categories = _child(root, "categories")
    for category in model.categories:
        _category(categories, model, category, "")
    for icon in model.icons:
        _icon(root, icon)
    etree.indent(root, space="    ")
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attrib=attributes)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _optional(icon_key: str) -> dict[str, str]:
    return {"iconkey": icon_key} if icon_key else {}


def _names(parent: etree._Element, names: Names) -> None:
    for code, name in names:
        _child(parent, "names", language_code=code, value=name)


def _attribute(parent: etree._Element, attribute: Attribute) -> None:
    in_use = {} if attribute.is_active is None else {"isactive": _flag(attribute.is_active)}
    element = _child(
        parent,
        "attribute",
        key=attribute.key,
        isrequired=_flag(attribute.is_required),
        type=attribute.type.value,
        **in_use,
        **_optional(attribute.icon_key),
    )
    for aggregation in attribute.aggregations:
        _child(element, "aggregations", aggregation=aggregation)
    if attribute.minimum is not None or attribute.maximum is not None:
        bounds = _child(element, "qa_minmax")
        for tag, bound in (("MinValue", attribute.minimum), ("MaxValue", attribute.maximum)):
            if bound is not None:
                _child(bounds, tag).text = repr(bound)
    if attribute.pattern is not None:
        _child(element, "qa_regex").text = attribute.pattern
    _names(element, attribute.names)
    for item in attribute.items:
        _answer(element, "values", item)
    _nodes(element, "tree", attribute.nodes)


def _answer(parent: etree._Element, tag: str, answer: ListItem | TreeNode) -> etree._Element:
    element = _child(parent, tag, key=answer.key, isactive=_flag(answer.is_active), **_optional(answer.icon_key))
    _names(element, answer.names)
    return element


def _nodes(parent: etree._Element, tag: str, nodes: Iterable[TreeNode]) -> None:
    for node in nodes:
        _nodes(_answer(parent, tag, node), "children", node.children)


def _category(parent: etree._Element, model: DataModel, category: Category, above: str) -> None:
    hkey = f"{above}{category.key}."
    element = _child(
        parent,
        "category",
        key=category.key,
        ismultiple=_flag(category.is_multiple),
        isactive=_flag(category.is_active),
        **_optional(category.icon_key),
    )
    _names(element, category.names)
    for link in model.links(hkey):
        _child(
            element,
            "attributes",
            isactive=_flag(link.is_active),
            isroot=_flag(link.is_root),
            attributekey=link.key,
        )
    for child in category.children:
        _category(element, model, child, hkey)


def _icon(parent: etree._Element, icon: Icon) -> None:
    element = _child(parent, "icons", key=icon.key, issystem=_flag(icon.is_system))
    for icon_set, file in icon.files:
        _child(element, "icons", iconset=icon_set, file=file)
    _names(element, icon.names)
