"""The panel that asks what leaves, as what, and where to: one for SMART, GPX and GeoJSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLabel, QLineEdit

from ranger_app.i18n import Words
from ui import theme
from ui.choice_box import ChoiceBox
from ui.file_acts import Leaving
from ui.path_line import PathLine
from ui.sheet import Sheet
from ui.typed_text import read_day, typed_day

FORMATS = {"smart": "SMART", "gpx": "GPX", "geojson": "GeoJSON"}
NEWEST_SMART = "8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One choice of records.

    Attributes:
        label: How the choice is called, with the number of its records.
        count: How many records it holds.
        stem: What its file is called, without ending.
    """

    label: str
    count: int
    leaving: Leaving
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked for.

    Attributes:
        format: Key of :data:`FORMATS`.
        date_from, date_to: First and last day; for GPX and GeoJSON alone.
    """

    format: str
    out: Path
    leaving: Leaving
    version: str = NEWEST_SMART
    date_from: dt.date | None = None
    date_to: dt.date | None = None


class ExportSheet(Sheet):
    """Asks for records, format, place, and what the format wants to know besides.

    Args:
        scopes: Choices of records, at least one; the first is chosen.
        chosen: Key of the format that is chosen at first.
        today: Completes a day that is typed without its year.
        on_wanted: Called with the answer.
    """

    is_soon_filled = True

    def __init__(
        self,
        words: Words,
        scopes: Sequence[Scope],
        chosen: str,
        *,
        today: dt.date,
        on_wanted: Callable[[Wanted], None],
    ) -> None:
        super().__init__(words, words.say("Export"), act=words.say("Write"), on_act=self._press)
        self._scopes = tuple(scopes)
        self._today = today
        self._on_wanted = on_wanted
        self._suggested: Path | None = None
        self.where = PathLine(words, "save", name=words.say("File to write"))
        self.which, self.format, self.version, self.packing = ChoiceBox(), ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.first_day, self.last_day = QLineEdit(), QLineEdit()
        self.told = QLabel()
        self.told.setWordWrap(True)
        theme.set_kind(self.told, "quiet")
        self._fill(chosen)
        self.add(words.say("Where to"), self.where)
        self.add(words.say("Records"), self.which)
        self.add(words.say("Format"), self.format)
        self.add(words.say("SMART version"), self.version)
        self.add(words.say("Kind of file"), self.packing)
        self.add(words.say("First day"), self.first_day)
        self.add(words.say("Last day"), self.last_day)
        self.add_whole(self.told)
        self.ready_when(lambda: self.where.path() is not None)
        for box in (self.which, self.format):
            box.currentIndexChanged.connect(self._arrange)
        self.packing.currentIndexChanged.connect(self._suggest)
        self._arrange()

    def _fill(self, chosen: str) -> None:
        words = self._words
        for scope in self._scopes:
            self.which.addItem(scope.label)
        for key, label in FORMATS.items():
            self.format.addItem(label, key)
        self.format.setCurrentIndex(self.format.findData(chosen))
        self.version.addItem(f"SMART {NEWEST_SMART}", NEWEST_SMART)
        self.packing.addItem(words.say("Zip, with photos"), "zip")
        self.packing.addItem(words.say("XML"), "xml")
        for line in (self.first_day, self.last_day):
            line.setPlaceholderText(words.say("dd.mm.yyyy"))

    def offer_versions(self, versions: Sequence[str]) -> None:
        """Offer these SMART versions."""
        for version in versions:
            if self.version.findData(version) < 0:
                self.version.addItem(f"SMART {version}", version)

    def fill(self, wanted: Wanted) -> None:
        """Show what was asked for before."""
        places = [place for place, scope in enumerate(self._scopes) if scope.leaving == wanted.leaving]
        self.which.setCurrentIndex(next(iter(places), 0))
        self.format.setCurrentIndex(self.format.findData(wanted.format))
        self.offer_versions([wanted.version])
        self.version.setCurrentIndex(self.version.findData(wanted.version))
        self.packing.setCurrentIndex(max(self.packing.findData(wanted.out.suffix[1:].lower()), 0))
        for line, day in ((self.first_day, wanted.date_from), (self.last_day, wanted.date_to)):
            line.setText("" if day is None else typed_day(day))
        self.where.set_paths([wanted.out])

    # What belongs to the format

    @property
    def scope(self) -> Scope:
        """The chosen records."""
        return self._scopes[self.which.currentIndex()]

    @property
    def _format(self) -> str:
        return str(self.format.currentData())

    @property
    def _is_folder(self) -> bool:
        return self._format == "smart" and self.scope.count != 1

    def _arrange(self) -> None:
        is_smart = self._format == "smart"
        self.fields.setRowVisible(self.version, is_smart)
        self.fields.setRowVisible(self.packing, is_smart and not self._is_folder)
        for line in (self.first_day, self.last_day):
            self.fields.setRowVisible(line, not is_smart)
        self.told.setText(self._what_comes())
        if self._is_folder:
            self.where.ask_for("folder")
        else:
            self.where.ask_for("save", (self._ending(),))
        self._suggest()
        self.area.updateGeometry()

    def _what_comes(self) -> str:
        words, count = self._words, self.scope.count
        if self._format != "smart":
            return words.say_count("{count} record goes into one file.", "{count} records go into one file.", count)
        if not self._is_folder:
            return words.say("The record is checked against the office's data model first.")
        return words.say_count(
            "{count} record becomes a file in this folder: XML, or zip where it has photos. It is checked against the"
            " office's data model first.",
            "{count} records become a file each in this folder: XML, or zip where they have photos. All are checked"
            " against the office's data model first.",
            count,
        )

    def _ending(self) -> str:
        return str(self.packing.currentData()) if self._format == "smart" else self._format

    def _suggest(self) -> None:
        """Name a place that fits, unless somebody typed one."""
        now = self.where.path()
        is_own = now is not None and now != self._suggested
        if is_own and (self._is_folder or now is None or not now.suffix):
            return
        if is_own and now is not None:
            self.where.set_paths([now.with_suffix(f".{self._ending()}")])
            return
        name = f"{self.scope.stem}_smart" if self._is_folder else f"{self.scope.stem}.{self._ending()}"
        self._suggested = Path.home() / name
        self.where.set_paths([self._suggested])

    def take_focus(self) -> None:
        super().take_focus()
        self.where.line.selectAll()

    def _press(self) -> bool | None:
        out = self.where.path()
        if out is None:
            return False
        days = []
        for line in (self.first_day, self.last_day):
            text = "" if self._format == "smart" else line.text().strip()
            day = read_day(text, today=self._today) if text else None
            if text and day is None:
                self.complain(self._words.say("A day, such as 04.03.2026."))
                return False
            days.append(day)
        self._on_wanted(
            Wanted(
                format=self._format, out=out, leaving=self.scope.leaving, version=str(self.version.currentData()),
                date_from=days[0], date_to=days[1],
            )
        )  # fmt: skip
        return None
