"""Qt's types that threads beside the window's use are made before these begin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def made_late(folder: Path, state: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.late_types", str(folder), state],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    return set(done.stdout.split())


def test_no_type_is_made_while_maps_are_painted_and_photos_are_read(tmp_path: Path) -> None:
    assert made_late(tmp_path, "ready") == set()


def test_without_being_made_ready_they_would_be(tmp_path: Path) -> None:
    assert made_late(tmp_path, "unready")
