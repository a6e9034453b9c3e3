"""A real station in a temporary folder, worked at by use cases or by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.service_desk import Desk, new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An open, empty station in the time zone of Naryn, and its first officer."""
    desk = new_desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line with a new station."""
    line = CommandLine(tmp_path, capsys, monkeypatch)
    line.create()
    return line
