"""What a person says of a table's columns, joined with what the table shows by itself."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

from ranger_app.importers.csv_tracks_mapping import DELIMITERS, CsvMapping, guess_mapping
from ranger_app.importers.csv_tracks_text import decoded, encoding_of

_MOST_LINES = 20
_NUMBER = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")


def mapping_as_told(head: bytes, told: str, *, time_order: str = "", zone: str = "") -> CsvMapping:
    """The mapping of a table that begins with *head*.

    Args:
        told: ``role=column`` parted by commas; a column is its number, counted from 1, or its heading. Empty for what
            the headings tell.
        time_order: Empty for what the times show under such headings, else for ISO 8601.

    Raises:
        ValueError: It names a role or a column that there is none of, or no position; or headings do not tell.
    """
    if not told:
        guessed = guess_mapping(head, time_order=time_order)
        if guessed is None:
            raise ValueError("the headings do not tell which column is what")
        return replace(guessed, zone=zone)
    encoding = encoding_of(head)
    lines = decoded(head, encoding).splitlines()[:_MOST_LINES]
    delimiter = max(DELIMITERS, key=lambda one: sum(line.count(one) for line in lines))
    rows = list(csv.reader(lines, delimiter=delimiter)) or [[]]
    headings = [cell.strip().lower() for cell in rows[0]]
    columns = {}
    for one in told.split(","):
        role, _, column = (part.strip() for part in one.partition("="))
        columns[role] = int(column) - 1 if column.isdigit() else headings.index(column.lower())
    place = columns.get("latitude", columns.get("position", 0))
    cells = [row[place] for row in rows if place < len(row)]
    has_headings = bool(cells) and "latitude" in columns and not _NUMBER.fullmatch(cells[0])
    has_commas = delimiter != "," and any("," in cell for cell in cells if _NUMBER.fullmatch(cell))
    return CsvMapping(
        columns=columns,
        delimiter=delimiter,
        heading_line=int(has_headings or "position" in columns),
        decimal="," if has_commas else ".",
        encoding=encoding,
        time_order=time_order or "iso",
        zone=zone,
    )
