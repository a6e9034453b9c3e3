"""The panel that asks which column of a table is what, when its headings do not tell."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit

from ranger_app.i18n import Words, marked
from ranger_app.importers.csv_tracks_cells import is_utm_zone, is_zone
from ranger_app.importers.csv_tracks_mapping import (
    DELIMITERS,
    HEIGHT_UNITS,
    ROLES,
    SPEED_UNITS,
    TIME_ORDERS,
    CsvMapping,
    columns_of_headings,
    has_place,
)
from ranger_app.importers.csv_tracks_text import decoded, encoding_of
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.sheet import Sheet
from ui.shell import Shell

HEAD_BYTES = 1 << 16
MOST_COLUMNS = 40
_YEAR_FIRST = re.compile(r"(19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}")

SAMPLES = 3
"""Values of each column that are shown."""

LONGEST_SAMPLE = 24

ROLE_WORDS: Mapping[str, str] = {
    "latitude": marked("Latitude"),
    "longitude": marked("Longitude"),
    "position": marked("A place in one cell, in any notation"),
    "easting": marked("Easting in metres (UTM)"),
    "northing": marked("Northing in metres (UTM)"),
    "utm_zone": marked("UTM zone"),
    "elevation": marked("Height"),
    "time": marked("Time, with or without the day"),
    "date": marked("Day"),
    "name": marked("Name"),
    "comment": marked("Comment"),
    "track": marked("Which track"),
    "part": marked("Which part of the track"),
    "speed_mps": marked("Speed"),
    "course_deg": marked("Direction of travel"),
    "accuracy_m": marked("Accuracy"),
    "hdop": "HDOP",
    "vdop": "VDOP",
    "pdop": "PDOP",
    "satellites": marked("Satellites"),
    "heart_rate_bpm": marked("Heart rate"),
    "cadence_rpm": marked("Cadence"),
    "temperature_c": marked("Temperature"),
}
ORDER_WORDS: Mapping[str, str] = {
    "iso": marked("2026-03-04 09:15:00"),
    "ymd": marked("year, month, day"),
    "dmy": marked("day, month, year"),
    "mdy": marked("month, day, year"),
    "unix": marked("seconds since 1970"),
    "unix_ms": marked("milliseconds since 1970"),
    "excel": marked("days as Excel counts them"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a table.

    Attributes:
        headings: Texts of the line with the most cells, the first of them.
        heading_line: Its number, counted from 1.
        rows: What follows.
    """

    delimiter: str
    encoding: str
    headings: tuple[str, ...]
    heading_line: int
    rows: tuple[tuple[str, ...], ...]

    @property
    def has_years_first(self) -> bool:
        """Whether days are written with the year in front, which four figures leave no doubt of."""
        return any(_YEAR_FIRST.match(cell.strip()) for row in self.rows[:SAMPLES] for cell in row)

    def samples(self, column: int) -> str:
        """A few values of a column."""
        found = [row[column].strip() for row in self.rows if column < len(row) and row[column].strip()]
        return " · ".join(one[:LONGEST_SAMPLE] for one in found[:SAMPLES])


def table_of(head: bytes) -> Table:
    """Look at the beginning of a table: the sign that parts the most columns parts them."""
    encoding = encoding_of(head)
    lines = decoded(head, encoding).splitlines()[:-1] or decoded(head, encoding).splitlines()
    best: list[list[str]] = [[]]
    sign = ","
    for delimiter in DELIMITERS:
        rows = list(csv.reader(lines[:200], delimiter=delimiter))
        if max(map(len, rows), default=0) > max(map(len, best), default=0):
            best, sign = rows, delimiter
    wide = max(map(len, best), default=0)
    line = next((place for place, row in enumerate(best) if len(row) == wide), 0)
    rows = best[line + 1 :]
    return Table(sign, encoding, tuple(best[line]) if best else (), line + 1, tuple(map(tuple, rows)))


