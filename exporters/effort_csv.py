"""Patrol effort as a table: a row a cell, for spreadsheets and GIS programs."""

from __future__ import annotations

from ranger_app.domain.effort import EffortGrid

HEAD = "west,south,east,north,km,visits,hours"


def effort_csv(grid: EffortGrid) -> bytes:
    """The cells that somebody was in, from the south-west, by RFC 4180 in UTF-8.

    Edges are degrees of WGS 84 with 7 decimals, kilometres have 3 and hours 2.
    """
    edges = [edge.tolist() for edge in grid.cells.boxes_deg(grid.cell)]
    columns = (grid.column("km").tolist(), grid.visits.tolist(), grid.hours.tolist())
    rows = [
        f"{west:.7f},{south:.7f},{east:.7f},{north:.7f},{km:.3f},{visits},{hours:.2f}"
        for west, south, east, north, km, visits, hours in zip(*edges, *columns, strict=True)
    ]
    return "\r\n".join([HEAD, *rows, ""]).encode()
