"""What no incident can hold is refused by its name, and the photos that a document names, on the command line."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from tests.command_line import DEMO, CommandLine
from tests.stores.test_cli_incidents import add


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    made = CommandLine(tmp_path, capsys, monkeypatch)
    made.create()
    return made


def refused(ranger: CommandLine, document: object, kind: str = "poaching") -> str:
    """The line of an error about *document*; nothing may be stored."""
    before = ranger.answer("station", "info")["counts"]
    ran = ranger("incident", "add", "--kind", kind, "--from-json", ranger.write("record.json", document), "--json")
    assert (ran.code, ran.out) == (3, "")
    assert ranger.answer("station", "info")["counts"] == before
    return ran.err


def test_what_an_observation_has_no_place_for_is_refused_by_name_and_not_dropped(ranger: CommandLine) -> None:
    trap = {"category": "humanactivity.weaponsequipment.trap.", "attribute": {"typeoftrap": "wiresnare"}}

    assert "[document-key-unknown] observations[1].attribute: " in refused(ranger, {"observations": [trap]})


@pytest.mark.parametrize("count", [2**53, 10**30, 1e300])
def test_a_count_beyond_what_json_carries_is_named_with_its_field(ranger: CommandLine, count: float) -> None:
    told = refused(ranger, {"fields": {"animal_count": count}})

    assert "[field-above-maximum] fields.animal_count: " in told
    assert "9007199254740991" in told
    trap = {"category": "humanactivity.", "attributes": {"numberofweaponsequipment": 2**53}}
    assert "[field-type] observations[1].attributes.numberofweaponsequipment: " in refused(
        ranger, {"observations": [trap]}
    )


def test_a_number_of_thousands_of_digits_is_refused_in_words_of_ours(ranger: CommandLine) -> None:
    told = refused(ranger, b'{"fields": {"animal_count": ' + b"9" * 5000 + b"}}")

    assert told.startswith("[json-ill-formed] ")
    assert "too large a number" in told


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+06:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "2026-02-20T09:00:00+06:00:30"],
)
def test_a_moment_that_is_none_in_another_zone_is_refused(ranger: CommandLine, moment: str) -> None:
    assert "[field-not-a-moment] occurred_at: " in refused(ranger, {"occurred_at": moment})
    assert "[field-not-a-moment] fields.discovered_at: " in refused(ranger, {"fields": {"discovered_at": moment}})


def snare(ranger: CommandLine, name: str) -> Path:
    photo = ranger.folder / name
    photo.write_bytes((DEMO / "made_up_snare.jpg").read_bytes())
    return photo


def test_a_photo_that_is_attached_already_changes_nothing(ranger: CommandLine) -> None:
    snare(ranger, "snare.jpg")
    record = add(ranger, {"photos": ["snare.jpg"]})["incident_id"]
    parts = ranger.write("parts.json", {"photos": ["snare.jpg"]})

    again = ranger.answer("incident", "edit", record, "--from-json", parts)

    assert again["changed"] is False
    assert len(ranger.answer("history", "incident", record, "--parts")["changes"]) == 2
    other = snare(ranger, "other.jpg")
    other.write_bytes(other.read_bytes() + b"more")
    parts = ranger.write("parts.json", {"photos": ["snare.jpg", "other.jpg"]})
    assert ranger.answer("incident", "edit", record, "--from-json", parts)["changed"] is True


def test_a_photo_is_found_by_its_name_however_its_marks_are_written(ranger: CommandLine) -> None:
    apart, composed = (unicodedata.normalize("NFD", "Чайка йод.jpg"), unicodedata.normalize("NFC", "Чайка йод.jpg"))
    for on_disk, written in ((apart, composed), (f"2 {composed}", f"2 {apart}")):
        snare(ranger, on_disk)

        record = add(ranger, {"photos": [written]})["incident_id"]

        (photo,) = ranger.answer("incident", "show", record)["attachments"]
        assert photo["name"] == on_disk


def test_what_is_wrong_with_a_photo_names_its_file_by_the_whole_path(ranger: CommandLine) -> None:
    photo = snare(ranger, "half.jpg")
    photo.write_bytes(photo.read_bytes()[:50_000])
    text = ranger.write("text.jpg", b"text")

    kept = ranger("import", "photos", text, photo, "--json")
    stored = ranger("incident", "add", "--kind", "poaching", "--from-json",
                    ranger.write("record.json", {"photos": ["half.jpg"]}), "--json")  # fmt: skip

    assert (kept.code, stored.code) == (1, 1)
    assert [(one["code"], one["file"]) for one in kept.answer["problems"]] == [
        ("photo-not-a-photo", str(text)), ("photo-cut-off", str(photo)),
    ]  # fmt: skip
    assert kept.answer["problems"][0]["text"] == f"{text} is not a photo that can be read, and was not stored."
    assert [(one["code"], one["file"]) for one in stored.answer["problems"]] == [("photo-cut-off", str(photo))]


def test_a_photo_that_is_not_there_is_said_so_and_a_pipe_is_none(ranger: CommandLine) -> None:
    os.mkfifo(ranger.folder / "pipe.jpg")

    assert refused(ranger, {"photos": ["none.jpg"]}).startswith(
        f"[file-unreadable] {ranger.folder / 'none.jpg'} cannot be read: "
    )
    assert refused(ranger, {"photos": ["pipe.jpg"]}).startswith("[photo-not-a-photo] ")


def test_several_choices_are_told_in_the_order_in_which_the_form_asks_for_them(ranger: CommandLine) -> None:
    schema = ranger.answer("incident", "schema", "--kind", "poaching")
    asked = schema["properties"]["fields"]["properties"]["weapons"]["items"]["enum"]
    record = add(ranger, {"fields": {"weapons": asked[::-1]}})["incident_id"]

    assert ranger.answer("incident", "show", record)["fields"]["weapons"] == asked
