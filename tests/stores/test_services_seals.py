"""A case becomes a dossier: sealed once, printed the same for ever, and any change of the file is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from db.blobs import BlobMissingError
from db.cases import case as case_of
from db.cases import dossiers
from db.reader import RecordMissingError
from exporters.safe_write import FileNotWrittenError
from ranger_app.domain.map_request import MapRequest
from ranger_app.i18n import Words
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.messages import say_error
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.earlier_seals import SealMissingError
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.models import ImportModel
from ranger_app.services.officers import AddOfficer
from ranger_app.services.open_case import EditCase, OpenCase
from ranger_app.services.record_incident import EditIncident, RecordIncident
from ranger_app.services.seal_dossier import CaseEmptyError, CaseIncompleteError, SealDossier, Sealed
from ranger_app.services.seal_scope import AUDIENCES, make_checkpoint, proofs_under, scope_of_case
from ranger_app.services.self_test import self_test
from ranger_app.services.stations import WrongValueError, check_station, open_station, rebuild_station
from ranger_app.services.take_back import KindFixedError, RecordTakenBackError, TakeBack
from ranger_app.services.undo_acts import UndoActs, UndoRefusedError
from ranger_app.services.verify_file import Verified, verify
from tests.dossier_samples import PillowPainter
from tests.service_desk import (
    CONFLICT,
    MORNING,
    POACHING,
    CancelAt,
    Desk,
    new_desk,
    noise,
    walk,
    write_gpx,
    write_photo,
)


@pytest.fixture
def opened(desk: Desk) -> tuple[str, str, str]:
    """A case with a complete incident, a photo and the patrol it was made on: ids of case, incident, patrol."""
    walked = write_gpx(desk.out / "walk.gpx", walk(MORNING, 90), waypoints=[(41.2, 74.5, MORNING, "snares")])
    patrol = ImportTracks(desk.store)([walked], officer=desk.officer, context=desk.context).patrols[0]
    write_photo(desk.out / "snare.jpg", size=(800, 600), taken="2026:03:04 09:16:00")
    incident = RecordIncident(desk.store)(
        "poaching",
        {**POACHING, "photos": ["snare.jpg"], "patrol_id": patrol},
        officer=desk.officer,
        photo_folder=desk.out,
    ).incident_id
    return OpenCase(desk.store)("Wire snares", [incident], officer=desk.officer), incident, patrol


def sealed(desk: Desk, case: str, name: str = "dossier.pdf", **more: Any) -> Sealed:
    told = {"officer": desk.officer, "context": desk.context, **more}
    return SealDossier(desk.store, PillowPainter())(case, desk.out / name, **told)


def verified(desk: Desk, path: Path, *, knows_station: bool = True) -> Verified:
    store = desk.store if knows_station else None
    return verify(path, store=store, home=desk.home, context=desk.context)


def embedded(path: Path) -> dict[str, bytes]:
    with pikepdf.open(path) as pdf:
        return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


# What a seal is


def test_a_sealed_dossier_verifies_and_stands_in_the_journal(desk: Desk, opened: tuple[str, str, str]) -> None:
    made = sealed(desk, opened[0])

    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert set(made.checkpoint) == {"station", "case"}
    (kept,) = dossiers(desk.store.reader, opened[0])
    assert (kept.revision, kept.sha256, kept.manifest_sha256) == (1, made.sha256, made.manifest_sha256)
    assert (kept.seal, kept.language) == (made.seal, "en")
    found = verified(desk, made.path)
    assert found.verdict == "verified"
    assert {name for name, value in found.facts.items() if value is False} <= {"checkpoint_seen_elsewhere", "draft"}
    assert [path.name for path in desk.out.iterdir() if path.name.startswith(".")] == []


def test_without_the_station_the_signer_is_unknown_and_the_rest_is_told(
    desk: Desk, opened: tuple[str, str, str]
) -> None:
    made = sealed(desk, opened[0])

    found = verified(desk, made.path, knows_station=False)

    assert found.verdict == "unknown_signer"
    told = [found.facts[name] for name in ("file_hash_recorded", "in_journal", "checkpoint_seen_elsewhere")]
    assert told == [None, None, None]
    assert found.facts["intact"] is True


def test_another_station_knows_neither_signer_nor_changes(
    desk: Desk, opened: tuple[str, str, str], tmp_path: Path
) -> None:
    made = sealed(desk, opened[0])
    (tmp_path / "other").mkdir()
    other = new_desk(tmp_path / "other", name="Osh")

    with other.store:
        found = verify(made.path, store=other.store, home=other.home, context=other.context)

    assert found.verdict == "unknown_signer"
    assert (found.facts["signer_known"], found.facts["in_journal"]) == (False, None)


def test_the_covers_are_proven_under_the_checkpoint(desk: Desk, opened: tuple[str, str, str]) -> None:
    scope = scope_of_case(desk.store, opened[0])
    checkpoints = {name: make_checkpoint(desk.store, name, dt.datetime.now(dt.UTC)) for name in AUDIENCES}

    proofs = proofs_under(desk.store, checkpoints, scope.covers)

    assert len(proofs) == sum(map(len, scope.covers.values()))
    kinds = [kind for kind, _ in scope.records["station"]]
    assert sorted(set(kinds)) == ["attachment", "incident", "leg", "observation", "patrol", "track", "waypoint"]
    assert [kind for kind, _ in scope.records["case"]] == ["case"]


# What is refused


def test_a_case_that_is_not_ready_is_refused_and_printed_as_a_draft(desk: Desk, opened: tuple[str, str, str]) -> None:
    empty = OpenCase(desk.store)("Empty", [], officer=desk.officer)
    sketch = RecordIncident(desk.store)("poaching", {"summary": "?"}, officer=desk.officer).incident_id
    incomplete = OpenCase(desk.store)("Sketch", [sketch], officer=desk.officer)
    gone = OpenCase(desk.store)("Gone", [opened[1]], officer=desk.officer)
    TakeBack(desk.store)("case", gone, "twice", officer=desk.officer)
    before = desk.changes()

    for case, error in ((empty, CaseEmptyError), (incomplete, CaseIncompleteError), (gone, RecordTakenBackError),
                        ("0" * 32, RecordMissingError), (opened[1], RecordMissingError)):  # fmt: skip
        with pytest.raises(error):
            sealed(desk, case, "no.pdf")
    with pytest.raises(WrongValueError):
        sealed(desk, opened[0], "no.pdf", language="xx")
    assert not (desk.out / "no.pdf").exists()

    for case in (empty, incomplete):
        draft = sealed(desk, case, "draft.pdf", is_draft=True)
        found = verified(desk, draft.path)
        assert (found.verdict, found.facts["draft"], draft.checkpoint, draft.seal) == ("unsigned", True, {}, "")
        assert dossiers(desk.store.reader, case) == ()
    assert desk.changes() == before


def test_a_case_with_a_withdrawn_incident_is_refused(desk: Desk, opened: tuple[str, str, str]) -> None:
    TakeBack(desk.store)("incident", opened[1], "twice", officer=desk.officer)

    with pytest.raises(RecordTakenBackError):
        sealed(desk, opened[0])
    assert sealed(desk, opened[0], is_draft=True).pages


def test_a_withdrawn_patrol_is_not_printed(desk: Desk, opened: tuple[str, str, str]) -> None:
    TakeBack(desk.store)("patrol", opened[2], "wrong file", officer=desk.officer)

    made = sealed(desk, opened[0])

    assert verified(desk, made.path).verdict == "verified"
    assert b"<trkpt" not in b"".join(embedded(made.path).values())


@pytest.mark.parametrize("part", ["original", "derivative"])
@pytest.mark.parametrize("harm", ["lost", "altered"])
def test_a_photo_that_is_not_what_was_kept_stops_the_seal(
    desk: Desk, opened: tuple[str, str, str], part: str, harm: str
) -> None:
    picture = desk.out / "large.png"
    write_photo(picture, size=(1500, 1500), kind="PNG")
    picture.write_bytes(picture.read_bytes() + noise(300_000))
    incident = ("incident", opened[1])
    (photo,) = AttachPhotos(desk.store)([picture], officer=desk.officer, parent=incident, context=desk.context)
    digest = photo.sha256
    if part == "derivative":
        data = desk.store.blobs.get(photo.derivative_sha256) + noise(300_000)
        digest = desk.store.blobs.put(data)
        with desk.store.act(officer=desk.officer) as change:
            change.set("attachment", photo.id, {"derivative": digest}, blobs=[digest])
    path = desk.store.blobs.path(digest)
    before = desk.changes()
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"\0")

    with pytest.raises(BlobMissingError):
        sealed(desk, opened[0])

    assert not (desk.out / "dossier.pdf").exists()
    assert dossiers(desk.store.reader, opened[0]) == ()
    assert desk.changes() - before in (0, 1)  # the log of cases may have been begun


def test_a_place_that_cannot_be_written_seals_nothing(desk: Desk, opened: tuple[str, str, str]) -> None:
    (desk.out / "file").write_text("keep me")
    (desk.out / "folder.pdf").mkdir()
    (desk.out / "folder.pdf" / "x").write_text("keep me")

    for name in ("file/dossier.pdf", "folder.pdf"):
        for is_draft in (False, True):
            with pytest.raises(FileNotWrittenError):
                sealed(desk, opened[0], name, is_draft=is_draft)

    assert dossiers(desk.store.reader, opened[0]) == ()
    assert desk.store.reader.derived.execute("SELECT count(*) FROM seal").fetchone() == (0,)
    assert sorted(path.name for path in desk.out.iterdir() if ".part" in path.name) == []


def test_stopping_seals_nothing(desk: Desk, opened: tuple[str, str, str]) -> None:
    for at in range(3):
        with pytest.raises(Cancelled):
            sealed(desk, opened[0], context=CancelAt(at))

    assert dossiers(desk.store.reader, opened[0]) == ()
    assert not (desk.out / "dossier.pdf").exists()


class PowerCut(BaseException):
    """Nothing after it is done."""


def test_a_power_cut_while_the_seal_is_written_down_seals_nothing(desk: Desk, opened: tuple[str, str, str]) -> None:
    sealed(desk, opened[0])
    (desk.out / "dossier.pdf").unlink()
    reads: list[int] = []
    clock = desk.store.clock

    def dying(at: int) -> Callable[[], int]:
        def read() -> int:
            reads.append(1)
            if len(reads) == at:
                raise PowerCut
            return clock()

        return read

    desk.store.clock = dying(0)
    sealed(desk, opened[0])
    (desk.out / "dossier.pdf").unlink()
    count = len(reads)
    before = desk.changes()
    for at in range(2, count + 1):  # after the first, which says the moment of the seal
        reads.clear()
        desk.store.clock = dying(at)
        with pytest.raises(PowerCut):
            sealed(desk, opened[0])
        assert not (desk.out / "dossier.pdf").exists()

    desk.store.clock = clock
    desk.reopen()
    assert desk.changes() == before
    assert [one.revision for one in dossiers(desk.store.reader, opened[0])] == [1, 2]


def test_a_power_cut_between_the_two_commits_loses_no_seal(desk: Desk, opened: tuple[str, str, str]) -> None:
    def cut() -> None:
        raise PowerCut

    sealed(desk, opened[0], is_draft=True)
    desk.store.ensure_log(desk.officer, "case")
    desk.store.between_commits = cut
    with pytest.raises(PowerCut):
        sealed(desk, opened[0])
    desk.reopen()

    (kept,) = dossiers(desk.store.reader, opened[0])
    assert kept.sha256 == hashlib.sha256((desk.out / "dossier.pdf").read_bytes()).hexdigest()
    assert verified(desk, desk.out / "dossier.pdf").verdict == "verified"
    again = SealDossier(desk.store, PillowPainter()).again(kept.seal, desk.out / "again.pdf")
    assert again.stat().st_size
    assert rebuild_station(desk.store, desk.context).identical is True


# The same for ever


@pytest.mark.no_cover
def test_the_same_seal_gives_the_same_unsigned_bytes_whatever_came_later(
    desk: Desk, opened: tuple[str, str, str]
) -> None:
    case, incident, patrol = opened
    made = sealed(desk, case, language="ru", second_language="en")

    def again(seal: str, out: Path) -> Path:
        return SealDossier(desk.store, PillowPainter()).again(seal, out)

    unsigned = again(made.seal, desk.out / "first.pdf").read_bytes()
    assert made.path.read_bytes().startswith(unsigned)
    assert unsigned[-6:].strip() == b"%%EOF"

    def later(number: int) -> None:
        store = desk.store
        EditIncident(store)(incident, {"summary": f"Later {number}", "observations": []}, officer=desk.officer)
        EditPatrol(store)(patrol, {"number": f"Walk {number}", "comment": "later"}, officer=desk.officer)
        EditCase(store)(case, title=f"Later {number}", officer=desk.officer)
        with store.act(officer=desk.officer) as change:
            change.set("officer", desk.officer, {"family_name": f"Later {number}"})
            settings = {"name": "Later", "timezone": "Europe/Berlin", "area_name": "Later", "language": "ru"}
            change.set("setting", store.station_id, settings)
        AddOfficer(store)(f"Later, {number}", "ranger", officer=desk.officer)
        path = write_photo(desk.out / f"later{number}.jpg", colour="blue", size=(50 + number, 50))
        AttachPhotos(store)([path], officer=desk.officer, parent=("incident", incident), context=desk.context)

    later(1)
    assert again(made.seal, desk.out / "edited.pdf").read_bytes() == unsigned
    namibia = Path(__file__).parent.parent / "data" / "smart" / "models" / "site_namibia_waterberg_1.1.xml"
    ImportModel(desk.store)(namibia, officer=desk.officer)
    sealed(desk, case, "second.pdf")
    later(2)
    TakeBack(desk.store)("incident", incident, "later", officer=desk.officer)
    TakeBack(desk.store)("patrol", patrol, "later", officer=desk.officer)
    assert again(made.seal, desk.out / "withdrawn.pdf").read_bytes() == unsigned
    desk.store.rederive(desk.context)
    assert again(made.seal, desk.out / "rebuilt.pdf").read_bytes() == unsigned
    desk.reopen()
    assert again(made.seal, desk.out / "reopened.pdf").read_bytes() == unsigned
    assert verified(desk, made.path).verdict == "verified"
    assert b"Later" not in b"".join(embedded(made.path).values())


def test_an_unknown_seal_cannot_be_printed_again(desk: Desk) -> None:
    with pytest.raises(SealMissingError):
        SealDossier(desk.store, PillowPainter()).again("0" * 32, desk.out / "no.pdf")


def test_later_edits_are_late_and_go_into_the_next_revision(desk: Desk, opened: tuple[str, str, str]) -> None:
    case, incident, _ = opened
    first = sealed(desk, case, "first.pdf")
    late = desk.store.reader.derived.execute("SELECT count(*) FROM late").fetchone()
    EditIncident(desk.store)(incident, {"summary": "Four wire snares."}, officer=desk.officer)
    records = desk.store.reader.derived.execute("SELECT record FROM late").fetchall()

    second = sealed(desk, case, "second.pdf")

    assert late == (0,)
    assert [raw.hex() for (raw,) in records] == [incident]
    assert [(one.revision, one.sha256) for one in dossiers(desk.store.reader, case)] == [
        (1, first.sha256), (2, second.sha256),
    ]  # fmt: skip
    assert verified(desk, first.path).verdict == verified(desk, second.path).verdict == "verified"
    assert (verified(desk, first.path).facts["revision"], verified(desk, second.path).facts["revision"]) == (1, 2)
    stories = [b"".join(embedded(one.path).values()) for one in (first, second)]
    assert [b"Four wire snares" in story for story in stories] == [False, True]
    assert desk.store.reader.derived.execute("SELECT count(*) FROM late").fetchone() == (0,)
    assert desk.store.reader.alarms() == ()
    assert check_station(desk.store, desk.context).bad == ()


def test_a_seal_is_among_the_changes_of_what_it_sealed(desk: Desk, opened: tuple[str, str, str]) -> None:
    case, incident, patrol = opened
    before = {record: set(desk.store.reader.refs_of(record)) for record in opened}
    sealed(desk, case)

    added = {record: set(desk.store.reader.refs_of(record)) - before[record] for record in opened}

    assert [len(added[record]) for record in opened] == [1, 1, 1]
    assert added[incident] == added[patrol] != added[case]
    assert sealed(desk, case, "again.pdf").seal
    assert desk.store.reader.alarms() == ()


def test_a_seal_is_not_undone(desk: Desk, opened: tuple[str, str, str]) -> None:
    sealed(desk, opened[0])

    with pytest.raises(UndoRefusedError) as refused:
        UndoActs(desk.store)(officer=desk.officer)
    assert refused.value.facts == {"reason": "undo-sealed", "act": "seal"}
    assert "a sealed dossier holds it" in say_error(Words("en"), refused.value)


def test_a_dossier_of_several_incidents_of_all_kinds_and_letters(desk: Desk, opened: tuple[str, str, str]) -> None:
    conflict = RecordIncident(desk.store)(
        "conflict", {**CONFLICT, "summary": "Снежный барс убил двух овец. برفانی چیتا"}, officer=desk.officer
    ).incident_id
    case = OpenCase(desk.store)('«Барс» & "snares" <1>', [opened[1], conflict], officer=desk.officer)

    for language, second in (("en", ""), ("ru", ""), ("ru", "en"), ("en", "ru")):
        made = sealed(desk, case, f"{language}{second}.pdf", language=language, second_language=second)
        assert verified(desk, made.path).verdict == "verified"


def test_exhibits_and_their_custody_are_told_in_the_dossier(desk: Desk, opened: tuple[str, str, str]) -> None:
    with desk.store.act(officer=desk.officer, audience="case") as change:
        values = {"number": "X-1", "description": "Three wire snares", "seal": "A 17", "found_at": "trail"}
        exhibit = change.create("exhibit", values, parent=("case", opened[0]))
        loose = change.create("exhibit", {"number": "X-2", "description": "Cartridge"}, parent=("case", opened[0]))
    after: list[str] = []
    for hour, action in enumerate(("seized", "stored")):
        with desk.store.act(officer=desk.officer, audience="case") as change:
            told = {"at": f"2026-03-04T1{hour}:00:00+06:00", "action": action, "to": "Asanova", "place": "Safe"}
            change.hand_over(exhibit, told, after=after)
        after = [change.ref]
    with desk.store.act(officer=desk.officer, audience="case") as change:
        change.hand_over(loose, {"at": "soon", "action": "seized"}, after=[])

    made = sealed(desk, opened[0])

    found = case_of(desk.store.reader, opened[0])
    told_of = {one.number: (one.seal, [link.action for link in one.custody]) for one in found.exhibits}
    assert told_of == {"X-1": ("A 17", ["seized", "stored"]), "X-2": ("", [])}
    assert verified(desk, made.path).verdict == "verified"
    assert b"Three wire snares" in b"".join(embedded(made.path).values())
    assert desk.store.reader.alarms() == ()
    with pytest.raises(KindFixedError):
        TakeBack(desk.store)("custody", after[0], "x", officer=desk.officer)
    with pytest.raises(UndoRefusedError):
        UndoActs(desk.store)(officer=desk.officer)


class TornPainter(PillowPainter):
    """Has no colours left."""

    def paint(self, request: MapRequest) -> bytes:
        raise FileUnreadableError("colours", reason="dry")


def test_a_program_that_cannot_paint_says_so_and_stops_there() -> None:
    steps = self_test(painter=TornPainter, context=JobContext())

    assert [(step.code, step.is_ok) for step in steps] == [("resources", True), ("main-job", False)]
    assert steps[1].error == "file-unreadable"


# Changed files


@pytest.fixture
def made(desk: Desk, opened: tuple[str, str, str]) -> bytes:
    return sealed(desk, opened[0]).path.read_bytes()


@pytest.mark.no_cover
def test_each_of_two_hundred_changed_bytes_is_found(desk: Desk, made: bytes) -> None:
    rng = random.Random(20260304)
    path = desk.out / "changed.pdf"
    places = {0, len(made) - 1, *(rng.randrange(len(made)) for _ in range(200))}
    for place in sorted(places):
        changed = bytearray(made)
        changed[place] ^= 1 << rng.randrange(8)
        path.write_bytes(changed)

        found = verified(desk, path)

        assert found.verdict in ("changed", "damaged", "unsigned"), place
        assert found.facts["file_hash_recorded"] is not True, place
        assert found.facts["first_bad"], place


def test_an_appended_revision_is_found(desk: Desk, made: bytes) -> None:
    path, longer = desk.out / "dossier.pdf", desk.out / "longer.pdf"
    with pikepdf.open(path) as pdf:
        pdf.docinfo["/Title"] = "Another title"
        pdf.save(desk.out / "rewritten.pdf")
    longer.write_bytes(made + b"\n% more\n")

    for changed in (longer, desk.out / "rewritten.pdf"):
        assert verified(desk, changed).verdict in ("changed", "damaged", "unsigned")
        assert verified(desk, changed, knows_station=False).verdict in ("changed", "damaged", "unsigned")


def test_a_swapped_attachment_is_found(desk: Desk, made: bytes) -> None:
    path, swapped = desk.out / "dossier.pdf", desk.out / "swapped.pdf"
    with pikepdf.open(path) as pdf:
        name = next(name for name in pdf.attachments if name.endswith(".gpx"))
        pdf.attachments[name].obj.EF.F.write(b"<gpx/>")
        pdf.save(swapped)

    found = verified(desk, swapped)

    assert found.verdict in ("changed", "damaged", "unsigned")
    assert found.facts["first_bad"]
    assert verified(desk, swapped, knows_station=False).verdict in ("changed", "damaged", "unsigned")


def test_a_copied_station_verifies_what_the_first_one_sealed(desk: Desk, made: bytes, tmp_path: Path) -> None:
    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")

    with open_station(tmp_path / "copy", home=desk.home) as copy:
        found = verify(desk.out / "dossier.pdf", store=copy, home=desk.home, context=desk.context)
        station = verify(tmp_path / "copy", store=copy, home=desk.home, context=desk.context)

    desk.store = open_station(desk.folder, home=desk.home)
    assert (found.verdict, station.verdict) == ("verified", "verified")
    assert verify(tmp_path / "copy", store=None, home=desk.home, context=desk.context).verdict == "verified"
