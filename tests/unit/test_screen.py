from __future__ import annotations

import sys

import pytest

from ranger_app.screen import NoDisplayError, NoWindowError, has_screen, require_qt, require_screen


@pytest.fixture
def bare_desk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Linux machine on which nothing says that there is a screen."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_machine_without_a_display_has_no_screen(bare_desk: pytest.MonkeyPatch) -> None:
    assert not has_screen()


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_either_kind_of_display_is_a_screen(bare_desk: pytest.MonkeyPatch, name: str) -> None:
    bare_desk.setenv(name, ":0")

    assert has_screen()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:size=800x600"])
def test_a_platform_that_shows_nothing_is_no_screen(bare_desk: pytest.MonkeyPatch, platform: str) -> None:
    bare_desk.setenv("DISPLAY", ":0")
    bare_desk.setenv("QT_QPA_PLATFORM", platform)

    assert not has_screen()


def test_a_windows_laptop_always_has_a_screen(bare_desk: pytest.MonkeyPatch) -> None:
    bare_desk.setattr(sys, "platform", "win32")

    assert has_screen()


def test_without_a_screen_the_window_is_refused_by_name(bare_desk: pytest.MonkeyPatch) -> None:
    bare_desk.setattr("ranger_app.screen.require_qt", lambda: None)

    with pytest.raises(NoDisplayError):
        require_screen()


def test_without_qt_the_window_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6", None)

    with pytest.raises(NoWindowError):
        require_qt()
