"""A station that takes no writing, on a protected stick or a full disk: the window opens, shows all, and says why."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.incidents import incident_ids
from tests.stores.test_read_only import content, write_protect
from tests.ui.test_form_session import press
from tests.ui.window_room import Room, choose_first, enter, make_station, sweep
from ui.application import Application
from ui.commands import command_groups
from ui.welcome import WelcomeWindow

WAIT_MS = 20_000

STATES = pytest.mark.parametrize(
    ("number", "said", "has_tables"),
    [
        (errno.EROFS, "can only be read here", True), (errno.EACCES, "can only be read here", False),
        (errno.ENOSPC, "is full: the station can only be read", True),
        (errno.ENOSPC, "is full: the station can only be read", False),
    ],
)  # fmt: skip


def entered(
    qtbot: QtBot, folder: Path, patch: pytest.MonkeyPatch, *, number: int = errno.ENOSPC, has_tables: bool = True
) -> Room:
    station = make_station(folder, with_records=True)
    if not has_tables:
        (station / "derived.db").unlink()
    write_protect(station, patch, number=number)
    room = Room(qtbot, enter(qtbot, folder / "home", station), station)
    room.until(lambda: room.desk.refusal is not None)
    return room


@STATES
def test_the_window_opens_shows_the_records_and_says_why_nothing_can_be_changed(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, has_tables: bool
) -> None:
    room = entered(qtbot, tmp_path, monkeypatch, number=number, has_tables=has_tables)
    before = content(room.folder)

    page = choose_first(room, "incidents")

    assert page.list.records.rowCount() > 0
    assert said in room.told()
    assert room.window.windowTitle().endswith("only read")
    assert content(room.folder) == before
    room.leave()


def test_what_would_write_is_grey_and_refused_in_words(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = entered(qtbot, tmp_path, monkeypatch)
    page = choose_first(room, "incidents")
    writing = [one.id for group in command_groups() for one in group.commands if one.writes]
    assert {"new", "edit", "undo", "import_tracks", "import_smart", "rebuild"} <= set(writing)
    assert not any(room.window.can(name) for name in writing)
    assert room.window.can("history")
    assert room.window.can("export_smart")

    for name in writing:
        room.window.banners.clear()
        room.window.run(name)
        assert "can only be read" in room.told(), name
    page.list.opened.emit(page.chosen)
    room.window.take_files([tmp_path / "walk.gpx"])
    room.settle()

    assert page.form is None
    assert room.window.sheet is None
    assert len(incident_ids(room.desk.reader)) == 1
    room.leave()


def test_the_station_is_opened_for_work_when_there_is_room_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = entered(qtbot, tmp_path, monkeypatch)
    before = room.window
    monkeypatch.undo()

    press(room.window.banners.banners[0], "Open it again")

    room.until(lambda: room.window is not before)
    room.settle()
    choose_first(room, "incidents")
    assert room.desk.refusal is None
    assert room.window.can("edit")
    assert room.told() == ""
    room.leave()


def test_where_not_even_reading_is_possible_the_first_page_says_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    station = make_station(tmp_path)
    write_protect(station, monkeypatch, number=errno.ENOSPC)

    def full(_source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    whole = Application(tmp_path / "home")
    whole.settings.put("window/language", "en")

    whole.open_station(station)
    qtbot.waitUntil(lambda: isinstance(whole.window, WelcomeWindow), timeout=WAIT_MS)

    page = whole.window
    assert isinstance(page, WelcomeWindow)
    assert "cannot even be read" in page.banners.banners[0].text
    whole.close()
    sweep()
