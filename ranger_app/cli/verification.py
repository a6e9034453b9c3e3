"""Is it what it says?"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act
from ranger_app.i18n import marked
from ranger_app.messages import TEXTS

if TYPE_CHECKING:
    from ranger_app.services.verify_file import Verified

VERDICTS = {
    "verified": marked("Verified: the file is what was sealed, and the signer is known here."),
    "unknown_signer": marked("Unchanged, but nobody here knows the signer. Compare the fingerprint with its owner."),
    "changed": marked("Changed: this is not what was sealed."),
    "damaged": marked("Damaged: it cannot be read as what it should be."),
    "unsigned": marked("Not signed: a draft, or a file that proves nothing."),
}


STATION_VERDICTS = {
    "verified": marked("The station's journal and files are what they were."),
    "damaged": marked("The station's journal or files are not what they were."),
}


@click.command(cls=Act)
@click.argument("path", type=PATH, metavar="FILE|DIR")
@click.pass_obj
def verify(desk: Desk, path: Path) -> Answer:
    """Verify a dossier, or a station; with a station at hand, against its journal too."""
    from db.connection import StationUnreadableError
    from ranger_app.services.verify_file import verify as verified

    is_itself = desk.station is not None and path.is_dir() and path.resolve() == desk.station.resolve()
    try:
        with nullcontext() if desk.station is None else desk.opened() as store:
            found = verified(path, store=store, home=desk.home, context=desk.context)
    except StationUnreadableError:
        if not is_itself:
            raise
        # The station at hand is what is verified: one that does not open is damaged, which is an answer.
        found = verified(path, store=None, home=desk.home, context=desk.context)
    sentence = desk.words.say((STATION_VERDICTS if path.is_dir() else VERDICTS)[found.verdict])
    rows = [(name, _told(value)) for name, value in found.facts.items() if value is not None]
    is_verified = found.verdict == "verified"
    return Answer(
        document={"verdict": found.verdict, "facts": found.facts},
        text=sentence + "\n" + table(rows),
        notes=[] if is_verified else [_first_bad(desk, found, sentence)],
        code=ExitCode.DONE if is_verified else ExitCode.NOT_VERIFIED,
    )


def _first_bad(desk: Desk, found: Verified, sentence: str) -> str:
    """The line for the first thing that is wrong, when it is one with a code, else for the verdict."""
    code, _, place = str(found.facts.get("first_bad") or "").partition(":")
    if code in TEXTS:
        return desk.said(code, {"where": place})
    return f"[{found.verdict.replace('_', '-')}] {sentence}"


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
