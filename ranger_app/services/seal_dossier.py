"""A case becomes a dossier: records frozen by a seal, printed, signed, its digest kept in the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.cases import case, dossiers
from db.log_opening import public_bytes
from db.officers import member
from db.sealed import sealed_view
from db.stations import station
from db.store import Store
from db.transaction import new_id
from exporters.dossier import build
from exporters.safe_write import FileNotWrittenError, make_folder, refuse_files_of_a_station
from ranger_app import __version__
from ranger_app.domain.checkpoint import Checkpoint
from ranger_app.domain.clock import moment_at
from ranger_app.domain.dossier import CheckpointText, DossierContent
from ranger_app.domain.map_request import MapPainter
from ranger_app.domain.records import Member
from ranger_app.errors import RangerAppError
from ranger_app.evidence.pdf_signature import sign
from ranger_app.evidence.pdf_structure import check as check_structure
from ranger_app.i18n import LANGUAGES, Words, marked
from ranger_app.jobs import JobContext
from ranger_app.services.dossier_content import Telling, content_of
from ranger_app.services.seal_scope import AUDIENCES, Scope, make_checkpoint, proofs_under, scope_of_case
from ranger_app.services.stations import WrongValueError
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from db.transaction import Transaction

REASON = marked("Case {number}, revision {revision}, sealed")


class CaseIncompleteError(RangerAppError):
    """An incident of the case still lacks something that a complete record needs."""

    code = "case-incomplete"


class CaseEmptyError(RangerAppError):
    """A case names no incident, so there is nothing to prove."""

    code = "case-empty"


class DossierFaultyError(RangerAppError):
    """The finished file breaks a rule of PDF/A; it is not given out."""

    code = "dossier-faulty"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished dossier.

    Attributes:
        sha256: Of the finished file.
        checkpoint: Audience to station root; empty for a draft.
        seal: Empty for a draft.
        kept: Where the sealed dossier is now that lay in the place of this file; ``None`` when none did.
        lost: Numbers of the patrols of whose tracks something is missing or damaged; the dossier says so.
    """

    path: Path
    pages: int
    sha256: str
    manifest_sha256: str
    checkpoint: Mapping[str, str]
    seal: str
    kept: Path | None = None
    lost: tuple[str, ...] = ()


