"""The history of every kind of record that the journal knows, on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ranger_app.__main__ import map_painter
from ranger_app.cli.records import KINDS
from ranger_app.jobs import JobContext
from ranger_app.services.demo import make_demo
from tests.command_line import CommandLine


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station where the whole main job was done; it is only read here."""
    folder = tmp_path_factory.mktemp("history")
    return make_demo(folder / "demo", home=folder / "home", painter=map_painter(), context=JobContext()).station


@pytest.fixture
def ranger(
    done: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    made = CommandLine(tmp_path, capsys, monkeypatch)
    made.station = done
    monkeypatch.setenv("RANGER_STATION", str(done))
    return made


def test_every_record_of_the_main_job_has_its_history(ranger: CommandLine) -> None:
    with closing(sqlite3.connect(ranger.station / "derived.db")) as tables:
        records = [(kind, raw.hex()) for kind, raw in tables.execute("SELECT kind, id FROM record")]

    assert {kind for kind, _ in records} <= set(KINDS)
    for kind, record in records:
        first = ranger.answer("history", kind, record)["changes"][0]
        assert (first["act"], first["officer"]) == ("create", "Sample, Aibek"), kind
        assert first["fields"]


@pytest.mark.parametrize("more", [(), ("--parts",)])
def test_a_seal_tells_when_it_was_put_on_which_records_of_each_audience(
    ranger: CommandLine, more: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(ranger.station / "derived.db")) as tables:
        dossier = tables.execute("SELECT hex(id) FROM record WHERE kind = 'dossier'").fetchone()[0].lower()
    seal = ranger.answer("history", "dossier", dossier)["changes"][0]["fields"]["seal"]
    incident = next(one["id"] for one in ranger.answer("incident", "list")["incidents"] if one["kind"] == "poaching")

    changes = ranger.answer("history", "seal", seal, *more)["changes"]

    assert [(one["act"], one["officer"], one["fields"]["revision"]) for one in changes] == [
        ("seal", "Sample, Aibek", 1)
    ] * 2
    assert len({one["ref"] for one in changes}) == 2
    assert incident in [record for one in changes for record in one["fields"]["records"]]
    assert ranger("history", "seal", seal).out.count("seal") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_has_no_history(ranger: CommandLine, kind: str) -> None:
    for record in ("0" * 32, "nonsense"):
        ran = ranger("history", kind, record, "--json")

        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("[record-missing] ")
