"""The command line on a terminal: a bar for what takes long, and Ctrl+C between two steps."""

from __future__ import annotations

import signal
import sys

import pytest

from ranger_app.cli import progress
from ranger_app.cli.answers import table
from tests.command_line import POACHING, WALK, CommandLine


def sit_at_a_terminal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sys.stderr, "isatty", lambda: True)
    patch.setenv("TERM", "xterm")


def test_long_work_shows_what_it_is_doing(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "SLOW_S", -1.0)

    ran = ranger("import", "gpx", WALK, "--json")

    assert ran.answer["tracks"] == 1
    assert "Reading files" in ran.err


def test_short_work_shows_no_bar(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "SLOW_S", 3600.0)

    assert "Reading" not in ranger("import", "gpx", WALK, "--json").err


def test_the_bar_is_gone_before_an_error_is_said(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "SLOW_S", -1.0)

    ran = ranger("import", "gpx", POACHING)

    assert f"[gpx-not-gpx] {POACHING} is not a GPX file" in ran.err.splitlines()[-1]


def test_ctrl_c_stops_between_two_steps(ranger: CommandLine) -> None:
    def painter() -> None:
        signal.raise_signal(signal.SIGINT)

    ran = ranger("demo", ranger.folder / "demo", "--json", painter=painter)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[cancelled] ")


def test_a_second_ctrl_c_stops_at_once(ranger: CommandLine) -> None:
    def painter() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    ran = ranger("demo", ranger.folder / "demo", "--json", painter=painter)

    assert (ran.code, ran.out) == (3, "")
    assert "[cancelled] " in ran.err
    assert not (ranger.folder / "demo").exists()


def test_ctrl_c_is_the_systems_again_afterwards(ranger: CommandLine) -> None:
    before = signal.getsignal(signal.SIGINT)

    ranger("officer", "list")

    assert signal.getsignal(signal.SIGINT) is before


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table([("a", "bb", "c"), ("aaa", "b", "")], headings=("x", "y", "z")) == "x    y   z\na    bb  c\naaa  b"
    assert table([]) == ""
