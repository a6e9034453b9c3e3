"""The command line's contract: exit codes, what goes to standard output, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ranger_app import __version__
from ranger_app.jobs import JobContext
from tests.command_line import POACHING, ROOT, WALK, CommandLine

NOBODY = "0" * 32
ONE_LINE = re.compile(r"\[[a-z0-9-]+\] [^\n]+\n")


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, capsys, monkeypatch)


def test_without_a_command_the_window_opens_on_the_station_that_was_named(ranger: CommandLine, tmp_path: Path) -> None:
    assert ranger().code == 0
    assert ranger("--station", tmp_path / "other").code == 0

    assert ranger.windows == [ranger.station, tmp_path / "other"]


def test_without_any_station_the_window_lets_the_person_choose(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGER_STATION")

    ranger()

    assert ranger.windows == [None]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("import", "gpx"),
        ("import", "gpx", WALK, "--date", "yesterday"),
        ("--nonsense", "station", "info"),
        ("station", "create", "x", "--name", "N", "--area", "A", "--officer", "O", "--role", "king", "--unencrypted"),
        ("incident", "add", "--kind", "theft", "--from-json", POACHING),
        ("incident", "add", "--kind", "poaching"),
        ("incident", "schema"),
        ("export", "smart", "out", "--version", "5"),
        ("export", "gpx", "out.gpx", "--from", "2026-13-01"),
        ("retract", "incident", NOBODY),
        ("retract", "nonsense", NOBODY, "--reason", "r"),
        ("undo", "--steps", "0"),
        ("dossier", NOBODY, "out.pdf", "--language", "xx"),
        ("dossier", NOBODY),
        ("case", "create"),
        ("station", "edit"),
        ("officer", "edit", NOBODY),
        ("import", "gpx", ""),
    ],
)
def test_wrong_usage_exits_2_with_one_line_and_nothing_on_standard_output(
    ranger: CommandLine, arguments: tuple[str, ...]
) -> None:
    ran = ranger("--json", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("[wrong-usage] ")
    assert ONE_LINE.fullmatch(ran.err)


@pytest.mark.parametrize("family", ["station", "officer", "import", "patrol", "incident", "case", "export"])
def test_a_family_named_alone_shows_its_commands_and_exits_2(ranger: CommandLine, family: str) -> None:
    ran = ranger(family)

    assert (ran.code, ran.out) == (2, "")
    assert f"ranger-app {family} [OPTIONS] COMMAND" in ran.err


def test_a_command_that_needs_a_station_says_how_to_name_it(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGER_STATION")

    ran = ranger("station", "info")

    assert ran.code == 2
    assert "--station DIR" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import", "gpx", "/nonexistent.gpx"), "file-unreadable"),
        (("import", "gpx", POACHING), "gpx-not-gpx"),
        (("import", "gpx", ROOT / "resources/fonts"), "no-tracks-found"),
        (("import", "gpx", WALK, "--patrol-id", NOBODY), "patrol-missing"),
        (("import", "model", POACHING), "model-not-a-model"),
        (("import", "model", ROOT), "file-unreadable"),
        (("import", "photos", POACHING), "photo-not-a-photo"),
        (("import", "photos", ROOT), "photo-not-a-photo"),
        (("import", "photos", ROOT / "resources/demo/made_up_snare.jpg", "--incident", NOBODY), "record-missing"),
        (("patrol", "show", NOBODY), "record-missing"),
        (("patrol", "show", "../../etc/passwd"), "record-missing"),
        (("patrol", "edit", NOBODY, "--from-json", POACHING), "record-missing"),
        (("patrol", "edit", NOBODY, "--from-json", WALK), "json-ill-formed"),
        (("incident", "show", NOBODY), "record-missing"),
        (("incident", "edit", NOBODY, "--from-json", POACHING), "record-missing"),
        (("incident", "add", "--kind", "conflict", "--from-json", POACHING), "document-refused"),
        (("incident", "add", "--kind", "poaching", "--from-json", "/nonexistent.json"), "json-unreadable"),
        (("incident", "add", "--kind", "poaching", "--from-json", ROOT), "json-unreadable"),
        (("history", "patrol", NOBODY), "record-missing"),
        (("retract", "incident", NOBODY, "--reason", "twice"), "record-missing"),
        (("retract", "seal", NOBODY, "--reason", "no"), "kind-fixed"),
        (("case", "create", "--title", " "), "wrong-value"),
        (("case", "create", "--title", "T", "--incident", NOBODY), "record-missing"),
        (("case", "show", NOBODY), "record-missing"),
        (("track", "list", NOBODY), "record-missing"),
        (("track", "edit", NOBODY, "--hide", "1-2"), "record-missing"),
        (("track", "split", NOBODY, "--at", "1"), "record-missing"),
        (("patrol", "flags", NOBODY), "record-missing"),
        (("patrol", "join", NOBODY, NOBODY), "record-missing"),
        (("clock", "correct", "--device", "none", "--shift", "1", "--reason", "R"), "clock-unknown"),
        (("export", "smart", "out"), "nothing-to-export"),
        (("export", "smart", "out", "--patrol", NOBODY), "record-missing"),
        (("export", "smart", "out", "--incident", NOBODY), "record-missing"),
        (("export", "gpx", "out.gpx"), "nothing-to-export"),
        (("export", "geojson", "out.geojson", "--incident", NOBODY), "record-missing"),
        (("dossier", NOBODY, "out.pdf", "--redact", "names"), "redaction-not-yet"),
        (("verify", "/nonexistent.pdf"), "file-unreadable"),
        (("verify", ROOT / "docs"), "not-verifiable"),
        (("--officer", NOBODY, "officer", "add", "New, One", "--role", "ranger"), "officer-unknown"),
        (("officer", "add", " ", "--role", "ranger"), "wrong-value"),
        (("officer", "edit", NOBODY, "--role", "ranger"), "record-missing"),
        (("station", "edit", "--name", " "), "wrong-value"),
    ],
)
def test_what_is_refused_exits_3_with_its_code_and_nothing_on_standard_output(
    ranger: CommandLine, arguments: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ranger.create()
    before = ranger.answer("station", "info")["counts"]
    monkeypatch.chdir(tmp_path)

    ran = ranger("--json", *arguments)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"[{code}] ")
    assert ONE_LINE.fullmatch(ran.err)
    assert ranger.answer("station", "info")["counts"] == before
    assert not any((tmp_path / name).exists() for name in ("out", "out.gpx", "out.geojson", "out.pdf"))


def test_options_that_all_commands_share_are_understood_before_and_after(ranger: CommandLine) -> None:
    ranger.create()

    before = ranger("--station", ranger.station, "--json", "officer", "list")
    between = ranger("officer", "--json", "--station", ranger.station, "list")
    after = ranger("officer", "list", "--station", ranger.station, "--json")

    assert before.answer == between.answer == after.answer


def test_a_named_station_counts_more_than_that_of_the_environment(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.create()

    assert ranger("station", "info", "--station", tmp_path).code == 3
    assert ranger("--station", tmp_path, "station", "info", "--station", ranger.station).code == 0


def test_who_acts_is_the_officer_named_and_then_the_one_named_last(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ranger.create()["officer_id"]
    second = ranger.answer("officer", "add", "Toktosunov, Azat", "--role", "inspector")["officer_id"]

    added = [
        ranger.answer("officer", "add", "A, A", "--role", "ranger", "--officer", second)["officer_id"],
        ranger.answer("officer", "add", "B, B", "--role", "ranger")["officer_id"],
    ]
    monkeypatch.setenv("RANGER_OFFICER", first)
    added.append(ranger.answer("officer", "add", "C, C", "--role", "ranger")["officer_id"])

    by = [ranger.answer("history", "officer", one)["changes"][0]["officer"] for one in added]
    assert by == ["Toktosunov, Azat", "Toktosunov, Azat", "Asanov, Bek"]


def test_a_station_that_is_open_elsewhere_is_refused_by_name(ranger: CommandLine) -> None:
    from db.store import Store

    ranger.create()
    with Store(ranger.station, home=ranger.home):
        ran = ranger("station", "info", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[station-locked] ")
    assert str(os.getpid()) in ran.err


@pytest.mark.parametrize("name", ["journal.db", "keys.json"])
def test_a_station_with_a_broken_file_is_refused_by_name(ranger: CommandLine, name: str) -> None:
    ranger.create()
    (ranger.station / name).write_bytes(b"not what it was" * 1000)

    ran = ranger("station", "info", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[station-unreadable] ")


def test_what_opening_mended_stands_in_the_line_of_an_error_too(ranger: CommandLine) -> None:
    ranger.create()
    (ranger.station / "derived.db").unlink()

    ran = ranger("incident", "show", NOBODY)

    assert ran.code == 3
    assert ran.err.startswith("[record-missing] ")
    assert " [derived-missing] " in ran.err
    assert ONE_LINE.fullmatch(ran.err)


def test_no_station_in_a_folder_and_no_folder_at_all_are_said_alike(ranger: CommandLine, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", POACHING):
        ran = ranger("--station", folder, "patrol", "list", "--json")

        assert (ran.code, ran.out) == (3, "")
        assert ran.err == f"[station-missing] There is no station in {folder}.\n"


def test_sentences_are_english_where_nobody_translated_them(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RANGER_LANGUAGE", "ur")

    ran = ranger("--station", tmp_path, "station", "info")

    assert ran.err == f"[station-missing] There is no station in {tmp_path}.\n"


@pytest.mark.parametrize("language", ["ru", "ru_RU.UTF-8", "xx", ""])
def test_every_language_of_the_environment_gives_a_coded_line(
    ranger: CommandLine, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LANG", language)

    ran = ranger("--station", tmp_path, "station", "info")

    assert ran.code == 3
    assert ran.err.startswith("[station-missing] ")
    assert str(tmp_path) in ran.err


@pytest.mark.logs_errors
def test_a_fault_of_our_own_is_one_line_and_its_traceback_lies_in_a_file(ranger: CommandLine) -> None:
    def broken() -> None:
        raise LookupError("a fault of our own")

    ranger.create()
    ran = ranger("demo", ranger.folder / "demo", "--json", painter=broken)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[internal-error] The program has a fault (LookupError).")
    assert ONE_LINE.fullmatch(ran.err)
    assert "LookupError: a fault of our own" in (ranger.home / "crash.log").read_text(encoding="utf-8")


def test_a_stop_before_the_work_stores_nothing(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    ranger.create()
    monkeypatch.setattr("ranger_app.cli.desk.JobContext", _cancelled_context)
    ran = ranger("import", "gpx", WALK, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[cancelled] ")
    assert ranger.answer("patrol", "list") == {"patrols": []}


def _cancelled_context() -> JobContext:
    context = JobContext()
    context.cancel()
    return context


def test_the_version_is_printed(ranger: CommandLine) -> None:
    assert ranger("--version").out == f"ranger-app {__version__}\n"


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ranger_app", *map(str, arguments)], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def test_as_a_process_it_answers_utf_8_json_and_draws_no_bar(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.create()
    walk = tmp_path / "Нарын.gpx"
    walk.write_bytes(WALK.read_bytes())

    done = run("import", "gpx", walk, walk, "--json", PYTHONIOENCODING="ascii", LANG="C")

    assert done.returncode in (0, 1)
    assert json.loads(done.stdout.decode("utf-8"))["duplicates"] == [str(walk)]
    assert b"\x1b" not in done.stderr


def test_as_a_process_without_a_screen_the_window_is_refused_in_words() -> None:
    done = run(QT_QPA_PLATFORM="offscreen", RANGER_LANGUAGE="en")

    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.startswith((b"[no-display] ", b"[no-window] "))


def test_a_reader_who_leaves_early_is_no_error(ranger: CommandLine) -> None:
    ranger.create()

    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "ranger_app", "incident", "schema", "--kind", "poaching", "--json"], cwd=ROOT,
        stdout=write, stderr=subprocess.PIPE, check=False, timeout=120,
    )  # fmt: skip
    os.close(write)

    assert (done.returncode, b"Traceback" in done.stderr, b"BrokenPipe" in done.stderr) == (0, False, False)