class SealDossier:
    """Seal a case and write its dossier.

    Args:
        painter: Paints the maps; ``None`` where there is none, and then a dossier refuses.
    """

    def __init__(self, store: Store, painter: MapPainter) -> None:
        self._store = store
        self._painter = painter

    def __call__(
        self,
        case_id: str,
        out: Path,
        *,
        officer: str,
        language: str = "en",
        second_language: str = "",
        is_draft: bool = False,
        context: JobContext,
    ) -> Sealed:
        """Write the dossier to *out*; a draft seals nothing and is not signed.

        A sealed dossier that lies there already is no copy of anything: it stays beside, under another name. What is
        lost of the tracks of its patrols stops no dossier: the rest is printed, and it says so; a lost photo does.

        Raises:
            RecordMissingError, RecordTakenBackError: The case, or an incident of it.
            CaseEmptyError, CaseIncompleteError: It is not ready; a draft can be printed all the same.
            GlyphMissingError, BlobMissingError, DossierFaultyError, FileNotWrittenError: It cannot be printed as it
                should; nothing is sealed.
            FileOfAStationError: *out* is what a station lives of.
        """
        for spoken in filter(None, (language, second_language)):
            if spoken not in LANGUAGES:
                raise WrongValueError(field="language", value=spoken)
        refuse_files_of_a_station(out)
        refuse_taken_back(self._store.reader.entry(case_id, "case"))
        scope = scope_of_case(self._store, case_id)
        now = moment_at(self._store.clock())
        if not is_draft:
            self._refuse_unready(case_id)
            # The logs that will carry the seal are begun before the checkpoint, so that it tells of them too.
            for audience in AUDIENCES:
                self._store.ensure_log(officer, audience)
        checkpoints = {} if is_draft else {a: make_checkpoint(self._store, a, now) for a in AUDIENCES}
        context.step(0, 3, "dossier-collecting")
        telling = Telling(
            case_id=case_id, revision=1 + self._last_revision(case_id), seal_id="0" * 32 if is_draft else new_id(),
            sealed_by=self._person(officer), program_version=__version__, language=language,
            second_language=second_language or None, is_draft=is_draft,
        )  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="ranger-") as folder:
            work = Path(folder)
            content = self._frozen(telling, scope.covers, checkpoints, now, work)
            context.step(1, 3, "dossier-printing")
            unsigned, words = work / "unsigned.pdf", Words(language)
            second = Words(second_language) if second_language else None
            file = build(content, painter=self._painter, words=words, out=unsigned, second_words=second)
            faults = check_structure(unsigned)
            if faults:
                raise DossierFaultyError(fault=faults[0].code, count=len(faults))
            context.step(2, 3, "dossier-signing")
            kept = self._set_aside(out)
            if is_draft:
                digest = _put(unsigned, out)
                return Sealed(out.absolute(), file.pages, digest, file.manifest_sha256, {}, "", kept, _lost(content))
            signed = _beside(out)
            try:
                reason = words.say(REASON, number=content.case.number, revision=content.revision)
                digest = sign(
                    unsigned, signed, self._store.keys, reason=reason, location=content.station.name,
                    name=content.sealed_by.name, at=content.sealed_at,
                )  # fmt: skip
                telling = replace(telling, lost=frozenset(content.lost_chunks))
                self._give_out(signed, out, officer, telling, scope, checkpoints, digest, file.manifest_sha256)
            except OSError as error:
                raise FileNotWrittenError(out, error.strerror or type(error).__name__) from error
            finally:
                signed.unlink(missing_ok=True)
        roots = {audience: checkpoint.root.hex() for audience, checkpoint in checkpoints.items()}
        return Sealed(
            out.absolute(), file.pages, digest, file.manifest_sha256, roots, telling.seal_id, kept, _lost(content)
        )

    def _set_aside(self, out: Path) -> Path | None:
        """Give a sealed dossier in the place of *out* another name."""
        try:
            if not out.is_file():
                return None
            with out.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            revision = next(
                (entry.values["revision"] for entry in self._store.reader.entries("dossier", with_hidden=True)
                 if entry.values.get("sha256") == digest),
                None,
            )  # fmt: skip
            if revision is None:
                return None
            more = chain(("",), (f" ({number})" for number in count(2)))
            names = (f"{out.stem}-r{revision}{one}{out.suffix}" for one in more)
            kept = next(path for path in map(out.with_name, names) if not path.exists())
            return out.rename(kept).absolute()
        except OSError as error:
            raise FileNotWrittenError(out, error.strerror or type(error).__name__) from error

    def again(self, seal: str, out: Path) -> Path:
        """Print the unsigned dossier of an earlier seal once more: the same bytes as then.

        Raises:
            SealMissingError: There is no such seal, or its dossier was never finished.
        """
        from ranger_app.services.earlier_seals import earlier_seal

        found = earlier_seal(self._store, seal)
        with tempfile.TemporaryDirectory(prefix="ranger-") as folder:
            at = found.checkpoints["case"].at
            content = self._frozen(found.telling, found.covers, found.checkpoints, at, Path(folder))
            second = Words(found.telling.second_language) if found.telling.second_language else None
            build(content, painter=self._painter, words=Words(found.telling.language), out=out, second_words=second)
        return out

    def _frozen(
        self,
        telling: Telling,
        covers: Mapping[str, Collection[str]],
        checkpoints: Mapping[str, Checkpoint],
        at: dt.datetime,
        work: Path,
    ) -> DossierContent:
        """The content of one dossier as a function of its seal; small pictures are laid into *work*."""
        key = public_bytes(self._store.keys.device_seed)
        texts = {a: CheckpointText.from_note(c.text, key) for a, c in checkpoints.items()}
        with sealed_view(self._store, set().union(*covers.values())) as reader:
            return content_of(
                telling, reader, self._store, at=at, checkpoints=texts,
                proofs=proofs_under(self._store, checkpoints, covers), work=work,
            )  # fmt: skip

    def _refuse_unready(self, case_id: str) -> None:
        from db.incidents import incident

        found = case(self._store.reader, case_id)
        if not found.incidents:
            raise CaseEmptyError(case=found.number)
        for one in found.incidents:
            entry = self._store.reader.entry(one)
            refuse_taken_back(entry)
            told = incident(self._store.reader, one)
            if told.missing:
                raise CaseIncompleteError(case=found.number, incident=told.number, missing=", ".join(told.missing))

    def _last_revision(self, case_id: str) -> int:
        return max((one.revision for one in dossiers(self._store.reader, case_id)), default=0)

    def _person(self, officer: str) -> Member:
        return member(self._store.reader, officer) or Member(id=officer, given_name="", family_name=officer)

    def _give_out(
        self,
        signed: Path,
        out: Path,
        officer: str,
        telling: Telling,
        scope: Scope,
        checkpoints: Mapping[str, Checkpoint],
        digest: str,
        manifest: str,
    ) -> None:
        """Seal, and put the signed file into its place, both or neither.

        The file is put there just before the commit: a place that cannot be written is found out while nothing is
        sealed yet. A signed file that the journal does not know is taken away again.
        """
        ref = ""
        try:
            with self._store.transaction(officer) as transaction:
                ref = self._record(transaction, telling, scope, checkpoints, digest, manifest)
                signed.replace(out)
        except BaseException:
            if not signed.exists() and self._store.journal.n_of(ref) is None:
                out.unlink(missing_ok=True)
            raise

    def _record(
        self,
        transaction: Transaction,
        telling: Telling,
        scope: Scope,
        checkpoints: Mapping[str, Checkpoint],
        digest: str,
        manifest: str,
    ) -> str:
        """The seal in each audience, and the dossier with the finished file's digest; the ref of the last change."""
        for audience in AUDIENCES:
            with transaction.change(audience) as change:
                change.seal(
                    telling.seal_id, scope.records[audience], covers=sorted(scope.covers[audience]),
                    revision=telling.revision, checkpoint=checkpoints[audience].text,
                )  # fmt: skip
        with transaction.change("case") as change:
            values = {
                "seal": telling.seal_id, "revision": telling.revision, "sha256": digest,
                "manifest_sha256": manifest, "language": telling.language,
                "second_language": telling.second_language, "sealed_by": telling.sealed_by.id,
                "program": telling.program_version,
                "sealed_at": checkpoints["case"].at.astimezone(self._zone()).isoformat(timespec="milliseconds"),
            }  # fmt: skip
            if telling.lost:
                values["lost_chunks"] = sorted(telling.lost)
            change.create("dossier", values, parent=("case", telling.case_id))
        return change.ref

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(station(self._store.reader, self._store.station_id).timezone)


def _lost(content: DossierContent) -> tuple[str, ...]:
    return tuple(patrol.number for patrol in content.patrols if patrol.id in content.lost_patrols)


def _beside(out: Path) -> Path:
    make_folder(out.absolute().parent)
    return out.with_name(f".{out.name[:80]}.{secrets.token_hex(4)}.part")


def _put(source: Path, out: Path) -> str:
    """Copy a finished file into place as a whole; returns its SHA-256."""
    from exporters.safe_write import write_bytes

    content = source.read_bytes()
    make_folder(out.absolute().parent)
    write_bytes(out, content)
    return hashlib.sha256(content).hexdigest()
