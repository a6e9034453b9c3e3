"""SMART data models, 1.0 to 1.2, bare XML or zipped, with both spellings that real files mix."""

from __future__ import annotations

import math
import re
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
)
from ranger_app.domain.model_merging import merged
from ranger_app.errors import Fact, RangerAppError
from ranger_app.importers.model_file import LARGEST_PACKAGE_BYTES, local_name, model_root
from ranger_app.importers.safe_zip import shown
from ranger_app.paths import resource
from ranger_app.problem import Problem

DEEPEST_LEVEL = 64
"""Levels of categories or tree nodes that are read; real models have six, and eight for taxa."""

MOST_TOLD = 20
"""Broken rules of one file that are told one by one."""

_VERSION = re.compile(r"/xml/([0-9]+\.[0-9]+)/datamodel$")
_KNOWN_VERSIONS = frozenset({"1.0", "1.1", "1.2"})
_TYPES = frozenset(AttributeType.__members__)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}

RULES = frozenset({
    "model-key-duplicate", "model-key-long", "model-link-broken", "model-type-unknown", "model-too-deep",
})  # fmt: skip
"""Problems for which SMART refuses the whole file."""

LONGEST_READ_KEY = 1024
"""Signs of a key that is still read; SMART takes an eighth of that."""

_LONGEST_PLACE = 200


class ModelBrokenError(RangerAppError):
    """The data model breaks a rule for which SMART refuses the whole file; nothing of it was taken.

    Attributes:
        problems: Each broken rule with its line and path, at most `MOST_TOLD`.
    """

    code = "model-broken"

    def __init__(self, file: str, count: int, problems: tuple[Problem, ...]) -> None:
        super().__init__(file=file, count=count)
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReading:
    """A data model as it could be read, and what could not.

    Attributes:
        problems: What is not as it should be, and was read all the same: like problems as one, with their number and
            the first place.
        broken: Undefined links, keys that stand twice, unknown types, bottomless trees: for each of them SMART refuses
            the whole file. The model lacks them.
        broken_count: How many there are; only the first `MOST_TOLD` are told.
    """

    model: DataModel
    problems: tuple[Problem, ...] = ()
    broken: tuple[Problem, ...] = ()
    broken_count: int = 0

    def refuse_broken(self, file: str) -> None:
        """Make sure that the model is whole.

        Raises:
            ModelBrokenError: It breaks a rule.
        """
        if self.broken:
            raise ModelBrokenError(file, self.broken_count, self.broken)


def read_data_model(path: Path) -> ModelReading:
    """Read a data model file; see :func:`data_model_from_bytes`."""
    with path.open("rb") as stream:
        return data_model_from_bytes(stream.read(LARGEST_PACKAGE_BYTES + 1), file=path.name)


def data_model_from_bytes(content: bytes, *, file: str = "") -> ModelReading:
    """Read a data model from XML or a zip that holds it; *file* is its name in errors and problems.

    Raises:
        NotADataModelError, ModelTooLargeError, ModelWithDoctypeError: Nothing of it can be read.
        ZipDamagedError, ZipUnsafeError, ZipTooLargeError: The zip around it is not one to touch.
    """
    return _Reader(file).reading(model_root(content, file=file))


@cache
def station_model() -> DataModel:
    """The model a new station begins with: SMART's official default with our conflict extension."""
    return merged(read_data_model(resource("models", "default_datamodel_8.1.3.xml")).model, extension_model())


@cache
def extension_model() -> DataModel:
    """Our own categories for livestock conflicts, for offices to merge into theirs."""
    return read_data_model(resource("models", "ranger_extension.xml")).model


