"""The installed program proves itself: every resource loads, and a demo station runs through the main job."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ranger_app.domain.forms import forms
from ranger_app.domain.lists import option_lists, taxa
from ranger_app.domain.map_request import MapPainter
from ranger_app.domain.smart_office import training_office
from ranger_app.errors import RangerAppError
from ranger_app.importers.data_model import station_model
from ranger_app.jobs import JobContext
from ranger_app.paths import resource
from ranger_app.services.demo import DemoMade, make_demo
from ranger_app.services.stations import check_station, open_station

RESOURCES = ("fonts/NotoSans-Regular.ttf", "fonts/NotoSans-Bold.ttf", "colour/sRGB.icc", "icons", "basemap", "demo",
             "models/default_datamodel_8.1.3.xml", "smart/xsd/SmartPatrol-1.4.xsd")  # fmt: skip


class SelfTestFailedError(RangerAppError):
    """A part of the program does not do what it must."""

    code = "self-test-failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the proof.

    Attributes:
        code: What was tried.
        error: Code of what went wrong, empty when nothing did.
    """

    code: str
    is_ok: bool
    error: str = ""
    detail: str = ""


def self_test(*, painter: Callable[[], MapPainter], context: JobContext) -> tuple[Step, ...]:
    """Try everything in a folder of its own; what fails is among the steps and stops those that need it."""
    with tempfile.TemporaryDirectory(prefix="ranger-self-test-") as folder:
        return tuple(_steps(Path(folder), painter, context))


def _steps(folder: Path, painter: Callable[[], MapPainter], context: JobContext) -> Iterator[Step]:
    yield _tried("resources", _load_resources)
    made: list[DemoMade] = []

    def run() -> str:
        made.append(make_demo(folder / "demo", home=folder / "home", painter=painter(), context=context))
        return f"{made[0].patrols} / {made[0].incidents} / {made[0].pages}"

    yield _tried("main-job", run)
    if made:
        yield _tried("smart-files", lambda: _valid(made[0].smart_files))
        yield _tried("dossier", lambda: _verified(made[0]))
        yield _tried("station", lambda: _whole(made[0], folder / "home", context))


def _tried(code: str, act: Callable[[], str]) -> Step:
    try:
        return Step(code, True, detail=act())
    except RangerAppError as error:
        return Step(code, False, error.code, str(error))


def _load_resources() -> str:
    for name in RESOURCES:
        if not resource(*name.split("/")).exists():
            raise SelfTestFailedError(part=name)
    return f"{len(forms())} / {len(option_lists())} / {len(taxa())} / {len(station_model().hkeys())} / " + str(
        len(training_office().transports)
    )


def _valid(files: tuple[Path, ...]) -> str:
    import zipfile

    from exporters.smart_schema import schema_errors

    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as package:
                name = next(name for name in package.namelist() if "/" not in name)
                xml = package.read(name)
        else:
            xml = path.read_bytes()
        errors = schema_errors(xml)
        if errors:
            raise SelfTestFailedError(part=path.name, reason=errors[0])
    if not files:
        raise SelfTestFailedError(part="smart")
    return str(len(files))


def _verified(made: DemoMade) -> str:
    if not made.verified:
        raise SelfTestFailedError(part="dossier", reason=made.verdict)
    return made.verdict


def _whole(made: DemoMade, home: Path, context: JobContext) -> str:
    with open_station(made.station, home=home) as store:
        audit = check_station(store, context)
    if audit.bad:
        raise SelfTestFailedError(part="station", reason=audit.bad[0])
    return str(audit.changes)
