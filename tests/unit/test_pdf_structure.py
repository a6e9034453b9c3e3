from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from exporters.dossier import build
from ranger_app.evidence.pdf_signature import sign
from ranger_app.evidence.pdf_structure import check
from ranger_app.i18n import Words
from tests import dossier_samples as samples


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dossier")
    build(samples.content(folder), painter=samples.PillowPainter(), words=Words(), out=folder / "d.pdf")
    return folder / "d.pdf"


def codes(path: Path) -> set[str]:
    return {problem.code for problem in check(path)}


def test_a_dossier_passes_before_and_after_it_is_signed(dossier: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.pdf"
    sign(dossier, signed, samples.device_keys(), reason="", location="", name="", at=samples.SEALED_AT)

    assert check(dossier) == ()
    assert check(signed) == ()


@pytest.mark.parametrize("kind", ["draft", "russian", "urdu", "empty"])
def test_every_kind_of_dossier_passes(tmp_path: Path, kind: str) -> None:
    urdu = "کچی نارین کے کنارے پر تین پھندے ملے، 41.201111, 74.501234 (نمبر E-01)۔ " * 40
    more: dict[str, dict[str, Any]] = {
        "draft": {"is_draft": True, "checkpoints": {}, "proofs": ()},
        "russian": {"language": "ru", "second_language": "en"},
        "urdu": {"case": dataclasses.replace(samples.case(), title=urdu[:60])},
        "empty": {"photo_count": 0, "incidents": (), "patrols": (), "accounts": (), "gpx": b""},
    }
    if kind == "urdu":
        incident = dataclasses.replace(samples.incident(), summary=urdu)
        more["urdu"]["incidents"] = (incident,)
    content = samples.content(tmp_path, **more[kind])
    words = Words(content.language)
    build(content, painter=samples.PillowPainter(), words=words, second_words=Words("en"), out=tmp_path / "d.pdf")

    assert check(tmp_path / "d.pdf") == ()


def drop_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def claim_another_part(pdf: pikepdf.Pdf) -> None:
    said = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(said.replace(b"<pdfaid:part>3<", b"<pdfaid:part>1<"))


def hide_entities(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(b'<!DOCTYPE x [<!ENTITY a "b">]>' + pdf.Root.Metadata.read_bytes())


def break_metadata(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(b"<x")


def drop_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def break_profile(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.write(b"no profile")


def run_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def name_scripts(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names.JavaScript = Dictionary()


def launch(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch))
    link(pdf, Dictionary(S=Name.URI, URI=String("https://example.org")))


def link(pdf: pikepdf.Pdf, action: Dictionary) -> None:
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([0, 0, 0, 0]), A=action)
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(annotation)]))


def note(pdf: pikepdf.Pdf, **more: object) -> None:
    values = {"Type": Name.Annot, "Subtype": Name.Link, "F": 4, "Rect": Array([0, 0, 0, 0]), **more}
    values = {f"/{name}": value for name, value in values.items()}
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(values))])


def add_movie(pdf: pikepdf.Pdf) -> None:
    note(pdf, Subtype=Name.Movie)


def hide_annotation(pdf: pikepdf.Pdf) -> None:
    note(pdf, F=2)


def annotation_without_look(pdf: pikepdf.Pdf) -> None:
    note(pdf, Rect=Array([0, 0, 50, 50]))


def annotation_with_action(pdf: pikepdf.Pdf) -> None:
    note(pdf, AA=Dictionary())


