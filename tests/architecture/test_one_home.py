"""The five folders have plain names; nobody else's package of such a name may slip in."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ranger_app.guard import FOLDERS, ForeignFolderError, folder_of, require_one_parent

ROOT = Path(__file__).resolve().parents[2]


def test_the_five_names_belong_to_this_distribution_alone() -> None:
    owners = importlib.metadata.packages_distributions()

    assert {name: set(owners.get(name, [])) for name in FOLDERS} == {name: {"ranger-app"} for name in FOLDERS}


def test_the_five_folders_share_one_parent() -> None:
    require_one_parent()

    assert {folder_of(name) for name in FOLDERS} == {ROOT / name for name in FOLDERS}
    assert all((ROOT / name / "__init__.py").is_file() for name in FOLDERS)


def test_the_folder_packaging_never_hides_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_a_foreign_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "__init__.py").write_text("raise SystemExit('foreign code ran')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "db", raising=False)

    with pytest.raises(ForeignFolderError) as refused:
        require_one_parent()

    assert refused.value.facts["name"] == "db"
    assert refused.value.facts["found"] == str(tmp_path.resolve() / "db")


def test_a_missing_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranger_app.guard.FOLDERS", ("ranger_app", "no_such_folder_of_ours"))

    with pytest.raises(ForeignFolderError) as refused:
        require_one_parent()

    assert refused.value.facts["found"] is None


def test_the_program_does_not_start_with_a_foreign_folder(tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "__init__.py").write_text("print('foreign code ran')\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}

    done = subprocess.run(
        [sys.executable, "-m", "ranger_app", "self-test"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("[foreign-folder] The folder resources ")
    assert "Traceback" not in done.stderr
