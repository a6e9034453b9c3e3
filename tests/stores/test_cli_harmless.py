"""What people typed never steers the terminal of somebody who reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ranger_app.cli.answers import table
from ranger_app.cli.harmless import harmless, harmless_json, harmless_line
from tests.command_line import DEMO, POACHING, CommandLine

STEERING = "\x1b]0;gone\x07\x1b[2J\x9b31m\x7f\u202e"


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, capsys, monkeypatch)


def is_harmless(text: str) -> bool:
    return not any(sign in text for sign in STEERING if not sign.isprintable())


def test_records_are_shown_with_codes_where_signs_would_steer(ranger: CommandLine) -> None:
    ranger.create("--officer", f"Asanov{STEERING}, Bek", "--name", f"Naryn{STEERING}")
    document = {"place": f"Ridge{STEERING}", "summary": f"Two{STEERING}\nlines"}
    path = ranger.write("record.json", document)
    added = ranger("incident", "add", "--kind", "poaching", "--from-json", path)

    for command in (
        ("officer", "list"), ("incident", "list"), ("station", "info"), ("incident", "show", "{id}"),
        ("history", "incident", "{id}"), ("case", "create", "--title", STEERING, "--incident", "{id}"),
    ):  # fmt: skip
        record = ranger.answer("incident", "list")["incidents"][0]["id"]
        for more in ((), ("--json",)):
            ran = ranger(*(one.format(id=record) for one in command), *more)
            assert ran.code == 0, ran.err
            assert is_harmless(ran.out + ran.err), command
    assert (added.code, "[text-signs-left-out]" in added.err) == (1, True)
    assert "Ridge]0;gone[2J31m\\u202e" in ranger("incident", "show", record).out


def test_a_photo_with_a_steering_name_is_listed_by_codes(ranger: CommandLine) -> None:
    ranger.create()
    photo = ranger.folder / "a\x1b[2J\x9b31m.jpg"
    photo.write_bytes((DEMO / "made_up_snare.jpg").read_bytes())

    for more in ((), ("--json",)):
        ran = ranger("import", "photos", photo, *more)

        assert ran.code == 0
        assert is_harmless(ran.out + ran.err)
    assert ranger.answer("import", "photos", photo)["attachments"][0]["name"] == photo.name


def test_errors_are_one_harmless_line(ranger: CommandLine) -> None:
    ranger.create()
    for command in (
        ("incident", "show", f"a{STEERING}\n[done] b"), ("import", "gpx", f"/nowhere/a{STEERING}\nb.gpx"),
        ("history", f"x{STEERING}\ny", "1"), ("incident", "add", "--kind", "poaching", "--from-json", f"\n{STEERING}"),
    ):  # fmt: skip
        ran = ranger(*command)

        assert ran.code in (2, 3)
        assert is_harmless(ran.err)
        assert ran.err.count("\n") == 1


def test_json_says_the_same_in_codes(ranger: CommandLine) -> None:
    assert harmless_json('["\x7f\x9b\u202eя"]') == '["\\u007f\\u009b\\u202eя"]'
    assert harmless("a\tb\nc\rd") == "a\tb\nc\\x0dd"
    assert harmless_line("a\nb\u2028c") == "a\\nb\\u2028c"


def test_a_cell_stays_in_its_line() -> None:
    assert table([("a\nb", "c"), ("d", "e\n")]) == "a\\nb  c\nd     e\\n"


def test_a_document_is_shown_as_it_was_typed_where_nothing_steers(ranger: CommandLine) -> None:
    ranger.create()
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)

    assert "\\" not in ranger("incident", "list").out
