"""The window opens on the demo's station: how long until its first list is painted, beside a bare PySide6 window."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ranger_app.screen import has_screen
from tests.benchmarks.measuring import Row, in_own_process
from tests.benchmarks.start_child import LATER

ROUNDS = 21


def run() -> list[Row]:
    """Start both in turns, each time in a new process."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        folder = Path(name)
        in_own_process("tests.benchmarks.start", name, offscreen=True)
        told: dict[str, list[dict[str, Any]]] = {"window": [], "bare": []}
        for who in told:
            _start(who, folder)
        for _ in range(ROUNDS):
            for who, answers in told.items():
                answers.append(_start(who, folder))
    ours, bare = (statistics.median(one["ms"] for one in answers) for answers in told.values())
    ours_cpu, bare_cpu = (statistics.median(one["cpu_ms"] for one in answers) for answers in told.values())
    ours_mb, bare_mb = (max(one["mb"] for one in answers) for answers in told.values())
    too_early = sorted({name for one in told["window"] for name in one["too_early"]})
    return [
        Row(
            what="from the command to the painted first list of the demo's station, beside a bare PySide6 window",
            ours=f"{ours:.0f} ms ({ours_cpu:.0f} ms of processor time)",
            peer=f"{bare:.0f} ms ({bare_cpu:.0f} ms)", measured=ours / bare, limit=2.0,
        ),
        Row(
            what="memory it holds then, beside a bare PySide6 window",
            ours=f"{ours_mb:.0f} MB", peer=f"{bare_mb:.0f} MB", measured=ours_mb, limit=120.0, unit="MB",
        ),
        Row(
            what=f"loaded until then of {', '.join(sorted(LATER))}, and of sqlite_utils outside the store thread",
            ours=", ".join(too_early) or "nothing", measured=len(too_early), limit=0.0, unit="modules",
        ),
    ]  # fmt: skip


def _start(who: str, folder: Path) -> dict[str, Any]:
    module = "tests.benchmarks.start_child"
    return in_own_process(module, who, str(folder), repr(time.monotonic()), offscreen=not has_screen())


def prepare(folder: Path) -> None:
    """Make the demo; in a process of its own, since Qt starts once in each."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.demo import make_demo
    from ranger_app.settings import DeviceSettings
    from ui.map_painter import painter

    made = make_demo(folder / "demo", home=folder / "home", painter=painter(), context=JobContext())
    (folder / "station").write_text(str(made.station), encoding="utf-8")
    DeviceSettings(folder / "home").put("window/station", str(made.station))
    print("{}")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
