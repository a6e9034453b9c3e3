"""Put the names of ``resources/models/extension_names.csv`` into our extension of SMART's data model.

Keys, structure and English names of ``ranger_extension.xml`` are edited there by hand; every other name comes from the
table, which says where it was found and whether somebody has checked it. Run it in the project's environment as
``python packaging/extension_names.py [--check]``; with ``--check`` nothing is written, and the exit code is 1 when
something would be.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from exporters.data_model import data_model_xml  # noqa: E402
from ranger_app.domain.data_model import Attribute, Category, DataModel, ListItem, Names, TreeNode  # noqa: E402
from ranger_app.importers.data_model import read_data_model  # noqa: E402

FOLDER = ROOT / "resources" / "models"
EXTENSION = FOLDER / "ranger_extension.xml"
NAMES = FOLDER / "extension_names.csv"
SOURCE_LANGUAGE = "en"

Thing = TypeVar("Thing", Attribute, Category, ListItem, TreeNode)
Table = dict[str, dict[str, str]]


def table() -> Table:
    """English name to the names in other languages, by code."""
    found: Table = {}
    with NAMES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["english"], {})[row["language"]] = row["text"]
    return found


def named(thing: Thing, names: Table, languages: tuple[str, ...]) -> Thing:
    """*thing* with its English name and those of the table."""
    english = dict(thing.names)[SOURCE_LANGUAGE]
    others = names.get(english, {})
    told: Names = tuple((code, others[code]) for code in languages if code in others)
    return replace(thing, names=((SOURCE_LANGUAGE, english), *told))


def translated(model: DataModel, names: Table) -> DataModel:
    """*model* in English and the languages of the table."""
    languages = tuple(sorted({code for row in names.values() for code in row}))

    def node(one: TreeNode) -> TreeNode:
        return replace(named(one, names, languages), children=tuple(map(node, one.children)))

    def category(one: Category) -> Category:
        return replace(named(one, names, languages), children=tuple(map(category, one.children)))

    def attribute(one: Attribute) -> Attribute:
        items = tuple(named(item, names, languages) for item in one.items)
        return replace(named(one, names, languages), items=items, nodes=tuple(map(node, one.nodes)))

    return DataModel(
        languages=(SOURCE_LANGUAGE, *languages),
        attributes=tuple(map(attribute, model.attributes)),
        categories=tuple(map(category, model.categories)),
        icons=model.icons,
    )


def main() -> int:
    """Write the extension anew, or tell whether that would change it."""
    written = data_model_xml(translated(read_data_model(EXTENSION).model, table()))
    if written == EXTENSION.read_bytes():
        return 0
    if "--check" in sys.argv:
        print(f"{EXTENSION.name} does not hold the names of {NAMES.name}: run packaging/extension_names.py")
        return 1
    EXTENSION.write_bytes(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
