"""The main job to its end on the command line: a dossier with its painted map, its verification, the demo."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import POACHING, ROOT, WALK, CommandLine

FACTS = {
    "intact", "whole_file_covered", "signer", "signer_known", "time_source", "file_hash_recorded", "in_journal",
    "checkpoint_seen_elsewhere", "first_bad",
}  # fmt: skip


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    line.create()
    return line


def open_case(ranger: CommandLine) -> str:
    """A case about one complete poaching incident on a patrol."""
    ranger.answer("import", "gpx", WALK)
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    return str(ranger.answer("case", "create", "--title", "Snares", "--incident", incident)["case_id"])


def seal(ranger: CommandLine, *more: str) -> tuple[Path, dict[str, Any]]:
    out = ranger.folder / "dossier.pdf"
    return out, ranger.answer("dossier", open_case(ranger), out, *more)


def test_a_sealed_dossier_is_verified_by_its_station(ranger: CommandLine) -> None:
    out, sealed = seal(ranger)

    ran = ranger("verify", out, "--json")

    assert sealed["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert sealed["pages"] >= 3
    assert len(sealed["manifest_sha256"]) == 64
    assert sealed["checkpoint"].keys() == {"station", "case"}
    assert (ran.code, ran.answer["verdict"]) == (0, "verified")
    facts = ran.answer["facts"]
    assert facts.keys() >= FACTS
    told = ("intact", "whole_file_covered", "signer_known", "file_hash_recorded", "in_journal")
    assert {facts[name] for name in told} == {True}
    assert facts["first_bad"] is None


def test_a_name_that_no_font_can_print_is_told_and_can_be_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    officer = ranger.create("--name", "Naryn 🐆", "--officer", "Asanov 🐆, Bek")["officer_id"]
    case, out = open_case(ranger), tmp_path / "dossier.pdf"

    refused = ranger("dossier", case, out)
    assert ranger.answer("station", "edit", "--name", "Naryn")["changed"]
    again = ranger("dossier", case, out)
    assert ranger.answer("officer", "edit", officer, "--name", "Asanov, Bek")["changed"]

    assert (refused.code, again.code) == (3, 3)
    assert "It stands in: station KG-NAR, field name." in refused.err
    assert f"It stands in: officer {officer}, field family_name." in again.err
    assert not out.exists()
    assert ranger("dossier", case, out).code == 0
    assert ranger("verify", out).code == 0


def test_without_a_station_what_it_knows_is_null(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = seal(ranger)
    monkeypatch.delenv("RANGER_STATION")

    ran = ranger("verify", out, "--json")

    facts = ran.answer["facts"]
    assert (ran.code, ran.answer["verdict"], facts["intact"]) == (4, "unknown_signer", True)
    unknown = ("signer_known", "file_hash_recorded", "in_journal", "checkpoint_seen_elsewhere")
    assert {facts[name] for name in unknown} == {None}
    assert ran.err.splitlines()[-1].startswith("[unknown-signer] Unchanged")


def test_a_changed_dossier_is_named_and_exits_4(ranger: CommandLine) -> None:
    out, _ = seal(ranger)
    content = bytearray(out.read_bytes())
    content[len(content) // 2] ^= 1
    out.write_bytes(content)

    ran = ranger("verify", out, "--json")

    assert ran.code == 4
    assert ran.answer["verdict"] in {"changed", "damaged"}
    assert ran.answer["facts"]["first_bad"]
    assert ran.err.splitlines()[-1].startswith("[")


def test_a_file_that_is_no_dossier_is_damaged(ranger: CommandLine) -> None:
    ran = ranger("verify", WALK, "--json")

    assert (ran.code, ran.answer["verdict"], ran.answer["facts"]["first_bad"]) == (4, "damaged", "not-a-pdf")
    assert "[not-a-pdf] The file is no PDF." in ran.err


def test_a_draft_is_made_of_an_incomplete_case_and_proves_nothing(ranger: CommandLine) -> None:
    record = ranger.write("record.json", {"summary": "Snares"})
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", record)["incident_id"]
    case = ranger.answer("case", "create", "--title", "Snares", "--incident", incident)["case_id"]
    out = ranger.folder / "dossier.pdf"

    sealed = ranger("dossier", case, out, "--json")
    draft = ranger("dossier", case, out, "--draft", "--json")

    assert (sealed.code, sealed.out) == (3, "")
    assert sealed.err.startswith("[case-incomplete] ")
    assert (draft.code, draft.answer["checkpoint"]) == (0, {})
    verified = ranger("verify", out, "--json")
    assert (verified.code, verified.answer["verdict"]) == (4, "unsigned")


def test_a_sealed_dossier_is_never_written_over(ranger: CommandLine) -> None:
    case, out = open_case(ranger), ranger.folder / "dossier.pdf"
    sealed = ranger.answer("dossier", case, out)
    content = out.read_bytes()

    draft = ranger("dossier", case, out, "--draft", "--json")
    ranger.answer("dossier", case, out)
    ranger.answer("dossier", case, out)

    assert draft.code == 0
    assert "[dossier-kept] " in draft.err
    assert draft.answer["kept"] == str(ranger.folder / "dossier-r1.pdf")
    assert (ranger.folder / "dossier-r1.pdf").read_bytes() == content
    assert hashlib.sha256(content).hexdigest() == sealed["sha256"]
    assert (ranger.folder / "dossier-r2.pdf").exists()
    assert ranger("verify", out).code == 0


def test_a_case_without_an_incident_is_not_sealed(ranger: CommandLine) -> None:
    case = ranger.answer("case", "create", "--title", "Empty")["case_id"]

    ran = ranger("dossier", case, ranger.folder / "dossier.pdf", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[case-empty] ")


def test_a_dossier_speaks_the_language_asked_for_and_its_case_is_found_by_number(ranger: CommandLine) -> None:
    case, out = open_case(ranger), ranger.folder / "dossier.pdf"
    number = ranger.answer("case", "show", case)["number"]

    ranger.answer("dossier", number, out, "--language", "ru", "--second-language", "en")

    assert ranger("verify", out).code == 0
    assert ranger.answer("case", "show", number)["dossiers"][0]["language"] == "ru"


def test_a_dossier_that_cannot_be_written_is_not_sealed(ranger: CommandLine) -> None:
    case = open_case(ranger)
    blocker = ranger.write("file", {})

    ran = ranger("dossier", case, blocker / "dossier.pdf", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ranger.answer("case", "show", case)["dossiers"] == []


def test_a_station_folder_is_verified_as_a_station(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)

    at_hand = ranger("verify", ranger.station, "--json")
    monkeypatch.delenv("RANGER_STATION")
    alone = ranger("verify", ranger.station, "--json")

    assert (at_hand.code, at_hand.answer["verdict"]) == (alone.code, alone.answer["verdict"]) == (0, "verified")
    assert at_hand.answer["facts"].keys() >= FACTS


def test_the_demo_does_the_main_job_and_verifies(ranger: CommandLine) -> None:
    folder = ranger.folder / "demo"

    done = ranger.answer("demo", folder)

    assert done["verified"] is True
    assert done["station"].startswith(str(folder))
    assert len(done["smart_files"]) >= 3
    assert all(Path(name).is_file() for name in (*done["smart_files"], done["dossier"]))
    assert ranger("--station", done["station"], "verify", done["dossier"]).code == 0
    again = ranger("demo", folder, "--json")
    assert (again.code, again.out) == (3, "")
    assert again.err.startswith("[station-exists] ")


def test_the_installed_program_proves_itself(ranger: CommandLine) -> None:
    proof = ranger.answer("self-test")

    assert proof["ok"] is True
    assert [step["ok"] for step in proof["steps"]] == [True] * len(proof["steps"])


def test_the_main_job_as_processes_one_after_another(tmp_path: Path) -> None:
    station, out = tmp_path / "станция", tmp_path / "дело.pdf"
    environment = {**os.environ, "RANGER_HOME": str(tmp_path / "home"), "RANGER_STATION": str(station)}

    def run(*arguments: str | Path) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "ranger_app", *map(str, arguments), "--json"], cwd=ROOT, env=environment,
            capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr.decode("utf-8", "replace")
        told: dict[str, Any] = json.loads(done.stdout.decode("utf-8"))
        return told

    run("station", "create", station, "--name", "Нарын", "--area", "KG-NAR", "--officer", "Асанов, Бек",
        "--role", "ranger", "--language", "ru", "--unencrypted")  # fmt: skip
    patrol = run("import", "gpx", WALK)["patrol_id"]
    incident = run("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    files = run("export", "smart", tmp_path / "smart", "--patrol", patrol)["files"]
    case = run("case", "create", "--title", "Петли", "--incident", incident)["case_id"]
    run("dossier", case, out)

    assert run("verify", out)["verdict"] == "verified"
    assert len(files) == 1
    copy = tmp_path / "copy"
    shutil.copytree(station, copy)
    assert run("--station", copy, "station", "check")["bad"] == []
