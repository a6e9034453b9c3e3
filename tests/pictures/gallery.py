"""Walks through the window on a demo station and keeps a picture of each screen, in each language and size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMainWindow

from ranger_app.domain.preflight_findings import Finding, Findings, Mend, Remedy
from ranger_app.domain.preflight_mends import list_mend
from ranger_app.jobs import JobContext
from ranger_app.services.demo import make_demo
from ranger_app.services.export_smart import SmartExported
from ranger_app.services.stations import create_station
from tests.pictures import (
    booklet_scene,
    clock_scenes,
    map_scenes,
    office_scenes,
    patrol_scenes,
    place_scenes,
    track_scenes,
)
from tests.pictures.waiting import settle
from ui.application import Application
from ui.forms.observations import ObservationsEditor
from ui.forms.picker import PickLine
from ui.forms.record_form import RecordForm
from ui.main_window import MainWindow
from ui.map_painter import painter
from ui.pages.findings import FindingsPage
from ui.pages.list_page import ListPage
from ui.pages.office import OfficePage

SIZES = {"1366x768": (1366, 768), "1024x600": (1024, 600)}
LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture to take.

    Attributes:
        act: Brings the window there.
    """

    name: str
    act: Callable[[MainWindow], None]


def _page(name: str, *, chosen: bool = False) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        window.go(name)
        settle(0.1)
        if chosen:
            assert isinstance(window.page, ListPage)
            rows = window.page.list.model()
            window.page.list.setCurrentIndex(rows.index(0, 1))

    return act


def _command(page: str, command: str) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        _page(page, chosen=page in ("patrols", "incidents", "conflict", "cases"))(window)
        settle(0.1)
        window.run(command)

    return act


def _picking(window: MainWindow) -> None:
    """An observation of a livestock conflict, and the levels of what may have threatened."""
    _command("conflict", "edit")(window)
    settle(0.3)
    form = window.page.findChild(RecordForm)
    assert form is not None
    editor = form.view.editor("observations")
    assert isinstance(editor, ObservationsEditor)
    form.view.focus_section("observations")
    editor.add_category("humanactivity.weaponsequipment.trap.")
    settle(0.2)
    line = form.view.focusWidget()
    assert isinstance(line, PickLine)
    line.open_levels()


def _then(command: str, scene: Callable[[MainWindow], None]) -> Callable[[MainWindow], None]:
    """A scene on the page of patrols, after a command."""

    def act(window: MainWindow) -> None:
        _page("patrols", chosen=True)(window)
        settle(0.2)
        if command:
            window.run(command)
            settle(0.4)
        scene(window)

    return act


def _booklet(window: MainWindow) -> None:
    """A row of a booklet is stored, the next is being typed."""
    _command("patrols", "booklet")(window)
    settle(0.8)
    booklet_scene.type_rows(window)


def _typing_place(page: str, command: str, text: str) -> Callable[[MainWindow], None]:
    """A place that is being typed into a form, or into the panel of the map."""

    def act(window: MainWindow) -> None:
        _command(page, command)(window)
        settle(0.3)
        (place_scenes.type_goal if page == "map" else place_scenes.type_position)(window, text)

    return act


def _on_the_map(page: str) -> Callable[[MainWindow], None]:
    """A place that is read off the map for the chosen record."""

    def act(window: MainWindow) -> None:
        _command(page, "edit")(window)
        settle(0.3)
        place_scenes.on_the_map(window)

    return act


def _in_office(row: int) -> Callable[[MainWindow], None]:
    """The office page with one of its lists, and the question for one more entry."""

    def act(window: MainWindow) -> None:
        _command("station", "office")(window)
        settle(0.2)
        assert isinstance(window.page, OfficePage)
        window.page.lists.setCurrentRow(row)
        window.run("new")
        settle(0.2)

    return act


