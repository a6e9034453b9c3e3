"""The logs that this device writes: which is open for which audience, and which of them went on in another place."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from db.journal import Journal, Stored, act_of
from db.keys_file import read_keys, write_keys
from db.log_opening import opening_op, public_bytes, sign
from db.marker import MarkerFile
from ranger_app.domain.change import NO_CHANGE, Op, head_message, log_id, ref_of
from ranger_app.domain.clock import moment_at

CLOCK_MAY_STEP_MS = 60_000
"""A clock that was set right by less than this is no matter."""


class NextPlace(NamedTuple):
    """Where a log of this device goes on."""

    log: bytes
    seq: int
    previous: bytes


class LogState(NamedTuple):
    """What a transaction that is rolled back puts back."""

    open_logs: dict[str, str]
    stale: frozenset[str]


class OwnLogs:
    """Logs of this device in one station folder, with the seeds that sign them.

    Attributes:
        open_logs: Audience to the log, in hex, that its changes go into.
        stale: Audiences whose open log is never written again: the folder was copied, restored or merged with itself.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self.keys, self.station_id, self.open_logs = read_keys(folder)
        self.stale: set[str] = set()
        self._marker = MarkerFile(home, self.station_id, folder)

    def close(self) -> None:
        """Let go of the marker."""
        self._marker.close()

    # Where the folder was, and when

    def check_marker(self, journal: Journal) -> int:
        """Leave the open logs when this folder is not where, or not what, it was; answers how many were left."""
        self.stale = set()
        if not self.open_logs:
            return 0
        marker = self._marker.read()
        for audience, log in self.open_logs.items():
            known = marker.heads.get(log) if marker is not None else None
            behind = known is None or journal.n_of(known[1][:32]) is None
            if behind or len(journal.tips_of(bytes.fromhex(log))) != 1:
                self.stale.add(audience)
        return len(self.stale)

    def write_marker(self, journal: Journal) -> None:
        """Remember the newest change of each log that goes on here."""
        heads = {}
        for audience, log in self.open_logs.items():
            if audience in self.stale:
                continue  # whoever opens this folder next must not go on with it either
            tips = journal.tips_of(bytes.fromhex(log))
            if len(tips) == 1:
                heads[log] = (tips[0][0], tips[0][1].hex())
        self._marker.write(heads)

    def clock_behind(self, journal: Journal, now_ms: int) -> dict[str, str]:
        """What this computer's clock says, and what it said with the last record here; empty when it is not behind."""
        last_ms = max(
            (
                act_of(stored).at
                for log in self.open_logs.values()
                for _, identity in journal.tips_of(bytes.fromhex(log))
                if (stored := journal.by_ref(ref_of(identity))) is not None
            ),
            default=now_ms,
        )
        if last_ms - now_ms <= CLOCK_MAY_STEP_MS:
            return {}
        return {name: f"{moment_at(ms):%Y-%m-%d %H:%M} UTC" for name, ms in (("now", now_ms), ("last", last_ms))}

    def leave_continued(self, new: Iterable[Stored]) -> int:
        """Leave each log to which somebody brought changes: it went on in another place. Answers how many."""
        came = {stored.log.hex() for stored in new}
        left = {audience for audience, log in self.open_logs.items() if log in came} - self.stale
        self.stale |= left
        return len(left)

    # Writing

    def writable(self, audience: str, journal: Journal) -> NextPlace | None:
        """Where the next change of *audience* goes; ``None`` when a log has to be begun."""
        name = self.open_logs.get(audience)
        if name is None or audience in self.stale:
            return None
        log = bytes.fromhex(name)
        tips = journal.tips_of(log)
        return NextPlace(log, tips[0][0] + 1, tips[0][1]) if len(tips) == 1 else None

    def prepare(self, audience: str, journal: Journal) -> tuple[NextPlace, Op]:
        """Place and opening act of a new log; its seed is durable before the log begins."""
        name = self.open_logs.get(audience)
        tips = journal.tips_of(bytes.fromhex(name)) if name else []
        seed = secrets.token_bytes(32)
        log = log_id(public_bytes(seed))
        self.keys = replace(self.keys, log_seeds={**self.keys.log_seeds, log.hex(): seed})
        self.save()
        op = opening_op(
            self.keys, log_seed=seed, audience=audience, station=self.station_id,
            predecessors=[{"log": name, "seq": seq, "change": identity.hex()} for seq, identity in tips],
        )  # fmt: skip
        return NextPlace(log, 0, NO_CHANGE), op

    def begun(self, audience: str, log: bytes) -> None:
        """Write into *log* from now on."""
        self.open_logs = {**self.open_logs, audience: log.hex()}
        self.stale.discard(audience)

    def save(self) -> None:
        """Write down seeds, and which logs are open."""
        write_keys(self._folder, self.keys, self.station_id, self.open_logs)

    def state(self) -> LogState:
        """What :meth:`put_back` takes after a rollback."""
        return LogState(self.open_logs, frozenset(self.stale))

    def put_back(self, state: LogState) -> None:
        """Forget what a transaction did that was rolled back."""
        self.open_logs, self.stale = state.open_logs, set(state.stale)

    def sign_tips(self, pending: Iterable[Stored], journal: Journal) -> None:
        """Sign the heads of what was just appended."""
        tips = journal.tips()
        for stored in pending:
            seed = self.keys.log_seeds.get(stored.log.hex()) if stored.id in tips else None
            if seed is not None:  # else another laptop's, let go by what we declared lost
                journal.sign_tip(stored.id, sign(seed, head_message(stored.log, stored.seq, stored.id)))

    def short_code(self, journal: Journal) -> str:
        """First four base32 characters of the open ``station`` log's id; empty before the first write."""
        found = self.writable("station", journal)
        return base64.b32encode(found.log).decode()[:4] if found is not None else ""
