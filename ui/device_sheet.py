"""The panel that asks what goes onto a receiver, and onto which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy

from ranger_app.i18n import Words
from ui.choice_box import ChoiceBox
from ui.export_sheet import Scope
from ui.file_acts import Leaving
from ui.import_devices import Device
from ui.path_line import PathLine
from ui.sheet import Sheet
from ui.typed_text import read_number

SHORTEST_NAME, LONGEST_NAME, USUAL_NAME = 4, 60, 30
"""Letters of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceWanted:
    """What a person asked for.

    Attributes:
        out: A file, or the folder of a receiver.
        plans: Ids of plans whose routes go along.
    """

    out: Path
    leaving: Leaving
    plans: tuple[str, ...]
    longest_name: int
    is_ascii: bool


class DeviceSheet(Sheet):
    """Asks for places, routes, a receiver, and what its names can be.

    Args:
        scopes: Choices of records, what is most likely meant first.
        plans: Id and label of plans with a route.
        chosen_plan: Of the plan that is chosen on the page; empty for none.
        on_wanted: Called with the answer.
    """

    def __init__(
        self,
        words: Words,
        scopes: Sequence[Scope],
        plans: Sequence[tuple[str, str]],
        *,
        chosen_plan: str = "",
        on_wanted: Callable[[DeviceWanted], None],
    ) -> None:
        super().__init__(
            words, words.say("Put onto a device"), act=words.say("Put onto it"), on_act=self._press,
            note=words.say("Waypoints, incidents and planned routes; what lies on the device stays."),
        )  # fmt: skip
        self._on_wanted = on_wanted
        self._scopes = tuple(scopes)
        self.device, self.which, self.route = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.where = PathLine(words, "save", name=words.say("File to write"))
        self.where.ask_for("save", ("gpx",))
        self.where.set_paths([Path.home() / "ranger-app.gpx"])
        self.is_ascii = QCheckBox(words.say("Names in Latin letters, for devices without Cyrillic"))
        self.length = QLineEdit(str(USUAL_NAME))
        for box in (self.device, self.which, self.route):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.device.addItem(words.say("A file"), None)
        for scope in self._scopes:
            self.which.addItem(scope.label)
        self.which.addItem(words.say("No places"))
        self.route.addItem(words.say("No route"), "")
        for record, label in plans:
            self.route.addItem(label, record)
        self.route.setCurrentIndex(max(self.route.findData(chosen_plan), 0))
        if chosen_plan or not self._scopes:
            self.which.setCurrentIndex(self.which.count() - 1)
        self.add(words.say("Device"), self.device)
        self.add(words.say("Where to"), self.where)
        self.add(words.say("Places"), self.which)
        self.add(words.say("Planned route"), self.route)
        self.add(words.say("Letters of a name"), self.length)
        self.add_whole(self.is_ascii)
        self.fields.setRowVisible(self.route, bool(plans))
        self.device.currentIndexChanged.connect(self._arrange)
        self.ready_when(self._is_ready)

    def offer_devices(self, found: Sequence[Device]) -> None:
        """Offer these receivers; the first of them is chosen."""
        for one in found:
            self.device.addItem(f"{one.name} · {one.root}", one.root)
        if found:
            self.device.setCurrentIndex(1)

    def _arrange(self) -> None:
        self.fields.setRowVisible(self.where, self.device.currentData() is None)
        self.area.updateGeometry()

    @property
    def _out(self) -> Path | None:
        root = self.device.currentData()
        return Path(root) if root is not None else self.where.path()

    @property
    def _leaving(self) -> Leaving | None:
        place = self.which.currentIndex()
        return self._scopes[place].leaving if place < len(self._scopes) else None

    def _is_ready(self) -> bool:
        return self._out is not None and (self._leaving is not None or bool(self.route.currentData()))

    def _press(self) -> bool | None:
        letters = read_number(self.length.text())
        if letters is None or not letters.isdigit() or not SHORTEST_NAME <= int(letters) <= LONGEST_NAME:
            told = self._words.say(
                "Letters of a name: a whole number from {least} to {most}.", least=SHORTEST_NAME, most=LONGEST_NAME
            )
            self.complain(told)
            return False
        out, route = self._out, str(self.route.currentData() or "")
        assert out is not None
        self._on_wanted(
            DeviceWanted(
                out=out, leaving=self._leaving or Leaving(), plans=(route,) if route else (),
                longest_name=int(letters), is_ascii=self.is_ascii.isChecked(),
            )
        )  # fmt: skip
        return None