def _findings(window: MainWindow) -> None:
    """What SMART would do with a patrol of a mandate and with a member that its office does not know."""
    _page("patrols", chosen=True)(window)
    assert isinstance(window.page, ListPage)
    row = window.page.chosen
    assert row is not None
    office = window.desk.office
    mandate = list_mend("mandate", "fishing", office.choices("mandate"))
    missing = list_mend("transport", "", office.choices("transport"))
    late = Mend(remedy=Remedy.CHOOSE_VERSION, what="choices")
    found = Findings(
        fatal=(
            Finding(code="smart-mandate-unknown", record_id=row.id, where="leg 1", facts={"key": "fishing"},
                    mend=mandate),
            Finding(code="smart-transport-missing", record_id=row.id, where="leg 1", mend=missing),
        ),
        lossy=(
            Finding(code="smart-category-unknown", record_id=row.id, where="waypoint 3, observation 1",
                    facts={"category": "humanactivity.weaponsequipment.net."}),
            Finding(code="smart-version-choices", record_id=row.id, where="waypoint 3, observation 2", mend=late,
                    facts={"attribute": "threat", "choice": "fire", "count": 2, "version": "1.2"}),
        ),
    )  # fmt: skip
    done = SmartExported((), found, False)
    window.show_view(FindingsPage(window.desk, window, done, check=lambda _done, _newest: None, write=lambda _: None))
    settle(0.3)


def _with_office(
    page: str, command: str, ask: Callable[[MainWindow], None] | None = None
) -> Callable[[MainWindow], None]:
    """A page of what goes to an office that is known, with a panel of its assistant."""

    def act(window: MainWindow) -> None:
        office_scenes.fill(window)
        settle(0.5)
        _command(page, command)(window)
        settle(0.5)
        if ask is not None:
            ask(window)

    return act


def _of_tracks(show: Callable[[MainWindow], object]) -> Callable[[MainWindow], None]:
    """A scene with tracks, above the list of patrols."""

    def act(window: MainWindow) -> None:
        _page("patrols")(window)
        show(window)
        settle(0.3)

    return act


SCREENS = (
    Screen("patrols", _page("patrols", chosen=True)),
    Screen("patrol-form", _command("patrols", "edit")),
    Screen("leg-split", _then("edit", patrol_scenes.split_leg)),
    Screen("plans", _then("", patrol_scenes.plans)),
    Screen("plan-form", _then("", patrol_scenes.plan_form)),
    Screen("plan-end", _then("", patrol_scenes.plan_end)),
    Screen("booklet", _booklet),
    Screen("import-tracks", _command("patrols", "import_tracks")),
    Screen("import-summary", _of_tracks(track_scenes.summary)),
    Screen("import-columns", _of_tracks(track_scenes.columns)),
    Screen("review", _of_tracks(track_scenes.review)),
    Screen("review-flag", _of_tracks(track_scenes.review_flag)),
    Screen("review-chosen", _of_tracks(track_scenes.review_chosen)),
    Screen("review-split", _of_tracks(track_scenes.review_split)),
    Screen("review-clock", _of_tracks(track_scenes.review_clock)),
    Screen("export-smart", _command("patrols", "export_smart")),
    Screen("history", _command("patrols", "history")),
    Screen("to-device", _command("patrols", "to_device")),
    Screen("withdraw", _command("patrols", "withdraw")),
    Screen("incidents", _page("incidents", chosen=True)),
    Screen("incident-form", _command("incidents", "edit")),
    Screen("incident-new", _command("incidents", "new")),
    Screen("conflict", _page("conflict", chosen=True)),
    Screen("conflict-form", _command("conflict", "edit")),
    Screen("picking", _picking),
    Screen("cases", _page("cases", chosen=True)),
    Screen("case-new", _command("cases", "new")),
    Screen("dossier", _command("cases", "dossier")),
    Screen("verify", _command("cases", "verify")),
    Screen("map", map_scenes.plain),
    Screen("map-drawn", map_scenes.drawn),
    Screen("map-own", map_scenes.own),
    Screen("map-effort", map_scenes.effort),
    Screen("map-layers", map_scenes.layers),
    Screen("map-add", map_scenes.add),
    Screen("map-print", map_scenes.printing),
    Screen("map-listed", map_scenes.listed),
    Screen("go-to-place", _typing_place("map", "go_to_place", place_scenes.LINK)),
    Screen("reports", _page("reports")),
    Screen("export-model", _command("station", "export_model")),
    Screen("station", _page("station")),
    Screen("office", _command("station", "office")),
    Screen("office-add", _in_office(0)),
    Screen("office-map", _in_office(8)),
    Screen("import-smart", _command("patrols", "import_smart")),
    Screen("findings", _findings),
    Screen("places", _with_office("patrols", "places")),
    Screen("place-add", _with_office("patrols", "places", office_scenes.ask_who)),
    Screen("place-certificate", _with_office("patrols", "places", office_scenes.ask_trust)),
    Screen("place-answers", _with_office("patrols", "places", office_scenes.ask_rest)),
    Screen("send-to-office", _with_office("patrols", "send_to_office")),
    Screen("to-send", _with_office("patrols", "to_send")),
    Screen("help", _command("patrols", "help")),
    Screen("place-understood", _typing_place("incidents", "edit", place_scenes.UNDERSTOOD)),
    Screen("place-choice", _typing_place("incidents", "edit", place_scenes.TWO_PLACES)),
    Screen("place-on-map", _on_the_map("incidents")),
    Screen("clock", clock_scenes.ask),
    Screen("clock-receiver", clock_scenes.ask_receiver),
    Screen("clocks-corrected", clock_scenes.corrected),
)

