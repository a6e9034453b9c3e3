"""SMART data models, 1.0 to 1.2, bare XML or zipped, with both spellings that real files mix."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    Icon,
    ListItem,
    Named,
    Names,
    TreeNode,
    is_legal_key,
    is_legal_name,
    merged,
)
from ranger_app.errors import Fact, Problem, RangerAppError
from ranger_app.paths import resource

LARGEST_MODEL_BYTES = 16 * 1024 * 1024
"""Bytes of XML that are still read; real models have a quarter of a megabyte."""

MOST_ZIP_ENTRIES = 5_000
"""Files in a zipped model, icons included."""

DEEPEST_LEVEL = 64
"""Levels of categories or tree nodes that are still read; real models have six."""

_VERSION = re.compile(r"/xml/([0-9]+\.[0-9]+)/datamodel$")
_KNOWN_VERSIONS = frozenset({"1.0", "1.1", "1.2"})


class NotADataModelError(RangerAppError):
    """The file is not a SMART data model at all."""

    code = "model-not-a-model"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file=file, reason=reason)


class ModelTooLargeError(RangerAppError):
    """The file is larger than any data model is."""

    code = "model-too-large"

    def __init__(self, file: str, limit: int) -> None:
        super().__init__(file=file, limit=limit)


class ModelWithDoctypeError(RangerAppError):
    """The file declares entities or a document type, which no data model needs."""

    code = "model-doctype"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReading:
    """A data model as it could be read, and what could not.

    Attributes:
        problems: Like problems as one, with their number; the first place is named.
    """

    model: DataModel
    problems: tuple[Problem, ...] = ()


def read_data_model(path: Path) -> ModelReading:
    """Read a data model file.

    Raises:
        NotADataModelError, ModelTooLargeError, ModelWithDoctypeError: Nothing of it can be read.
    """
    with path.open("rb") as stream:
        return data_model_from_bytes(stream.read(LARGEST_MODEL_BYTES + 1), file=path.name)


def data_model_from_bytes(content: bytes, *, file: str = "") -> ModelReading:
    """Read a data model from XML or a zip that holds it; *file* is its name in errors and problems.

    Raises:
        NotADataModelError, ModelTooLargeError, ModelWithDoctypeError: Nothing of it can be read.
    """
    if len(content) > LARGEST_MODEL_BYTES:
        raise ModelTooLargeError(file, LARGEST_MODEL_BYTES)
    if content.startswith(b"PK"):
        content = _unzipped(content, file)
    return _Reader(file).reading(_root(content, file))


@cache
def station_model() -> DataModel:
    """The model a new station begins with: SMART's official default with our conflict extension."""
    return merged(read_data_model(resource("models", "default_datamodel_8.1.3.xml")).model, extension_model())


@cache
def extension_model() -> DataModel:
    """Our own categories for livestock conflicts, for offices to merge into theirs."""
    return read_data_model(resource("models", "ranger_extension.xml")).model


