from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exporters.dossier import build
from ranger_app.domain.dossier import DossierContent
from ranger_app.domain.dossier_files import MANIFEST, PROOFS, RECORDS, Manifest
from ranger_app.domain.keys import DeviceKeys
from ranger_app.evidence.facts import PdfFacts, StationFacts, TimeSource, Verdict, first_bad, verdict
from ranger_app.evidence.pdf_signature import sign
from ranger_app.evidence.pdf_verification import verify_pdf
from ranger_app.i18n import Words
from tests import dossier_samples as samples


@dataclasses.dataclass(frozen=True)
class Sealed:
    """A signed dossier, the unsigned one below it, who signed it, and the digest that a station recorded."""

    path: Path
    unsigned: Path
    keys: DeviceKeys
    sha256: str

    def facts(self, path: Path | None = None) -> PdfFacts:
        return verify_pdf(path or self.path, known_certificates=[self.keys.pdf_certificate_pem])

    def judged(self, path: Path) -> Verdict:
        """The verdict with the station at hand."""
        facts = self.facts(path)
        return verdict(facts, StationFacts(file_hash_recorded=facts.sha256 == self.sha256))


def seal(content: DossierContent, folder: Path, keys: DeviceKeys) -> Sealed:
    unsigned, signed = folder / "unsigned.pdf", folder / "signed.pdf"
    build(content, painter=samples.PillowPainter(), words=Words(), out=unsigned)
    digest = sign(
        unsigned, signed, keys, reason="Sealed", location="Naryn", name=samples.OFFICER.name, at=samples.SEALED_AT
    )
    return Sealed(signed, unsigned, keys, digest)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    folder = tmp_path_factory.mktemp("sealed")
    keys = samples.device_keys()
    return seal(samples.content(folder, photo_count=1, certificate_pem=keys.pdf_certificate_pem), folder, keys)


def test_a_sealed_dossier_is_verified_and_each_fact_stands_alone(sealed: Sealed) -> None:
    facts = sealed.facts()

    assert verdict(facts) is Verdict.VERIFIED
    assert facts.sha256 == sealed.sha256 == hashlib.sha256(sealed.path.read_bytes()).hexdigest()
    assert (facts.intact, facts.whole_file_covered, facts.signer_known, facts.modification) == (
        True,
        True,
        True,
        "none",
    )
    assert (facts.embedded_intact, facts.checkpoints_intact, facts.proofs_intact) == (True, True, True)
    assert facts.signer == "Laptop 1, Naryn State Reserve"
    assert facts.signed_at == samples.SEALED_AT
    assert facts.time_source is TimeSource.SIGNER_CLOCK
    assert (facts.case_number, facts.seal_id, facts.revision) == ("KG-NAR_K7QD_C0004", "5e" * 16, 1)
    assert set(facts.roots) == {"station", "case"}
    assert facts.first_bad == ""


def test_somebody_elses_signature_is_whole_but_unknown(sealed: Sealed) -> None:
    stranger = samples.device_keys().pdf_certificate_pem

    facts = verify_pdf(sealed.path, known_certificates=[stranger])

    assert (facts.intact, facts.signer_known) == (True, False)
    assert verdict(facts) is Verdict.UNKNOWN_SIGNER


def test_without_known_signers_nobody_can_say_who_it_was(sealed: Sealed) -> None:
    facts = verify_pdf(sealed.path)

    assert facts.signer_known is None
    assert verdict(facts) is Verdict.UNKNOWN_SIGNER


def test_the_signature_states_the_moment_of_the_seal_and_no_other_clock_gets_in(sealed: Sealed) -> None:
    with pikepdf.open(sealed.path) as pdf:
        assert str(pdf.docinfo.ModDate) == "D:20260306174205+06'00"
        assert b"2026-03-06T17:42:05+06:00</xmp:ModifyDate>" in pdf.Root.Metadata.read_bytes()


