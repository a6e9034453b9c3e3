"""What lies in the repository runs on any machine and names none."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
OUR_WORDS = {".py", ".pyi", ".md", ".toml", ".lock", ".sh", ".spec", ".cfg", ".yml", ""}
ADDRESSES = re.compile(
    r"pypi\.(?:python\.)?org|pythonhosted\.org|registry\.npmjs|--(?:extra-)?index-url|--find-links|file:///(?!etc/)"
    r"|(?<![\w.])/(?:work|root|home|tmp)/\w"
)


def requirements(lock: Path) -> list[str]:
    """The requirements of a lock file, each with its hashes."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_pinned_packages_with_hashes_and_nothing_else(lock: Path) -> None:
    a_pin = re.compile(r"[a-z0-9-]+==[\w.]+(?: ; [^\\]+)? \\(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+")

    odd = [requirement for requirement in requirements(lock) if not a_pin.fullmatch(requirement)]

    assert odd == []


def test_the_core_can_be_installed_without_qt() -> None:
    core = [line for name in ("core", "gis", "test") for line in requirements(ROOT / "requirements" / f"{name}.lock")]

    assert [line for line in core if re.match(r"pyside6|shiboken6|pytest-qt", line)] == []


def test_every_package_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values(),
              *project["dependency-groups"].values()]  # fmt: skip
    asked = {re.split(r"[<>=\[ ;]", line)[0] for group in groups for line in group}

    locked = {requirement.partition("==")[0] for lock in LOCKS for requirement in requirements(lock)}

    assert asked - locked == set()


def test_no_file_of_ours_names_a_registry_or_a_machine() -> None:
    ours = [path for path in tracked_files() if path.suffix in OUR_WORDS and path != Path(__file__).resolve()
            and not path.is_relative_to(ROOT / "tests" / "data") and path.name != "LICENSE"]  # fmt: skip

    named = [f"{path.relative_to(ROOT)}: {found.group()}" for path in ours if path.is_file()
             for found in ADDRESSES.finditer(path.read_text(encoding="utf-8", errors="replace"))]  # fmt: skip

    assert named == []


def test_ci_runs_the_command_of_the_readme() -> None:
    command = "python3 dev.py test"

    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
