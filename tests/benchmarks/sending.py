"""Two hundred files of 20 MB go to an office while the window is open: memory, the window's pauses, speed."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import ROOT, Row, in_own_process

ITEMS = 200
ITEM_BYTES = 20_000_000
IDLE_S = 1.5
RESTS_AT = ITEM_BYTES // 2
USER, PASSWORD = "ranger", "made up"


def run() -> list[Row]:
    """The server is in a process of its own, so that its work is not the window's."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        told = in_own_process("tests.benchmarks.sending", name, offscreen=True)
    return [
        Row(
            what=f"{ITEMS} files of {ITEM_BYTES // 1_000_000} MB are uploaded: memory on top of the idle program",
            ours=f"{told['grown_mb']:.0f} MB", measured=told["grown_mb"], limit=40.0, unit="MB",
        ),
        Row(
            what="the window's longest pause meanwhile",
            ours=f"{told['busy_ms']:.1f} ms", peer=f"{told['idle_ms']:.1f} ms (idle)", measured=told["busy_ms"],
            limit=50.0, unit="ms",
        ),
        Row(
            what="the whole pass: look, hash, upload, write down; beside http.client that only sends as many bytes",
            ours=f"{told['ours_s']:.1f} s", peer=f"{told['peer_s']:.1f} s", measured=told["ours_s"] / told["peer_s"],
            limit=4.0,
        ),
        Row(
            what="from the wish to stop in the middle of a file until nothing is sent any more",
            ours=f"{told['stop_ms']:.0f} ms", measured=told["stop_ms"], limit=500.0, unit="ms",
        ),
        Row(
            what="bytes sent again when it goes on after that",
            ours=f"{told['again']}", measured=told["again"], limit=0.0, unit="bytes",
        ),
    ]  # fmt: skip


def measure(folder: Path) -> dict[str, Any]:
    """Send while a window ticks."""
    from PySide6.QtCore import QElapsedTimer, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from ui.network_thread import NetworkThread
    from ui.store_thread import StoreThread

    officer = in_own_process("tests.benchmarks.gpx_import", "station", str(folder))["officer"]
    office = Office(folder)
    in_own_process("tests.benchmarks.sending", "fill", str(folder), officer, office.base, office.area)
    application = QApplication([])
    window = QWidget()
    window.show()
    clock, gaps = QElapsedTimer(), [0]

    def tick() -> None:
        gaps.append(clock.nsecsElapsed())
        clock.restart()

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
    timer.timeout.connect(tick)

    def longest_ms() -> float:
        clock.restart()
        gaps[:] = [0]
        timer.start()
        application.exec()
        timer.stop()
        return max(gaps) / 1e6

    store = StoreThread(folder / "station", home=folder / "home")
    network = NetworkThread(store)
    store.prepare(lambda _: application.quit())
    store.begin()
    application.exec()
    QTimer.singleShot(round(IDLE_S * 1000), application.quit)
    idle_ms, before_mb = longest_ms(), peak_mb()

    def send(limit: int) -> dict[str, float]:
        """One pass; stopped after *limit* bytes when that is not 0."""
        told: dict[str, float] = {}
        failed: list[object] = []

        def ended(answer: Any) -> None:
            failed.extend(getattr(answer, "failed", ()))
            told["at"] = time.perf_counter()
            application.quit()

        def watch(progress: Any) -> None:
            if limit and progress.done >= limit and "asked" not in told:
                told["asked"] = time.perf_counter()
                job.cancel()

        told["begun"] = time.perf_counter()
        job = network.submit(
            lambda at_store, context: send_all(at_store, context, folder, officer),
            on_done=ended, on_error=ended, on_progress=watch,
        )  # fmt: skip
        told["longest_ms"] = longest_ms()
        assert not failed, failed
        return told

    stopped = send(RESTS_AT)
    whole = send(0)
    told = office.told()
    network.close()
    store.close()
    grown_mb = peak_mb() - before_mb
    peer_s = plainly(office, folder / "file")
    office.close()
    assert told["whole"] == ITEMS, told
    return {
        "grown_mb": grown_mb, "idle_ms": idle_ms,
        "busy_ms": max(stopped["longest_ms"], whole["longest_ms"]), "ours_s": whole["at"] - whole["begun"],
        "peer_s": peer_s, "stop_ms": 1000 * (stopped["at"] - stopped["asked"]),
        "again": told["received"] - ITEMS * ITEM_BYTES,
    }  # fmt: skip


