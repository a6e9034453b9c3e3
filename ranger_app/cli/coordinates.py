"""What a text means as a place, in every notation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Act
from ranger_app.coordinates import NOTATIONS, read_place, tell_dd, tell_place
from ranger_app.services.place_words import reading_words

if TYPE_CHECKING:
    from ranger_app.coordinates import Decoded

_IDS = tuple(one.id for one in NOTATIONS)


@click.command(cls=Act, context_settings={"ignore_unknown_options": True})
@click.argument("text", nargs=-1, required=True)
@click.option("--notation", type=click.Choice(_IDS), help="Read it in this notation and no other.")
@click.option("--tell", type=click.Choice(_IDS), help="Tell the place in this notation; in all of them with --json.")
@click.pass_obj
def coordinates(desk: Desk, text: tuple[str, ...], notation: str | None, tell: str | None) -> Answer:
    """Read a place in any notation and tell it in WGS 84; several readings are all answered, and nothing is guessed."""
    found = read_place(" ".join(text), notation)
    is_clear = len(found) == 1 and not found[0].is_doubtful
    rows = [
        (tell_place(one.latitude_deg, one.longitude_deg, tell or "dd"), reading_words(desk.words, one))
        for one in found
    ]  # fmt: skip
    notes = [] if is_clear else [_unclear(desk, len(found))]
    return Answer(
        document={"readings": [_document(one) for one in found]}, text=table(rows), notes=notes,
        code=ExitCode.DONE if is_clear else ExitCode.NEEDS_A_LOOK,
    )  # fmt: skip


def _unclear(desk: Desk, count: int) -> str:
    if count == 1:
        return desk.words.say("This is perhaps not what was meant; look at the place first.")
    return desk.words.say("This can mean more than one place; none was chosen.")


def _document(one: Decoded) -> dict[str, Any]:
    place = one.latitude_deg, one.longitude_deg
    return {
        "latitude_deg": one.latitude_deg, "longitude_deg": one.longitude_deg, "notation": one.notation,
        "system": one.system or "EPSG:4326", "zone": one.zone or None, "operation": one.operation or None,
        "accuracy_m": one.accuracy_m, "cell_m": one.cell_m, "doubtful": one.is_doubtful, "notes": list(one.notes),
        "told": {name: told for name in _IDS if (told := tell_place(*place, name)) != tell_dd(*place) or name == "dd"},
    }  # fmt: skip
