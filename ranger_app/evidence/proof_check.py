"""Whether the changes that a dossier carries stand under its checkpoints: digests, ids, paths, roots, signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranger_app.domain import merkle
from ranger_app.domain.change import Header, change_id, payload_digest, ref_of
from ranger_app.domain.checkpoint import Checkpoint, CheckpointUnreadableError
from ranger_app.domain.dossier import Proof
from ranger_app.domain.dossier_files import DossierFileError, SignedNote, read_proofs
from ranger_app.evidence.checkpoint_note import signed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFindings:
    """What is wrong with the proofs of a dossier.

    Attributes:
        checkpoint: Code of the first checkpoint that does not hold, empty when all do.
        change: Code of the first change that does not hold, empty when all do.
    """

    checkpoint: str = ""
    change: str = ""


def check_proofs(data: bytes, roots: Mapping[str, str]) -> ProofFindings:
    """Check ``proofs.json``.

    Args:
        data: The file as it stands in the dossier.
        roots: Station root by audience, as the manifest names them.
    """
    try:
        notes, proofs = read_proofs(data)
    except DossierFileError:
        return ProofFindings(checkpoint="proofs-unreadable", change="proofs-unreadable")
    checkpoints, bad_note = _checkpoints(notes, roots)
    return ProofFindings(checkpoint=bad_note, change=_first_bad_change(proofs, checkpoints))


def _checkpoints(notes: Sequence[SignedNote], roots: Mapping[str, str]) -> tuple[dict[str, Checkpoint], str]:
    """The checkpoints that hold, by audience, and the code of the first that does not."""
    held: dict[str, Checkpoint] = {}
    bad = ""
    for note in notes:
        try:
            checkpoint = Checkpoint.parse(note.note)
        except CheckpointUnreadableError:
            bad = bad or f"checkpoint-unreadable:{note.audience}"
            continue
        if checkpoint.audience != note.audience or roots.get(note.audience) != checkpoint.root.hex():
            bad = bad or f"checkpoint-root-differs:{note.audience}"
        elif not signed_by(checkpoint, note.public_key):
            bad = bad or f"checkpoint-signature-wrong:{note.audience}"
        else:
            held[note.audience] = checkpoint
    missing = next((audience for audience in sorted(roots) if audience not in held), "")
    return held, bad or (f"checkpoint-missing:{missing}" if missing else "")


def _first_bad_change(proofs: Sequence[Proof], checkpoints: Mapping[str, Checkpoint]) -> str:
    for proof in proofs:
        ref = ref_of(change_id(proof.header))
        try:
            header = Header.parse(proof.header)
        except ValueError:
            return f"change-header-wrong:{ref}"
        if (proof.salt or proof.payload) and payload_digest(proof.salt, proof.payload) != header.digest:
            return f"change-payload-differs:{ref}"
        if header.log.hex() != proof.log or header.seq != proof.index:
            return f"change-misplaced:{ref}"
        checkpoint = checkpoints.get(proof.audience)
        if checkpoint is None or not _is_under(proof, checkpoint):
            return f"change-not-under-checkpoint:{ref}"
    return ""


def _is_under(proof: Proof, checkpoint: Checkpoint) -> bool:
    """Whether the change stands in one of the branches of its log that *checkpoint* lists."""
    leaf = change_id(proof.header)
    return any(
        merkle.verify_inclusion(leaf, proof.index, proof.size, proof.path, line.root)
        for line in checkpoint.leaves
        if line.log.hex() == proof.log and line.size == proof.size
    )
