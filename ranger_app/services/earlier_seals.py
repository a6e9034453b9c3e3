"""Seals of the past: what they covered, and how their dossiers were told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from db.officers import member
from db.store import Store
from ranger_app.domain.checkpoint import Checkpoint
from ranger_app.domain.records import Member
from ranger_app.errors import RangerAppError
from ranger_app.services.dossier_content import Telling


class SealMissingError(RangerAppError):
    """There is no such seal here, or no dossier was finished under it."""

    code = "seal-missing"


@dataclass(frozen=True, slots=True)
class EarlierSeal:
    """A seal with everything that its dossier is a function of.

    Attributes:
        covers: Refs by audience.
    """

    telling: Telling
    covers: Mapping[str, frozenset[str]]
    checkpoints: Mapping[str, Checkpoint]


def earlier_seal(store: Store, seal: str) -> EarlierSeal:
    """The seal with this id.

    Raises:
        SealMissingError: It is not here.
    """
    rows = store.reader.derived.execute(
        "SELECT audience, covers, checkpoint FROM seal WHERE seal = ?", (bytes.fromhex(seal),)
    ).fetchall()
    found = [entry for entry in store.reader.entries("dossier", with_hidden=True) if entry.values.get("seal") == seal]
    if not rows or not found:
        raise SealMissingError(seal=seal)
    values = found[0].values
    by = str(values.get("sealed_by", ""))
    return EarlierSeal(
        telling=Telling(
            case_id=found[0].parent,
            revision=int(values.get("revision", 1)),
            seal_id=seal,
            sealed_by=member(store.reader, by) or Member(id=by, given_name="", family_name=by),
            program_version=str(values.get("program", "")),
            language=str(values.get("language", "en")),
            second_language=values.get("second_language"),
            is_draft=False,
            lost=frozenset(values.get("lost_chunks") or ()),
        ),
        covers={audience: frozenset(json.loads(covers)) for audience, covers, _ in rows},
        checkpoints={audience: Checkpoint.parse(text) for audience, _, text in rows},
    )
