"""Case files: they name their incidents; the incidents never name them."""

from __future__ import annotations

from dataclasses import dataclass

from db.fields import chosen, moment, ordered
from db.reader import Reader
from db.schema import VISIBLE
from ranger_app.domain.records import Case, CustodyEntry, Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of the list of cases."""

    id: str
    number: str
    title: str
    incidents: int
    dossiers: int
    place_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDossier:
    """A dossier that was sealed: the finished file's digest stands in the journal.

    Attributes:
        sealed_at: ISO 8601 text.
    """

    id: str
    revision: int
    sha256: str
    manifest_sha256: str
    sealed_at: str
    language: str
    seal: str


def case(reader: Reader, record: str) -> Case:
    """One case with its exhibits and their custody.

    Raises:
        RecordMissingError: There is none with this id.
    """
    entry = reader.entry(record, "case")
    return Case(
        id=entry.id,
        number=str(entry.values.get("number", "")),
        title=str(entry.values.get("title", "")),
        incidents=chosen(entry.values, "incidents"),
        exhibits=tuple(_exhibit(reader, exhibit) for exhibit in _exhibits(reader, entry.id)),
    )


def _exhibits(reader: Reader, case_id: str) -> tuple[str, ...]:
    return tuple(entry.id for entry in ordered(reader.entries("exhibit", parent=case_id)))


def _exhibit(reader: Reader, record: str) -> Exhibit:
    values = reader.entry(record, "exhibit").values
    custody = []
    for entry in reader.entries("custody", parent=record):
        at = moment(entry.values.get("at"))
        if at is not None:
            told = {name: str(entry.values.get(name, "")) for name in ("action", "to", "place", "seal", "by")}
            custody.append(CustodyEntry(id=entry.id, at=at, **told))
    return Exhibit(
        id=record,
        number=str(values.get("number", "")),
        description=str(values.get("description", "")),
        quantity=str(values.get("quantity", "")),
        seal=str(values.get("seal", "")),
        found_at=str(values.get("found_at", "")),
        custody=tuple(sorted(custody, key=lambda link: (link.at, link.id))),
    )


def dossiers(reader: Reader, case_id: str) -> tuple[SealedDossier, ...]:
    """Sealed dossiers of a case, the first revision first."""
    found = [
        SealedDossier(
            id=entry.id,
            revision=int(entry.values.get("revision", 0)),
            sha256=str(entry.values.get("sha256", "")),
            manifest_sha256=str(entry.values.get("manifest_sha256", "")),
            sealed_at=str(entry.values.get("sealed_at", "")),
            language=str(entry.values.get("language", "")),
            seal=str(entry.values.get("seal", "")),
        )
        for entry in reader.entries("dossier", parent=case_id)
    ]
    return tuple(sorted(found, key=lambda dossier: (dossier.revision, dossier.id)))


def case_page(reader: Reader, *, before: int | None = None, limit: int = 100) -> tuple[CaseRow, ...]:
    """Cases, the newest first."""
    rows = reader.derived.execute(
        "SELECT r.id, t.no, coalesce(t.number, ''), coalesce(t.title, '') FROM case_file t JOIN record r ON r.no = t.no"
        f" WHERE r.{VISIBLE} AND t.no < ? ORDER BY t.no DESC LIMIT ?",
        (2**62 if before is None else before, limit),
    ).fetchall()
    return tuple(
        CaseRow(
            id=raw.hex(), number=number, title=title, incidents=len(case(reader, raw.hex()).incidents),
            dossiers=len(dossiers(reader, raw.hex())), place_key=no,
        )
        for raw, no, number, title in rows
    )  # fmt: skip


def case_ids(reader: Reader) -> tuple[str, ...]:
    """Every case that lists show, the newest first."""
    return tuple(row.id for row in case_page(reader, limit=1_000_000))