def send_all(at_store: Any, context: Any, folder: Path, officer: str) -> object:
    """One pass over every place."""
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places
    from ranger_app.services.sync_places import SyncPlaces

    station, seed = at_store(lambda store: (store.station_id, store.keys.device_seed))
    home = folder / "home"
    sync = SyncPlaces(
        at_store, folder=folder / "station", home=home, passwords=Passwords(home, station, seed), pause=lambda _: None
    )
    places = Places(home, station).all()
    return sync(places, named=[one.name for one in places], officer=officer, context=context)


def fill(folder: Path, officer: str, base: str, area: str) -> None:
    """Put the items into the outbox; they are one file under as many names, so that the disk holds it once."""
    from db.transaction import new_id
    from ranger_app.domain.places import Place
    from ranger_app.services.outbox import own_log
    from ranger_app.services.outbox_files import outbox_folder
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places
    from ranger_app.services.stations import open_station

    file, data = folder / "file", os.urandom(ITEM_BYTES)
    file.write_bytes(data)
    with open_station(folder / "station", home=folder / "home") as store:
        Places(folder / "home", store.station_id).put(
            Place(name="office", kind="smart", url=base, user=USER, area=area, version="8", read={})
        )
        Passwords(folder / "home", store.station_id, store.keys.device_seed).put("office", USER, PASSWORD)
        store.ensure_log(officer)
        out, log = outbox_folder(store.folder), own_log(store)
        with store.transaction(officer) as transaction:
            for number in range(ITEMS):
                record = new_id()
                os.link(file, out / f"{record}.zip")
                with transaction.change() as change:
                    change.create("outbox", {
                        "place": "office", "server": base, "area": area, "how": "queue", "record_kind": "incident",
                        "record": record, "number": str(number), "name": f"{number}-{record[:12]}.zip",
                        "type": "INCIDENT_XML", "sha256": hashlib.sha256(data).hexdigest(), "size": ITEM_BYTES,
                        "version": "8", "covers": "", "origin": log,
                    }, record=record)  # fmt: skip


class Office:
    """The server's process, spoken to by lines."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.sending", "office", str(folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        first = self._ask("where")
        self.base, self.area = str(first["base"]), str(first["area"])

    def told(self) -> dict[str, int]:
        """Files that are whole, and bytes that were received for them."""
        return self._ask("told")

    def close(self) -> None:
        """End it."""
        self._process.communicate("quit\n")

    def _ask(self, word: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def serve() -> None:
    """Be the office; files are counted and not kept."""
    from tests.smart_connect import StandIn, User

    with StandIn(users=[User(name=USER, password=PASSWORD)], keep_files=False) as office:
        for line in sys.stdin:
            if line.strip() == "quit":
                return
            items = [item for item in office.queue.items if item.type == "INCIDENT_XML"]
            told: dict[str, object] = {"base": office.address, "area": str(office.area.uuid)}
            told["whole"] = sum(item.is_whole for item in items)
            told["received"] = sum(seen.received_bytes for seen in office.ledger.of("PUT", "/api/uploader/"))
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def plainly(office: Office, file: Path) -> float:
    """Seconds that http.client needs to announce and send as many files, from a tenth of them."""
    parts = urlsplit(office.base)
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    before = time.perf_counter()
    for number in range(ITEMS // 10):
        head = {"Authorization": f"Basic {basic}", "X-Upload-Content-Length": str(ITEM_BYTES)}
        body = json.dumps({"conservationArea": office.area, "type": "PATROL_XML", "name": f"plain-{number}"})
        connection.request(
            "POST", f"{parts.path}/api/dataqueue/items/", body, {**head, "Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        place = urlsplit(answer.headers["Location"]).path
        answer.read()
        with file.open("rb") as stream:
            connection.request(
                "PUT", place, stream,
                {**head, "Content-Type": "application/octet-stream", "Content-Length": str(ITEM_BYTES)},
            )  # fmt: skip
            connection.getresponse().read()
    return 10 * (time.perf_counter() - before)


if __name__ == "__main__":
    if sys.argv[1] == "office":
        serve()
    elif sys.argv[1] == "fill":
        fill(Path(sys.argv[2]), *sys.argv[3:])
        print("{}")
    else:
        print(json.dumps(measure(Path(sys.argv[1]))))
