"""What every test may rely on: an own settings folder, no screen needed, and no error logged behind its back."""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from ranger_app.__main__ import OBJECTS_BETWEEN_COLLECTIONS

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
UNCOUNTED = (
    "properties/", "hostile/", "unit/test_map_", "unit/test_messages.py", "unit/test_gpx_export.py",
    "unit/test_gpx_corpus.py", "unit/test_track_corpus.py", "unit/test_track_levels.py", "unit/test_dossier_build.py",
    "unit/test_pdf_verification.py", "stores/test_killed.py",
    "stores/test_cli_", "stores/test_print_map", "stores/test_services_tracks.py", "stores/test_seals_lost.py",
    "stores/test_direct_", "stores/test_import_", "stores/test_outbox", "stores/test_smart_",
)  # fmt: skip
"""Tests that do not count for how much of the program is reached, by the beginning of their path: see ``dev.py``."""
WINDOW_OPTIONS = ("qt_api", "qt_log_level_fail", "qt_log_ignore", "xvfb_width", "xvfb_height", "xvfb_colordepth")
"""Options of plugins that are only there where the window is."""

settings.register_profile("house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, database=None)
settings.register_profile("deep", settings.get_profile("house"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "house"))

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew, to be read in review")
    if importlib.util.find_spec("pytestqt") is None:
        for name in WINDOW_OPTIONS:
            parser.addini(name, "said in pyproject.toml for the tests of the window", type="args")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: this test makes the program log an error on purpose")
    config.addinivalue_line("markers", "begins_first: this test takes long, so that others should run beside it")


@pytest.hookimpl(optionalhook=True)
def pytest_xvfb_disable() -> bool:
    """Start no screen where Qt was told to do without one."""
    return os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in {"offscreen", "minimal"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Count neither tests of chance, nor those of :data:`UNCOUNTED`."""
    is_chance = isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)
    if is_chance or item.nodeid.removeprefix("tests/").startswith(UNCOUNTED):
        item.add_marker("no_cover")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("begins_first") is None)


def pytest_collection_finish() -> None:
    """Look through what thousands of tests are made of once, not again whenever some objects were made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The program's settings folder for this run: never the one of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("ranger-home")
        patch.setenv("RANGER_HOME", str(home))
        for name in ("RANGER_STATION", "RANGER_OFFICER", "RANGER_PASSPHRASE"):
            patch.delenv(name, raising=False)
        # Nor the key store of whoever runs the tests.
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield home


@pytest.fixture(autouse=True, scope="session")
def one_application(request: pytest.FixtureRequest, own_home: Path) -> None:
    """Make Qt's application for windows before a map is painted for the command line: that one would have none."""
    if request.config.pluginmanager.hasplugin("pytest-qt"):
        request.getfixturevalue("qapp")


@pytest.fixture(autouse=True)
def no_stray_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test behind which an error was logged, unless it is marked ``logs_errors``."""
    yield
    stray = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    if stray and request.node.get_closest_marker("logs_errors") is None:
        pytest.fail("logged: " + "; ".join(record.getMessage() for record in stray))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with the file of that name in tests/golden, or write it when ``--write-golden`` is given."""

    def compare(name: str, found: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--write-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert path.read_bytes() == found

    return compare
