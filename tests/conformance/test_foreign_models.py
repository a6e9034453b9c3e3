"""What programs of others read from data models is what we read, and what we write they can read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from exporters.data_model import VERSIONS, data_model_xml
from ranger_app.domain.data_model import AttributeType, DataModel, TreeNode
from ranger_app.importers.data_model import data_model_from_bytes, extension_model, read_data_model, station_model
from ranger_app.paths import resource
from tests.made_up_models import MadeUpModel

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ROOT / ".venv-foreign" / ("Scripts" if sys.platform == "win32" else "bin")
REAL = sorted((ROOT / "tests" / "data" / "smart" / "models").glob("*.xml"))
MADE_UP = 80


@pytest.fixture(scope="module")
def foreign() -> Path:
    """Where the foreign programs are; ``dev.py`` makes their environment."""
    assert FOREIGN.is_dir(), "the environment of the foreign programs is missing: python3 dev.py test makes it"
    return FOREIGN


def told_by_smartconnect(foreign: Path, files: Sequence[Path]) -> list[dict[str, Any]]:
    reader = Path(__file__).with_name("foreign_reader.py")
    done = subprocess.run(
        [foreign / "python", reader, *files],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": ""}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    return [answers[str(file)] for file in files]


def told_by_us(model: DataModel) -> dict[str, Any]:
    """The same facts as the foreign reader tells, from our own reading."""
    return {
        "categories": [
            [hkey.removesuffix("."), [[link.key, link.is_active] for link in model.path(hkey)[-1].links]]
            for hkey in model.hkeys()
        ],
        "attributes": [
            [attribute.key, attribute.type.value, attribute.is_required, _options(attribute.type, attribute)]
            for attribute in model.attributes
        ],
    }


def _options(kind: AttributeType, attribute: Any) -> list[list[Any]] | None:
    if kind in {AttributeType.LIST, AttributeType.MLIST}:
        return [[item.key, item.is_active] for item in attribute.items]
    return list(_nodes(attribute.nodes, "", True)) if kind is AttributeType.TREE else None


def _nodes(nodes: tuple[TreeNode, ...], above: str, is_active: bool) -> list[list[Any]]:
    """Their reader says of a node that it is in use only when those above it are."""
    told = []
    for node in nodes:
        here = is_active and node.is_active
        told += [[above + node.key, here], *_nodes(node.children, f"{above}{node.key}.", here)]
    return told


def test_they_and_we_read_the_same_from_the_models_of_offices(foreign: Path) -> None:
    ours = sorted(path for path in resource("models").glob("*.xml"))
    files = [*REAL, *ours]

    theirs = told_by_smartconnect(foreign, files)

    assert len(files) >= 6
    for file, told in zip(files, theirs, strict=True):
        assert told_by_us(read_data_model(file).model) == told, file.name


def test_they_and_we_read_the_same_from_made_up_models_of_every_version(foreign: Path, tmp_path: Path) -> None:
    files = []
    for seed in range(MADE_UP):
        made = MadeUpModel(seed)
        text = made.xml().replace("\n", "\r\n" if seed % 3 == 0 else "\n")
        file = tmp_path / f"{made.version}-{seed}.xml"
        file.write_bytes(text.encode("utf-8"))
        files.append(file)

    theirs = told_by_smartconnect(foreign, files)

    for file, told in zip(files, theirs, strict=True):
        reading = read_data_model(file)
        assert told_by_us(reading.model) == told, file.name
        assert (reading.problems, reading.broken) == ((), ()), file.name
        assert file.name.startswith(reading.model.version)


def test_they_read_what_we_write(foreign: Path, tmp_path: Path) -> None:
    models = [station_model(), extension_model(), *(read_data_model(path).model for path in REAL)]
    models += [data_model_from_bytes(MadeUpModel(seed).xml().encode()).model for seed in range(MADE_UP)]
    written, wanted = [], []
    for version in VERSIONS:
        schema = etree.XMLSchema(etree.parse(resource("smart", "xsd", f"SmartDataModel-{version}-corrected.xsd")))
        for number, model in enumerate(models):
            file = tmp_path / f"{version}-{number}.xml"
            file.write_bytes(data_model_xml(model, version=version))
            schema.assertValid(etree.parse(file))
            written.append(file)
            wanted.append(model)

    theirs = told_by_smartconnect(foreign, written)

    for file, model, told in zip(written, wanted, theirs, strict=True):
        assert told["attributes"] == told_by_us(model)["attributes"], file.name
        assert [path for path, _ in told["categories"]] == [hkey.removesuffix(".") for hkey in model.hkeys()]
        if file.name.startswith("1.2"):
            links = [[[link.key, link.is_active] for link in model.links(hkey)] for hkey in model.hkeys()]
            assert [named for _, named in told["categories"]] == links, file.name


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["station", "extension", "namibia"])
def test_er_smart_sync_makes_event_types_of_every_category_that_we_write(
    foreign: Path, tmp_path: Path, name: str, version: str
) -> None:
    model = {"station": station_model(), "extension": extension_model()}.get(name)
    model = model or read_data_model(REAL[-1]).model
    file = tmp_path / "ours.xml"
    file.write_bytes(data_model_xml(model, version=version))

    done = subprocess.run(
        [foreign / "er-smart-sync", "inspect-datamodel", "--er-endpoint", "http://127.0.0.1:9", "--er-token", "x",
         "--ca-identifier", "TEST", "--from-file", file],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": ""}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, set[str]] = {}
    for line in done.stdout.partition("Event types:")[2].splitlines():
        if found := re.match(r"- smart-ca-import_(\S+)$", line):
            fields = told.setdefault(found.group(1), set())
        elif found := re.match(r"      (\w+): ", line):
            fields.add(found.group(1))
    assert told == {
        hkey.removesuffix(".").replace(".", "_"): {link.key for link in model.links(hkey)}
        for hkey in model.hkeys()
        if not model.path(hkey)[-1].children and all(category.is_active for category in model.path(hkey))
    }
