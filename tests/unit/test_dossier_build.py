from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from exporters.dossier import build
from exporters.dossier.fonts import GlyphMissingError
from exporters.dossier.pictures import PhotoChangedError
from exporters.safe_write import FileNotWrittenError
from ranger_app.domain.dossier import Account, DossierContent, KnownGap, ToldValue
from ranger_app.domain.dossier_files import MANIFEST, NARRATIVE, PROOFS, RECORDS, TRACK, Manifest
from ranger_app.domain.map_request import MapRequest
from ranger_app.domain.records import Position, PositionSource
from ranger_app.i18n import Words
from tests import dossier_samples as samples

WORDS = Words("en")


def built(content: DossierContent, out: Path, words: Words = WORDS) -> Path:
    build(content, painter=samples.PillowPainter(), words=words, out=out)
    return out


def page_texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def embedded(path: Path) -> dict[str, bytes]:
    with pikepdf.open(path) as pdf:
        return {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}


def with_summary(folder: Path, summary: str) -> DossierContent:
    incident = dataclasses.replace(samples.incident(), summary=summary)
    return samples.content(folder, incidents=(incident,))


def test_the_same_seal_gives_the_same_bytes(tmp_path: Path) -> None:
    content = samples.content(tmp_path)

    one, other = built(content, tmp_path / "one.pdf"), built(content, tmp_path / "other.pdf")

    assert one.read_bytes() == other.read_bytes()


def test_bytes_do_not_depend_on_where_the_photos_lie_nor_on_what_was_printed_before(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=1)
    one = built(content, tmp_path / "one.pdf").read_bytes()
    (tmp_path / "moved").mkdir()
    moved = tuple(
        dataclasses.replace(photo, derivative_path=photo.derivative_path.rename(tmp_path / "moved" / "x"))
        for photo in content.photos
        if photo.derivative_path is not None
    )
    built(with_summary(tmp_path, "پھندا ملا ہے 41.201111, 74.501234"), tmp_path / "urdu.pdf")

    other = built(dataclasses.replace(content, photos=moved), tmp_path / "other.pdf").read_bytes()

    assert one == other


def test_another_process_prints_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from tests import dossier_samples as s; from ranger_app.i18n import Words;"
        "from exporters.dossier import build; folder = Path(sys.argv[1]);"
        "build(s.content(folder, photo_count=1), painter=s.PillowPainter(), words=Words(), out=folder / 'other.pdf')"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, check=True, timeout=60)

    one = built(samples.content(tmp_path, photo_count=1), tmp_path / "one.pdf")

    assert one.read_bytes() == (tmp_path / "other.pdf").read_bytes()


def test_every_section_is_printed_in_its_order(tmp_path: Path) -> None:
    text = "\n".join(page_texts(built(samples.content(tmp_path), tmp_path / "d.pdf")))

    headings = (
        "A Cover and control",
        "B How it became known",
        "C Time",
        "D Place",
        "F What was found",
        "K Exhibits and custody",
        "M Photo log",
        "R Links: patrols and tracks",
        "S Signatures",
        "T Inventory of attachments",
        "U Integrity",
    )
    places = [text.find(heading) for heading in headings]
    assert places == sorted(places)
    assert -1 not in places


def test_each_page_says_its_number_the_case_and_who_may_read_it(tmp_path: Path) -> None:
    texts = page_texts(built(samples.content(tmp_path, photo_count=9), tmp_path / "d.pdf"))

    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Case KG-NAR_K7QD_C0004, revision 1" in text
        assert "Restricted" in text


def test_a_draft_says_so_across_every_page_and_a_sealed_one_nowhere(tmp_path: Path) -> None:
    content = samples.content(tmp_path, is_draft=True, checkpoints={}, proofs=(), seal_id="")
    draft = page_texts(built(content, tmp_path / "draft.pdf"))
    sealed = page_texts(built(samples.content(tmp_path), tmp_path / "sealed.pdf"))

    assert all("DRAFT" in text for text in draft)
    assert not any("DRAFT" in text for text in sealed)


