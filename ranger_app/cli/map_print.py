"""A map as a page or a picture: ``map print``."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import DAY, KILOMETRES, PATH, Act
from ranger_app.domain.clock import moment_at
from ranger_app.domain.layer_order import ABOVE, BASE, GROUND, layer_order, own_id
from ranger_app.domain.map_request import GRIDS, PAPERS_MM
from ranger_app.i18n import MAP_LANGUAGES, words_of_maps

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.errors import RangerAppError
    from ranger_app.services.map_shading import WantedEffort, WantedHeat

MEASURES = ("km", "visits", "hours")
HEATS = ("incident", "conflict", "waypoint")
HIDDEN = ("tracks", "incident", "conflict", "waypoint", "photo", "exhibit")
ORDINARY_KM = 5.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shading:
    """The options of what lies in colours below the signs."""

    effort: str | None
    cell_km: float | None
    unvisited: bool
    heat: str | None
    radius_km: float | None

    def refuse_wrong(self, desk: Desk) -> None:
        """Refuse what says something of colours that nobody asked for."""
        if self.effort is None and (self.cell_km is not None or self.unvisited):
            raise click.UsageError(desk.words.say("--cell and --unvisited go with --effort."))
        if self.heat is None and self.radius_km is not None:
            raise click.UsageError(desk.words.say("--radius goes with --heat."))

    def wanted_effort(self) -> WantedEffort | None:
        from ranger_app.services.map_shading import WantedEffort

        if self.effort is None:
            return None
        return WantedEffort(self.effort, (self.cell_km or ORDINARY_KM) * 1000, self.unvisited)

    def wanted_heat(self) -> WantedHeat | None:
        from ranger_app.services.map_shading import WantedHeat

        return None if self.heat is None else WantedHeat(self.heat, (self.radius_km or ORDINARY_KM) * 1000)


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
@click.option("--all", "shows_all", is_flag=True, help="Everything that was recorded within the bounds.")
@click.option("--from", "date_from", type=DAY, help="Only what was recorded on this day and later.")
@click.option("--to", "date_to", type=DAY, help="Only what was recorded on this day and earlier.")
@click.option("--effort", type=click.Choice(MEASURES), help="Patrol effort of the station, in cells.")
@click.option("--cell", "cell_km", type=KILOMETRES, metavar="KM", help="Side of a cell, km: 5.")
@click.option("--unvisited", is_flag=True, help="Hatch the cells in which nobody was.")
@click.option("--heat", type=click.Choice(HEATS), help="Where they gather, all of the station.")
@click.option("--radius", "radius_km", type=KILOMETRES, metavar="KM", help="Of the heat, km: 5.")
@click.option("--hide", "hidden", multiple=True, type=click.Choice((*HIDDEN, BASE)), help="Leave this out.")
@click.option(
    "--order", multiple=True, metavar="LAYER",
    help=f"Layers from the uppermost down: {', '.join((*ABOVE, BASE))}, or the name of a map; the others as they are.",
)  # fmt: skip
@click.option("--title", default="", help="Above the map.")
@click.option("--paper", type=click.Choice(tuple(PAPERS_MM)), default="A4", show_default=True)
@click.option("--grid", type=click.Choice(GRIDS), help="Without it, that of the sheets there.")
@click.option("--language", type=click.Choice(MAP_LANGUAGES), help="Without it, the station's language.")
@click.option("--dated", is_flag=True, help="The day of printing below the map.")
@click.pass_obj
def map_print(
    desk: Desk, /, out: Path, bounds: tuple[float, float, float, float] | None, dpi: int, patrols: tuple[str, ...],
    incidents: tuple[str, ...], case: str | None, hot_spots: bool, shows_all: bool, date_from: dt.date | None,
    date_to: dt.date | None, hidden: tuple[str, ...], order: tuple[str, ...], title: str, paper: str, grid: str | None,
    language: str | None, dated: bool, **shading: Any,
) -> Answer:  # fmt: skip
    """Print a map of the land within bounds, with the station's own maps, a grid and the sources."""
    from zoneinfo import ZoneInfo

    from ranger_app.services.print_map import MapDays, PrintMap, WantedMap
    from ranger_app.services.stations import folder_of, station_of

    if shows_all and bounds is None:
        raise click.UsageError(desk.words.say("--all needs --bounds: a piece of land."))
    if date_from is not None and date_to is not None and date_from > date_to:
        raise click.UsageError(desk.words.say("--from is later than --to."))
    colours = Shading(**shading)
    colours.refuse_wrong(desk)
    with desk.opened() as store:
        zone = ZoneInfo(station_of(store).timezone)
        today = moment_at(store.clock()).astimezone(zone).date()
        wanted = WantedMap(
            bounds=bounds, dpi=dpi, patrols=patrols, title=title, paper=paper, grid=grid or "",
            incidents=tuple(desk.incident_id(store, one) for one in incidents), hot_spots=hot_spots,
            case="" if case is None else _case(desk, store, case), shows_all=shows_all,
            hidden=frozenset(hidden), days=MapDays.of_dates(date_from, date_to, zone),
            effort=colours.wanted_effort(), heat=colours.wanted_heat(), order=_order(desk, store, order),
            opacities=_opacities(hidden), printed_on=today if dated else None,
        )  # fmt: skip
        done = PrintMap(store.reader, store.blobs, folder=folder_of(store), painter=desk.map_painter)(
            out, wanted, words=words_of_maps(language) if language else desk.words, context=desk.context
        )
    return Answer(
        document={"files": [str(done.path)], "problems": [_row(desk, where, error) for where, error in done.left_out]},
        text=str(done.path),
        notes=[desk.said(error.code, error.facts) for _, error in done.left_out],
        code=ExitCode.NEEDS_A_LOOK if done.left_out else ExitCode.DONE,
    )


def _case(desk: Desk, store: Store, name: str) -> str:
    return store.reader.entry(desk.record_id(store, "case", name), "case").id


def _row(desk: Desk, where: str, error: RangerAppError) -> dict[str, object]:
    """What is not on the map as it was wanted, as the answers of imports have a problem."""
    return {
        "code": error.code, "file": "", "where": where, "count": 1, "text": desk.sentence(error.code, error.facts),
    }  # fmt: skip


def _opacities(hidden: Sequence[str]) -> Mapping[str, float]:
    """The ground is hidden by being shown not at all."""
    return dict.fromkeys(GROUND, 0.0) if BASE in hidden else {}


def _order(desk: Desk, store: Store, order: Sequence[str]) -> tuple[str, ...]:
    """Every layer, the uppermost first: those that were named, maps by their names, then the others."""
    if not order:
        return ()
    from ranger_app.services.maps import MapShelf
    from ranger_app.services.stations import folder_of

    entries = sorted(MapShelf(folder_of(store)).entries(), key=lambda one: one.order)
    own = {own_id(entry.name): entry.kind for entry in entries}
    named = [one if one in (*ABOVE, BASE) else own_id(one) for one in order]
    for told, one in zip(order, named, strict=True):
        if one not in (*ABOVE, BASE) and one not in own:
            raise click.UsageError(desk.words.say("{layer} is no layer, and no map of this station.", layer=told))
    return tuple(dict.fromkeys((*named, *layer_order((), own))))
