from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given

from exporters.safe_write import FileNotWrittenError, FileTooLargeError, replacing, write_bytes
from exporters.smart_incident import incident_xml
from exporters.smart_values import LONGEST_FILE_NAME, file_name, incident_attachments, patrol_attachments
from exporters.smart_zip import AttachmentMissingError, write_package
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.smart_office import training_office
from tests import strategies
from tests.smart_samples import photo, sample_incident, sample_patrol


def test_a_package_has_the_document_alone_at_the_top_and_attachments_flat(tmp_path: Path) -> None:
    incident = sample_incident()
    xml = incident_xml(incident, incident.observations, DataModel(languages=("en",)), training_office())
    files = [(name, lambda: io.BytesIO(b"jpeg")) for name, _ in incident_attachments(incident, incident.observations)]

    write_package(tmp_path / "a.zip", "INC-2026-0031.xml", xml, files)

    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert package.namelist() == ["INC-2026-0031.xml", "attachments/IMG_0009.jpg"]
        assert package.read("INC-2026-0031.xml") == xml
        assert package.read("attachments/IMG_0009.jpg") == b"jpeg"
        assert package.testzip() is None


def test_the_same_records_give_the_same_bytes_whatever_the_clock_says(tmp_path: Path) -> None:
    original = tmp_path / "снимок.jpg"
    original.write_bytes(b"x" * 3_000_000)

    for name in ("a.zip", "b.zip"):
        write_package(tmp_path / name, "p.xml", b"<a/>", [("снимок.jpg", original), ("notes.txt", original)])
        os.utime(original, (0, 0))

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert package.namelist()[1] == "attachments/снимок.jpg"


def test_a_document_without_attachments_may_stand_alone(tmp_path: Path) -> None:
    write_package(tmp_path / "p.XML", "unused.xml", b"<a/>")

    assert (tmp_path / "p.XML").read_bytes() == b"<a/>"
    with pytest.raises(ValueError, match="attachments"):
        write_package(tmp_path / "p.xml", "p.xml", b"<a/>", [("a.jpg", tmp_path / "a.jpg")])


def broken() -> BinaryIO:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    return Broken()


@pytest.mark.parametrize("source", [Path("nowhere/IMG_0001.jpg"), broken])
def test_an_attachment_that_cannot_be_read_leaves_what_was_there(tmp_path: Path, source: Path) -> None:
    target = tmp_path / "p.zip"
    target.write_bytes(b"older")

    with pytest.raises(AttachmentMissingError) as refused:
        write_package(target, "p.xml", b"<a/>", [("IMG_0001.jpg", source)])

    assert refused.value.facts == {"file": "IMG_0001.jpg"}
    assert [path.name for path in tmp_path.iterdir()] == ["p.zip"]
    assert target.read_bytes() == b"older"


@pytest.mark.parametrize(("xml_bytes", "file_bytes"), [(10, 3_000_000), (3_000_000, 10)])
def test_no_file_is_larger_than_a_stick_can_hold(tmp_path: Path, xml_bytes: int, file_bytes: int) -> None:
    original = tmp_path / "a.jpg"
    original.write_bytes(os.urandom(file_bytes))

    with pytest.raises(FileTooLargeError):
        write_package(
            tmp_path / "p.zip", "p.xml", os.urandom(xml_bytes), [("a.jpg", original)], largest_bytes=2_000_000
        )

    with pytest.raises(FileTooLargeError):
        write_package(tmp_path / "p.xml", "p.xml", b"x" * 11, largest_bytes=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg"]


def test_the_finished_zip_is_measured_too(tmp_path: Path) -> None:
    with pytest.raises(FileTooLargeError):
        write_package(tmp_path / "p.zip", "p.xml", os.urandom(1000), largest_bytes=500)


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError) as refused:
        write_bytes(tmp_path / "none" / "p.xml", b"")

    assert str(refused.value.facts["path"]).endswith("p.xml")


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def half_a_file() -> None:
        with replacing(tmp_path / "a") as stream:
            stream.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        half_a_file()

    assert list(tmp_path.iterdir()) == []


def test_files_written_have_the_permissions_of_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")

    write_bytes(tmp_path / "ours", b"")

    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("IMG_0001.jpg", "IMG_0001.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\photos\\барс.jpg", "C__photos_барс.jpg"),
        ("aux.txt", "_aux.txt"),
        (" . ", "otherwise"),
        ("", "otherwise"),
        ("a\x07b\ud800.jpg", "a_b_.jpg"),
        ("n" * 300 + ".jpeg", "n" * 115 + ".jpeg"),
        ("n" * 300, "n" * 120),
    ],
)
def test_an_attachments_name_fits_every_system(told: str, name: str) -> None:
    assert file_name(told, "otherwise") == name


@given(strategies.any_text)
def test_any_name_becomes_one_plain_file_name(told: str) -> None:
    name = file_name(told, "otherwise")

    assert name
    assert not set(name) & set('/\\:*?"<>|\0')
    assert len(name) <= LONGEST_FILE_NAME
    assert file_name(name, "otherwise") == name


def test_attachments_of_one_name_get_names_of_their_own() -> None:
    [place] = sample_patrol().waypoints
    same = [
        replace(photo("a.jpg"), id=f"{number:032x}", name=name) for number, name in enumerate(["a.jpg", "A.JPG", ""])
    ]
    patrol = replace(sample_patrol(), waypoints=(replace(place, attachments=(*same, same[0]), observations=()),))

    named = patrol_attachments(patrol)

    assert [name for name, _ in named] == ["a.jpg", "A-2.JPG", "612e6a706700"]
    assert [attachment for _, attachment in named] == same