class CsvSheet(Sheet):
    """Asks what each column is.

    Args:
        on_mapping: Called with what was said.
    """

    def __init__(self, words: Words, file: str, table: Table, zone: str, *, on_mapping: Callable[[CsvMapping], None]):
        note = words.say("Say at least which column is the latitude and which the longitude. The file stays as it is.")
        super().__init__(
            words, words.say("Columns of {file}", file=file), act=words.say("Import"), on_act=self._press, note=note
        )
        self._table, self._on_mapping = table, on_mapping
        known = {place: role for role, place in columns_of_headings(table.headings).items()}
        self.columns = [
            self._column(place, known.get(place, "")) for place in range(len(table.headings[:MOST_COLUMNS]))
        ]
        self.order = self._choice(words.say("Times are written"), [(one, ORDER_WORDS[one]) for one in TIME_ORDERS])
        self.order.setCurrentIndex(TIME_ORDERS.index("ymd" if table.has_years_first else "dmy"))
        self.utm = QLineEdit()
        self.utm.setPlaceholderText("43N")
        self.add(words.say("UTM zone and hemisphere"), self.utm)
        self.zone = QLineEdit(zone)
        self.add(words.say("Time zone of times that name none"), self.zone)
        decimals = [(".", marked("a point: 41.2")), (",", marked("a comma: 41,2"))]
        self.decimal = self._choice(words.say("Decimals follow"), decimals)
        self.decimal.setCurrentIndex(int(self._has_commas()))
        self.kind = self._choice(
            words.say("A row is"), [("track", marked("a fix of a track")), ("waypoints", marked("a waypoint"))]
        )
        self.speeds = self._choice(words.say("Speed in"), [(one, one) for one in SPEED_UNITS])
        self.heights = self._choice(words.say("Height in"), [(one, one) for one in HEIGHT_UNITS])
        for box in self.columns:
            box.currentIndexChanged.connect(lambda _: self._show_utm())
        self._show_utm()
        self.ready_when(self._is_whole)

    def _show_utm(self) -> None:
        """The zone is asked where eastings are."""
        self.fields.setRowVisible(self.utm, "easting" in dict(self._roles()))

    def _column(self, place: int, role: str) -> QComboBox:
        heading = self._table.headings[place].strip() or self._words.say("column {number}", number=place + 1)
        samples = self._table.samples(place)
        offers = [("", marked("not taken")), *((one, ROLE_WORDS[one]) for one in ROLES)]
        box = self._choice(f"{heading}: {samples}" if samples else heading, offers)
        box.setCurrentIndex(box.findData(role))
        return box

    def _choice(self, label: str, offers: Sequence[tuple[str, str]]) -> QComboBox:
        box = ChoiceBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for key, text in offers:
            box.addItem(self._words.say(text), key)
        self.add(label, box)
        return box

    def _has_commas(self) -> bool:
        cells = [cell for row in self._table.rows[:SAMPLES] for cell in row]
        return self._table.delimiter != "," and any("," in one and one.replace(",", "").isdigit() for one in cells)

    def _roles(self) -> list[tuple[str, int]]:
        return [(str(box.currentData()), place) for place, box in enumerate(self.columns) if box.currentData()]

    def _is_whole(self) -> bool:
        roles = [role for role, _ in self._roles()]
        if len(set(roles)) < len(roles) or not has_place(dict(self._roles())):
            return False
        return "easting" not in roles or is_utm_zone(self._utm_zone())

    def _utm_zone(self) -> str:
        return self.utm.text().strip().upper()

    def mapping(self) -> CsvMapping:
        """What was said."""
        return CsvMapping(
            columns=dict(self._roles()), delimiter=self._table.delimiter, heading_line=self._table.heading_line,
            decimal=str(self.decimal.currentData()), encoding=self._table.encoding,
            time_order=str(self.order.currentData()), zone=self.zone.text().strip(),
            speed_unit=str(self.speeds.currentData()), height_unit=str(self.heights.currentData()),
            kind=str(self.kind.currentData()), utm_zone=self._utm_zone() if "easting" in dict(self._roles()) else "",
        )  # fmt: skip

    def _press(self) -> bool | None:
        zone = self.zone.text().strip()
        if zone and not is_zone(zone):
            self.complain(self._words.say("A time zone such as Asia/Bishkek, or an offset such as +06:00."))
            return False
        self._on_mapping(self.mapping())
        return None


def ask_columns(desk: Desk, shell: Shell, path: Path, on_mapping: Callable[[CsvMapping], None]) -> None:
    """Show the beginning of a table and ask for its columns."""
    try:
        with path.open("rb") as stream:
            table = table_of(stream.read(HEAD_BYTES))
    except (OSError, csv.Error):
        shell.say("warning", desk.words.say("{file} cannot be looked into any more.", file=path.name))
        return
    shell.ask(CsvSheet(desk.words, path.name, table, desk.station.timezone, on_mapping=on_mapping))