def test_signing_changes_no_byte_of_the_unsigned_dossier(sealed: Sealed) -> None:
    unsigned = sealed.unsigned.read_bytes()

    assert sealed.path.read_bytes()[: len(unsigned)] == unsigned


def test_a_draft_is_unsigned_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    out = tmp_path / "draft.pdf"
    content = samples.content(tmp_path, photo_count=0, is_draft=True, seal_id="", checkpoints={}, proofs=())
    build(content, painter=samples.PillowPainter(), words=Words(), out=out)

    facts = verify_pdf(out)

    assert verdict(facts) is Verdict.UNSIGNED
    assert facts.is_draft
    assert facts.first_bad == ""
    assert (facts.intact, facts.signer_known, facts.time_source, facts.proofs_intact) == (None, None, None, None)


@pytest.mark.parametrize("seed", range(4))
def test_no_changed_byte_goes_unnoticed_with_the_station_at_hand(sealed: Sealed, tmp_path: Path, seed: int) -> None:
    data, dice, path = sealed.path.read_bytes(), random.Random(seed), tmp_path / "changed.pdf"
    for _ in range(50):
        changed = bytearray(data)
        changed[dice.randrange(len(data))] ^= dice.randrange(1, 256)
        path.write_bytes(changed)

        assert sealed.judged(path) in (Verdict.CHANGED, Verdict.DAMAGED)


@pytest.mark.no_cover
def test_no_changed_bit_outside_the_signatures_place_is_verified_without_a_station(
    sealed: Sealed, tmp_path: Path
) -> None:
    data, dice, path = sealed.path.read_bytes(), random.Random(5), tmp_path / "changed.pdf"
    hole = data.index(b"/Contents <", len(sealed.unsigned.read_bytes()))
    end = data.index(b">", hole)
    places = [place for place in dice.sample(range(len(data)), 200) if not hole <= place <= end]
    places += [*range(hole - 400, hole), *range(end + 1, len(data))]
    for place in dice.sample(places, 250):
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)

        assert verdict(sealed.facts(path)) is not Verdict.VERIFIED


def test_a_changed_filling_of_the_signatures_place_is_named(sealed: Sealed, tmp_path: Path) -> None:
    data, path = bytearray(sealed.path.read_bytes()), tmp_path / "changed.pdf"
    end = data.index(b">", data.index(b"/Contents <", len(sealed.unsigned.read_bytes())))
    data[end - 10] = ord("7")
    path.write_bytes(data)

    facts = sealed.facts(path)

    assert facts.first_bad == "signature-place-changed"
    assert verdict(facts) is Verdict.CHANGED


def revised(source: Path, out: Path, change: Callable[[IncrementalPdfFileWriter], None]) -> Path:
    """The file with one more revision, as an attacker appends it."""
    with source.open("rb") as file, out.open("wb") as target:
        writer = IncrementalPdfFileWriter(file)
        change(writer)
        writer.write(target)  # type: ignore[no-untyped-call]
    return out


