"""A dossier of a station in which fixes of tracks are lost: made of the rest, saying so, and the same for ever."""

from __future__ import annotations

import json

import pytest

from db.blobs import BlobMissingError
from db.cases import dossiers
from ranger_app.domain.dossier_files import RECORDS
from ranger_app.importers.gpx import read_gpx
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.seal_dossier import SealDossier, Sealed
from tests.command_line import CommandLine
from tests.flows.test_cli_dossier import open_case
from tests.service_desk import MORNING, POACHING, Desk, walk, write_gpx
from tests.stores.test_print_map import Watching
from tests.stores.test_print_map_lost import CHUNK, LONG, chunks_of, harmed, lose
from tests.stores.test_services_seals import embedded, verified


@pytest.fixture
def case(desk: Desk) -> str:
    """A case with an incident on a long walk."""
    walked = write_gpx(desk.out.parent / "long.gpx", walk(MORNING, LONG, step_s=1))
    (patrol,) = ImportTracks(desk.store)([walked], officer=desk.officer, context=desk.context).patrols
    told = {**POACHING, "patrol_id": patrol}
    incident = RecordIncident(desk.store)("poaching", told, officer=desk.officer).incident_id
    return OpenCase(desk.store)("Wire snares", [incident], officer=desk.officer)


def made(desk: Desk, case: str, painter: Watching, *, is_draft: bool = False) -> Sealed:
    use = SealDossier(desk.store, painter)
    return use(case, desk.out / "dossier.pdf", officer=desk.officer, is_draft=is_draft, context=desk.context)


@pytest.mark.parametrize("is_draft", [True, False])
def test_what_is_lost_of_a_track_stops_no_dossier_and_stands_in_it(desk: Desk, case: str, is_draft: bool) -> None:
    lose(desk.store.blobs, chunks_of(desk)[1])
    painter = Watching()

    done = made(desk, case, painter, is_draft=is_draft)

    (request,) = painter.asked
    assert sum(map(len, request.tracks)) == LONG - CHUNK
    assert request.notes[-1] == "Parts of the patrol's tracks are missing or damaged, and are not on this map."
    assert [number.startswith("KG-NAR") for number in done.lost] == [True]
    files = embedded(done.path)
    records = json.loads(files[RECORDS])
    assert {"code": "track-lost", "where": done.lost[0]} in records["known_gaps"]
    gpx = next(content for name, content in files.items() if name.endswith(".gpx"))
    (desk.out / "again.gpx").write_bytes(gpx)
    assert read_gpx(desk.out / "again.gpx", name="again.gpx").point_count == LONG - CHUNK
    if not is_draft:
        assert verified(desk, done.path).verdict == "verified"


def test_nothing_is_said_of_a_dossier_in_which_nothing_is_lost(desk: Desk, case: str) -> None:
    painter = Watching()

    done = made(desk, case, painter)

    assert done.lost == ()
    assert not any("missing or damaged" in note for note in painter.asked[0].notes)
    assert "lost_chunks" not in desk.store.reader.entries("dossier")[0].values


def test_a_dossier_comes_out_the_same_when_what_was_lost_is_back_and_not_when_more_is_lost(
    desk: Desk, case: str
) -> None:
    first, second, _ = chunks_of(desk)
    kept = desk.store.blobs.get(second)
    lose(desk.store.blobs, second)
    done = made(desk, case, Watching())
    (told,) = dossiers(desk.store.reader, case)
    use = SealDossier(desk.store, Watching())

    unsigned = use.again(told.seal, desk.out / "one.pdf").read_bytes()
    desk.store.blobs._db.execute("INSERT INTO blob (digest, bytes) VALUES (?, ?)", (bytes.fromhex(second), kept))
    restored = use.again(told.seal, desk.out / "two.pdf").read_bytes()

    assert done.path.read_bytes().startswith(unsigned)
    assert restored == unsigned
    lose(desk.store.blobs, first)
    with pytest.raises(BlobMissingError):
        use.again(told.seal, desk.out / "three.pdf")


def test_on_the_command_line_it_needs_a_look(ranger: CommandLine) -> None:
    case = open_case(ranger)
    patrol = ranger.answer("patrol", "list")["patrols"][0]["id"]
    incident = ranger.answer("incident", "list")["incidents"][0]["id"]
    named = ranger.write("link.json", {"patrol_id": patrol})
    ranger.answer("incident", "edit", incident, "--from-json", named)
    harmed(ranger.station)

    ran = ranger("dossier", case, ranger.folder / "dossier.pdf", "--json", painter=Watching)

    assert ran.code == 1
    assert [(row["code"], row["where"][:6]) for row in ran.answer["problems"]] == [("dossier-tracks-lost", "KG-NAR")]
    assert "[dossier-tracks-lost] " in ran.err
    assert (ranger.folder / "dossier.pdf").is_file()
