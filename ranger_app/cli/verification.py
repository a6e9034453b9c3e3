"""Is it what it says?"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act
from ranger_app.i18n import marked

VERDICTS = {
    "verified": marked("Verified: the file is what was sealed, and the signer is known here."),
    "unknown_signer": marked("Unchanged, but nobody here knows the signer. Compare the fingerprint with its owner."),
    "changed": marked("Changed: this is not what was sealed."),
    "damaged": marked("Damaged: it cannot be read as what it should be."),
    "unsigned": marked("Not signed: a draft, or a file that proves nothing."),
}


@click.command(cls=Act)
@click.argument("path", type=PATH, metavar="FILE|DIR")
@click.pass_obj
def verify(desk: Desk, path: Path) -> Answer:
    """Verify a dossier, or a station; with a station at hand, against its journal too."""
    from ranger_app.services.verify_file import verify as verified

    with nullcontext() if desk.station is None else desk.opened() as store:
        found = verified(path, store=store, home=desk.home, context=desk.context)
    rows = [(name, _told(value)) for name, value in found.facts.items()]
    text = desk.words.say(VERDICTS[found.verdict]) + "\n" + table(rows)
    return Answer(
        document={"verdict": found.verdict, "facts": found.facts},
        text=text,
        code=ExitCode.DONE if found.verdict == "verified" else ExitCode.NOT_VERIFIED,
    )


def _told(value: object) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
