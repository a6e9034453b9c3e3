"""The program shows and proves itself: the demo, and the self-test of an installation."""

from __future__ import annotations

from pathlib import Path

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act


@click.command(cls=Act)
@click.argument("folder", type=PATH, metavar="DIR")
@click.pass_obj
def demo(desk: Desk, folder: Path) -> Answer:
    """Make a demo station in DIR and do the whole main job on it."""
    from ranger_app.services.demo import make_demo

    done = make_demo(
        folder, home=desk.home, painter=desk.map_painter(), language=desk.words.language, context=desk.context
    )
    files = [
        ("station", done.station), *(("smart", file) for file in done.smart_files), ("gpx", done.gpx),
        ("geojson", done.geojson), ("dossier", done.dossier),
    ]  # fmt: skip
    rows = [(name, str(path)) for name, path in files]
    word = "verified" if done.verified else done.verdict
    return Answer(
        document={
            "station": str(done.station),
            "smart_files": [str(file) for file in done.smart_files],
            "dossier": str(done.dossier),
            "gpx": str(done.gpx),
            "geojson": str(done.geojson),
            "verified": done.verified,
        },
        text=table([*rows, ("verify", word)]),
        code=ExitCode.DONE if done.verified else ExitCode.NOT_VERIFIED,
    )


@click.command("self-test", cls=Act)
@click.pass_obj
def self_test(desk: Desk) -> Answer:
    """Prove this installation: load every resource, and do the main job on a demo station."""
    from ranger_app.services.self_test import self_test as prove

    steps = prove(painter=desk.map_painter, context=desk.context)
    rows = [
        {"name": one.code, "ok": one.is_ok, "error": one.error or None, "detail": one.detail or None} for one in steps
    ]
    is_ok = all(one.is_ok for one in steps)
    text = table(("ok" if one.is_ok else "FAILED", one.code, one.detail) for one in steps)
    return Answer(
        document={"ok": is_ok, "steps": rows}, text=text, code=ExitCode.DONE if is_ok else ExitCode.NOT_VERIFIED
    )
