"""Layers as columns: what is written comes back, and a file that claims nonsense is refused by name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from ranger_app.maps.columns import ColumnMaker
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError, MapFileRefusedError, MapNotAMapError
from ranger_app.maps.vector_file import AREA, LINE, POINT, VectorMap, load_vectors, save_vectors


def a_layer() -> VectorMap:
    return VectorMap(
        name="Grazing",
        attribution="District office",
        longitude_deg=np.array([74.0, 74.5, 75.0, 75.5, 76.0, 76.5]),
        latitude_deg=np.array([41.0, 41.5, 42.0, 41.0, 41.5, 42.0]),
        starts=np.array([0, 1, 3], np.int64),
        owners=np.array([0, 1, 2], np.int64),
        shapes=np.array([POINT, LINE, AREA], np.int8),
        attributes={"name": ["Нарын", None, "Ат-Башы"], "area_ha": [1.5, None, -3.0], "kind": ["a", "b", "a"]},
    )


def test_a_layer_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "grazing.vectors.npz"

    save_vectors(a_layer(), path)
    back = load_vectors(path)

    assert (back.name, back.attribution, back.bounds) == ("Grazing", "District office", (74.0, 41.0, 76.5, 42.0))
    assert back.starts.tolist() == [0, 1, 3]
    assert back.ends.tolist() == [1, 3, 6]
    assert back.shapes.tolist() == [POINT, LINE, AREA]
    assert np.array_equal(back.longitude_deg, a_layer().longitude_deg)
    assert {name: list(values) for name, values in back.attributes.items()} == {
        "name": ["Нарын", None, "Ат-Башы"], "area_ha": [1.5, None, -3.0], "kind": ["a", "b", "a"],
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_layer_gives_the_same_bytes(tmp_path: Path) -> None:
    save_vectors(a_layer(), tmp_path / "one.vectors.npz")
    save_vectors(load_vectors(tmp_path / "one.vectors.npz"), tmp_path / "two.vectors.npz")

    assert (tmp_path / "one.vectors.npz").read_bytes() == (tmp_path / "two.vectors.npz").read_bytes()


def test_an_empty_layer_is_a_layer(tmp_path: Path) -> None:
    none = np.empty(0, np.int64)
    empty = VectorMap(name="", longitude_deg=np.empty(0), latitude_deg=np.empty(0), starts=none, owners=none,
                      shapes=np.empty(0, np.int8), attributes={"name": []})  # fmt: skip

    save_vectors(empty, tmp_path / "empty.vectors.npz")

    assert load_vectors(tmp_path / "empty.vectors.npz").bounds == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"longitude_deg": np.array([74.0, 74.5, 75.0, 75.5, 76.0, np.nan])},
        {"longitude_deg": np.array([74.0, 74.5, 75.0, 75.5, 76.0, 181.0])},
        {"latitude_deg": np.array([1.0])},
        {"starts": np.array([0, 3, 1], np.int64)},
        {"starts": np.array([0, 1, 1], np.int64)},
        {"starts": np.array([1, 2, 3], np.int64)},
        {"starts": np.array([0, 1, 6], np.int64)},
        {"owners": np.array([0, 2, 1], np.int64)},
        {"owners": np.array([0, 1, 3], np.int64)},
        {"shapes": np.array([0, 1, 3], np.int8)},
        {"attributes": {"name": ["one"]}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_layer_cannot_be_wrong(wrong: dict[str, object]) -> None:
    parts: dict[str, object] = {name: getattr(a_layer(), name) for name in (
        "name", "longitude_deg", "latitude_deg", "starts", "owners", "shapes", "attributes")}  # fmt: skip

    with pytest.raises(ValueError):
        VectorMap(**{**parts, **wrong})  # type: ignore[arg-type]


def rewritten(source: Path, target: Path, member: str, content: bytes, method: int = zipfile.ZIP_STORED) -> Path:
    """A copy of a layer's file with another content of one member."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            is_it = entry.filename == member
            new.writestr(entry.filename, content if is_it else old.read(entry), method if is_it else None)
    return target