def _unzipped(content: bytes, file: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if len(package.infolist()) > MOST_ZIP_ENTRIES:
                raise ModelTooLargeError(file, MOST_ZIP_ENTRIES)
            name = next(
                (name for name in package.namelist() if "/" not in name and name.lower().endswith(".xml")), None
            )
            if name is None:
                raise NotADataModelError(file, "no XML file at the top of the zip")
            with package.open(name) as stream:
                inner = stream.read(LARGEST_MODEL_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotADataModelError(file, "damaged zip") from error
    if len(inner) > LARGEST_MODEL_BYTES:
        raise ModelTooLargeError(file, LARGEST_MODEL_BYTES)
    return inner


def _root(content: bytes, file: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotADataModelError(file, "not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ModelWithDoctypeError(file)
    if etree.QName(root).localname.lower() != "datamodel":
        raise NotADataModelError(file, f"root element {etree.QName(root).localname}")
    return root


def _elements(parent: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    if parent is None:
        return
    for child in parent:
        if isinstance(child.tag, str) and etree.QName(child).localname in names:
            yield child


def _element(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(_elements(parent, name), None)


def _flag(element: etree._Element, name: str, *, otherwise: bool) -> bool:
    text = element.get(name)
    return otherwise if text is None else text.strip().lower() in {"true", "1"}


def _text(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")


class _Reader:
    """Reads one file and gathers what is wrong in it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[str, list[tuple[str, dict[str, Fact]]]] = {}

    def reading(self, root: etree._Element) -> ModelReading:
        version = self._version(root)
        languages = tuple(
            _text(entry, "code") for entry in _elements(_element(root, "languages"), "languages", "language")
        )
        if not any(languages):
            self._note("model-languages-missing", "languages")
            languages = ("en",)
        attributes = tuple(self._attributes(_element(root, "attributes")))
        known = frozenset(attribute.key for attribute in attributes)
        model = DataModel(
            languages=tuple(code for code in dict.fromkeys(languages) if code),
            attributes=attributes,
            categories=self._categories(_element(root, "categories"), "", known, 1),
            icons=tuple(self._icon(element) for element in _elements(root, "icons")),
            version=version,
        )
        return ModelReading(model=model, problems=tuple(self._problems()))

    def _version(self, root: etree._Element) -> str:
        namespace = etree.QName(root).namespace or ""
        match = _VERSION.search(namespace)
        version = match.group(1) if match else ""
        if version not in _KNOWN_VERSIONS:
            self._note("model-version-unknown", "root", version=version or namespace)
        if root.prefix is not None:
            self._note("model-root-prefixed", "root", prefix=root.prefix)
        return version

    def _note(self, code: str, where: str, **facts: Fact) -> None:
        self._found.setdefault(code, []).append((where, facts))

    def _problems(self) -> Iterator[Problem]:
        for code, places in self._found.items():
            where, facts = places[0]
            yield Problem(code=code, file=self._file, where=where, count=len(places), facts=facts)

    def _names(self, element: etree._Element, where: str) -> Names:
        names = tuple((_text(name, "language_code"), _text(name, "value")) for name in _elements(element, "names"))
        if not any(name for _, name in names):
            self._note("model-name-missing", where)
        for _, name in names:
            if not is_legal_name(name):
                self._note("model-name-illegal", where, name=name[:80])
        return names

    def _is_new(self, thing: Named, taken: set[str], where: str) -> bool:
        """Whether to keep *thing*: illegal keys are kept and told, a key taken by a sibling is not kept."""
        if thing.key in taken:
            self._note("model-key-duplicate", where, key=thing.key)
            return False
        taken.add(thing.key)
        if not is_legal_key(thing.key):
            self._note("model-key-illegal", where, key=thing.key)
        return True

    def _attributes(self, parent: etree._Element | None) -> Iterator[Attribute]:
        taken: set[str] = set()
        for element in _elements(parent, "attribute"):
            where = f"attribute {_text(element, 'key')}"
            kind = _text(element, "type").upper()
            if kind not in AttributeType.__members__:
                self._note("model-type-unknown", where, type=kind)
                continue
            attribute = self._attribute(element, AttributeType(kind), where)
            if self._is_new(attribute, taken, where):
                yield attribute

    def _attribute(self, element: etree._Element, kind: AttributeType, where: str) -> Attribute:
        bounds = _element(element, "qa_minmax")
        pattern = _element(element, "qa_regex")
        in_use = element.get("isactive")
        return Attribute(
            key=_text(element, "key"),
            type=kind,
            names=self._names(element, where),
            is_required=_flag(element, "isrequired", otherwise=False),
            is_active=None if in_use is None else _flag(element, "isactive", otherwise=True),
            icon_key=_text(element, "iconkey"),
            aggregations=tuple(_text(entry, "aggregation") for entry in _elements(element, "aggregations")),
            minimum=self._bound(bounds, "MinValue", where),
            maximum=self._bound(bounds, "MaxValue", where),
            pattern=None if pattern is None else (pattern.text or ""),
            items=tuple(self._items(element, where)),
            nodes=self._nodes(_elements(element, "tree"), where, "", 1),
        )

    def _bound(self, bounds: etree._Element | None, name: str, where: str) -> float | None:
        element = _element(bounds, name)
        if element is None or not element.text:
            return None
        try:
            value = float(element.text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._note("model-bound-wrong", where, value=element.text[:40])
            return None
        return value

    def _items(self, parent: etree._Element, where: str) -> Iterator[ListItem]:
        taken: set[str] = set()
        for element in _elements(parent, "values"):
            place = f"{where}, answer {_text(element, 'key')}"
            item = ListItem(
                key=_text(element, "key"),
                names=self._names(element, place),
                is_active=_flag(element, "isactive", otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(item, taken, place):
                yield item

    def _nodes(self, elements: Iterable[etree._Element], where: str, above: str, level: int) -> tuple[TreeNode, ...]:
        taken: set[str] = set()
        nodes = []
        for element in elements:
            hkey = f"{above}{_text(element, 'key')}."
            place = f"{where}, answer {hkey}"
            if level > DEEPEST_LEVEL:
                self._note("model-too-deep", where, level=DEEPEST_LEVEL)
                break
            node = TreeNode(
                key=_text(element, "key"),
                names=self._names(element, place),
                children=self._nodes(_elements(element, "children"), where, hkey, level + 1),
                is_active=_flag(element, "isactive", otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(node, taken, place):
                nodes.append(node)
        return tuple(nodes)

    def _categories(
        self, parent: etree._Element | None, above: str, known: frozenset[str], level: int
    ) -> tuple[Category, ...]:
        taken: set[str] = set()
        categories = []
        for element in _elements(parent, "category"):
            hkey = f"{above}{_text(element, 'key')}."
            place = f"category {hkey}"
            if level > DEEPEST_LEVEL:
                self._note("model-too-deep", place[:200], level=DEEPEST_LEVEL)
                break
            category = Category(
                key=_text(element, "key"),
                names=self._names(element, place),
                links=tuple(self._links(element, place, known)),
                children=self._categories(element, hkey, known, level + 1),
                is_multiple=_flag(element, "ismultiple", otherwise=True),
                is_active=_flag(element, "isactive", otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(category, taken, place):
                categories.append(category)
        return tuple(categories)

    def _links(self, category: etree._Element, where: str, known: frozenset[str]) -> Iterator[AttributeLink]:
        taken: set[str] = set()
        for element in _elements(category, "attributes", "attribute"):
            link = AttributeLink(
                key=_text(element, "attributekey"),
                is_active=_flag(element, "isactive", otherwise=True),
                is_root=_flag(element, "isroot", otherwise=True),
            )
            if link.key not in known:
                self._note("model-link-broken", where, key=link.key)
            elif link.key in taken:
                self._note("model-key-duplicate", where, key=link.key)
            else:
                taken.add(link.key)
                yield link

    def _icon(self, element: etree._Element) -> Icon:
        return Icon(
            key=_text(element, "key"),
            is_system=_flag(element, "issystem", otherwise=False),
            files=tuple((_text(entry, "iconset"), _text(entry, "file")) for entry in _elements(element, "icons")),
            names=tuple((_text(name, "language_code"), _text(name, "value")) for name in _elements(element, "names")),
        )
