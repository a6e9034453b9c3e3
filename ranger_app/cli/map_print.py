"""A map as a page or a picture: ``map print``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from ranger_app.cli.answers import Answer, ExitCode
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act
from ranger_app.domain.map_request import GRIDS, PAPERS_MM
from ranger_app.i18n import MAP_LANGUAGES, words_of_maps


class BoundsType(click.ParamType[tuple[float, float, float, float]]):
    """West, south, east, north in degrees."""

    name = "w,s,e,n"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float, float, float]:
        if isinstance(value, tuple):
            return value
        try:
            west, south, east, north = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value} are not four numbers such as 74.1,41.1,74.9,41.6", param, ctx)
        if not all(map(math.isfinite, (west, south, east, north))):
            self.fail(f"{value} are not four numbers such as 74.1,41.1,74.9,41.6", param, ctx)
        return west, south, east, north


@click.command("print", cls=Act)
@click.argument("out", type=PATH, metavar="OUT.pdf|OUT.png")
@click.option(
    "--bounds", type=BoundsType(), metavar="W,S,E,N", help="In degrees on WGS 84; without them, what the records need."
)
@click.option("--dpi", type=int, default=300, show_default=True, help="Dots per inch.")
@click.option("--patrol", "patrols", multiple=True, metavar="ID", help="With its tracks, waypoints and incidents.")
@click.option("--incident", "incidents", multiple=True, metavar="ID")
@click.option("--case", "case", metavar="ID", help="The plan of a case: its incidents, their patrols, its exhibits.")
@click.option("--hot-spots", is_flag=True, help="Livestock conflicts, and where they gather.")
@click.option("--title", default="", help="Above the map.")
@click.option("--paper", type=click.Choice(tuple(PAPERS_MM)), default="A4", show_default=True)
@click.option("--grid", type=click.Choice(GRIDS), help="Without it, that of the sheets there.")
@click.option("--language", type=click.Choice(MAP_LANGUAGES), help="Without it, the station's language.")
@click.pass_obj
def map_print(
    desk: Desk, out: Path, bounds: tuple[float, float, float, float] | None, dpi: int, patrols: tuple[str, ...],
    incidents: tuple[str, ...], case: str | None, hot_spots: bool, title: str, paper: str, grid: str | None,
    language: str | None,
) -> Answer:  # fmt: skip
    """Print a map of the land within bounds, with the station's own maps, a grid and the sources."""
    from ranger_app.services.print_map import PrintMap, WantedMap
    from ranger_app.services.stations import folder_of

    with desk.opened() as store:
        wanted = WantedMap(
            bounds=bounds, dpi=dpi, patrols=patrols, title=title, paper=paper, grid=grid or "",
            incidents=tuple(desk.incident_id(store, one) for one in incidents), hot_spots=hot_spots,
            case=desk.record_id(store, "case", case) if case else "",
        )  # fmt: skip
        done = PrintMap(store.reader, store.blobs, folder=folder_of(store), painter=desk.map_painter)(
            out, wanted, words=words_of_maps(language) if language else desk.words, context=desk.context
        )
    return Answer(
        document={"files": [str(done.path)]}, text=str(done.path),
        notes=[desk.said(error.code, error.facts) for _, error in done.left_out],
        code=ExitCode.NEEDS_A_LOOK if done.left_out else ExitCode.DONE,
    )  # fmt: skip