def first_file(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.attachments["records.json"].obj


def drop_relationship(pdf: pikepdf.Pdf) -> None:
    del first_file(pdf).AFRelationship


def drop_mime(pdf: pikepdf.Pdf) -> None:
    del first_file(pdf).EF.F.Subtype


def drop_date(pdf: pikepdf.Pdf) -> None:
    del first_file(pdf).EF.F.Params.ModDate


def drop_name(pdf: pikepdf.Pdf) -> None:
    del first_file(pdf).UF


def drop_association(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AF


def use_a_foreign_font(pdf: pikepdf.Pdf) -> None:
    fonts = pdf.pages[0].Resources.Font
    fonts["/X"] = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].contents_add(b"BT /X 10 Tf (text) Tj ET")


def print_a_missing_glyph(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"q BT /F1+0 10 Tf [(a\\177) 10 (b)] TJ ET Q")


def print_beyond_the_widths(pdf: pikepdf.Pdf) -> None:
    font = pdf.pages[0].Resources.Font["/F1+0"]
    font.Widths = Array(list(font.Widths)[:40])


def lie_about_widths(pdf: pikepdf.Pdf) -> None:
    font = pdf.pages[0].Resources.Font["/F1+0"]
    font.Widths = Array([float(width) + 40 for width in font.Widths])


def break_font(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Font["/F1+0"].FontDescriptor.FontFile2.write(b"\0\1\0\0\0\x09")


def image(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image")


def use_print_inks(pdf: pikepdf.Pdf) -> None:
    image(pdf).ColorSpace = Name.DeviceCMYK


def interpolate(pdf: pikepdf.Pdf) -> None:
    image(pdf).Interpolate = True


def refer_to_another_file(pdf: pikepdf.Pdf) -> None:
    image(pdf).Ref = Dictionary()


def keep_content_outside(pdf: pikepdf.Pdf) -> None:
    image(pdf).F = String("other.bin")


def use_an_old_filter(pdf: pikepdf.Pdf) -> None:
    stream = image(pdf)
    stream.write(stream.read_raw_bytes(), filter=Array([Name.LZWDecode]))


def blend_strangely(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Extra = pdf.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name.Strange))


def ask_for_appearances(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(NeedAppearances=True, Fields=Array())


def require_a_reader(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Requirements = Array()


@pytest.mark.parametrize(
    ("breaking", "code"),
    [
        (drop_metadata, "pdfa-xmp-missing"),
        (claim_another_part, "pdfa-xmp-id"),
        (hide_entities, "pdfa-xmp-unreadable"),
        (break_metadata, "pdfa-xmp-unreadable"),
        (drop_intent, "pdfa-intent-missing"),
        (break_profile, "pdfa-intent-profile"),
        (run_script, "pdfa-script"),
        (name_scripts, "pdfa-script"),
        (launch, "pdfa-action"),
        (add_movie, "pdfa-annotation"),
        (hide_annotation, "pdfa-annotation-flags"),
        (annotation_without_look, "pdfa-annotation-look"),
        (annotation_with_action, "pdfa-action"),
        (drop_relationship, "pdfa-file-relationship"),
        (drop_mime, "pdfa-file-mime"),
        (drop_date, "pdfa-file-date"),
        (drop_name, "pdfa-file-names"),
        (drop_association, "pdfa-file-not-associated"),
        (use_a_foreign_font, "pdfa-font-not-embedded"),
        (print_a_missing_glyph, "pdfa-glyph-missing"),
        (print_beyond_the_widths, "pdfa-width-missing"),
        (lie_about_widths, "pdfa-width-differs"),
        (break_font, "pdfa-font-broken"),
        (use_print_inks, "pdfa-colour"),
        (interpolate, "pdfa-image"),
        (refer_to_another_file, "pdfa-x-object"),
        (keep_content_outside, "pdfa-stream-outside"),
        (use_an_old_filter, "pdfa-filter"),
        (blend_strangely, "pdfa-graphics-state"),
        (ask_for_appearances, "pdfa-form"),
        (require_a_reader, "pdfa-requirements"),
    ],
)
def test_a_broken_rule_is_named(
    dossier: Path, tmp_path: Path, breaking: Callable[[pikepdf.Pdf], None], code: str
) -> None:
    path = tmp_path / "broken.pdf"
    with pikepdf.open(dossier) as pdf:
        breaking(pdf)
        pdf.save(path, fix_metadata_version=False)

    assert code in codes(path)


def test_an_encrypted_file_is_named(dossier: Path, tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    with pikepdf.open(dossier) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user=""))

    assert "pdfa-encrypted" in codes(path)


def test_packed_metadata_are_named(dossier: Path, tmp_path: Path) -> None:
    path = tmp_path / "packed.pdf"
    with pikepdf.open(dossier) as pdf:
        said = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata = pdf.make_indirect(pdf.make_stream(b"", Type=Name.Extra))
        pdf.Root.Metadata.write(zlib.compress(said), filter=Name.FlateDecode)
        as_it_is = pikepdf.StreamDecodeLevel.none
        pdf.save(path, fix_metadata_version=False, compress_streams=False, stream_decode_level=as_it_is)

    assert codes(path) == {"pdfa-xmp-packed"}


def test_a_header_of_another_kind_is_named(dossier: Path, tmp_path: Path) -> None:
    data, path = dossier.read_bytes(), tmp_path / "head.pdf"
    path.write_bytes(b"%PDF-2.0" + data[8:])
    commented = tmp_path / "comment.pdf"
    commented.write_bytes(data[:9] + b"%abcd" + data[14:])

    assert codes(path) == {"pdfa-header"}
    assert codes(commented) == {"pdfa-header-comment"}


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\nnothing"])
def test_a_file_that_is_no_pdf_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)

    assert codes(path) == {"pdfa-unreadable"}


def test_a_file_with_a_broken_tree_is_unreadable(dossier: Path, tmp_path: Path) -> None:
    path = tmp_path / "tree.pdf"
    with pikepdf.open(dossier) as pdf:
        pdf.Root.OutputIntents = Name.Nothing
        pdf.save(path)

    assert codes(path) == {"pdfa-unreadable"}
