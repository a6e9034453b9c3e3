"""The commands are data: each has a key of its own, an act, and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from PySide6.QtWidgets import QMenu

from ranger_app.cli.root import cli
from ranger_app.domain.definitions import DefinitionError
from ranger_app.paths import resource
from tests.ui.window_room import Room, choose_first
from ui import commands
from ui.commands import command, command_groups, words_of_commands
from ui.pages.list_page import ListPage
from ui.rail import FOOT, PAGES

EVERY = [one.id for group in command_groups() for one in group.commands]

OF_COMMAND_LINE = {
    "station create": "other_station",
    "officer add": "add_officer",
    "officer edit": "edit_officer",
    "officer list": "go_station",
    "station edit": "edit_station",
    "station info": "go_station",
    "station rebuild": "rebuild",
    "station check": "check",
    "demo": "demo",
    "import gpx": "import_tracks",
    "import tracks": "import_tracks",
    "import model": "import_model",
    "model list": "go_station",
    "model show": "go_station",
    "model use": "use_model",
    "export model": "export_model",
    "import photos": "import_photos",
    "import smart": "import_smart",
    "import employees": "import_employees",
    "import metadata": "import_metadata",
    "office list": "office",
    "office add": "new",
    "office person": "new",
    "office rename": "edit",
    "office map": "new",
    "office unmap": "office",
    "map add": "add_map_file",
    "map list": "map_layers",
    "map remove": "remove_map_file",
    "map print": "print_map",
    "patrol list": "go_patrols",
    "patrol show": "go_patrols",
    "patrol edit": "edit",
    "patrol flags": "next_flag",
    "patrol join": "join_patrol",
    "patrol move-waypoint": "move_waypoint",
    "track list": "review_track",
    "track edit": "hide_fixes",
    "track edit --trim": "trim_track",
    "track edit --pause": "mark_pause",
    "track edit --cut": "cut_track",
    "track edit --join": "join_track",
    "track edit --day": "assign_day",
    "track split": "split_patrol",
    "track dismiss": "let_flag_be",
    "clock correct": "correct_a_clock",
    "clock list": "corrected_clocks",
    "coordinates": "go_to_place",
    "plan list": "plans",
    "plan show": "plans",
    "plan add": "new",
    "plan edit": "edit",
    "plan start": "start_plan",
    "plan cancel": "end_plan",
    "plan done": "end_plan",
    "incident add": "new",
    "incident list": "go_incidents",
    "incident show": "go_incidents",
    "incident edit": "edit",
    "retract": "withdraw",
    "history": "history",
    "undo": "undo",
    "incident schema": "export_schema",
    "case create": "new",
    "case show": "go_cases",
    "export smart": "export_smart",
    "export gpx": "export_gpx",
    "export gpx --for-device": "to_device",
    "export geojson": "export_geojson",
    "export effort": "map_time",
    "place list": "places",
    "place add": "places",
    "place read": "places",
    "place remove": "places",
    "sync": "send_now",
    "sync --queue": "send_to_office",
    "outbox list": "to_send",
    "outbox retry": "to_send",
    "outbox withdraw": "withdraw",
    "dossier": "dossier",
    "verify": "verify",
    "self-test": "self_test",
}


@pytest.mark.parametrize("name", EVERY)
def test_every_command_has_words_and_a_picture(name: str) -> None:
    told = command(name)

    assert told.label
    assert told.help.endswith(".")
    assert resource("icons", f"{told.icon}.svg").is_file()


def test_a_command_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        command("fly")


def test_every_word_of_the_commands_is_told_to_the_catalogue() -> None:
    assert {command(name).label for name in EVERY} <= set(words_of_commands())


def test_one_key_with_two_meanings_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = resource("commands.json").read_text("utf-8").replace('"key": "Ctrl+H"', '"key": "Ctrl+N"')
    (tmp_path / "commands.json").write_text(told, "utf-8")
    monkeypatch.setattr(commands, "resource", tmp_path.joinpath)

    with pytest.raises(DefinitionError):
        command_groups.__wrapped__()


def leaves(found: click.Command, name: str = "") -> Iterator[str]:
    """Names of the commands of the command line, families without their own."""
    if isinstance(found, click.Group):
        context = click.Context(found)
        for part in found.list_commands(context):
            below = found.get_command(context, part)
            assert below is not None
            yield from leaves(below, f"{name} {part}".strip())
    else:
        yield name


def test_every_act_of_the_command_line_has_its_command() -> None:
    assert set(OF_COMMAND_LINE.values()) <= set(EVERY)
    assert {name.partition(" --")[0] for name in OF_COMMAND_LINE} == set(leaves(cli))


def test_every_command_does_something_somewhere(full_room: Room) -> None:
    window = full_room.window
    done = {name for name in EVERY if name in window.commands.acts}

    for page in (*PAGES, *FOOT):
        window.go(page)
        full_room.settle()
        done |= set(window.page.acts)
        if page == "incidents":
            assert isinstance(window.page, ListPage)
            window.run("new")
            done |= set(window.page.acts)
            window.run("back")
        if page == "patrols":
            choose_first(full_room, "patrols")
            for view in ("review_track", "plans"):
                window.run(view)
                done |= set(window.page.acts)
                window.run("back")

    assert done >= set(EVERY)


def test_the_menu_offers_what_acts_on_this_page(full_room: Room) -> None:
    window = full_room.window
    window.go("patrols")

    window.commands.fill_menu()

    offered = {action.text() for menu in window.title_bar.menu.findChildren(QMenu) for action in menu.actions()}
    assert "Import tracks" in offered
    assert "Make dossier" not in offered
