"""What a dossier is made of, read from the sealed records alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.blobs import BlobMissingError, Blobs
from db.cases import case
from db.officers import member
from db.patrols import with_tracks
from db.reader import Reader
from db.stations import station
from db.store import Store
from exporters.gpx import gpx_bytes
from ranger_app.domain.clock import moment_at
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.demo_data import demo
from ranger_app.domain.dossier import CheckpointText, DossierContent, DossierPhoto, KnownGap, Proof
from ranger_app.domain.records import Attachment, Case, Incident, Member, Patrol
from ranger_app.i18n import Words
from ranger_app.services.dossier_words import account
from ranger_app.services.loading import loaded_incident, loaded_patrol, office_observations
from ranger_app.services.models import office_model

if TYPE_CHECKING:
    from ranger_app.domain.track_edits import EditedTrack

LATE_AFTER_DAYS = 1
"""A record written down on a later local day than this after it happened says so in its dossier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a case is told: what stands in no record, but in the seal and the dossier record.

    Attributes:
        seal_id: Zeros for a draft.
        lost: Digests of the chunks of tracks that were missing or damaged when it was sealed; ``None`` finds them now.
    """

    case_id: str
    revision: int
    seal_id: str
    sealed_by: Member
    program_version: str
    language: str
    second_language: str | None
    is_draft: bool
    lost: frozenset[str] | None = None


class LostTracks:
    """Reads tracks as far as they can be read, and remembers what could not be.

    Args:
        known: What was lost when a dossier was sealed: the same is passed over again, and nothing else may be lost.

    Attributes:
        digests: Of the chunks that were passed over.
        patrols: Ids of the patrols whose tracks they belong to.
    """

    def __init__(self, known: frozenset[str] | None) -> None:
        self._known = known
        self.digests: set[str] = set()
        self.patrols: set[str] = set()

    def load(self, reader: Reader, patrol: Patrol, blobs: Blobs) -> Patrol:
        """The patrol with what is left of its tracks.

        Raises:
            BlobMissingError: A chunk is not here that was when the dossier was sealed.
        """

        def told(values: Mapping[str, Any], blobs: Blobs) -> EditedTrack:
            from db.track_rest import track_rest

            rest = track_rest(values, blobs, lost=self._known or ())
            lost = {values["chunks"][place] for place in rest.unread}
            if self._known is not None and (others := lost - self._known):
                raise BlobMissingError(digest=min(others))
            if lost:
                self.digests |= lost
                self.patrols.add(patrol.id)
            return rest.told

        loaded = with_tracks(reader, patrol, blobs, told=told)
        return _with_empty_days(loaded) if patrol.id in self.patrols else loaded


def _with_empty_days(patrol: Patrol) -> Patrol:
    """Days of which nothing is left have no fixes, so that exports know that they were looked for."""
    from ranger_app.domain.track import empty_track

    nothing = empty_track()
    return replace(
        patrol,
        legs=tuple(
            replace(leg, days=tuple(day if day.track is not None else replace(day, track=nothing) for day in leg.days))
            for leg in patrol.legs
        ),
    )


def content_of(
    telling: Telling,
    reader: Reader,
    store: Store,
    *,
    at: dt.datetime,
    checkpoints: Mapping[str, CheckpointText],
    proofs: tuple[Proof, ...],
    work: Path,
) -> DossierContent:
    """Everything that is printed and embedded.

    Args:
        reader: Sees the sealed changes alone.
        store: Gives blobs by their digest, and the certificate that signs.
        work: A folder for small pictures while the dossier is made.

    Raises:
        RecordMissingError, BlobMissingError: Something that the case names is not here: a photo, or a track that was
            here when the dossier was sealed. Of other tracks the rest is told, and that something is lost.
    """
    model = office_model(reader, store.blobs, store.station_id)
    words = Words(telling.language)
    told = case(reader, telling.case_id)
    incidents = tuple(
        sorted((loaded_incident(reader, one, model) for one in told.incidents), key=lambda one: (one.number, one.id))
    )
    lost = LostTracks(telling.lost)
    patrols = tuple(
        lost.load(reader, loaded_patrol(reader, one, model), store.blobs)
        for one in sorted({one.patrol_id for one in incidents if one.patrol_id})
        if not reader.entry(one, "patrol").is_hidden
    )
    home = station(reader, store.station_id)
    photos = tuple(_photos(incidents, patrols, store, work))
    return DossierContent(
        station=home,
        case=told,
        revision=telling.revision,
        seal_id=telling.seal_id,
        sealed_at=at.astimezone(ZoneInfo(home.timezone)),
        sealed_by=member(reader, telling.sealed_by.id) or telling.sealed_by,
        incidents=incidents,
        program_version=telling.program_version,
        patrols=patrols,
        photos=photos,
        accounts=tuple(account(one, office_observations(one, model), _known(model), words) for one in incidents),
        checkpoints=checkpoints,
        proofs=proofs,
        gpx=gpx_bytes(patrols, incidents) if patrols or incidents else b"",
        certificate_pem=b"" if telling.is_draft else store.keys.pdf_certificate_pem,
        known_gaps=(*_lost_gaps(patrols, lost), *_gaps(reader, told, incidents, patrols, photos, telling.is_draft)),
        lost_patrols=frozenset(lost.patrols),
        lost_chunks=tuple(sorted(lost.digests)),
        is_draft=telling.is_draft,
        language=telling.language,
        second_language=telling.second_language,
        is_made_up=home.area_id == demo().station.area_id,
    )


def _known(model: DataModel) -> DataModel:
    """Where names are looked up: our own categories too, which an office may not have."""
    from ranger_app.domain.model_merging import ModelClashError, merged
    from ranger_app.importers.data_model import extension_model

    try:
        return merged(model, extension_model())
    except ModelClashError:
        return model


def _photos(
    incidents: tuple[Incident, ...], patrols: tuple[Patrol, ...], store: Store, work: Path
) -> Iterator[DossierPhoto]:
    seen: set[str] = set()

    def photo(attachment: Attachment, number: str, waypoint: str) -> DossierPhoto:
        for digest in filter(None, (attachment.sha256, attachment.derivative_sha256)):
            if not store.blobs.is_whole(digest):
                raise BlobMissingError(digest=digest)
        path = store.blobs.file_for(attachment.derivative_sha256, work) if attachment.derivative_sha256 else None
        return DossierPhoto(attachment=attachment, derivative_path=path, incident_number=number, waypoint=waypoint)

    for one in incidents:
        for attachment in (*one.attachments, *(a for o in one.observations for a in o.attachments)):
            if attachment.id not in seen:
                seen.add(attachment.id)
                yield photo(attachment, one.number, "")
    for patrol in patrols:
        for waypoint in patrol.waypoints:
            for attachment in (*waypoint.attachments, *(a for o in waypoint.observations for a in o.attachments)):
                if attachment.id not in seen:
                    seen.add(attachment.id)
                    yield photo(attachment, "", f"{patrol.number} / {waypoint.number}")


def _lost_gaps(patrols: tuple[Patrol, ...], lost: LostTracks) -> Iterator[KnownGap]:
    for patrol in patrols:
        if patrol.id in lost.patrols:
            yield KnownGap(code="track-lost", where=patrol.number)


def _gaps(
    reader: Reader,
    told: Case,
    incidents: tuple[Incident, ...],
    patrols: tuple[Patrol, ...],
    photos: tuple[DossierPhoto, ...],
    is_draft: bool,
) -> Iterator[KnownGap]:
    for one in incidents:
        if one.position is None:
            yield KnownGap(code="no-position", where=one.number)
        if one.occurred_at is None:
            yield KnownGap(code="no-time", where=one.number)
        elif _is_late(one.occurred_until or one.occurred_at, _written_at(reader, one.id)):
            yield KnownGap(code="late-entry", where=one.number)
        if one.occurred_at is not None and one.occurred_until is not None and one.occurred_until < one.occurred_at:
            yield KnownGap(code="ends-before-it-begins", where=one.number)
        if one.missing:
            yield KnownGap(code="incomplete-record", where=one.number)
        for code in one.contradictions:
            yield KnownGap(code=code, where=one.number)
    for patrol in patrols:
        if patrol.has_untimed_tracks:
            yield KnownGap(code="untimed-track", where=patrol.number)
        if any(leg.assumed for leg in patrol.legs):
            yield KnownGap(code="assumed", where=patrol.number)
        if any(one.at is None for one in patrol.waypoints):
            yield KnownGap(code="waypoint-untimed", where=patrol.number)
    for entry in photos:
        if entry.attachment.taken_at is None:
            yield KnownGap(code="photo-without-time", where=entry.attachment.name)
        if entry.attachment.position is None:
            yield KnownGap(code="photo-without-position", where=entry.attachment.name)
        if entry.derivative_path is None:
            yield KnownGap(code="photo-without-picture", where=entry.attachment.name)
    if not told.exhibits:
        yield KnownGap(code="no-exhibits")
    for exhibit in told.exhibits:
        if not exhibit.custody:
            yield KnownGap(code="no-custody", where=exhibit.number)
    if not is_draft:
        yield KnownGap(code="not-witnessed")
    yield KnownGap(code="single-officer")


def _is_late(happened: dt.datetime, written: dt.datetime) -> bool:
    """Whether more than the day after had begun, where it happened, when it was written down."""
    return (written.astimezone(happened.tzinfo).date() - happened.date()).days > LATE_AFTER_DAYS


def _written_at(reader: Reader, record: str) -> dt.datetime:
    """When the record was first written down, by the laptop's clock."""
    return moment_at(min(line.at for line in reader.history(record)))
