"""Which page shows what; each is imported when it is first wanted."""

from __future__ import annotations

from importlib import import_module

from ui.desk import Desk
from ui.pages.page import Page
from ui.shell import Shell

PAGE_OF_KIND = {"patrol": "patrols", "incident": "incidents", "conflict": "conflict", "case": "cases"}
"""The page of the rail on which a record of this kind is shown."""

_CLASSES = {
    "patrols": ("patrols", "PatrolsPage"),
    "incidents": ("incidents", "IncidentsPage"),
    "conflict": ("incidents", "ConflictPage"),
    "cases": ("cases", "CasesPage"),
    "map": ("map_page", "MapPage"),
    "reports": ("reports", "ReportsPage"),
    "station": ("station", "StationPage"),
}


def make_page(name: str, desk: Desk, shell: Shell) -> Page:
    """Make a page of the rail."""
    module, cls = _CLASSES[name]
    made = getattr(import_module(f"ui.pages.{module}"), cls)(desk, shell)
    assert isinstance(made, Page)
    return made
