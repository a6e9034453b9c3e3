"""The core does not know that there is a window, and every layer knows only those below it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
CORE = ("ranger_app", "db", "exporters", "resources")


@cache
def imported_names(folder: Path) -> tuple[tuple[str, str], ...]:
    """(file, imported module) for every import statement below *folder*, wherever in a file it stands."""
    return tuple(_imported_names(folder))


def _imported_names(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            file = str(path.relative_to(ROOT))
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield file, node.module


def test_every_import_goes_downward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("folder", CORE)
def test_the_core_never_names_qt(folder: str) -> None:
    named = [
        (file, name)
        for file, name in imported_names(ROOT / folder)
        if name.partition(".")[0] in {"PySide6", "shiboken6", "PyQt6", "PyQt5"}
    ]

    assert named == []


def test_only_the_start_of_the_program_reaches_up_into_the_window() -> None:
    reaching = {file for folder in CORE for file, name in imported_names(ROOT / folder) if name.split(".")[0] == "ui"}

    assert reaching <= {"ranger_app/__main__.py"}


def test_the_domain_needs_the_standard_library_and_numpy_only() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "ranger_app"}

    foreign = [(file, name) for file, name in imported_names(ROOT / "ranger_app" / "domain")
               if name.partition(".")[0] not in allowed]  # fmt: skip

    assert foreign == []