def test_the_facts_of_the_case_are_on_paper(tmp_path: Path) -> None:
    text = "\n".join(page_texts(built(samples.content(tmp_path), tmp_path / "d.pdf")))

    for said in (
        "41.201111, 74.501234 (WGS 84), ±8 m, satellite receiver",
        "Wire thickness, mm",
        "2.5",
        "Human activity / Weapons and gear / Trap",
        "S-004512",
        "Evidence room, Naryn",
        "14.21 km",
        "P-02",
        "The camera wrote no time into this photo.",
        "How to verify this dossier",
    ):
        assert said in text


def test_an_incident_without_a_position_says_why_and_has_no_map(tmp_path: Path) -> None:
    incident = dataclasses.replace(samples.incident(), position=None, no_position_reason="receiver was lost")
    content = samples.content(tmp_path, photo_count=0, incidents=(incident,))
    path = built(content, tmp_path / "d.pdf")

    assert "none recorded: receiver was lost" in "\n".join(page_texts(path))
    with pikepdf.open(path) as pdf:
        assert not any(item.get("/Subtype") == "/Image" for item in pdf.objects if isinstance(item, pikepdf.Stream))


def test_an_empty_case_still_prints_its_headings(tmp_path: Path) -> None:
    case = dataclasses.replace(samples.case(), exhibits=(), incidents=())
    content = samples.content(
        tmp_path, photo_count=0, case=case, incidents=(), patrols=(), accounts=(), known_gaps=(), gpx=b""
    )

    text = "\n".join(page_texts(built(content, tmp_path / "d.pdf")))

    assert text.count("None recorded.") == 3
    assert "No gaps are known." in text


def test_an_incident_that_nobody_put_into_words_is_told_by_its_keys(tmp_path: Path) -> None:
    text = "\n".join(page_texts(built(samples.content(tmp_path, accounts=()), tmp_path / "d.pdf")))

    assert "humanactivity.weaponsequipment.trap." in text
    assert "wiresnare" in text


def test_markup_in_a_summary_is_printed_and_embeds_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (64, 64), "red").save(secret)
    typed = f'<img src="{secret}"/> & <b>bold</b> <a href="javascript:alert(1)">x</a>'

    path = built(with_summary(tmp_path, typed), tmp_path / "d.pdf")

    text = "".join("".join(page_texts(path)).split())
    assert "".join(typed.split()) in text
    with pikepdf.open(path) as pdf:
        sizes = {(int(i.Width), int(i.Height)) for i in pdf.objects if isinstance(i, pikepdf.Stream) and "/Width" in i}
    assert (64, 64) not in sizes


def test_photos_stand_in_the_file_byte_for_byte(tmp_path: Path) -> None:
    content = samples.content(tmp_path)
    path = built(content, tmp_path / "d.pdf")

    with pikepdf.open(path) as pdf:
        images = [
            item.read_raw_bytes()
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Filter") == "/DCTDecode"
        ]
    assert {hashlib.sha256(image).hexdigest() for image in images} == {
        photo.attachment.derivative_sha256 for photo in content.photos
    }


def test_a_photo_that_is_not_the_recorded_one_stops_the_dossier(tmp_path: Path) -> None:
    content = samples.content(tmp_path)
    assert content.photos[1].derivative_path is not None
    content.photos[1].derivative_path.write_bytes(b"another picture")

    with pytest.raises(PhotoChangedError) as refused:
        built(content, tmp_path / "d.pdf")

    assert refused.value.facts == {"name": "IMG_0002.jpg"}
    assert not (tmp_path / "d.pdf").exists()


@pytest.mark.parametrize("kind", ["CMYK", "not a picture"])
def test_a_photo_that_cannot_be_printed_stops_the_dossier(tmp_path: Path, kind: str) -> None:
    content = samples.content(tmp_path, photo_count=1)
    photo = content.photos[0]
    assert photo.derivative_path is not None
    if kind == "CMYK":
        Image.new("CMYK", (8, 8)).save(photo.derivative_path, "JPEG")
    else:
        photo.derivative_path.write_bytes(b"text")
    digest = hashlib.sha256(photo.derivative_path.read_bytes()).hexdigest()
    attachment = dataclasses.replace(photo.attachment, derivative_sha256=digest)
    changed = dataclasses.replace(content, photos=(dataclasses.replace(photo, attachment=attachment),))

    with pytest.raises(PhotoChangedError):
        built(changed, tmp_path / "d.pdf")


