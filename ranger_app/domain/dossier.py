"""What a dossier says: everything that its pages and its embedded files are made of, and nothing else.

The finished file is a function of one :class:`DossierContent`: equal content gives equal unsigned bytes.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from ranger_app.domain.checkpoint import Checkpoint, CheckpointUnreadableError
from ranger_app.domain.records import Attachment, Case, Incident, Member, Patrol, Station

Told: TypeAlias = str | int | Decimal | bool | dt.datetime | dt.date | dt.time | tuple[str, ...]
"""A value ready for a reader: texts are words already in the dossier's language, the rest is written in its manner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldValue:
    """One line of a form or of an observation: what it is called and what it says.

    Attributes:
        label: Words in the dossier's language.
    """

    label: str
    value: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldObservation:
    """What was seen, in words of the SMART data model.

    Attributes:
        category: The category's name, not its key.
        observer: Who saw it, empty when nobody is named.
    """

    category: str
    values: tuple[ToldValue, ...] = ()
    observer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An incident as its page tells it, labels and lists put into words.

    Attributes:
        incident_id: The incident that it tells.
        title: What the form is called, such as "Poaching incident".
        values: The form's own fields in the form's order.
        animals: One tuple for each line of animals.
    """

    incident_id: str
    title: str
    values: tuple[ToldValue, ...] = ()
    observations: tuple[ToldObservation, ...] = ()
    animals: tuple[tuple[ToldValue, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPhoto:
    """A photo of the photo log.

    Attributes:
        derivative_path: The JPEG of at most 1600 px that is printed; ``None`` when there is none to print.
        incident_number: The incident it belongs to, empty when it belongs to none.
        waypoint: Where on the patrol it was attached, in words; empty when nowhere.
    """

    attachment: Attachment
    derivative_path: Path | None = None
    incident_number: str = ""
    waypoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointText:
    """A signed checkpoint of one audience, as it leaves the laptop.

    Attributes:
        note: The whole signed note.
        root: Station root, 64 hex digits.
        at: When it was made, by this laptop's clock.
        key_id: Id of the device whose key signed it, 32 hex digits.
        public_key: That device's Ed25519 public key, 64 hex digits.
        signature: As the note writes it.
    """

    note: str
    root: str
    at: dt.datetime
    key_id: str
    public_key: str
    signature: str

    @classmethod
    def from_note(cls, note: str, public_key: bytes) -> CheckpointText:
        """What is printed of *note*, whose first signature line is that of *public_key*'s device.

        Raises:
            CheckpointUnreadableError: *note* is no checkpoint, or nobody signed it.
        """
        checkpoint = Checkpoint.parse(note)
        if not checkpoint.signatures:
            raise CheckpointUnreadableError("nobody signed it")
        signature = checkpoint.signatures[0]
        return cls(
            note=note,
            root=checkpoint.root.hex(),
            at=checkpoint.at,
            key_id=signature.device,
            public_key=public_key.hex(),
            signature=base64.b64encode(signature.hint + signature.signature).decode(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A change of the case, and the path that shows it under a checkpoint.

    Attributes:
        audience: The audience whose checkpoint holds it.
        header: 89 bytes, or more of a newer version.
        log: Log id, 32 hex digits.
        index: The change's place among the leaves of its log.
        size: Number of leaves of that log in the checkpoint.
        path: Inclusion path by RFC 6962, 32 bytes each.
    """

    audience: str
    header: bytes
    salt: bytes
    payload: bytes
    log: str
    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGap:
    """Something that is missing or uncertain and is printed instead of hidden.

    Attributes:
        code: What kind of gap, a key of ``exporters.dossier.texts.GAPS``.
        where: The record or photo concerned, in words; empty when the whole case.
    """

    code: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierContent:
    """One revision of one case, ready to be printed.

    Attributes:
        sealed_at: Aware, with the station's offset: the document's only clock.
        patrols: With the tracks of their days loaded, for the map.
        accounts: How each incident is told; one without an account is told by its keys.
        checkpoints: By audience; empty in a draft.
        gpx: The tracks as a GPX file, embedded as it is; empty when there are none.
        certificate_pem: The certificate that will sign; empty in a draft.
        classification: ``public``, ``service`` or ``restricted``.
        is_made_up: Its records are a demo's; every page says so.
        lost_patrols: Ids of patrols of whose tracks something is missing or damaged; known gaps and maps say so.
        lost_chunks: Digests of what is missing or damaged of tracks.
    """

    station: Station
    case: Case
    revision: int
    seal_id: str
    sealed_at: dt.datetime
    sealed_by: Member
    incidents: tuple[Incident, ...]
    program_version: str
    patrols: tuple[Patrol, ...] = ()
    photos: tuple[DossierPhoto, ...] = ()
    accounts: tuple[Account, ...] = ()
    checkpoints: Mapping[str, CheckpointText] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    gpx: bytes = b""
    certificate_pem: bytes = b""
    known_gaps: tuple[KnownGap, ...] = ()
    is_draft: bool = False
    language: str = "en"
    second_language: str | None = None
    classification: str = "restricted"
    is_made_up: bool = False
    lost_patrols: frozenset[str] = frozenset()
    lost_chunks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.sealed_at.tzinfo is None:
            raise ValueError("sealed_at needs its offset: it is the document's only clock")
        if self.revision < 1:
            raise ValueError(f"revision {self.revision} is not counted from 1")

    def account_of(self, incident: Incident) -> Account:
        """How *incident* is told; by its own keys, sorted, when nobody put it into words."""
        for account in self.accounts:
            if account.incident_id == incident.id:
                return account
        return told_by_keys(incident)


def told_by_keys(incident: Incident) -> Account:
    """An account that uses the keys of fields, attributes and lists for words: plain, but nothing is lost."""
    return Account(
        incident_id=incident.id,
        title=incident.kind,
        values=_by_keys(incident.fields),
        observations=tuple(
            ToldObservation(
                category=seen.category,
                values=_by_keys(seen.attributes),
                observer=seen.observer.name if seen.observer else "",
            )
            for seen in incident.observations
        ),
        animals=tuple(_by_keys(line.fields) for line in incident.animals),
    )


def _by_keys(values: Mapping[str, Told]) -> tuple[ToldValue, ...]:
    return tuple(ToldValue(label=key, value=value) for key, value in sorted(values.items()))
