"""The panel that asks what a printed map shows, how large, in which grid and language, and where it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from ranger_app.coordinates import NOTATIONS
from ranger_app.domain.layer_order import BASE, GROUND
from ranger_app.domain.map_request import PAPERS_MM
from ranger_app.errors import RangerAppError
from ranger_app.i18n import MAP_LANGUAGES, Words, marked, words_of_maps
from ranger_app.messages import say_code
from ranger_app.services.print_map import GRIDS, MOST_LATITUDE, Bounds, MapDays, Printed, WantedMap, known_title
from ui.choice_box import ChoiceBox
from ui.desk import Desk, is_stop
from ui.pages.texts import LANGUAGE_WORDS
from ui.path_line import PathLine
from ui.sheet import Sheet

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.jobs import JobContext
    from ranger_app.services.map_shading import WantedEffort, WantedHeat
    from ranger_app.services.shown_layers import ShownLayers
    from ui.shell import Shell

DOTS = (150, 300, 600)
ORDINARY_DOTS = 300
ENDINGS = ("pdf", "png")
SHOWN_LETTERS = 28
"""Of what a list has chosen, in a small window."""

MAP_LANGUAGE_WORDS = {**LANGUAGE_WORDS, "ur": marked("Urdu (a draft that nobody has reviewed)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be printed.

    Attributes:
        label: What it is called.
        wanted: With its records and bounds, and nothing else.
        stem: What its file is called, without ending.
        lacks: Sentences about what is on the screen and will not be on the sheet.
    """

    label: str
    wanted: WantedMap
    stem: str = "map"
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMap:
    """How the map is shown that is to be printed.

    Attributes:
        hidden: Layers that it does not show.
        grid: What it is ruled in; sheets have the same where they can.
        days: The days that are looked at; ``None`` for all.
        effort, heat: What it shows in colours.
        order, opacities: Of its layers, the uppermost first; those that are wholly shown have no opacity.
        has_replay, has_drawing: What no sheet can show.
    """

    hidden: frozenset[str] = frozenset()
    grid: str = ""
    days: MapDays | None = None
    effort: WantedEffort | None = None
    heat: WantedHeat | None = None
    order: tuple[str, ...] = ()
    opacities: Mapping[str, float] = field(default_factory=dict)
    has_replay: bool = False
    has_drawing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person asked for.

    Attributes:
        choice: Which of the choices.
        language: Of the words on the map.
    """

    out: Path
    wanted: WantedMap
    language: str
    choice: int = 0


class PrintMapSheet(Sheet):
    """Asks for what is printed, and how.

    Args:
        choices: At least one; the first is chosen.
        today: Printed when that is wanted.
        on_order: Called with the answer.
    """

    is_soon_filled = True

    is_large = True

    def __init__(
        self, words: Words, choices: Sequence[Choice], *, today: dt.date, on_order: Callable[[Order], None]
    ) -> None:
        super().__init__(words, words.say("Print a map"), act=words.say("Write"), on_act=self._press)
        self._choices = tuple(choices)
        self._today = today
        self._on_order = on_order
        self._suggested: Path | None = None
        self.where = PathLine(words, "save", name=words.say("File to write"), filters=ENDINGS)
        self.title, self.which = QLineEdit(), ChoiceBox()
        self.paper, self.dots, self.grid, self.language = ChoiceBox(), ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.is_dated = QCheckBox(words.say("Print the day under the map"))
        self._fill()
        self.add(words.say("Where to"), self.where)
        self.add(words.say("What it shows"), self.which)
        self.add(words.say("Title"), self.title)
        self.add(words.say("Paper"), self.paper)
        self.add(words.say("Dots per inch"), self.dots)
        self.add(words.say("Grid"), self.grid)
        self.add(words.say("Language of the map"), self.language)
        self.add_whole(self.is_dated)
        self.ready_when(lambda: self.where.path() is not None)
        self.which.currentIndexChanged.connect(self._suggest)
        for box in (self.which, self.language):
            box.currentIndexChanged.connect(self._tell_title)
        self.which.currentIndexChanged.connect(self._tell_lacks)
        self._suggest()
        self._tell_title()
        self._tell_lacks()

    def _fill(self) -> None:
        words = self._words
        for choice in self._choices:
            self.which.addItem(choice.label)
        for box in (self.which, self.grid):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(SHOWN_LETTERS)
        for paper in PAPERS_MM:
            self.paper.addItem(paper, paper)
        for dots in DOTS:
            self.dots.addItem(str(dots), dots)
        self.dots.setCurrentIndex(self.dots.findData(ORDINARY_DOTS))
        self.grid.addItem(words.say("That of the sheets in use there"), "")
        for one in NOTATIONS:
            if one.id in GRIDS and (not one.is_degrees or one.id == "dd"):
                self.grid.addItem(words.say("Degrees") if one.is_degrees else words.say(one.label), one.id)
        self.grid.setCurrentIndex(max(self.grid.findData(self._choices[0].wanted.grid), 0))
        for code in MAP_LANGUAGES:
            self.language.addItem(words.say(MAP_LANGUAGE_WORDS[code]), code)
        self.language.setCurrentIndex(max(self.language.findData(words.language), 0))

    def fill(self, order: Order) -> None:
        """Show what was asked for before."""
        wanted = order.wanted
        self.which.setCurrentIndex(order.choice)
        self.title.setText(wanted.title)
        for box, key in ((self.paper, wanted.paper), (self.dots, wanted.dpi), (self.grid, wanted.grid),
                         (self.language, order.language)):  # fmt: skip
            box.setCurrentIndex(max(box.findData(key), 0))
        self.is_dated.setChecked(wanted.printed_on is not None)
        self.where.set_paths([order.out])

    def take_focus(self) -> None:
        super().take_focus()
        self.where.line.selectAll()

    def _suggest(self) -> None:
        """Name a place that fits, unless somebody typed one."""
        now = self.where.path()
        if now is not None and now != self._suggested:
            return
        stem = self._choices[max(self.which.currentIndex(), 0)].stem
        self._suggested = Path.home() / f"{stem}.{ENDINGS[0]}"
        self.where.set_paths([self._suggested])

    def _tell_title(self) -> None:
        """Say in the line of the title what stands above the map when nothing is typed there."""
        words = self._words
        title = known_title(
            words_of_maps(str(self.language.currentData())), self._choices[max(self.which.currentIndex(), 0)].wanted
        )
        self.title.setPlaceholderText(
            words.say("Without a title: {title}", title=title) if title
            else words.say("Without a title, the numbers of the records are the title")
        )  # fmt: skip

    def _tell_lacks(self) -> None:
        """Say what will not be on the sheet of what is on the screen."""
        self.tell(" ".join(self._choices[max(self.which.currentIndex(), 0)].lacks))

    def _press(self) -> bool | None:
        out = self.where.path()
        if out is None:
            return False
        if out.suffix[1:].lower() not in ENDINGS:
            self.complain(self._words.say("The file's name ends in .pdf for a page, or in .png for a picture."))
            return False
        number = self.which.currentIndex()
        wanted = replace(
            self._choices[number].wanted, title=self.title.text().strip(), paper=str(self.paper.currentData()),
            dpi=int(self.dots.currentData()), grid=str(self.grid.currentData()),
            printed_on=self._today if self.is_dated.isChecked() else None,
        )  # fmt: skip
        order = Order(out=out, wanted=wanted, language=str(self.language.currentData()), choice=number)
        self._on_order(order)
        return None


def choices_of(desk: Desk, bounds: Bounds, shown: ShownMap | None = None) -> list[Choice]:
    """What can be printed of a map that shows these bounds: what is chosen first, then all of it, then the land."""
    shown = shown or ShownMap()
    words, seen = desk.words, on_earth(bounds)
    patrols = desk.chosen.of("patrol")
    incidents = (*desk.chosen.of("incident"), *desk.chosen.of("conflict"))
    bare = WantedMap(
        bounds=seen, grid=shown.grid if shown.grid in GRIDS else "", order=shown.order, opacities=shown.opacities
    )  # fmt: skip
    as_shown = replace(bare, hidden=shown.hidden, days=shown.days)
    found = []
    if patrols or incidents:
        count = len(patrols) + len(incidents)
        label = words.say_count("{count} chosen record, all of it", "{count} chosen records, all of them", count)
        found.append(Choice(label=label, wanted=replace(bare, bounds=None, patrols=patrols, incidents=incidents)))
        label = words.say_count("{count} chosen record, on this map", "{count} chosen records, on this map", count)
        found.append(Choice(label=label, wanted=replace(as_shown, patrols=patrols, incidents=incidents)))
    found += [
        Choice(
            label=words.say("Everything on this map"),
            wanted=replace(as_shown, shows_all=True, effort=shown.effort, heat=shown.heat),
        ),
        Choice(
            label=words.say("Livestock conflicts, and where they gather"), stem="hot_spots",
            wanted=replace(bare, hot_spots=True, days=shown.days),
        ),
        Choice(label=words.say("The land alone, without any record"), wanted=bare),
    ]  # fmt: skip
    return [replace(one, lacks=_lacks(words, shown, one.wanted)) for one in found]


def _lacks(words: Words, shown: ShownMap, wanted: WantedMap) -> tuple[str, ...]:
    """What the screen shows and a sheet does not; that records are not on it, its own name says."""
    told = []
    if shown.effort is not None and wanted.effort is None:
        told.append(words.say("Patrol effort is not printed."))
    if shown.heat is not None and wanted.heat is None and not wanted.hot_spots:
        told.append(words.say("The heat map is not printed."))
    if shown.has_replay:
        told.append(words.say("The replay is not printed."))
    if shown.has_drawing:
        told.append(words.say("What was drawn or marked on the map is not printed."))
    return tuple(told)


def on_earth(bounds: Bounds) -> Bounds:
    """What of a view is on the map of the world."""
    west, south, east, north = bounds
    return max(west, -180.0), max(south, -MOST_LATITUDE), min(east, 180.0), min(north, MOST_LATITUDE)


def ask_print(
    desk: Desk, shell: Shell, bounds: Bounds, before: Order | None = None, *, choices: Sequence[Choice] = ()
) -> None:
    """Ask what to print of a map that shows these bounds, print it, and say where it is.

    Args:
        before: What was asked for when it failed.
        choices: What is offered, where that is not what any map can show.
    """
    offered = [_as_listed(desk, one) for one in choices or choices_of(desk, bounds)]
    sheet = PrintMapSheet(
        desk.words, offered, today=desk.now().date(),
        on_order=lambda order: print_order(desk, shell, bounds, order, choices=choices),
    )  # fmt: skip
    if before is not None:
        sheet.fill(before)
    shell.ask(sheet)


def _as_listed(desk: Desk, choice: Choice) -> Choice:
    """The choice with its layers in the order of the list of layers, where it does not say another."""
    if choice.wanted.order:
        return choice
    from ranger_app.services.shown_layers import ShownLayers

    keeper = desk.made_maps
    shown = ShownLayers(desk.settings, desk.station_id, keeper.maps.entries if keeper is not None else ())
    ground = layers_shown(shown, GROUND)
    return replace(choice, wanted=replace(choice.wanted, order=tuple(shown.order()), opacities=ground))


def layers_shown(shown: ShownLayers, layers: Iterable[str]) -> dict[str, float]:
    """How strongly these layers are shown, those that are not wholly shown; names come and go with the base map."""
    found = {}
    for one in layers:
        name = BASE if one in GROUND else one
        found[one] = shown.opacity(name) if one not in GROUND or shown.is_visible(name) else 0.0
    return {one: opacity for one, opacity in found.items() if opacity < 1.0}


def print_order(desk: Desk, shell: Shell, bounds: Bounds, order: Order, *, choices: Sequence[Choice] = ()) -> None:
    """Print what was asked for, beside the window; after an error the answers stand in their fields again."""
    words = desk.words

    def work(store: Store, context: JobContext) -> Printed:
        from ranger_app.services.print_map import PrintMap
        from ranger_app.services.stations import folder_of
        from ui.file_acts import map_painter

        use = PrintMap(store.reader, store.blobs, folder=folder_of(store), painter=map_painter)
        return use(order.out, order.wanted, words=words_of_maps(order.language), context=context)

    def done(printed: Printed) -> None:
        told = words.say("Written: {files}", files=str(printed.path))
        if not printed.left_out:
            shell.say("information", told)
            return
        details = [say_code(words, error.code, error.facts) for _, error in printed.left_out]
        shell.say("warning", told, details=details)

    def failed(error: RangerAppError) -> None:
        if not is_stop(error):
            ask_print(desk, shell, bounds, order, choices=choices)
        desk.tell(error)

    desk.do(work, title=words.say("Printing the map"), on_done=done, on_error=failed)