def test_a_photo_without_a_derivative_is_listed_without_its_picture(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=1)
    bare = dataclasses.replace(content.photos[0], derivative_path=None)

    text = "\n".join(page_texts(built(dataclasses.replace(content, photos=(bare,)), tmp_path / "d.pdf")))

    assert "This photo could not be printed; its original is kept." in text


@pytest.mark.no_cover
def test_a_summary_of_a_whole_book_is_printed_in_seconds(tmp_path: Path) -> None:
    begun = time.process_time()

    text = "\n".join(page_texts(built(with_summary(tmp_path, "a " * 99_999 + "Ende"), tmp_path / "d.pdf")))

    assert "Ende" in text
    assert text.count("a a a a") > 1000
    assert time.process_time() - begun < 15


def maps_of(folder: Path, language: str) -> list[MapRequest]:
    asked: list[MapRequest] = []

    class Watching(samples.PillowPainter):
        def paint(self, request: MapRequest) -> bytes:
            asked.append(request)
            return super().paint(request)

    build(samples.content(folder), painter=Watching(), words=Words(language), out=folder / "d.pdf")
    return asked


def test_the_maps_of_a_russian_dossier_write_numbers_as_its_reader_does(tmp_path: Path) -> None:
    assert {request.words["decimal_mark"] for request in maps_of(tmp_path, "ru")} == {","}


def test_a_map_has_its_grid_and_says_by_which_operation_and_how_exactly(tmp_path: Path) -> None:
    (asked,) = maps_of(tmp_path, "en")

    assert asked.grid == "sk42"
    (note,) = asked.notes
    assert "zone 13 (EPSG:28413)" in note
    assert "operation EPSG:15865, accurate to 4.5 m." in note
    assert asked.words["not_authoritative"] == "Boundaries shown are not authoritative."
    assert "{sources}" in asked.words["attribution"]


@pytest.mark.no_cover
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=1)
    (patrol,) = content.patrols
    content = dataclasses.replace(content, patrols=(dataclasses.replace(patrol, legs=patrol.legs * 4),))
    for lines in range(0, 40, 2):
        values = tuple(ToldValue(label=f"Value {number}", value="x") for number in range(lines))
        account = dataclasses.replace(content.accounts[0], values=values)

        pages = page_texts(built(dataclasses.replace(content, accounts=(account,)), tmp_path / f"{lines}.pdf"))

        for heading, first in (("Photo log", "P-01"), ("Links: patrols and tracks", "Days")):
            (page,) = [page for page in pages if re.search(rf"\b[A-Z] {heading}", page)]
            assert first in page.partition(heading)[2], (lines, heading)


def test_a_character_without_a_glyph_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "d.pdf"
    out.write_bytes(b"the dossier before")

    with pytest.raises(GlyphMissingError) as refused:
        built(with_summary(tmp_path, "from the ridge → to the river"), out)

    assert refused.value.facts["character"] == "→"
    assert refused.value.facts["name"] == "RIGHTWARDS ARROW"
    assert refused.value.facts["where"] == f"incident {samples.content(tmp_path).incidents[0].number}, field summary"
    assert out.read_bytes() == b"the dossier before"


@pytest.mark.parametrize(
    ("part", "field", "where"),
    [("station", "name", "station {0.area_id}"), ("sealed_by", "family_name", "officer {0.id}"),
     ("case", "title", "case {0.number}")],
)  # fmt: skip
def test_the_record_and_the_field_of_such_a_character_are_told(
    tmp_path: Path, part: str, field: str, where: str
) -> None:
    content = samples.content(tmp_path)
    record = dataclasses.replace(getattr(content, part), **{field: "Naryn 🐆"})

    with pytest.raises(GlyphMissingError) as refused:
        built(dataclasses.replace(content, **{part: record}), tmp_path / "d.pdf")

    assert refused.value.facts["where"] == f"{where.format(record)}, field {field}"