def overlay(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 900 re f")
    writer.add_stream_to_page(0, writer.add_object(stream), prepend=False)  # type: ignore[no-untyped-call]


def swap_attachment(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for place in range(0, len(names), 2):
        if names[place] == RECORDS:
            stream = names[place + 1]["/EF"]["/F"]
            stream._encoded_data = zlib.compress(b'{"format":"ranger-dossier-records-v1"}')
            stream._data = None
            writer.update_container(stream)


def retitle(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Lang"] = generic.TextStringObject("xx")
    writer.update_root()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("attack", [overlay, swap_attachment, retitle])
def test_a_revision_appended_after_the_seal_is_rejected_and_named(
    sealed: Sealed, tmp_path: Path, attack: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    path = revised(sealed.path, tmp_path / "revised.pdf", attack)

    facts = sealed.facts(path)

    assert verdict(facts) is Verdict.CHANGED
    assert facts.whole_file_covered is False
    assert facts.intact is False
    assert facts.first_bad == "revision-added"


def test_a_swapped_attachment_differs_from_the_manifest_too(sealed: Sealed, tmp_path: Path) -> None:
    facts = sealed.facts(revised(sealed.path, tmp_path / "revised.pdf", swap_attachment))

    assert facts.embedded_intact is False


def test_bytes_after_the_end_are_noticed(sealed: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "longer.pdf"
    path.write_bytes(sealed.path.read_bytes() + b"\n% a note\n")

    facts = sealed.facts(path)

    assert verdict(facts) in (Verdict.CHANGED, Verdict.DAMAGED)


def test_a_second_signature_is_rejected_and_named(sealed: Sealed, tmp_path: Path) -> None:
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from ranger_app.evidence.pdf_signature import _device_signer

    path = tmp_path / "twice.pdf"
    signer = PdfSigner(PdfSignatureMetadata(field_name="Another"), _device_signer(samples.device_keys()))
    with sealed.path.open("rb") as file, path.open("w+b") as target:
        signer.sign_pdf(IncrementalPdfFileWriter(file), output=target)

    facts = sealed.facts(path)

    assert verdict(facts) is Verdict.CHANGED
    assert facts.first_bad == "signature-added"


def test_a_stripped_signature_is_named(sealed: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "stripped.pdf"
    with pikepdf.open(sealed.path) as pdf:
        del pdf.Root.AcroForm, pdf.Root.Perms, pdf.pages[0].Annots
        pdf.save(path)

    facts = sealed.facts(path)

    assert verdict(facts) is Verdict.UNSIGNED
    assert facts.first_bad == "signature-missing"
    assert sealed.judged(path) is Verdict.CHANGED


def test_a_file_cut_back_to_before_its_signature_is_named(sealed: Sealed) -> None:
    facts = sealed.facts(sealed.unsigned)

    assert verdict(facts) is Verdict.UNSIGNED
    assert facts.first_bad == "signature-missing"


def test_a_file_written_anew_with_its_signature_is_rejected(sealed: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "rewritten.pdf"
    with pikepdf.open(sealed.path) as pdf:
        pdf.save(path)

    assert verdict(sealed.facts(path)) in (Verdict.CHANGED, Verdict.DAMAGED)


def test_a_page_changed_before_a_stranger_signed_is_not_ours(sealed: Sealed, tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=0, revision=2)
    forged = seal(content, tmp_path, samples.device_keys())

    assert verdict(sealed.facts(forged.path)) is Verdict.UNKNOWN_SIGNER


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows["changes"][1].update(payload=rows["changes"][1]["payload"].replace("4", "5")), "payload"),
        (lambda rows: rows["changes"][1].update(salt="00" * 16), "payload"),
        (lambda rows: rows["changes"][1].update(header="02" + rows["changes"][1]["header"][2:]), "not-under"),
        (lambda rows: rows["changes"][1].update(header="00"), "header"),
        (lambda rows: rows["changes"][1].update(index=5), "misplaced"),
        (lambda rows: rows["changes"][1].update(size=8), "not-under"),
        (lambda rows: rows["changes"][1].update(path=rows["changes"][1]["path"][:-1]), "not-under"),
        (lambda rows: rows["changes"][1].update(audience="case"), "not-under"),
        (lambda rows: rows["checkpoints"][0].update(public_key="11" * 32), "checkpoint-signature-wrong:case"),
        (lambda rows: rows["checkpoints"][0].update(public_key="11"), "checkpoint-signature-wrong:case"),
        (lambda rows: rows["checkpoints"][0].update(note="nothing"), "checkpoint-unreadable:case"),
        (lambda rows: rows["checkpoints"][0].update(audience="station"), "checkpoint-root-differs:station"),
        (lambda rows: rows["checkpoints"].pop(0), "checkpoint-missing:case"),
        (lambda rows: rows.update(format="another"), "proofs-unreadable"),
        (lambda rows: rows["changes"][1].pop("path"), "proofs-unreadable"),
    ],
)
def test_a_proof_that_does_not_hold_is_named(tmp_path: Path, change: Callable[[Any], None], code: str) -> None:
    path = with_attachment(tmp_path, PROOFS, change)

    facts = verify_pdf(path)

    assert code in facts.first_bad
    assert facts.embedded_intact is True
    assert False in (facts.proofs_intact, facts.checkpoints_intact)


def with_attachment(folder: Path, name: str, change: Callable[[Any], None], *, listed: bool = True) -> Path:
    """An unsigned dossier whose embedded JSON file was changed by somebody who also put the manifest right."""
    path, out = folder / "made.pdf", folder / "changed.pdf"
    build(samples.content(folder, photo_count=0), painter=samples.PillowPainter(), words=Words(), out=path)
    with pikepdf.open(path) as pdf:
        rows = json.loads(pdf.attachments[name].get_file().read_bytes())
        change(rows)
        data = json.dumps(rows).encode()
        replace_attachment(pdf, name, data)
        if listed and name != MANIFEST:
            manifest = Manifest.decode(pdf.attachments[MANIFEST].get_file().read_bytes())
            files = tuple(
                dataclasses.replace(file, sha256=hashlib.sha256(data).hexdigest(), byte_count=len(data))
                if file.name == name
                else file
                for file in manifest.files
            )
            replace_attachment(pdf, MANIFEST, dataclasses.replace(manifest, files=files).encode())
        pdf.save(out)
    return out


def replace_attachment(pdf: pikepdf.Pdf, name: str, data: bytes) -> None:
    pdf.attachments[name] = attachment(pdf, name, data)


def attachment(pdf: pikepdf.Pdf, name: str, data: bytes) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        pdf, data, filename=name, mime_type="application/json", description="", creation_date="", mod_date=""
    )


def test_an_attachment_that_the_manifest_does_not_know_so_is_named(tmp_path: Path) -> None:
    path = with_attachment(tmp_path, RECORDS, lambda rows: rows.update(case={}), listed=False)

    assert verify_pdf(path).first_bad == "attachment-changed:records.json"


def test_a_missing_and_an_added_attachment_are_named(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    build(samples.content(tmp_path, photo_count=0), painter=samples.PillowPainter(), words=Words(), out=path)
    with pikepdf.open(path) as pdf:
        del pdf.attachments[RECORDS]
        pdf.save(tmp_path / "missing.pdf")
    with pikepdf.open(path) as pdf:
        replace_attachment(pdf, "more.json", b"{}")
        pdf.save(tmp_path / "added.pdf")

    assert verify_pdf(tmp_path / "missing.pdf").first_bad == "attachment-missing:records.json"
    assert verify_pdf(tmp_path / "added.pdf").first_bad == "attachment-added:more.json"


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.pop("case"),
        lambda rows: rows.update(format="ranger-dossier-manifest-v9"),
        lambda rows: rows.update(files=[{"name": 1}]),
        lambda rows: rows.update(roots=[]),
    ],
)
def test_a_manifest_that_cannot_be_read_is_missing(tmp_path: Path, change: Callable[[Any], None]) -> None:
    facts = verify_pdf(with_attachment(tmp_path, MANIFEST, change))

    assert facts.first_bad == "manifest-missing"
    assert facts.embedded_intact is False


def test_a_sealed_dossier_without_proofs_says_so(tmp_path: Path) -> None:
    path = tmp_path / "d.pdf"
    content = samples.content(tmp_path, photo_count=0, checkpoints={}, proofs=())
    build(content, painter=samples.PillowPainter(), words=Words(), out=path)

    facts = verify_pdf(path)

    assert facts.first_bad == "proofs-missing"
    assert facts.proofs_intact is False


def test_a_pdf_that_is_no_dossier_is_never_verified(sealed: Sealed, tmp_path: Path) -> None:
    plain, signed = tmp_path / "plain.pdf", tmp_path / "signed.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    sign(plain, signed, sealed.keys, reason="", location="", name="", at=samples.SEALED_AT)

    facts = sealed.facts(signed)

    assert facts.first_bad == "manifest-missing"
    assert verdict(facts) is Verdict.CHANGED


def bomb(path: Path) -> None:
    """A PDF with an embedded file that unpacks to very much more than it is."""
    packer = zlib.compressobj(9)
    quarter = bytes(1 << 26)
    packed = b"".join(packer.compress(quarter) for _ in range(5)) + packer.flush()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments[MANIFEST] = attachment(pdf, MANIFEST, b"x")
        pdf.attachments[MANIFEST].obj.EF.F.write(packed, filter=pikepdf.Name.FlateDecode)
        pdf.save(path, compress_streams=False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-pdf"),
        (b"GIF89a and so on", "not-a-pdf"),
        (b"%PDF-1.7\n", "pdf-unreadable"),
        (b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF", "pdf-unreadable"),
        (b"%PDF-1.7\n" + b"<<" * 5000, "pdf-unreadable"),
    ],
)
def test_a_file_that_is_no_whole_pdf_is_damaged(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)

    facts = verify_pdf(path)

    assert (verdict(facts), facts.first_bad) == (Verdict.DAMAGED, code)


def test_a_file_cut_off_anywhere_is_never_verified(sealed: Sealed, tmp_path: Path) -> None:
    data, path = sealed.path.read_bytes(), tmp_path / "cut.pdf"
    for kept in range(1000, len(data) - 1, len(data) // 40):
        path.write_bytes(data[:kept])

        assert verdict(sealed.facts(path)) in (Verdict.DAMAGED, Verdict.UNSIGNED)


def test_an_embedded_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    bomb(path)

    assert path.stat().st_size < 2_000_000
    assert verdict(verify_pdf(path)) is Verdict.DAMAGED


def test_an_encrypted_pdf_is_damaged_for_us(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))

    assert verdict(verify_pdf(path)) is Verdict.DAMAGED


def good(**more: Any) -> PdfFacts:
    values: dict[str, Any] = {
        "sha256": "00",
        "is_signed": True,
        "intact": True,
        "whole_file_covered": True,
        "signer_known": True,
        "embedded_intact": True,
        "checkpoints_intact": True,
        "proofs_intact": True,
    }
    return PdfFacts(**{**values, **more})


@pytest.mark.parametrize(
    "broken", ["intact", "whole_file_covered", "embedded_intact", "checkpoints_intact", "proofs_intact"]
)
def test_one_broken_fact_is_enough(broken: str) -> None:
    assert verdict(good()) is Verdict.VERIFIED
    assert verdict(good(**{broken: False})) is Verdict.CHANGED


def test_what_the_station_knows_decides_over_a_valid_signature() -> None:
    assert verdict(good(), StationFacts(file_hash_recorded=True, in_journal=True)) is Verdict.VERIFIED
    assert verdict(good(), StationFacts(file_hash_recorded=False)) is Verdict.CHANGED
    assert verdict(good(), StationFacts(in_journal=False)) is Verdict.CHANGED
    assert verdict(good(), StationFacts(checkpoint_seen_elsewhere=False)) is Verdict.VERIFIED


def test_the_first_bad_thing_is_the_files_own_before_the_stations() -> None:
    assert first_bad(good()) == ""
    assert first_bad(good(), StationFacts()) == ""
    assert first_bad(good(), StationFacts(file_hash_recorded=False)) == "file-hash-differs"
    assert first_bad(good(), StationFacts(in_journal=False)) == "change-not-in-journal"
    assert first_bad(good(first_bad="revision-added"), StationFacts(in_journal=False)) == "revision-added"