def _elements(parent: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    if parent is None:
        return
    for child in parent:
        if local_name(child) in names:
            yield child


def _element(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(_elements(parent, name), None)


def _inside(root: etree._Element, block: str, name: str) -> Iterator[etree._Element]:
    """Elements of this *name* in every *block* of the root; SMART writes one."""
    for one in _elements(root, block):
        yield from _elements(one, name)


def _text(element: etree._Element, name: str) -> str:
    return element.get(name) or ""


def _names(element: etree._Element) -> Names:
    return tuple((_text(name, "language_code"), _text(name, "value")) for name in _elements(element, "names"))


@dataclass(slots=True)
class _Told:
    """Like problems of one file: how many, and where the first one is."""

    where: str
    facts: dict[str, Fact]
    count: int


class _Reader:
    """Reads one file and gathers what is wrong in it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._told: dict[str, _Told] = {}
        self._left_out: set[str] = set()
        self._broken: list[Problem] = []
        self._broken_count = 0
        self._language = ""

    def reading(self, root: etree._Element) -> ModelReading:
        version = self._version(root)
        languages = self._languages(root)
        self._language = languages[0]
        attributes = tuple(self._attributes(_inside(root, "attributes", "attribute")))
        known = frozenset(attribute.key for attribute in attributes) | frozenset(self._left_out)
        model = DataModel(
            languages=languages,
            attributes=attributes,
            categories=self._categories(_inside(root, "categories", "category"), "", known, 1),
            icons=tuple(self._icon(element) for element in _elements(root, "icons")),
            version=version,
        )
        problems = tuple(
            Problem(code=code, file=self._file, where=told.where, count=told.count, facts=told.facts)
            for code, told in self._told.items()
        )
        return ModelReading(model=model, problems=problems, broken=tuple(self._broken), broken_count=self._broken_count)

    def _key(self, element: etree._Element) -> str:
        key = _text(element, "key")
        if len(key) > LONGEST_READ_KEY:
            self._note("model-key-long", element, length=len(key))
            return key[:LONGEST_READ_KEY]
        return key

    def _note(self, code: str, element: etree._Element, place: str = "", **facts: Fact) -> None:
        if code in self._told:
            self._told[code].count += 1
            return
        where = f"line {element.sourceline}" + (f", {shown(place, _LONGEST_PLACE)}" if place else "")
        if code not in RULES:
            self._told[code] = _Told(where, facts, 1)
            return
        self._broken_count += 1
        if len(self._broken) < MOST_TOLD:
            self._broken.append(Problem(code=code, file=self._file, where=where, facts=facts))

    def _version(self, root: etree._Element) -> str:
        namespace = etree.QName(root).namespace or ""
        match = _VERSION.search(namespace)
        version = match.group(1) if match else ""
        if version not in _KNOWN_VERSIONS:
            self._note("model-version-unknown", root, version=shown(version or namespace))
        if root.prefix is not None:
            self._note("model-root-prefixed", root, prefix=shown(root.prefix))
        return version

    def _languages(self, root: etree._Element) -> tuple[str, ...]:
        """The languages in their order; those of the names where the file does not tell."""
        entries = _elements(_element(root, "languages"), "languages", "language")
        codes = [code for entry in entries if (code := _text(entry, "code"))]
        if not codes:
            self._note("model-languages-missing", root)
            names = (one for one in root.iter("{*}names") if one.get("language_code"))
            codes = [_text(name, "language_code") for name in names] or ["en"]
        return tuple(dict.fromkeys(codes))

    def _names(self, element: etree._Element, place: str) -> Names:
        names = _names(element)
        if not any(name.strip() for _, name in names):
            self._note("model-name-missing", element, place)
        elif any(code == self._language and not name.strip() for code, name in names):
            self._note("model-name-empty", element, place, language=shown(self._language))
        if len({code for code, _ in names}) < len(names):
            self._note("model-name-twice", element, place)
        for _, name in names:
            if not is_legal_name(name):
                self._note("model-name-illegal", element, place, name=shown(name))
        return names

    def _flag(self, element: etree._Element, name: str, place: str, *, otherwise: bool) -> bool:
        text = element.get(name)
        if text is None:
            return otherwise
        told = _TRUTHS.get(text.strip().lower())
        if told is None:
            self._note("model-flag-wrong", element, place, name=name, value=shown(text, 40))
        return otherwise if told is None else told

    def _is_new(self, thing: Named, taken: set[str], element: etree._Element, place: str) -> bool:
        """Whether to keep *thing*: illegal keys are kept and told, a key taken by a sibling is not kept."""
        if thing.key in taken:
            self._note("model-key-duplicate", element, place, key=shown(thing.key))
            return False
        taken.add(thing.key)
        if not is_legal_key(thing.key):
            self._note("model-key-illegal", element, place, key=shown(thing.key))
        return True

    def _attributes(self, elements: Iterable[etree._Element]) -> Iterator[Attribute]:
        taken: set[str] = set()
        for element in elements:
            key = self._key(element)
            place = f"attribute {key}"
            kind = _text(element, "type")
            if kind not in _TYPES:
                self._note("model-type-unknown", element, place, type=shown(kind))
                self._left_out.add(key)
                continue
            attribute = self._attribute(element, key, AttributeType(kind), place)
            if self._is_new(attribute, taken, element, place):
                yield attribute

    def _attribute(self, element: etree._Element, key: str, kind: AttributeType, place: str) -> Attribute:
        bounds = _element(element, "qa_minmax")
        pattern = _element(element, "qa_regex")
        in_use = element.get("isactive")
        minimum, maximum = self._bound(bounds, "MinValue", place), self._bound(bounds, "MaxValue", place)
        if minimum is not None and maximum is not None and minimum > maximum:
            self._note("model-bounds-crossed", element, place, least=minimum, most=maximum)
        return Attribute(
            key=key,
            type=kind,
            names=self._names(element, place),
            is_required=self._flag(element, "isrequired", place, otherwise=False),
            is_active=None if in_use is None else self._flag(element, "isactive", place, otherwise=True),
            icon_key=_text(element, "iconkey"),
            aggregations=tuple(_text(entry, "aggregation") for entry in _elements(element, "aggregations")),
            minimum=minimum,
            maximum=maximum,
            pattern=None if pattern is None else (pattern.text or ""),
            items=tuple(self._items(element, place)),
            nodes=self._nodes(_elements(element, "tree"), place, "", 1),
        )

    def _bound(self, bounds: etree._Element | None, name: str, place: str) -> float | None:
        element = _element(bounds, name)
        if element is None or not element.text:
            return None
        try:
            value = float(element.text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._note("model-bound-wrong", element, place, value=shown(element.text, 40))
            return None
        return value

    def _items(self, parent: etree._Element, above: str) -> Iterator[ListItem]:
        taken: set[str] = set()
        for element in _elements(parent, "values"):
            key = self._key(element)
            place = f"{above}, answer {key}"
            item = ListItem(
                key=key,
                names=self._names(element, place),
                is_active=self._flag(element, "isactive", place, otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(item, taken, element, place):
                yield item

    def _nodes(self, elements: Iterable[etree._Element], where: str, above: str, level: int) -> tuple[TreeNode, ...]:
        taken: set[str] = set()
        nodes = []
        for element in elements:
            key = self._key(element)
            hkey = f"{above}{key}."
            place = f"{where}, answer {hkey}"
            if level > DEEPEST_LEVEL:
                self._note("model-too-deep", element, where, level=DEEPEST_LEVEL)
                break
            node = TreeNode(
                key=key,
                names=self._names(element, place),
                children=self._nodes(_elements(element, "children"), where, hkey, level + 1),
                is_active=self._flag(element, "isactive", place, otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(node, taken, element, place):
                nodes.append(node)
        return tuple(nodes)

    def _categories(
        self, elements: Iterable[etree._Element], above: str, known: frozenset[str], level: int
    ) -> tuple[Category, ...]:
        taken: set[str] = set()
        categories = []
        for element in elements:
            key = self._key(element)
            hkey = f"{above}{key}."
            place = f"category {hkey}"
            if level > DEEPEST_LEVEL:
                self._note("model-too-deep", element, place, level=DEEPEST_LEVEL)
                break
            category = Category(
                key=key,
                names=self._names(element, place),
                links=tuple(self._links(element, place, known)),
                children=self._categories(_elements(element, "category"), hkey, known, level + 1),
                is_multiple=self._flag(element, "ismultiple", place, otherwise=True),
                is_active=self._flag(element, "isactive", place, otherwise=True),
                icon_key=_text(element, "iconkey"),
            )
            if self._is_new(category, taken, element, place):
                categories.append(category)
        return tuple(categories)

    def _links(self, category: etree._Element, place: str, known: frozenset[str]) -> Iterator[AttributeLink]:
        taken: set[str] = set()
        for element in _elements(category, "attributes", "attribute"):
            key = _text(element, "attributekey")
            if key not in known:
                self._note("model-link-broken", element, place, key=shown(key))
            elif key in taken:
                self._note("model-link-twice", element, place, key=shown(key))
            elif key not in self._left_out:
                yield AttributeLink(
                    key=key,
                    is_active=self._flag(element, "isactive", place, otherwise=True),
                    is_root=self._flag(element, "isroot", place, otherwise=True),
                )
            taken.add(key)

    def _icon(self, element: etree._Element) -> Icon:
        return Icon(
            key=_text(element, "key"),
            is_system=self._flag(element, "issystem", "", otherwise=False),
            files=tuple((_text(entry, "iconset"), _text(entry, "file")) for entry in _elements(element, "icons")),
            names=_names(element),
        )
