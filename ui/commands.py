"""The window's commands as data: menu, buttons, shortcut page and help are made from one list."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ranger_app.domain.definitions import definition
from ranger_app.paths import resource

STATION_ACTS = (
    "import_tracks",
    "import_smart",
    "import_employees",
    "import_metadata",
    "office",
    "import_photos",
    "correct_a_clock",
    "correct_too",
    "corrected_clocks",
    "verify",
    "export_smart",
    "export_gpx",
    "export_geojson",
    "to_device",
    "send_to_office",
    "to_send",
    "send_now",
    "places",
    "export_schema",
    "undo",
    "redo",
    "add_officer",
    "edit_officer",
    "edit_station",
    "import_model",
    "use_model",
    "export_model",
    "check",
    "rebuild",
    "self_test",
    "demo",
    "other_station",
)
"""Commands that act whatever page is shown; ``ui.station_acts`` does them."""


class Command(NamedTuple):
    """Something a person can do.

    Attributes:
        label, help: English source words.
        key: As Qt writes it (``Ctrl+I``); empty when it has none.
        icon: Name in ``resources/icons``.
        where: Pages on which it acts; empty for everywhere.
        writes: It changes records, and is refused where the station is only read.
    """

    id: str
    label: str
    help: str
    key: str
    icon: str
    group: str
    where: tuple[str, ...]
    writes: bool

    def acts_on(self, page: str) -> bool:
        return not self.where or page in self.where


class Group(NamedTuple):
    """A heading of the menu and of the help page."""

    id: str
    label: str
    commands: tuple[Command, ...]


@cache
def command_groups() -> tuple[Group, ...]:
    """The shipped commands by group, in the order of the file.

    Raises:
        DefinitionError: A key is missing, unknown or of another type, or a key of the keyboard has two meanings.
    """
    table = definition(resource("commands.json"))
    headings: list[tuple[str, str]] = []
    for entry in table.tables("groups"):
        headings.append((entry.word("id"), entry.text("label")))
        entry.done()
    commands = []
    for entry in table.tables("commands"):
        commands.append(
            Command(
                id=entry.word("id"), label=entry.text("label"), help=entry.text("help"), key=entry.text("key", ""),
                icon=entry.text("icon", ""), group=entry.word("group"), where=entry.texts("where"),
                writes=entry.flag("writes", False),
            )
        )  # fmt: skip
        entry.done()
    table.done()
    keys = [command.key for command in commands if command.key]
    if len(set(keys)) != len(keys) or len({command.id for command in commands}) != len(commands):
        raise table.wrong("an id or a key twice")
    if {command.group for command in commands} - {heading for heading, _ in headings}:
        raise table.wrong("a group that does not exist")
    return tuple(
        Group(id=heading, label=label, commands=tuple(one for one in commands if one.group == heading))
        for heading, label in headings
    )


@cache
def command(command_id: str) -> Command:
    """The command of this id; ``KeyError`` when there is none."""
    for group in command_groups():
        for one in group.commands:
            if one.id == command_id:
                return one
    raise KeyError(command_id)


def words_of_commands() -> tuple[str, ...]:
    """Every label and help, each once, for the catalogue ``app``."""
    told = [word for group in command_groups() for word in (group.label, *_words(group))]
    return tuple(dict.fromkeys(told))


def _words(group: Group) -> list[str]:
    return [word for one in group.commands for word in (one.label, one.help)]
