"""SMART files made to hurt: each is refused in words, soon, and within little memory; nothing of it is stored."""

from __future__ import annotations

import io
import json
import os
import random
import stat
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.importers.smart_package import opened_package
from ranger_app.importers.smart_parts import SmartReading
from tests.command_line import ROOT, CommandLine

LONGEST_S = 2.0
"""On a machine with nothing else to do; what is measured is many times below it."""

MOST_MB = 300
REAL = (Path(__file__).parents[1] / "data" / "smart" / "samples" / "SMART_000006_001.xml").read_text("utf-8")
DECLARATION, BODY = REAL.split("\n", 1)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
MANY = 100_000_000


def with_doctype(inside: str, body: str) -> str:
    return f"{DECLARATION}\n<!DOCTYPE patrol [{inside}]>{body}"


BROKEN = {
    "entity bomb": (with_doctype(LAUGHS, BODY.replace("Test project", "&l9;")), "smart-has-entities"),
    "entity bomb in an attribute": (with_doctype(LAUGHS, BODY.replace("000006-001", "&l9;")), "smart-has-entities"),
    "foreign file by an entity": (
        with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', BODY.replace("Test project", "&x;")),
        "smart-has-entities",
    ),
    "external document type": (f'<!DOCTYPE p SYSTEM "http://127.0.0.1:9/x.dtd">{BODY}', "smart-has-entities"),
    "longitude beyond all numbers": (REAL.replace("-77.19774596", "1e400"), "smart-value-unreadable"),
    "longitude that is none": (REAL.replace("-77.19774596", "NaN"), "smart-value-unreadable"),
    "latitude beyond the pole": (REAL.replace("38.7606911", "90.1"), "smart-value-unreadable"),
    "answer beyond all numbers": (REAL.replace("64.0", "1e400"), "smart-value-unreadable"),
    "answer of a billion digits": (REAL.replace("64.0", "1e-999999999"), "smart-value-unreadable"),
    "distance beyond all numbers": (REAL.replace("0.009733034297823906", "-1e400"), "smart-value-unreadable"),
    "rest of a year": (REAL.replace('"2.0"', '"525600"'), "smart-value-unreadable"),
    "a day that is none": (REAL.replace('date="2025-12-17"', 'date="2025-13-17"'), "smart-value-unreadable"),
    "a time that is none": (REAL.replace("20:50:41", "20:50"), "smart-value-unreadable"),
    "a track that is none": (REAL.replace('geom="0080', 'geom="zz80'), "smart-value-unreadable"),
    "a track of four billion parts": (REAL.replace("000500000001", "0005ffffffff"), "smart-value-unreadable"),
    "a truth that is none": (REAL.replace('isArmed="false"', 'isArmed="maybe"'), "smart-value-unreadable"),
    "no legs": (REAL.split("<ns2:legs")[0] + "</ns2:patrol>", "smart-value-unreadable"),
    "broken off": (REAL[:5000], "smart-xml-broken"),
    "ended twice": (REAL + REAL, "smart-xml-broken"),
    "a million elements deep": (REAL.replace("<ns2:comment>", "<ns2:x>" * 1_000_000), "smart-xml-broken"),
    "a prefix that nobody declared": (REAL.replace("xmlns:ns2", "xmlns:np2"), "smart-not-smart"),
    "another one inside": (REAL.replace("<ns2:track", "<np2:track"), "smart-xml-broken"),
    "another kind of XML": ("<gpx/>", "smart-not-smart"),
    "a namespace near it": (REAL.replace("xml/1.3/patrol", "xml/1.3/mission"), "smart-not-smart"),
    "a version that is too old": (REAL.replace("xml/1.3/patrol", "xml/1.0/patrol"), "smart-version-unreadable"),
    "nothing": ("", "smart-not-smart"),
}
"""What it is, its text, and how it is refused."""

BYTES = {
    "UTF-16": (REAL.replace("UTF-8", "UTF-16").encode("utf-16"), "smart-encoding"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/>', "smart-encoding"),
    "half a letter": (REAL.encode().replace(b"Test project", b"\xff\xfe"), "smart-xml-broken"),
    "noise": (random.Random(1).randbytes(100_000), "smart-not-smart"),
    "noise that begins like a zip": (b"PK\x03\x04" + random.Random(2).randbytes(10_000), "zip-damaged"),
}

HUGE = {
    "an attribute of 100 MB": ('geom="0080', 'geom="' + "0" * MANY),
    "an id of 100 MB": ('id="SMART', 'id="' + "A" * MANY),
    "a text of 100 MB": ("Test project", "A" * MANY),
    "ten million elements": ("<ns2:comment>", "<ns2:x/>" * 10_000_000 + "<ns2:comment>"),
    "a million attributes": ("<ns2:legs ", "<ns2:legs " + " ".join(f'a{n}=""' for n in range(1_000_000)) + " "),
}

NAMES = {
    "out of the folder": "../../evil",
    "at the root": "/etc/evil",
    "by a backslash": "attachments/..\\evil.jpg",
    "on a drive": "C:evil.xml",
    "a device": "attachments/CON.jpg",
    "another device": "attachments/lpt1",
    "turned around": "attachments/photo\u202egpj.exe",
    "isolated": "attachments/\u2066photo.jpg",
    "a control character": "attachments/a\x07.jpg",
    "a dot at the end": "attachments/a.jpg.",
}


def readings(path: Path) -> tuple[SmartReading, ...]:
    with opened_package(path) as package:
        return tuple(package.readings())


def refusal(path: Path) -> str:
    began = time.process_time()
    with pytest.raises(RangerAppError) as refused:
        readings(path)
    assert time.process_time() - began < LONGEST_S * 5
    return refused.value.code


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_or_hostile_document_is_refused_in_words(tmp_path: Path, name: str) -> None:
    text, code = BROKEN[name]
    path = tmp_path / "in.xml"
    path.write_text(text, encoding="utf-8")

    assert refusal(path) == code


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_such_document_are_refused_in_words(tmp_path: Path, name: str) -> None:
    content, code = BYTES[name]
    path = tmp_path / "in.xml"
    path.write_bytes(content)

    assert refusal(path) == code


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            package.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_zip_with_a_dangerous_name_is_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "in.zip", ("patrol.xml", REAL.encode()), (NAMES[name], b"x"))

    assert refusal(path) == "zip-unsafe"


