"""Every command under one name, and what its arguments lead to; loaded when there are arguments."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ranger_app import __version__
from ranger_app.cli.answers import Answer, ExitCode, put_beside, put_error
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Family
from ranger_app.messages import say_code

PROGRAM = "ranger-app"

COMMANDS = {
    "station": "station:station", "officer": "station:officer", "demo": "trial:demo", "import": "imports:importing",
    "patrol": "patrols:patrol", "incident": "incidents:incident", "retract": "records:retract",
    "history": "records:history", "undo": "records:undo", "case": "cases:case", "export": "exports:export",
    "dossier": "cases:dossier", "verify": "verification:verify", "self-test": "trial:self_test",
    "office": "offices:office", "model": "models:model", "sync": "outbox:sync", "outbox": "outbox:outbox",
    "place": "places:place", "plan": "plans:plan", "coordinates": "coordinates:coordinates",
    "track": "tracks:track", "clock": "clocks:clock", "map": "maps:maps",
}  # fmt: skip
"""Each command, and the module of this folder with the function behind it."""


@click.group(
    cls=Family, invoke_without_command=True,
    later={name: f"ranger_app.cli.{place}" for name, place in COMMANDS.items()},
)  # fmt: skip
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """Patrols, incidents, livestock conflict and evidence dossiers. Without a command the window opens."""
    if ctx.invoked_subcommand is not None:
        return None
    desk: Desk = ctx.obj
    return desk.open_window(desk.station)


def run_command(desk: Desk, argv: Sequence[str] | None) -> Answer | int | None:
    """Do what *argv*, or the command line, asks for; wrong arguments are told on standard error."""
    try:
        # Windows leaves patterns such as *.gpx to the program; only arguments taken from the process are expanded.
        words = None if argv is None else list(argv)
        answer = cli.main(args=words, prog_name=PROGRAM, obj=desk, standalone_mode=False)
    except click.UsageError as error:
        put_beside(usage_line(desk, error))
        return ExitCode.WRONG_USAGE
    except click.exceptions.Abort:
        put_error(f"[cancelled] {say_code(desk.words, 'cancelled', {})}")
        return ExitCode.REFUSED
    return answer if isinstance(answer, (Answer, int)) else None


def usage_line(desk: Desk, error: click.UsageError) -> str:
    """What is wrong with the arguments, and where to read more; the help itself when a family was named alone."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    path = error.ctx.command_path if error.ctx is not None else PROGRAM
    told = " ".join(error.format_message().split())
    return f"[wrong-usage] {told} " + desk.words.say("See {command} --help.", command=path)
