"""Somebody stops what talks to a server: it ends at once, and nothing is asked any more."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ranger_app.jobs import Cancelled, JobContext
from ranger_app.sync.connect_errors import AnswerLostError
from ranger_app.sync.smart_connect import Connect
from tests.smart_connect import RANGER, Fault, FaultKind, StandIn, self_signed


@pytest.mark.parametrize("is_secured", [False, True])
def test_who_waits_for_a_silent_server_is_let_go(tmp_path: Path, *, is_secured: bool) -> None:
    certificate = self_signed(tmp_path) if is_secured else None
    with StandIn(certificate=certificate) as office:
        office.faults.add(Fault(kind=FaultKind.LATE, late_s=4.0))
        context = JobContext()
        ended: list[bool] = []
        pin = certificate.sha256 if certificate is not None else ""
        connect = Connect(office.address, RANGER.name, RANGER.password, pin=pin)

        def ask() -> None:
            with connect, context.woken_by(connect.hang_up):
                with pytest.raises(AnswerLostError):
                    connect.areas()
                with pytest.raises(Cancelled):
                    connect.areas()
                ended.append(True)

        asking = threading.Thread(target=ask)
        asking.start()
        while not office.ledger.requests:
            time.sleep(0.01)
        before = time.monotonic()
        context.cancel()
        asking.join()

        assert time.monotonic() - before < 1.0
        assert ended == [True]