def test_names_that_nobody_can_correct_never_stop_a_dossier(tmp_path: Path) -> None:
    content = samples.content(tmp_path)
    photos = tuple(
        dataclasses.replace(one, attachment=dataclasses.replace(one.attachment, name="барс 🐆\n.jpg", camera="猫 1"))
        for one in content.photos
    )
    gaps = (KnownGap(code="photo-without-time", where="🐆.jpg"),)

    content = dataclasses.replace(content, photos=photos, known_gaps=gaps)
    text = "\n".join(page_texts(built(content, tmp_path / "d.pdf")))

    assert "барс [U+1F406][U+000A].jpg" in text
    assert "Camera: [U+732B] 1" in text
    assert "[U+1F406].jpg:" in text


@pytest.mark.parametrize("summary", ["\n" * 500 + "END", " " * 500, "a\n" * 140 + "END"])
def test_a_summary_that_is_mostly_space_is_printed(tmp_path: Path, summary: str) -> None:
    text = "\n".join(page_texts(built(with_summary(tmp_path, summary), tmp_path / "d.pdf")))

    assert ("END" in text) is ("END" in summary)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        built(samples.content(tmp_path, photo_count=0), tmp_path / "nowhere" / "d.pdf")


def test_the_manifest_lists_every_embedded_file_and_every_original(tmp_path: Path) -> None:
    content = samples.content(tmp_path)
    file = build(content, painter=samples.PillowPainter(), words=WORDS, out=tmp_path / "d.pdf")

    files = embedded(tmp_path / "d.pdf")

    manifest = Manifest.decode(files[MANIFEST])
    assert set(files) == {MANIFEST, RECORDS, NARRATIVE, PROOFS, TRACK}
    assert {listed.name: listed.sha256 for listed in manifest.files} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != MANIFEST
    }
    assert [listed.sha256 for listed in manifest.originals] == [photo.attachment.sha256 for photo in content.photos]
    assert manifest.roots == {audience: text.root for audience, text in content.checkpoints.items()}
    assert file.manifest_sha256 == hashlib.sha256(files[MANIFEST]).hexdigest()
    assert file.manifest_sha256[:8] in page_texts(tmp_path / "d.pdf")[0]


def test_the_track_and_the_records_are_embedded_as_they_are(tmp_path: Path) -> None:
    files = embedded(built(samples.content(tmp_path), tmp_path / "d.pdf"))

    records = json.loads(files[RECORDS])
    assert files[TRACK] == samples.GPX
    assert records["case"]["exhibits"][0]["seal"] == "S-004512"
    assert records["incidents"][0]["position"]["latitude_deg"] == 41.201111
    assert records["incidents"][0]["occurred_at"] == "2026-03-04T09:15:42+06:00"
    assert "track" not in records["patrols"][0]["legs"][0]["days"][0]
    assert "Three wire snares" in files[NARRATIVE].decode()


def test_everything_that_can_be_missing_is_said_to_be_missing(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=2)
    bare = dataclasses.replace(
        content.photos[0].attachment, position=None, taken_at=None, width_px=0, height_px=0, camera=""
    )
    stated = Position(latitude_deg=-41.5, longitude_deg=-74.25, source=PositionSource.STATED)
    from_track = dataclasses.replace(
        content.photos[1].attachment, position=dataclasses.replace(stated, accuracy_m=0.4), position_source="track"
    )
    photos = (
        dataclasses.replace(content.photos[0], attachment=bare),
        dataclasses.replace(content.photos[1], attachment=from_track),
    )
    exhibit = dataclasses.replace(samples.case().exhibits[0], custody=(), seal="")
    incident = dataclasses.replace(
        samples.incident(), position=stated, patrol_id="", reported_by="", place="", summary="", occurred_at=None
    )
    changed = dataclasses.replace(
        content,
        photos=photos,
        incidents=(incident,),
        case=dataclasses.replace(samples.case(), exhibits=(exhibit,)),
    )

    text = " ".join(page_texts(built(changed, tmp_path / "d.pdf")))

    for said in (
        "No custody entry was recorded for this exhibit.",
        "Seal number none",
        "Patrol none linked",
        "Occurred at not recorded",
        "Place not described",
        "-41.500000, -74.250000 (WGS 84), stated by a person",
        "±0.4 m, stated by a person (from the track, by time)",
        "Camera time: not recorded",
    ):
        assert said in text