def test_a_link_and_a_name_that_stands_twice_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("attachments/link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = packed(tmp_path / "link.zip", ("patrol.xml", REAL.encode()), (link, b"/etc/passwd"))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = packed(tmp_path / "twice.zip", ("attachments/a.jpg", b"x"), ("attachments/a.jpg", b"y"))

    assert [refusal(linked), refusal(twice)] == ["zip-unsafe"] * 2


def test_names_that_differ_only_by_case_are_two_files(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "in.zip", ("patrol.xml", REAL.encode()), ("attachments/a.jpg", b"x"), ("attachments/A.JPG", b"yy")
    )

    with opened_package(path) as package:
        assert len(tuple(package.readings())) == 1
        assert [package.attachment_size(name) for name in ("a.jpg", "A.JPG")] == [1, 2]


def test_a_zip_packed_in_a_way_that_smart_does_not_know_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lzma.zip", "w", zipfile.ZIP_LZMA) as package:
        package.writestr("patrol.xml", REAL)

    assert refusal(tmp_path / "lzma.zip") == "zip-damaged"


def many_files(path: Path, count: int, *, is_zip64: bool) -> Path:
    """A zip whose directory lists *count* files of nothing, of some hundred thousand entries 60 MB."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *[0] * 8, 8, *[0] * 6)
    directory = b"".join(entry + b"%08d" % number for number in range(count))
    size, end64 = len(directory), b""
    if is_zip64:
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, 4)
        end64 += struct.pack("<4sLQL", b"PK\x06\x07", 0, 4 + size, 1)
    told = 0 if is_zip64 else size
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, told, 4, 0)
    path.write_bytes(b"PK\x03\x04" + directory + end64 + end)
    return path


@pytest.mark.parametrize("is_zip64", [False, True])
def test_a_zip_of_a_million_files_is_refused_soon_and_in_little_memory(tmp_path: Path, is_zip64: bool) -> None:
    code, seconds, megabytes = read_alone(many_files(tmp_path / "many.zip", 1_000_000, is_zip64=is_zip64))

    assert code == "zip-too-large"
    assert seconds < LONGEST_S
    assert megabytes < MOST_MB


def test_a_zip_that_would_become_a_thousand_times_larger_is_refused(tmp_path: Path) -> None:
    photo = packed(tmp_path / "photo.zip", ("patrol.xml", REAL.encode()), ("attachments/a.jpg", bytes(50_000_000)))
    document = packed(tmp_path / "xml.zip", ("patrol.xml", REAL.replace("Test", "A" * 50_000_000).encode()))

    assert [refusal(photo), refusal(document)] == ["zip-too-large"] * 2


def test_a_zip_that_lies_or_breaks_off_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("patrol.xml", REAL)
    whole = content.getvalue()
    spoilt = bytearray(whole)
    spoilt[200:300] = bytes(100)
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "spoilt.zip").write_bytes(spoilt)

    assert refusal(tmp_path / "cut.zip") == "zip-damaged"
    assert refusal(tmp_path / "spoilt.zip") in ("zip-damaged", "smart-xml-broken")


READ_ALONE = """
import json, sys, time
from pathlib import Path
from ranger_app.errors import RangerAppError
from ranger_app.importers.smart_package import opened_package
from tests.benchmarks.light import peak_mb

began, code = time.process_time(), ""
try:
    with opened_package(Path(sys.argv[1])) as package:
        list(package.readings())
except RangerAppError as error:
    code = error.code
print(json.dumps([code, time.process_time() - began, peak_mb()]))
"""


def read_alone(path: Path) -> tuple[str, float, float]:
    """Code, seconds and megabytes of a process that reads this file and nothing else."""
    told = subprocess.run(
        [sys.executable, "-c", READ_ALONE, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    code, seconds, megabytes = json.loads(told.stdout)
    return code, seconds, megabytes


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_file_is_refused_soon_and_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "huge.xml"
    path.write_text(REAL.replace(*HUGE[name]), encoding="utf-8")

    code, seconds, megabytes = read_alone(path)

    assert code in ("smart-too-large", "smart-not-smart")
    assert seconds < LONGEST_S
    assert megabytes < MOST_MB


def test_nothing_of_a_refused_file_is_stored_and_the_others_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    line.create()
    bad, good = tmp_path / "bad.xml", tmp_path / "good.xml"
    bad.write_text(BROKEN["entity bomb"][0], encoding="utf-8")
    good.write_text(REAL, encoding="utf-8")

    alone = line("import", "smart", bad, "--json")
    both = line("import", "smart", bad, good, "--json")

    assert (alone.code, alone.out) == (3, "")
    assert alone.err.startswith("[smart-has-entities] ")
    assert both.code == 1
    assert [problem["code"] for problem in both.answer["problems"]] == ["smart-has-entities"]
    assert len(both.answer["patrols"]) == 1


def test_a_device_which_may_have_no_end_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    line.create()

    ran = line("import", "smart", os.devnull)

    assert (ran.code, ran.err.partition(" ")[0]) == (3, "[file-not-regular]")
