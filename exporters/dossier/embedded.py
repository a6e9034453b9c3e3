"""The files inside the PDF: records, proofs, track, narrative, and the manifest that lists them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum

from exporters.dossier.story import case_lines
from ranger_app.domain.dossier import DossierContent
from ranger_app.domain.dossier_files import (
    MANIFEST,
    NARRATIVE,
    PROOFS,
    RECORDS,
    RECORDS_FORMAT,
    TRACK,
    EmbeddedFile,
    ListedFile,
    Manifest,
    json_bytes,
    proofs_bytes,
)
from ranger_app.i18n import Words

NOT_IN_RECORDS = frozenset({"track", "tracks"})
"""Fields that leave another way: a track's fixes are in the GPX file."""

ONLY_WHERE_SAID = frozenset({"edits", "clock_shift_s", "typed", "operation"})
"""Fields that earlier versions did not know: left out where empty, so that a dossier comes out as it was sealed."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """All embedded files, the manifest first.

    Attributes:
        listed: The same as the inventory prints them.
    """

    files: tuple[EmbeddedFile, ...]

    @property
    def manifest_sha256(self) -> str:
        return hashlib.sha256(self.files[0].data).hexdigest()

    @property
    def listed(self) -> list[tuple[ListedFile, str]]:
        return [(ListedFile.of(file), file.description) for file in self.files]


def enclosure(content: DossierContent, words: Words) -> Enclosure:
    """What is embedded in the dossier of *content*; no file that would be empty."""
    files = [
        EmbeddedFile(
            name=RECORDS,
            mime="application/json",
            relationship="Data",
            description=words.say("The records of this case"),
            data=_records(content),
        ),
        EmbeddedFile(
            name=NARRATIVE,
            mime="text/plain",
            relationship="Alternative",
            description=words.say("What happened, as plain text"),
            data=_narrative(content, words).encode(),
        ),
    ]
    if content.checkpoints or content.proofs:
        files.append(
            EmbeddedFile(
                name=PROOFS,
                mime="application/json",
                relationship="Data",
                description=words.say("Checkpoints and proofs of each change"),
                data=proofs_bytes(content.checkpoints, content.proofs),
            )
        )
    if content.gpx:
        files.append(
            EmbeddedFile(
                name=TRACK,
                mime="application/gpx+xml",
                relationship="Supplement",
                description=words.say("The tracks of the linked patrols"),
                data=content.gpx,
            )
        )
    manifest = EmbeddedFile(
        name=MANIFEST,
        mime="application/json",
        relationship="Data",
        description=words.say("List of all files with their SHA-256"),
        data=_manifest(content, files).encode(),
    )
    return Enclosure((manifest, *files))


def _manifest(content: DossierContent, files: list[EmbeddedFile]) -> Manifest:
    originals = tuple(
        ListedFile(
            name=photo.attachment.name,
            mime=photo.attachment.mime,
            sha256=photo.attachment.sha256,
            byte_count=photo.attachment.byte_count,
        )
        for photo in content.photos
    )
    return Manifest(
        case_id=content.case.id,
        case_number=content.case.number,
        revision=content.revision,
        seal_id=content.seal_id,
        sealed_at=content.sealed_at.isoformat(),
        is_draft=content.is_draft,
        station_id=content.station.id,
        program_version=content.program_version,
        language=content.language,
        files=tuple(ListedFile.of(file) for file in files),
        originals=originals,
        roots={audience: checkpoint.root for audience, checkpoint in content.checkpoints.items()},
    )


def _records(content: DossierContent) -> bytes:
    return json_bytes(
        {
            "format": RECORDS_FORMAT,
            "station": _plain(content.station),
            "case": _plain(content.case),
            "incidents": _plain(content.incidents),
            "patrols": _plain(content.patrols),
            "photos": [_plain(photo.attachment) for photo in content.photos],
            "sealed_by": _plain(content.sealed_by),
            "known_gaps": _plain(content.known_gaps),
        }
    )


def _plain(value: object) -> object:
    """*value* as JSON carries it: decimals as the text that people wrote, moments in ISO 8601."""
    match value:
        case None | bool() | int() | float() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
    if is_dataclass(value):
        told = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in NOT_IN_RECORDS}
        return {name: _plain(one) for name, one in told.items() if one or name not in ONLY_WHERE_SAID}
    raise TypeError(f"{type(value).__name__} is no record")


def _narrative(content: DossierContent, words: Words) -> str:
    """The story as text: what a search finds where the letters on the page are joined shapes."""
    return "\n".join(case_lines(content, words)) + "\n"
