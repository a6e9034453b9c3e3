"""Words of layers whose encoding nobody tells are read as what they can be, and what was lost is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ranger_app.jobs import JobContext
from ranger_app.maps.guessed_text import GuessedText
from ranger_app.maps.vectors import read_vectors

NAMES = ["Перевал Тоо-Ашуу", "Ёлка", "Сёла", "Ысык-Көл"]


def collection(*names: str) -> str:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [74.5, 41.5]}}
        for name in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


@pytest.mark.parametrize(("encoding", "names"), [("utf-8", NAMES), ("utf-8-sig", NAMES), ("cp1251", NAMES[:3])])
def test_geojson_of_cyrillic_programs_keeps_its_words(tmp_path: Path, encoding: str, names: list[str]) -> None:
    path = tmp_path / "a.geojson"
    # The first Cyrillic letters stand beyond the first piece that is read.
    path.write_bytes(collection(*["plain"] * 5000, *names).encode(encoding))

    layer = read_vectors(path, name="a", context=JobContext())

    assert list(layer.attributes["name"])[5000:] == names
    assert layer.problems == ()


def test_a_few_bad_bytes_do_not_turn_utf_8_into_another_language_and_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(collection(*NAMES, "X").encode("utf-8").replace(b'"X"', b'"\xff"'))

    layer = read_vectors(path, name="a", context=JobContext())

    assert list(layer.attributes["name"]) == [*NAMES, "\ufffd"]
    assert [problem.code for problem in layer.problems] == ["map-words-damaged"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_letters_that_a_piece_cuts_are_whole(encoding: str, size: int) -> None:
    content, text = "Нарын, Ош".encode(encoding), GuessedText()

    pieces = [text.decode(content[at : at + size], is_last=False) for at in range(0, len(content), size)]

    assert "".join(pieces) + text.decode(b"", is_last=True) == "Нарын, Ош"
    assert not text.has_lost
