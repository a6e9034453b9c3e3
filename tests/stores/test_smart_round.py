"""A SMART file comes in and goes out: the same, element by element, or its loss was named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from db.patrol_pages import patrol_page
from exporters.smart_schema import schema_errors
from ranger_app.services.export_smart import ExportSmart, SmartExported
from ranger_app.services.import_smart import ImportSmart, SmartImported
from tests.service_desk import Desk, photo_bytes
from tests.smart_round import document, told_by, zipped

SAMPLES = Path(__file__).parents[1] / "data" / "smart" / "samples"
REAL = SAMPLES / "SMART_000006_001.xml"
SMART = {"1.2": "6", "1.3": "7", "1.4": "8", "2.0": "6", "2.2": "7", "2.3": "8"}


def taken_in(desk: Desk, *paths: Path, update: bool = False) -> SmartImported:
    return ImportSmart(desk.store)(paths, officer=desk.officer, update=update, context=desk.context)


def sent(desk: Desk, name: str, version: str = "8", **more: list[str]) -> SmartExported:
    return ExportSmart(desk.store)(
        desk.out / name, version=version, force=True, officer=desk.officer, context=desk.context, **more
    )


def test_a_real_patrol_comes_back_as_it_came(desk: Desk) -> None:
    done = taken_in(desk, REAL)

    out = sent(desk, "out", "7")

    assert (len(done.patrols), done.problems) == (1, [])
    assert told_by(out.files[0]) == told_by(REAL)
    assert schema_errors(out.files[0].read_bytes()) == ()


@pytest.mark.parametrize("sample", ["patrol_1.2", "patrol_1.3", "patrol_1.4", "incident_2.2", "incident_2.3"])
def test_every_sample_comes_back_with_its_photos(desk: Desk, sample: str, tmp_path: Path) -> None:
    photos = {f"IMG_000{number}.jpg": photo_bytes(size=(64 + number, 48)) for number in (1, 2, 9)}
    named = {name: photo for name, photo in photos.items() if name in (SAMPLES / f"{sample}.xml").read_text("utf-8")}
    package = zipped(SAMPLES / f"{sample}.xml", tmp_path / f"{sample}.zip", named)

    done = taken_in(desk, package)
    out = sent(desk, "out", SMART[sample.partition("_")[2]])

    assert done.problems == []
    assert told_by(out.files[0]) == told_by(package)


def test_the_oldest_incident_comes_back_without_its_kind_which_that_version_has_not(desk: Desk) -> None:
    done = taken_in(desk, SAMPLES / "incident_2.0.xml")

    out = sent(desk, "out", "6")

    assert [problem.code for problem in done.problems] == ["smart-attachment-not-found"]
    name, attributes, text, children = told_by(SAMPLES / "incident_2.0.xml")
    there = tuple(child for child in children if child[0] != "attachments")
    assert told_by(out.files[0]) == (name, attributes, text, there)
    assert document(out.files[0]).get("id") == "31"


def foreign(tmp_path: Path, name: str, source: str, *pairs: tuple[str, str]) -> Path:
    text = (SAMPLES / source).read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_track_that_was_one_line_goes_out_as_one_line(desk: Desk, tmp_path: Path) -> None:
    line = ('geom="0080000005000000010080000002', 'geom="0080000002')
    path = foreign(tmp_path, "in.xml", "SMART_000006_001.xml", line)

    taken_in(desk, path)

    assert told_by(sent(desk, "out", "7").files[0]) == told_by(path)


AREA = (
    '<ns2:attributes attributeKey="burntarea"><ns2:sValue>MANUAL_DRAW</ns2:sValue>'
    "<ns2:geomValue>AAAAAAMAAAABAAAABEBSgAAAAAAAQESZmZmZmZpAUoBBiTdLxkBEmZmZmZmaQFKAQYk3S8ZARJoAAAAAAEBSgAAAAAAAQESZmZmZmZo="
    "</ns2:geomValue></ns2:attributes>"
)


def test_an_area_comes_back_and_an_older_version_names_that_it_has_none(desk: Desk, tmp_path: Path) -> None:
    attribute = '<ns2:attributes attributeKey="isactive">'
    path = foreign(tmp_path, "in.xml", "patrol_1.4.xml", (attribute, AREA + attribute))
    taken_in(desk, path)

    newest, older = sent(desk, "new", "8"), sent(desk, "old", "7")

    assert "MANUAL_DRAW" in newest.files[0].read_text("utf-8")
    assert AREA.partition("<ns2:geomValue>")[2].partition("<")[0] in newest.files[0].read_text("utf-8")
    assert "smart-version-geometry" in {one.code for one in older.findings.lossy}
    assert "burntarea" not in older.files[0].read_text("utf-8")
    for out in (newest, older):
        assert schema_errors(out.files[0].read_bytes()) == ()


def test_the_oldest_patrol_has_its_mandate_at_the_top(desk: Desk, tmp_path: Path) -> None:
    mandate = '        <ns2:mandate languageCode="en" value="Anti-poaching"/>\n'
    path = foreign(
        tmp_path, "in.xml", "patrol_1.2.xml",
        (mandate, ""), ("    <ns2:objective>", mandate + "    <ns2:objective>"), ("xml/1.2/", "xml/1.1/"),
    )  # fmt: skip

    done = taken_in(desk, path)
    text = sent(desk, "out").files[0].read_text("utf-8")

    assert {problem.code for problem in done.problems} == {"smart-attachment-not-found"}
    assert mandate.strip() in text


def test_a_kind_of_patrol_that_the_schema_lacks_is_named(desk: Desk, tmp_path: Path) -> None:
    taken_in(desk, foreign(tmp_path, "in.xml", "patrol_1.4.xml", ("GROUND", "MIXED")))

    out = sent(desk, "out")

    assert [one.code for one in out.findings.lossy] == ["smart-patrol-type-blurred"]
    assert 'patrolType="GROUND"' in out.files[0].read_text("utf-8")


EARLIER = '<ns2:days date="2025-12-17" startTime="08:00:00" endTime="09:00:00" restMinutes="5.0"/>\n'


def test_several_people_as_leader_and_a_day_that_stands_twice_are_named_and_joined(desk: Desk, tmp_path: Path) -> None:
    path = foreign(
        tmp_path, "in.xml", "SMART_000006_001.xml",
        ('isLeader="false"', 'isLeader="true"'),
        ("        </ns2:days>\n", f"        </ns2:days>\n{EARLIER}"),
    )  # fmt: skip

    done = taken_in(desk, path)
    out = sent(desk, "out", "7").files[0]

    assert {problem.code for problem in done.problems} == {"smart-role-twice", "smart-day-twice"}
    (day,) = document(out).iter("{*}days")
    assert dict(day.attrib) == {
        "date": "2025-12-17", "startTime": "08:00:00", "endTime": "20:51:55", "restMinutes": "7.0",
    }  # fmt: skip


CHOICES = "<ns2:itemKey>skin</ns2:itemKey><ns2:itemKey>meat</ns2:itemKey>"
PARTS = f'<ns2:attributes attributeKey="partremoved">{CHOICES}</ns2:attributes>'


def test_several_choices_come_back_in_the_order_of_the_file(desk: Desk, tmp_path: Path) -> None:
    attribute = '<ns2:attributes attributeKey="isactive">'
    path = foreign(tmp_path, "in.xml", "patrol_1.4.xml", (attribute, PARTS + attribute))

    taken_in(desk, path)

    assert CHOICES in "".join(line.strip() for line in sent(desk, "out").files[0].read_text("utf-8").splitlines())
    assert taken_in(desk, *sent(desk, "again").files).problems == []


def test_what_stands_twice_or_empty_or_outside_is_named(desk: Desk, tmp_path: Path) -> None:
    path = foreign(
        tmp_path, "in.xml", "patrol_1.4.xml",
        ("<ns2:itemKey>wiresnare</ns2:itemKey>", "<ns2:itemKey>wiresnare</ns2:itemKey>" * 2 + "<ns2:itemKey/>"),
        ("<ns2:groups>", "<ns2:groups/><ns2:groups>"),
        ('<ns2:days date="2026-03-05"', '<ns2:days date="2026-03-06"'),
        ('<ns2:legs startDate="2026-03-04"', '<ns2:legs startDate="2026-03-03"'),
        ("IMG_0001.jpg", "a.jpg"), ("IMG_0002.jpg", "a.jpg"),
    )  # fmt: skip

    done = taken_in(desk, path)

    told = {problem.code: problem.facts for problem in done.problems}
    assert told == {
        "smart-value-twice": {"name": "wiresnare"},
        "smart-value-missing": {"name": "typeoftrap"},
        "smart-group-empty": {},
        "smart-day-outside": {"date": "2026-03-06"},
        "smart-leg-outside": {},
        "smart-attachment-not-found": {"name": "a.jpg"},
    }


def test_days_out_of_their_order_and_a_leg_that_runs_backwards_are_named(desk: Desk, tmp_path: Path) -> None:
    dates = (
        ('<ns2:days date="2026-03-05"', '<ns2:days date="2026-03-03"'),
        ('startDate="2026-03-04"', 'startDate="2026-03-06"'), ('endDate="2026-03-05"', 'endDate="2026-03-03"'),
    )  # fmt: skip

    done = taken_in(desk, foreign(tmp_path, "in.xml", "patrol_1.4.xml", *dates))

    told = {problem.code: problem.count for problem in done.problems}
    assert told.pop("smart-attachment-not-found") == 1
    assert told == {"smart-value-assumed": 2, "smart-day-outside": 2, "smart-days-unordered": 1}
    assert schema_errors(sent(desk, "out").files[0].read_bytes()) == ()


FIX = "4052a00000000000404499999999999a4279cb7ea1fa0000"


def test_a_line_of_one_fix_that_stands_there_twice_is_one_fix(desk: Desk, tmp_path: Path) -> None:
    text = (SAMPLES / "patrol_1.4.xml").read_text("utf-8")
    line = text.partition('geom="')[2].partition('"')[0]
    path = foreign(tmp_path, "in.xml", "patrol_1.4.xml", (line, f"008000000500000001008000000200000002{FIX}{FIX}"))

    (patrol,) = taken_in(desk, path).patrols
    out = sent(desk, "out").files[0]

    assert [row.points for row in patrol_page(desk.store.reader, limit=5)] == [1]
    (sent_track,), (told_track,) = (document(one).iter("{*}track") for one in (out, path))
    assert sent_track.get("geom") == told_track.get("geom")
    assert patrol in taken_in(desk, out).patrols


@pytest.mark.parametrize("text", ["nan", "sNaN", "Infinity", "1e400", "1_000", "три"])
def test_a_text_that_is_no_number_is_a_loss_and_stops_nothing(desk: Desk, tmp_path: Path, text: str) -> None:
    number = ("<ns2:dValue>3.0</ns2:dValue>", f"<ns2:sValue>{text}</ns2:sValue>")
    taken_in(desk, foreign(tmp_path, "in.xml", "patrol_1.4.xml", number))

    out = sent(desk, "out")

    assert out.findings.fatal == ()
    assert [(one.code, one.facts["attribute"]) for one in out.findings.lossy if "value" in one.code] == [
        ("smart-value-wrong-type", "numberofweaponsequipment")
    ]
    assert f"<ns2:sValue>{text}</ns2:sValue>" in out.files[0].read_text("utf-8")


def test_files_of_a_package_that_nothing_names_and_tracks_without_fixes_are_named(desk: Desk, tmp_path: Path) -> None:
    text = (SAMPLES / "patrol_1.4.xml").read_text("utf-8")
    line = text.partition('geom="')[2].partition('"')[0]
    empty = foreign(tmp_path, "in.xml", "patrol_1.4.xml", (line, "008000000500000000"))
    names = ("IMG_0001.jpg", "img_0002.JPG", "IMG_0002.jpg", "notes.txt")
    package = zipped(empty, tmp_path / "in.zip", {name: name.encode() for name in names})

    done = taken_in(desk, package)

    told = [(one.code, one.count, one.facts["name"]) for one in done.problems]
    assert told == [("smart-value-missing", 1, "geom"), ("smart-file-unnamed", 2, "attachments/img_0002.JPG")]


@pytest.mark.parametrize("name", ["a.xml", "z.xml"])
def test_another_document_beside_the_patrol_is_named_and_the_patrol_is_read(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    package = tmp_path / "in.zip"
    with zipfile.ZipFile(package, "w") as files:
        for one, text in sorted({name: b"<DataModel/>", "p.xml": REAL.read_bytes()}.items()):
            files.writestr(one, text)

    done = taken_in(desk, package)

    assert len(done.patrols) == 1
    assert [(one.code, one.facts["name"]) for one in done.problems] == [("smart-file-unnamed", name)]
