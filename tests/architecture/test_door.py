"""``dev.py`` is the one door for people: it says what it can do, and the pages that speak of it are right."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_lists_the_commands_that_the_contributors_page_lists() -> None:
    done = subprocess.run([sys.executable, "dev.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    listed = re.findall(r"^    (\w+) ", done.stdout, flags=re.MULTILINE)

    assert {"setup", "demo", "run", "test", "check", "bench", "pictures"} <= set(listed)
    assert listed == re.findall(r"^\| `(\w+)[^|]*` \|", page, flags=re.MULTILINE)[: len(listed)]


def test_an_unknown_command_is_wrong_usage() -> None:
    done = subprocess.run([sys.executable, "dev.py", "tset"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_door_needs_the_standard_library_only() -> None:
    isolated = [sys.executable, "-I", "-S", "dev.py", "--help"]

    assert subprocess.run(isolated, cwd=ROOT, capture_output=True).returncode == 0
