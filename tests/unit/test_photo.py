"""Photos: what cameras write, and what pretends to be one."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ranger_app.domain.records import PositionSource
from ranger_app.importers import photo as photo_module
from ranger_app.importers.photo import DERIVATIVE_PX, NotAPhotoError, Photo, PhotoTooLargeError, read_photo
from tests.service_desk import noise, photo_bytes, write_photo


def read(folder: Path, content: bytes, name: str = "photo.jpg") -> Photo:
    path = folder / name
    path.write_bytes(content)
    return read_photo(path)


def picture(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(photo.derivative))


def test_a_camera_tells_time_place_and_itself(tmp_path: Path) -> None:
    found = read_photo(
        write_photo(tmp_path / "a.jpg", taken="2026:03:04 09:15:42", offset="+06:00", position=(41.201111, 74.501234))
    )

    assert found.taken_at == dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=6)))
    assert found.position is not None
    assert found.position.source is PositionSource.PHOTO
    assert found.position.latitude_deg == pytest.approx(41.201111, abs=1e-6)
    assert found.position.longitude_deg == pytest.approx(74.501234, abs=1e-6)
    assert (found.camera, found.mime, found.width_px, found.height_px) == ("Example EX-1", "image/jpeg", 64, 48)


@pytest.mark.parametrize("position", [(-41.5, 74.25), (41.5, -74.25), (-41.5, -74.25), (0.0, 10.0)])
def test_each_quarter_of_the_world_has_its_sign(tmp_path: Path, position: tuple[float, float]) -> None:
    found = read_photo(write_photo(tmp_path / "a.jpg", position=position))

    assert found.position is not None
    assert (found.position.latitude_deg, found.position.longitude_deg) == pytest.approx(position)


def test_a_camera_without_an_offset_tells_a_naive_moment(tmp_path: Path) -> None:
    found = read_photo(write_photo(tmp_path / "a.jpg", taken="2026:03:04 09:15:42"))

    assert found.taken_at == dt.datetime(2026, 3, 4, 9, 15, 42)


@pytest.mark.parametrize(
    "taken",
    [
        "0001:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2026-03-04",
        "yesterday",
        "\x00",
    ],
)
def test_a_camera_whose_clock_was_never_set_tells_no_time(tmp_path: Path, taken: str) -> None:
    assert read_photo(write_photo(tmp_path / "a.jpg", taken=taken)).taken_at is None


@pytest.mark.parametrize("position", [(0.0, 0.0), (95.0, 10.0), (10.0, 185.0)])
def test_a_receiver_without_a_fix_tells_no_place(tmp_path: Path, position: tuple[float, float]) -> None:
    assert read_photo(write_photo(tmp_path / "a.jpg", position=position)).position is None


def test_other_kinds_of_pictures_are_read_by_their_content(tmp_path: Path) -> None:
    for kind, mime in (("PNG", "image/png"), ("TIFF", "image/tiff"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")):
        found = read(tmp_path, photo_bytes(kind=kind), "wrong_name.gpx")

        assert found.mime == mime
        assert picture(found).format == "JPEG"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGBA", "CMYK"])
def test_pictures_of_all_colours_get_a_derivative(tmp_path: Path, mode: str) -> None:
    kept = io.BytesIO()
    plain = Image.new("L" if mode == "I;16" else "RGB", (50, 40), 128)
    (Image.new("I;16", (50, 40)) if mode == "I;16" else plain.convert(mode)).save(
        kept, "JPEG" if mode == "CMYK" else "PNG"
    )

    assert picture(read(tmp_path, kept.getvalue())).size == (50, 40)


def test_the_derivative_is_small_upright_and_says_nothing_of_the_camera(tmp_path: Path) -> None:
    content = photo_bytes(
        (2400, 1200), taken="2026:03:04 09:15:42", position=(41.2, 74.5), orientation=6, comment=b"secret place"
    )

    found = read(tmp_path, content)

    small = picture(found)
    assert (found.width_px, found.height_px) == (2400, 1200)
    assert small.size == (DERIVATIVE_PX // 2, DERIVATIVE_PX)
    upper_right, upper_left = small.getpixel((small.width - 20, 20)), small.getpixel((20, 20))
    assert isinstance(upper_right, tuple)
    assert isinstance(upper_left, tuple)
    assert min(upper_right) > 200  # the white corner went there when the picture was turned
    assert upper_left[1] < 100
    assert not small.getexif()
    assert b"secret" not in found.derivative
    assert b"Exif" not in found.derivative


def test_a_small_picture_is_not_made_larger(tmp_path: Path) -> None:
    assert picture(read(tmp_path, photo_bytes((64, 48)))).size == (64, 48)


def test_the_same_photo_gives_the_same_derivative(tmp_path: Path) -> None:
    content = photo_bytes((300, 200))

    assert read(tmp_path, content, "a.jpg").derivative == read(tmp_path, content, "b.jpg").derivative


def _png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(100_000, 100_000), (20_000, 20_000), (10_001, 10_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises((PhotoTooLargeError, NotAPhotoError)):
        read(tmp_path, _png_of(*size), "bomb.png")


def test_a_picture_just_under_the_limit_is_not_called_a_bomb(tmp_path: Path) -> None:
    assert read(tmp_path, _png_of(9_900, 10_000), "large.png").flaw  # its pixels are missing


def test_a_photo_that_breaks_off_shows_what_is_there_of_it(tmp_path: Path) -> None:
    whole = photo_bytes((900, 900), taken="2026:03:04 09:15:42", comment=bytes(1000))

    found = read(tmp_path, whole[: len(whole) * 3 // 4])

    assert found.flaw == "photo-cut-off"
    assert (found.mime, found.width_px, found.taken_at) == ("image/jpeg", 900, dt.datetime(2026, 3, 4, 9, 15, 42))
    assert picture(found).size == (900, 900)
    assert read(tmp_path, whole).flaw == ""


def test_a_photo_of_which_nothing_can_be_shown_has_no_derivative(tmp_path: Path) -> None:
    whole = photo_bytes((900, 900), taken="2026:03:04 09:15:42")

    found = read(tmp_path, whole.replace(b"\xff\xc0", b"\xff\xc3"))  # a kind of JPEG that nobody decodes

    assert (found.flaw, found.derivative) == ("photo-undecodable", b"")
    assert (found.width_px, found.taken_at) == (900, dt.datetime(2026, 3, 4, 9, 15, 42))


def test_a_file_of_too_many_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_module, "LARGEST_PHOTO_BYTES", 100)

    with pytest.raises(PhotoTooLargeError):
        read(tmp_path, photo_bytes())


def _gif() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (9, 9)).save(kept, "GIF")
    return kept.getvalue()


def _bmp() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (9, 9)).save(kept, "BMP")
    return kept.getvalue()


NO_PHOTOS = {
    "empty": b"", "text": b"Dear ranger,", "gif": _gif(), "bmp": _bmp(),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n%%EOF",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "pdf": b"%PDF-1.7\n%%EOF", "gpx": b"<gpx/>", "head": b"\xff\xd8\xff\xe0",
    "png head": b"\x89PNG\r\n\x1a\n", "zip": b"PK\x03\x04" + bytes(40), "noise": noise(5000),
    "tiff bomb": b"II*\0\x08\0\0\0\xff\xff" + bytes(200), "webp head": b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAPhotoError) as refused:
        read(tmp_path, NO_PHOTOS[name])

    assert refused.value.facts == {"file": str(tmp_path / "photo.jpg")}


def test_a_folder_and_a_missing_file_are_no_photos(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.jpg"):
        with pytest.raises(NotAPhotoError):
            read_photo(path)


def test_a_photo_with_an_archive_behind_it_is_a_photo(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("evil.exe", b"MZ")

    found = read(tmp_path, photo_bytes() + archive.getvalue())

    assert found.mime == "image/jpeg"
    assert b"evil" not in found.derivative


def test_spoilt_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    rng = random.Random(7)
    wholes = [
        photo_bytes((80, 60), taken="2026:03:04 09:15:42", offset="+06:00", position=(41.2, 74.5), kind=kind)
        for kind in ("JPEG", "PNG", "TIFF", "WEBP")
    ]
    refused = 0
    for turn in range(600):
        content = bytearray(wholes[turn % 4])
        for _ in range(rng.randint(1, 12)):
            content[rng.randrange(min(len(content), 500))] = rng.randrange(256)
        if turn % 5 == 0:
            del content[rng.randrange(len(content)) :]
        try:
            found = read(tmp_path, bytes(content))
        except (NotAPhotoError, PhotoTooLargeError):
            refused += 1
            continue
        assert bool(found.derivative) == (found.flaw != "photo-undecodable")
        assert not found.derivative or max(picture(found).size) <= DERIVATIVE_PX
    assert 0 < refused < 600
