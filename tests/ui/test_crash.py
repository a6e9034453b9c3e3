"""When our own code fails: nothing vanishes, it is written down, shown, and can be copied."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ranger_app.i18n import Words
from ui.crash_guard import CrashGuard


def failure() -> ZeroDivisionError:
    try:
        raise ZeroDivisionError("ours")
    except ZeroDivisionError as error:
        return error


def test_the_guard_stands_behind_every_slot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    guard = CrashGuard(Words("en"), tmp_path)

    guard.install()

    assert sys.excepthook is guard


@pytest.mark.logs_errors
def test_a_failure_is_written_down_shown_and_copied(qtbot: QtBot, tmp_path: Path) -> None:
    guard = CrashGuard(Words("en"), tmp_path)
    error = failure()

    guard(type(error), error, error.__traceback__)

    assert guard.page is not None
    qtbot.addWidget(guard.page)
    assert "ZeroDivisionError: ours" in guard.page.text.toPlainText()
    assert "ZeroDivisionError: ours" in (tmp_path / "crashes.log").read_text("utf-8")
    copy = next(button for button in guard.page.findChildren(QPushButton) if button.text() == "Copy the report")
    copy.click()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()


@pytest.mark.logs_errors
def test_a_second_failure_is_added_to_the_page_that_stands(qtbot: QtBot, tmp_path: Path) -> None:
    guard = CrashGuard(Words("en"), tmp_path)
    error = failure()

    guard(type(error), error, error.__traceback__)
    page = guard.page
    guard(type(error), error, error.__traceback__)

    assert page is not None
    qtbot.addWidget(page)
    assert guard.page is page
    assert page.text.toPlainText().count("ZeroDivisionError: ours") == 2


@pytest.mark.logs_errors
def test_a_disk_that_refuses_hides_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    guard = CrashGuard(Words("en"), tmp_path / "home")
    error = failure()

    guard(type(error), error, error.__traceback__)

    assert guard.page is not None
    qtbot.addWidget(guard.page)
    assert "ZeroDivisionError" in guard.page.text.toPlainText()
