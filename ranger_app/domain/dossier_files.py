"""The files inside a dossier: their names, the manifest that lists them, and the proofs of its changes.

Written when a dossier is made and read when one is verified, so both sides stand here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ranger_app.domain.dossier import CheckpointText, Proof

MANIFEST = "manifest.json"
RECORDS = "records.json"
PROOFS = "proofs.json"
TRACK = "track.gpx"
NARRATIVE = "narrative.txt"

MANIFEST_FORMAT = "ranger-dossier-manifest-v1"
PROOFS_FORMAT = "ranger-dossier-proofs-v1"
RECORDS_FORMAT = "ranger-dossier-records-v1"


class DossierFileError(ValueError):
    """An embedded file that is not what its name says."""


def json_bytes(value: object) -> bytes:
    """*value* as JSON that has one form only: sorted keys, no spaces, UTF-8; refuses NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFile:
    """A file on its way into the PDF.

    Attributes:
        relationship: What PDF/A-3 calls it: ``Data``, ``Supplement`` or ``Alternative``.
        description: For people, in the dossier's language.
    """

    name: str
    mime: str
    relationship: str
    description: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file as the manifest lists it.

    Attributes:
        sha256: 64 lower-case hex digits.
    """

    name: str
    mime: str
    sha256: str
    byte_count: int

    @classmethod
    def of(cls, file: EmbeddedFile) -> ListedFile:
        digest = hashlib.sha256(file.data).hexdigest()
        return cls(name=file.name, mime=file.mime, sha256=digest, byte_count=len(file.data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a dossier is and what belongs to it.

    Attributes:
        sealed_at: ISO 8601 with offset.
        files: Everything embedded except the manifest itself.
        originals: Photos and files that stay at the station.
        roots: Station root in hex by audience.
    """

    case_id: str
    case_number: str
    revision: int
    seal_id: str
    sealed_at: str
    is_draft: bool
    station_id: str
    program_version: str
    language: str
    files: tuple[ListedFile, ...]
    originals: tuple[ListedFile, ...] = ()
    roots: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        return json_bytes(
            {
                "format": MANIFEST_FORMAT,
                "case": {"id": self.case_id, "number": self.case_number},
                "revision": self.revision,
                "seal": self.seal_id,
                "sealed_at": self.sealed_at,
                "draft": self.is_draft,
                "station": self.station_id,
                "program": self.program_version,
                "language": self.language,
                "files": [_listed_row(file) for file in self.files],
                "originals": [_listed_row(file) for file in self.originals],
                "roots": dict(self.roots),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Manifest:
        """Read a manifest.

        Raises:
            DossierFileError: It is none, or one of a format that this version does not know.
        """
        members = _members(data, MANIFEST_FORMAT)
        try:
            return cls(
                case_id=_text(members["case"]["id"]),
                case_number=_text(members["case"]["number"]),
                revision=int(members["revision"]),
                seal_id=_text(members["seal"]),
                sealed_at=_text(members["sealed_at"]),
                is_draft=members["draft"] is not False,
                station_id=_text(members["station"]),
                program_version=_text(members["program"]),
                language=_text(members["language"]),
                files=tuple(_listed(row) for row in members["files"]),
                originals=tuple(_listed(row) for row in members["originals"]),
                roots={_text(audience): _text(root) for audience, root in members["roots"].items()},
            )
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise DossierFileError(f"{MANIFEST}: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNote:
    """A checkpoint as ``proofs.json`` carries it.

    Attributes:
        public_key: Of the device that signed it, 32 bytes.
    """

    audience: str
    note: str
    public_key: bytes


def proofs_bytes(checkpoints: Mapping[str, CheckpointText], proofs: Sequence[Proof]) -> bytes:
    """``proofs.json``: everything needed to show each change under a checkpoint, without the station."""
    return json_bytes(
        {
            "format": PROOFS_FORMAT,
            "checkpoints": [
                {"audience": audience, "note": text.note, "public_key": text.public_key}
                for audience, text in sorted(checkpoints.items())
            ],
            "changes": [_proof_row(proof) for proof in proofs],
        }
    )


def read_proofs(data: bytes) -> tuple[tuple[SignedNote, ...], tuple[Proof, ...]]:
    """The checkpoints and the proofs that ``proofs.json`` holds.

    Raises:
        DossierFileError: It is not such a file.
    """
    members = _members(data, PROOFS_FORMAT)
    try:
        notes = tuple(
            SignedNote(
                audience=_text(row["audience"]), note=_text(row["note"]), public_key=bytes.fromhex(row["public_key"])
            )
            for row in members["checkpoints"]
        )
        return notes, tuple(_proof(row) for row in members["changes"])
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise DossierFileError(f"{PROOFS}: {error}") from error


def _members(data: bytes, form: str) -> dict[str, Any]:
    try:
        members = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DossierFileError(f"not JSON: {error}") from error
    if not isinstance(members, dict) or members.get("format") != form:
        raise DossierFileError(f"not a file of format {form}")
    return members


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _listed_row(file: ListedFile) -> dict[str, object]:
    return {"name": file.name, "mime": file.mime, "sha256": file.sha256, "bytes": file.byte_count}


def _listed(row: Any) -> ListedFile:
    return ListedFile(
        name=_text(row["name"]), mime=_text(row["mime"]), sha256=_text(row["sha256"]), byte_count=int(row["bytes"])
    )


def _proof_row(proof: Proof) -> dict[str, object]:
    row: dict[str, object] = {
        "audience": proof.audience,
        "log": proof.log,
        "index": proof.index,
        "size": proof.size,
        "header": proof.header.hex(),
        "salt": proof.salt.hex(),
        "path": [step.hex() for step in proof.path],
    }
    try:
        row["payload"] = proof.payload.decode()
    except UnicodeDecodeError:
        row["payload_base64"] = base64.b64encode(proof.payload).decode()
    return row


def _proof(row: Any) -> Proof:
    payload = (
        base64.b64decode(row["payload_base64"], validate=True)
        if "payload_base64" in row
        else _text(row["payload"]).encode()
    )
    return Proof(
        audience=_text(row["audience"]),
        header=bytes.fromhex(row["header"]),
        salt=bytes.fromhex(row["salt"]),
        payload=payload,
        log=_text(row["log"]),
        index=int(row["index"]),
        size=int(row["size"]),
        path=tuple(bytes.fromhex(step) for step in row["path"]),
    )
