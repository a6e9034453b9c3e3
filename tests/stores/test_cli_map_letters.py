"""Maps on the command line of a system that knows no letters but English, and where an answer cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from tests import made_maps
from tests.command_line import ROOT, CommandLine
from tests.map_sheets import a_picture, write_sheet
from tests.unit.test_map_layers_read import SQUARE, feature, geojson, polygon


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    ranger.create()
    return ranger


def run(*arguments: str | Path | bytes, out: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    with open(out or os.devnull, "wb") as stream:
        return subprocess.run(
            [sys.executable, "-m", "ranger_app", *arguments], cwd=ROOT, stdout=stream if out else subprocess.PIPE,
            stderr=subprocess.PIPE, check=False, timeout=120, env={**os.environ, **environment},
        )  # fmt: skip


def english(*arguments: str | Path | bytes) -> subprocess.CompletedProcess[bytes]:
    return run(*arguments, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")


def package(path: Path) -> Path:
    shapes, names = np.array([polygon(SQUARE)], object), [np.array(["Выпас"], object)]
    pyogrio.raw.write(path, shapes, names, np.array(["name"]), geometry_type="Polygon", crs="EPSG:4326")
    return path


def test_cyrillic_names_of_files_and_maps_need_no_cyrillic_system(ranger: CommandLine, tmp_path: Path) -> None:
    sources = [
        made_maps.mbtiles(tmp_path / "Нарын.mbtiles"), geojson(tmp_path / "Точки.geojson", feature("Point", [74, 41])),
        package(tmp_path / "Слой.gpkg"), write_sheet(tmp_path / "Лист.tif", a_picture()),
    ]  # fmt: skip

    for source in sources:
        done = english("map", "add", source)
        assert (done.returncode, done.stderr) == (0, b"")
    assert english("map", "add", sources[0], "--name", "Имя").returncode == 0
    listed = [row["name"] for row in ranger.answer("map", "list")["maps"]]
    assert english("map", "remove", "Имя").returncode == 0

    assert listed == ["Нарын", "Лист", "Имя", "Точки", "Слой"]
    assert len(ranger.answer("map", "list")["maps"]) == 4


def test_a_name_that_no_library_can_be_told_is_refused_in_words(ranger: CommandLine, tmp_path: Path) -> None:
    source = os.fsencode(tmp_path) + b"/\xcb\xe8\xf1\xf2.gpkg"
    os.rename(package(tmp_path / "a.gpkg"), source)

    done = run("map", "add", source)

    assert done.returncode == 3
    assert done.stderr.startswith(b"[map-file-name]")


@pytest.mark.parametrize("words", [("map", "list"), ("station", "info"), ("map", "list", "--json")])
def test_an_answer_that_cannot_be_written_is_told(ranger: CommandLine, tmp_path: Path, words: tuple[str, ...]) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "a.mbtiles"))

    done = run(*words, out="/dev/full")

    assert done.returncode == 1
    assert b"[answer-not-written] It is done, but the answer could not be written: No space" in done.stderr
    assert done.stderr.count(b"\n") == 1 + ("--json" in words)
