"""The station itself, its settings, and the numbers it gives."""

from __future__ import annotations

from itertools import chain

from db.reader import Reader
from ranger_app.domain.station import Station

NUMBERED = {
    "patrol": ("patrol",),
    "incident": ("incident", "livestock"),
    "case": ("case_file",),
    "exhibit": ("exhibit",),
}
"""What has numbers, and the typed tables that hold them."""


def station(reader: Reader, station_id: str, *, short_code: str = "") -> Station:
    """Who we are; the settings record carries the station's own id."""
    values = reader.entry(station_id, "setting").values
    return Station(
        id=station_id,
        name=str(values.get("name", "")),
        area_id=str(values.get("area_id", "")),
        area_name=str(values.get("area_name", "")),
        timezone=str(values.get("timezone", "UTC")),
        language=str(values.get("language", "en")),
        short_code=short_code,
        default_mandate=str(values.get("default_mandate", "antipoaching")),
    )


def number_prefix(area_id: str, short_code: str) -> str:
    """What every number of this log begins with: two laptops, or a copied station, never give the same one."""
    return f"{area_id}_{short_code}_"


def last_number(reader: Reader, prefix: str) -> int:
    """The highest counter given with this prefix, those of records taken back too; 0 when none was.

    Numbers that people typed and that are no counters do not count.
    """
    highest = 0
    for table in chain.from_iterable(NUMBERED.values()):
        row = reader.derived.execute(
            f"SELECT max(CAST(substr(number, ?1) AS INTEGER)) FROM {table} WHERE number >= ?2 AND number < ?3"
            " AND substr(number, ?1) NOT GLOB '*[^0-9]*' AND length(number) < ?1 + 12",
            (len(prefix) + 1, prefix, prefix + "\U0010ffff"),
        ).fetchone()
        highest = max(highest, row[0] or 0)
    return highest


COUNTED = {
    "patrols": ("patrol",),
    "waypoints": ("waypoint",),
    "observations": ("observation",),
    "incidents": ("incident",),
    "conflicts": ("conflict",),
    "cases": ("case",),
    "exhibits": ("exhibit",),
    "attachments": ("attachment",),
}


def counts(reader: Reader) -> dict[str, int]:
    """How many records of each kind lists show, and how many changes there are."""
    found = {name: sum(reader.count(kind) for kind in kinds) for name, kinds in COUNTED.items()}
    return {**found, "changes": reader.journal.last_n()}
