"""Runs the command line inside the test's own process, as a shell would see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ranger_app import cli
from ranger_app.__main__ import map_painter

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "resources" / "demo"
WALK = DEMO / "made_up_walk.gpx"
POACHING = DEMO / "made_up_poaching.json"
CONFLICT = DEMO / "made_up_conflict.json"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left behind.

    Attributes:
        code: The exit code.
        out, err: Standard output and standard error.
    """

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON document on standard output."""
        told: dict[str, Any] = json.loads(self.out)
        return told


class CommandLine:
    """``ranger-app`` with a home and a station of its own.

    Attributes:
        station: The folder that ``RANGER_STATION`` names.
        windows: Folders with which the window was opened.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.station = folder / "station"
        self.windows: list[Path | None] = []
        self._capsys = capsys
        patch.setenv("RANGER_HOME", str(self.home))
        patch.setenv("RANGER_STATION", str(self.station))
        patch.setenv("LANG", "C.UTF-8")
        for name in ("RANGER_OFFICER", "RANGER_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
            patch.delenv(name, raising=False)

    def __call__(self, *arguments: str | Path, painter: Callable[[], Any] = map_painter) -> Ran:
        """Run one command."""
        self._capsys.readouterr()
        code = cli.main([str(one) for one in arguments], open_window=self._open_window, map_painter=painter)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def _open_window(self, station: Path | None) -> int:
        self.windows.append(station)
        return 0

    def answer(self, *arguments: str | Path) -> dict[str, Any]:
        """The JSON that a command answers; it has to succeed."""
        ran = self(*arguments, "--json")
        assert ran.code in (0, 1), ran.err
        return ran.answer

    def create(self, *more: str) -> dict[str, Any]:
        """Make the station."""
        return self.answer(
            "station", "create", self.station, "--name", "Naryn", "--area", "KG-NAR", "--officer", "Asanov, Bek",
            "--role", "ranger", "--timezone", "Asia/Bishkek", "--unencrypted", *more,
        )  # fmt: skip

    def write(self, name: str, content: object) -> Path:
        """A JSON file with *content*, or with these very bytes."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path