def test_a_conflict_tells_its_animals_days_and_times(tmp_path: Path) -> None:
    incident = dataclasses.replace(
        samples.incident(), kind="conflict", occurred_until=dt.datetime(2026, 3, 5, 4, 0, tzinfo=samples.ZONE)
    )
    account = Account(
        incident_id=incident.id,
        title="Livestock conflict",
        values=(
            ToldValue(label="Last seen alive", value=dt.date(2026, 3, 3)),
            ToldValue(label="Herd came home at", value=dt.time(19, 30)),
        ),
        animals=(
            (ToldValue(label="Animal", value="Sheep"), ToldValue(label="Head lost", value=1200)),
            (ToldValue(label="Animal", value="Horse"), ToldValue(label="Value", value=Decimal("1500.50"))),
        ),
    )
    path = built(samples.content(tmp_path, incidents=(incident,), accounts=(account,)), tmp_path / "d.pdf")

    text = " ".join(page_texts(path))
    story = embedded(path)[NARRATIVE].decode()
    for said in ("Animals, line 2", "1,200", "1,500.50", "19:30"):
        assert said in text
    assert "Head lost: 1,200" in story
    assert "Until" in text


def test_words_that_fill_pages_in_narrow_columns_are_printed_to_the_end(tmp_path: Path) -> None:
    entry = samples.case().exhibits[0].custody[0]
    places = ["the long way round " * 150 + "END-OF-PLACE", "W" * 500]
    custody = tuple(dataclasses.replace(entry, place=place) for place in places)
    exhibit = dataclasses.replace(samples.case().exhibits[0], custody=custody, description="wire " * 2000)
    case = dataclasses.replace(samples.case(), exhibits=(exhibit,), title="Title " * 80)

    text = "".join(page_texts(built(samples.content(tmp_path, case=case), tmp_path / "d.pdf"))).replace(" ", "")

    assert "END-OF-" in text
    assert text.count("W") >= 500


def test_a_long_story_goes_on_over_the_pages(tmp_path: Path) -> None:
    story = "\n".join(f"Paragraph {number}: " + "the trail went on along the river. " * 9 for number in range(60))

    texts = page_texts(built(with_summary(tmp_path, story), tmp_path / "d.pdf"))

    assert any("Paragraph 0:" in text for text in texts)
    assert any("Paragraph 59:" in text for text in texts)
    assert len(texts) > 7


def test_known_gaps_are_printed_even_when_nobody_has_words_for_them(tmp_path: Path) -> None:
    gaps = (KnownGap(code="new-kind-of-gap", where="P-01"),)

    text = "\n".join(page_texts(built(samples.content(tmp_path, known_gaps=gaps), tmp_path / "d.pdf")))

    assert "P-01: new-kind-of-gap" in text


def test_headings_can_be_said_in_a_second_language(tmp_path: Path) -> None:
    content = samples.content(tmp_path, second_language="ru")
    build(content, painter=samples.PillowPainter(), words=WORDS, second_words=Words("ru"), out=tmp_path / "d.pdf")

    assert "A Cover and control / " in page_texts(tmp_path / "d.pdf")[0]


@pytest.mark.no_cover
def test_a_hundred_photos_take_little_time_and_memory(tmp_path: Path) -> None:
    samples.photos(tmp_path, 100, "KG-NAR_K7QD_000031")
    script = (
        "import sys, time; from pathlib import Path; from tests import dossier_samples as s;"
        "from ranger_app.i18n import Words; from exporters.dossier import build; folder = Path(sys.argv[1]);"
        "content = s.content(folder, photo_count=100); began = time.process_time();"
        "build(content, painter=s.PillowPainter(), words=Words(), out=folder / 'd.pdf');"
        "status = Path('/proc/self/status').read_text().split();"
        "print(time.process_time() - began, status[status.index('VmHWM:') + 1])"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, check=True, timeout=120, capture_output=True, text=True
    )

    seconds, kilobytes = (float(word) for word in run.stdout.split())
    assert seconds < 8, "a quiet machine takes half a second; 2 s are the limit there"
    assert kilobytes < 250 * 1024


def test_nothing_heavy_is_imported_before_a_dossier_is_made() -> None:
    script = (
        "import sys, exporters.dossier; "
        "print([name for name in ('reportlab', 'pikepdf', 'PIL', 'segno', 'fpdf', 'uharfbuzz') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=True, timeout=60, capture_output=True, text=True
    )

    assert run.stdout.strip() == "[]"