LONG_SCREENS = (Screen("review-million", _of_tracks(track_scenes.million)),)
"""Pictures of what takes a while; no test walks through them."""


def wait_for_window(whole: Application) -> MainWindow:
    """The main window, once its station is open."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        settle(0.05)
        if isinstance(whole.window, MainWindow):
            settle()
            return whole.window
    raise TimeoutError("the station did not open")


def demo_station(folder: Path, language: str) -> Path:
    """A demo station in *folder*, made once."""
    station = folder / language / "station"
    if not station.exists():
        make_demo(folder / language, home=folder / f"home-{language}", painter=painter(), language=language,
                  context=JobContext())  # fmt: skip
    return station


def open_window(folder: Path, language: str, size: tuple[int, int]) -> tuple[Application, MainWindow]:
    """The main window on a demo station, in *language* and *size*."""
    station = demo_station(folder, language)
    whole = Application(folder / f"home-{language}")
    whole.settings.put("window/language", language)
    whole.look()
    whole.open_station(station)
    window = wait_for_window(whole)
    window.showNormal()
    window.resize(*size)
    settle()
    return whole, window


def take(out: Path, folder: Path) -> Iterator[Path]:
    """Take every picture; answers each file as it is written.

    Args:
        out: Folder of the pictures: language, size, screen.
        folder: Where demo stations may lie.
    """
    assert isinstance(QApplication.instance(), QApplication)
    for language in LANGUAGES:
        for name, size in SIZES.items():
            place = out / language / name
            place.mkdir(parents=True, exist_ok=True)
            yield _welcome(place, folder, language)
            yield _empty(place, folder, language, size)
            whole, window = open_window(folder, language, size)
            for screen in (*SCREENS, *LONG_SCREENS):
                screen.act(window)
                settle()
                yield _keep(window, place / f"{screen.name}.png")
                window.go_back()
                window.go_back()
                settle(0.05)
            whole.close()


def _welcome(place: Path, folder: Path, language: str) -> Path:
    whole = Application(folder / f"home-{language}")
    whole.settings.put("window/language", language)
    whole.look()
    whole.welcome()
    settle()
    assert whole.window is not None
    kept = _keep(whole.window, place / "welcome.png")
    whole.window.close()
    return kept


def _empty(place: Path, folder: Path, language: str, size: tuple[int, int]) -> Path:
    """The first page of a new station."""
    home, station = folder / f"new-home-{language}", folder / f"new-{language}"
    if not station.exists():
        create_station(
            station, name="Naryn", area_id="KG-NAR", officer_name="Toktosunov, Aibek", role="ranger",
            timezone="Asia/Bishkek", language=language, is_encrypted=False, home=home,
        )  # fmt: skip
    whole = Application(home)
    whole.settings.put("window/language", language)
    whole.look()
    whole.open_station(station)
    window = wait_for_window(whole)
    window.showNormal()
    window.resize(*size)
    settle()
    kept = _keep(window, place / "patrols-empty.png")
    whole.close()
    return kept


def _keep(window: QMainWindow, path: Path) -> Path:
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")
    return path
