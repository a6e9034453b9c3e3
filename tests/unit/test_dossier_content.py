from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from exporters.dossier.embedded import enclosure
from ranger_app.domain.checkpoint import Checkpoint, CheckpointUnreadableError
from ranger_app.domain.dossier import CheckpointText
from ranger_app.domain.dossier_files import DossierFileError, Manifest, SignedNote, proofs_bytes, read_proofs
from ranger_app.evidence.checkpoint_note import sign_checkpoint, signed_by
from ranger_app.evidence.proof_check import ProofFindings, check_proofs
from ranger_app.i18n import Words
from tests import dossier_samples as samples


def test_a_dossier_needs_the_offset_of_its_only_clock(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        samples.content(tmp_path, photo_count=0, sealed_at=samples.SEALED_AT.replace(tzinfo=None))


def test_revisions_are_counted_from_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        samples.content(tmp_path, photo_count=0, revision=0)


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    content = samples.content(tmp_path)
    written = enclosure(content, Words()).files[0].data

    assert Manifest.decode(written).encode() == written


def test_proofs_are_read_as_they_were_written(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=0)

    notes, proofs = read_proofs(proofs_bytes(content.checkpoints, content.proofs))

    assert proofs == content.proofs
    assert notes == tuple(
        SignedNote(audience=audience, note=text.note, public_key=bytes.fromhex(text.public_key))
        for audience, text in sorted(content.checkpoints.items())
    )


def test_a_payload_that_is_no_text_survives(tmp_path: Path) -> None:
    proof = dataclasses.replace(samples.content(tmp_path, photo_count=0).proofs[0], payload=b"\xff\x00")

    assert read_proofs(proofs_bytes({}, [proof]))[1] == (proof,)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format":"ranger-dossier-proofs-v1"}', b"[" * 100_000])
def test_what_is_no_file_of_proofs_is_refused(data: bytes) -> None:
    with pytest.raises(DossierFileError):
        read_proofs(data)


def test_a_checkpoint_text_says_what_its_note_says(tmp_path: Path) -> None:
    text = samples.content(tmp_path, photo_count=0).checkpoints["case"]

    assert text.at == samples.SEALED_AT
    assert text.note.splitlines()[-1] == f"— {text.key_id} {text.signature}"
    assert text.root in text.note


def test_an_unsigned_checkpoint_is_none_for_a_dossier(tmp_path: Path) -> None:
    text = samples.content(tmp_path, photo_count=0).checkpoints["case"]
    bare = dataclasses.replace(Checkpoint.parse(text.note), signatures=())

    with pytest.raises(CheckpointUnreadableError):
        CheckpointText.from_note(bare.text, bytes.fromhex(text.public_key))


def test_a_device_signs_a_checkpoint_and_nobody_else_did(tmp_path: Path) -> None:
    text = samples.content(tmp_path, photo_count=0).checkpoints["case"]
    public = bytes.fromhex(text.public_key)
    bare = dataclasses.replace(Checkpoint.parse(text.note), signatures=())
    signed = dataclasses.replace(bare, signatures=(sign_checkpoint(bare, samples.SEED),))
    later = dataclasses.replace(signed, audience="station")
    hint = dataclasses.replace(signed.signatures[0], hint=bytes(4))

    assert signed_by(signed, public)
    assert not signed_by(bare, public)
    assert not signed_by(later, public)
    assert not signed_by(signed, bytes(32))
    assert not signed_by(dataclasses.replace(signed, signatures=(hint,)), public)


def test_a_withheld_payload_is_still_shown_under_its_checkpoint(tmp_path: Path) -> None:
    content = samples.content(tmp_path, photo_count=0)
    withheld = tuple(dataclasses.replace(proof, salt=b"", payload=b"") for proof in content.proofs)
    roots = {audience: text.root for audience, text in content.checkpoints.items()}

    assert check_proofs(proofs_bytes(content.checkpoints, withheld), roots) == ProofFindings()


def test_the_story_and_the_records_are_as_they_were_read_in_review(
    tmp_path: Path, golden: Callable[[str, bytes], None]
) -> None:
    files = {file.name: file.data for file in enclosure(samples.content(tmp_path, photo_count=0), Words()).files}

    golden("dossier/narrative.txt", files["narrative.txt"])
    golden("dossier/records.json", files["records.json"])
    golden("dossier/proofs.json", files["proofs.json"])
    golden("dossier/manifest.json", files["manifest.json"])
