"""``map print``: a page or a picture of the land within bounds."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from tests import made_maps
from tests.command_line import CONFLICT, POACHING, WALK, CommandLine

pytestmark = pytest.mark.usefixtures("qapp")

VALLEY = "74.4,41.1,74.6,41.3"


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    ranger.create()
    return ranger


def test_a_page_of_a_patrol_is_printed_and_comes_out_the_same_again(ranger: CommandLine, tmp_path: Path) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    sums = set()
    for name in ("one.pdf", "other.pdf"):
        answer = ranger.answer("map", "print", tmp_path / name, "--bounds", VALLEY, "--patrol", patrol)
        assert answer == {"files": [str(tmp_path / name)], "problems": []}
        sums.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())

    assert len(sums) == 1
    with pikepdf.open(tmp_path / "one.pdf") as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(edge)) for edge in pdf.pages[0].mediabox] in ([0, 0, 595, 842], [0, 0, 842, 595])


def test_a_picture_has_the_dots_it_was_asked_for(ranger: CommandLine, tmp_path: Path) -> None:
    ran = ranger("map", "print", tmp_path / "map.png", "--bounds", VALLEY, "--dpi", "100", "--language", "ur")

    assert (ran.code, ran.out) == (0, f"{tmp_path / 'map.png'}\n")
    with Image.open(tmp_path / "map.png") as image:
        assert image.size == (732, 1075)
        assert round(image.info["dpi"][0]) == 100


@pytest.mark.parametrize(
    "bounds", ["74.4,41.1,74.6", "a,b,c,d", "nan,41.1,74.6,41.3", "74.4,41.1,inf,41.3", "", "74.4 41.1 74.6 41.3"]
)
def test_bounds_that_are_not_four_numbers_are_wrong_usage(ranger: CommandLine, tmp_path: Path, bounds: str) -> None:
    ran = ranger("map", "print", tmp_path / "map.pdf", "--bounds", bounds)

    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "map.pdf").exists()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("map-bounds-reversed", ("map.pdf", "--bounds", "75,41,74,42")),
        ("map-bounds-outside", ("map.pdf", "--bounds", "74,41,75,95")),
        ("map-bounds-tiny", ("map.pdf", "--bounds", "74,41,74,41")),
        ("map-dpi-wrong", ("map.pdf", "--bounds", VALLEY, "--dpi", "999999999")),
        ("map-dpi-wrong", ("map.png", "--bounds", VALLEY, "--dpi", "-1")),
        ("map-format-unknown", ("map.tiff", "--bounds", VALLEY)),
        ("file-not-written", ("nowhere/map.pdf", "--bounds", VALLEY)),
        ("record-missing", ("map.pdf", "--bounds", VALLEY, "--patrol", "0" * 32)),
        ("record-missing", ("map.pdf", "--bounds", VALLEY, "--case", "")),
    ],
)
def test_what_cannot_be_printed_is_refused_on_one_line(
    ranger: CommandLine, tmp_path: Path, code: str, arguments: tuple[str, ...]
) -> None:
    ran = ranger("map", "print", tmp_path / arguments[0], *arguments[1:])

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"[{code}] ")
    assert ran.err.count("\n") == 1
    assert not (tmp_path / arguments[0]).exists()


def test_bounds_that_are_refused_are_told_as_they_were_given(ranger: CommandLine, tmp_path: Path) -> None:
    ran = ranger("map", "print", tmp_path / "map.pdf", "--bounds", "74.5,41.2,74.500004,41.200004")

    assert "The bounds 74.5, 41.2, 74.500004, 41.200004 are" in ran.err


@pytest.mark.parametrize("name", ["карта рейда.pdf", 'it\'s "q" `x` $(y).png', "line\nbreak.pdf"])
def test_a_map_has_the_name_that_it_was_given(ranger: CommandLine, tmp_path: Path, name: str) -> None:
    ran = ranger("map", "print", tmp_path / name, "--bounds", VALLEY, "--dpi", "72", "--json")

    assert (ran.code, ran.answer["files"]) == (0, [str(tmp_path / name)])
    assert (tmp_path / name).stat().st_size > 10_000


@pytest.mark.parametrize("bounds", ["-180,-85,180,85", "74,84.9,75,85", "74,-85,75,85", "179.99,41,180,41.1"])
def test_the_whole_world_its_edges_and_what_lies_near_a_pole_are_printed(
    ranger: CommandLine, tmp_path: Path, bounds: str
) -> None:
    for name in ("map.pdf", "map.png"):
        assert ranger("map", "print", tmp_path / name, f"--bounds={bounds}", "--dpi", "72", "--all").code == 0


def test_an_own_map_is_printed_with_its_source_and_one_that_vanished_is_told(
    ranger: CommandLine, tmp_path: Path
) -> None:
    told = {"name": "Sheet", "attribution": '<a href="https://example.org">Land office</a>', "format": "png"}
    source = made_maps.mbtiles(tmp_path / "sheet.mbtiles", metadata=told)
    ranger.answer("map", "add", source, "--name", "Sheet", "--reference")
    arguments = ("map", "print", tmp_path / "map.pdf", "--bounds", "74.0,43.5,78.0,46.0")

    assert ranger(*arguments).code == 0
    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as pdf:
        text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert "Land office" in text
    assert "href" not in text
    source.unlink()
    ran = ranger(*arguments)
    assert (ran.code, ran.out) == (1, f"{tmp_path / 'map.pdf'}\n")
    assert ran.err.startswith("[map-file-missing] ")
    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as pdf:
        assert "The map Sheet could not be read" in " ".join(pdf[0].get_textpage().get_text_range().split())


def damaged(path: Path, tile: bytes) -> Path:
    """A map around the station whose finest tiles cannot be read."""
    with sqlite3.connect(made_maps.mbtiles(path, [(8, x, y) for x in range(179, 184) for y in range(92, 96)])) as file:
        file.execute("UPDATE tiles SET tile_data = ? WHERE tile_column > 180", (tile,))
    file.close()
    return path


@pytest.mark.parametrize(
    "tile",
    [
        made_maps.picture(8, 1, 1)[:-30], made_maps.picture(8, 1, 1)[:80] + b"?" * 60, b"<html>404</html>",
        b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n" + bytes(5_000_000),
    ],
    ids=["cut", "scribbled", "page", "gif", "huge"],
)  # fmt: skip
def test_a_map_with_a_damaged_tile_is_printed_without_it_and_the_sheet_says_so(
    ranger: CommandLine, tmp_path: Path, tile: bytes
) -> None:
    ranger.answer("map", "add", damaged(tmp_path / "M.mbtiles", tile), "--name", "Land of M", "--reference")

    for name in ("map.pdf", "map.png"):
        ran = ranger("map", "print", tmp_path / name, "--bounds", "73.5,41.0,76.5,43.0", "--dpi", "80")
        assert (ran.code, ran.out) == (1, f"{tmp_path / name}\n")
        assert ran.err.startswith("[tile-damaged] Land of M ")
        assert "own/" not in ran.err
    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as pdf:
        text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert "Parts of the map Land of M are damaged" in text


def test_a_map_that_is_too_detailed_for_the_scale_is_a_frame_that_is_explained(
    ranger: CommandLine, tmp_path: Path
) -> None:
    fine = made_maps.mbtiles(
        tmp_path / "fine.mbtiles", [(18, 185_000, 97_000), (18, 189_000, 99_000)], metadata={"name": "Drone"}
    )
    ranger.answer("map", "add", fine, "--name", "Drone", "--reference")

    ran = ranger("map", "print", tmp_path / "map.pdf", "--bounds", "72,40,80,44", "--dpi", "80")

    assert ran.code == 1
    assert ran.err.startswith("[map-too-detailed] Drone ")
    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as pdf:
        assert "too detailed for this scale" in " ".join(pdf[0].get_textpage().get_text_range().split())


def test_the_plan_of_a_case_and_hot_spots_are_printed_without_bounds(ranger: CommandLine, tmp_path: Path) -> None:
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    ranger.answer("incident", "add", "--kind", "conflict", "--from-json", CONFLICT)
    case = ranger.answer("case", "create", "--title", "Snares", "--incident", incident)["number"]

    for name, more in (("plan.pdf", ("--case", case)), ("hot.pdf", ("--hot-spots",))):
        assert ranger.answer("map", "print", tmp_path / name, *more) == {
            "files": [str(tmp_path / name)],
            "problems": [],
        }

    with pypdfium2.PdfDocument(tmp_path / "plan.pdf") as pdf:
        assert f"Plan of case {case}" in pdf[0].get_textpage().get_text_range()
    with pypdfium2.PdfDocument(tmp_path / "hot.pdf") as pdf:
        assert "Livestock conflicts: hot spots" in pdf[0].get_textpage().get_text_range()


def test_a_map_of_nothing_and_nowhere_is_refused(ranger: CommandLine, tmp_path: Path) -> None:
    ran = ranger("map", "print", tmp_path / "map.pdf")

    assert ran.code == 1 or ran.out == ""
    assert not (tmp_path / "map.pdf").exists()


@pytest.mark.parametrize("bounds", ["74.35,42.3,74.8,42.6", "74.30,42.3,74.75,42.6", "74.32,42.3,74.77,42.6"])
def test_every_side_of_a_sheet_has_the_leading_figures_of_the_grid_once(
    ranger: CommandLine, tmp_path: Path, bounds: str
) -> None:
    ranger.answer("map", "print", tmp_path / "map.pdf", "--bounds", bounds)

    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert len(re.findall(r"\b134\s*\d\d\b", text)) == 2
    assert len(re.findall(r"\b4[67]\s*\d\d\b", text)) >= 2