def header(shape: tuple[int, ...], kind: str) -> bytes:
    from io import BytesIO

    stream = BytesIO()
    npy.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})
    return stream.getvalue()


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("longitude_deg.npy", header((500_000_000,), "<f8") + bytes(48)),
        ("longitude_deg.npy", header((6,), "|O") + bytes(48)),
        ("longitude_deg.npy", header((2, 3), "<f8") + bytes(48)),
        ("longitude_deg.npy", header((-6,), "<f8") + bytes(48)),
        ("longitude_deg.npy", header((6,), "<f8") + bytes(47)),
        ("longitude_deg.npy", b"\x93NUMPY\x01\x00\x40\x00" + b"{" * 64),
        ("longitude_deg.npy", b""),
        ("starts.npy", header((3,), "<i8") + b"\xff" * 24),
        ("field0.codes.npy", header((3,), "<i4") + b"\x7f" * 12),
        ("field0.ends.npy", header((2,), "<i8") + b"\x7f" * 16),
        ("about.json", b"[]"),
        ("about.json", b'{"format": "ranger-app-vectors", "version": 1, "name": "", "attribution": "", "fields": [3]}'),
        ("about.json", b'{"format": "ranger-app-vectors", "version": 2}'),
        ("about.json", b'{"format": "ranger-app-vectors", "version": 1}'),
        ("about.json", b"\xff\xfe"),
    ],
    ids=str,
)
def test_what_a_file_claims_is_not_believed(tmp_path: Path, member: str, content: bytes) -> None:
    save_vectors(a_layer(), tmp_path / "good.vectors.npz")
    path = rewritten(tmp_path / "good.vectors.npz", tmp_path / "bad.vectors.npz", member, content)

    with pytest.raises(MapFileRefusedError):
        load_vectors(path)


def test_a_layer_packed_like_a_bomb_is_refused(tmp_path: Path) -> None:
    save_vectors(a_layer(), tmp_path / "good.vectors.npz")
    bomb = header((20_000_000,), "<f8") + bytes(160_000_000)
    path = rewritten(
        tmp_path / "good.vectors.npz", tmp_path / "bad.vectors.npz", "longitude_deg.npy", bomb, zipfile.ZIP_DEFLATED
    )

    with pytest.raises(MapFileRefusedError):
        load_vectors(path)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    save_vectors(a_layer(), tmp_path / "good.vectors.npz")
    whole = (tmp_path / "good.vectors.npz").read_bytes()
    cut = tmp_path / "cut.vectors.npz"

    for length in range(0, len(whole), 97):
        cut.write_bytes(whole[:length])
        with pytest.raises((MapNotAMapError, MapDamagedError)):
            load_vectors(cut)


def test_a_flipped_bit_in_the_coordinates_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "layer.vectors.npz"
    save_vectors(a_layer(), path)
    content = bytearray(path.read_bytes())
    at = content.index(np.float64(74.5).tobytes())
    content[at] ^= 1
    path.write_bytes(content)

    with pytest.raises(MapDamagedError):
        load_vectors(path)


def test_a_layer_that_is_gone_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MapFileMissingError):
        load_vectors(tmp_path / "gone.vectors.npz")


def test_a_field_of_numbers_becomes_words_when_a_word_comes() -> None:
    maker = ColumnMaker()

    maker.add([1, 2.5, None])
    maker.add(["север", None])
    maker.add_numbers(np.array([3.0, np.nan]))
    maker.add_nothing(1)

    assert list(maker.column()) == ["1", "2.5", None, "север", None, "3", None, None]
    assert list(maker.column()[3:5]) == ["север", None]


def test_words_of_absurd_length_are_cut() -> None:
    maker = ColumnMaker()

    maker.add(["я" * 5000])

    assert maker.column()[0] == "я" * 999 + "…"
