"""Check a station: hash everything again, follow every chain, compare with every checkpoint and with a rebuild."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlcipher3.dbapi2 import Connection

from db.content import Row, first_difference
from db.damage import ODD_ROWS, page_faults
from db.journal import RowToCheck
from db.key_check import false_keys
from db.log_opening import NotAnOpeningError, check_opening, is_signed
from db.store import DERIVED, JOURNAL, Store
from ranger_app.domain.change import (
    NO_CHANGE,
    SALT_BYTES,
    Change,
    Header,
    NotAnActError,
    change_id,
    decode_act,
    head_message,
    header_bytes,
    ref_of,
)
from ranger_app.domain.checkpoint import Checkpoint, CheckpointUnreadableError
from ranger_app.domain.merkle import Peaks
from ranger_app.jobs import JobContext

STEP = 2000
"""Changes between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What a check found.

    Attributes:
        changes: How many were hashed.
        blobs: How many were hashed.
        bad: What is wrong, the first damaged change first: ``log <id> seq <number>: <reason>``,
            ``blob <digest>: <reason>`` or ``<file>: <reason>``; empty when all is well.
    """

    changes: int
    blobs: int
    bad: tuple[str, ...]


def audit(store: Store, context: JobContext) -> Audit:
    """Check everything in *store*; nothing is changed, and damage is named, never raised.

    Raises:
        Cancelled: A person asked to stop.
    """
    faults = page_faults(store.journal_db)
    rebuilt = _Rebuilt()
    with (
        tempfile.TemporaryDirectory(prefix=".check-", dir=store.folder) as beside,
        _damage_named(rebuilt.bad, f"{DERIVED}: cannot be compared, ", faults),
    ):
        rebuilt.derive(store, Path(beside) / DERIVED, context)
    chains = Chains(store, rebuilt.checkpoints)
    with _damage_named(chains.bad, f"{JOURNAL}: ", faults):
        chains.check(context)
        chains.check_heads()
        chains.check_waiting()
    chains.bad.extend(f"{JOURNAL}: {line}" for line in faults)
    blobs, bad_blobs = _check_blobs(store, chains.blobs, context, faults)
    bad = (*chains.bad, *chains.behind_checkpoints(), *bad_blobs, *false_keys(store.keys), *rebuilt.bad)
    return Audit(chains.count, blobs, bad)


@contextmanager
def _damage_named(bad: list[str], where: str, faults: tuple[str, ...]) -> Iterator[None]:
    """Name what stops a part of the check, beginning with *where*.

    Args:
        faults: What SQLite finds wrong with the journal's pages: rows on such pages can hold values of any type, and
            what these lead to is damage then, and a fault of ours only where there are none.
    """
    try:
        yield
    except sqlcipher.DatabaseError as error:
        bad.append(f"{where}{error}")
    except ODD_ROWS as error:
        if not faults:
            raise
        bad.append(f"{where}rows on a damaged page ({type(error).__name__})")


@dataclass(slots=True)
class Line:
    """One line of a checkpoint that some change carries.

    Attributes:
        carrier: Ref of the change.
        is_own: Whether this laptop wrote the carrier: then it had everything that the line names.
    """

    carrier: str
    size: int
    root: bytes
    is_own: bool


@dataclass(slots=True)
class _Rebuilt:
    """The tables derived anew beside those that are here, and the checkpoints found in them."""

    bad: list[str] = field(default_factory=list)
    checkpoints: dict[bytes, list[Line]] = field(default_factory=dict)

    def derive(self, store: Store, path: Path, context: JobContext) -> None:
        beside = store.derive_beside(path, context)
        try:
            self._collect_checkpoints(store, beside)
            different = first_difference(store.reader.derived, beside, store.journal)
            if different is not None:
                self.bad.append(f"{DERIVED}: {_words(different)} is not what the journal says")
        finally:
            beside.close()

    def _collect_checkpoints(self, store: Store, derived: Connection) -> None:
        own = {bytes.fromhex(log) for log in store.keys.log_seeds}
        texts = derived.execute("SELECT ref, checkpoint FROM seal UNION SELECT ref, checkpoint FROM witness ORDER BY 1")
        for raw, text in texts.fetchall():
            stored = store.journal.by_ref(raw.hex())
            if not text or stored is None:
                continue
            try:
                checkpoint = Checkpoint.parse(text)
            except CheckpointUnreadableError:
                self.bad.append(f"log {stored.log.hex()} seq {stored.seq}: its checkpoint cannot be read")
                continue
            for leaf in checkpoint.leaves:
                line = Line(raw.hex(), leaf.size, leaf.root, stored.log in own)
                self.checkpoints.setdefault(leaf.log, []).append(line)


def _words(different: tuple[Row | None, Row | None]) -> str:
    table, *columns = different[0] or different[1] or ("table",)
    name = next((column.hex() for column in columns if isinstance(column, bytes)), "")
    return f"{table} {name}".strip()


@dataclass(slots=True)
class _Branch:
    """A branch of a log up to the change that was looked at last; *opening* is the id of its first."""

    log: bytes
    opening: bytes
    peaks: Peaks
    seq: int = 0


class Chains:
    """Walks through all changes once.

    Args:
        checkpoints: Log to the lines that checkpoints have for it.
    """

    def __init__(self, store: Store, checkpoints: dict[bytes, list[Line]]) -> None:
        self._store = store
        self._lines = checkpoints
        self._sizes = {log: {line.size for line in lines} for log, lines in checkpoints.items()}
        self._roots: dict[tuple[bytes, int], set[bytes]] = {}
        self._branches: dict[bytes, _Branch] = {}
        self._places: dict[int, tuple[int, bytes]] = {}
        self._keys: dict[bytes, bytes] = {}
        self.count = 0
        self.bad: list[str] = []
        self.blobs: set[str] = set()

    def check(self, context: JobContext) -> None:
        """Hash every change and see that it stands where its id says."""
        total = self._store.journal.last_n()
        follow, sha256 = self._follow, hashlib.sha256
        expected_n = 0
        for row in self._store.journal.rows_to_check():
            n, seq, identity, salt, payload, parent, log, previous, before, is_same_log = row
            expected_n += 1
            if expected_n % STEP == 0:
                context.step(expected_n, total, "checking")
            salt, payload, log = salt or b"", payload or b"", log or bytes(16)
            digest = sha256(b"ranger-payload-v1\0" + salt + payload).digest()
            header = header_bytes(log, seq & 0xFFFFFFFFFFFFFFFF, previous or NO_CHANGE, digest)
            if n != expected_n:
                self.bad.append(f"{JOURNAL}: a change is missing before place {n}")
                expected_n = n
            if sha256(b"ranger-change-v1\0" + header).digest() != identity or len(salt) != SALT_BYTES:
                self._name(log, seq, _why(row))
            elif parent is None:
                self._check_opening(header, payload, identity)
            elif not is_same_log or before != seq - 1 or parent >= n:
                self._name(log, seq, "does not follow the change before it")
            if b'"blobs":' in payload:
                self._note_blobs(payload)
            follow(n, log, seq, identity, parent, previous)
        self.count = len(self._places)

    def _name(self, log: bytes, seq: int, reason: str) -> None:
        self.bad.append(f"log {log.hex()} seq {seq}: {reason}")

    def _check_opening(self, header: bytes, payload: bytes, identity: bytes) -> None:
        parsed = Header.parse(header)
        try:
            check_opening(parsed, payload)
        except NotAnOpeningError:
            self._name(parsed.log, parsed.seq, "does not open its log")
            return
        self._keys[identity] = bytes.fromhex(decode_act(payload).ops[0]["key"])

    def _note_blobs(self, payload: bytes) -> None:
        try:
            ops = decode_act(payload).ops
        except NotAnActError:
            return
        for op in ops:
            named = op.get("blobs")
            if isinstance(named, list):
                self.blobs.update(digest for digest in named if isinstance(digest, str))

    # Trees

    def _follow(
        self, n: int, log: bytes, seq: int, identity: bytes, parent: int | None, previous: bytes | None
    ) -> None:
        self._places[n] = (parent or 0, identity)
        branch = self._branches.pop(previous, None) if previous else None
        if branch is None:
            branch = self._branch_up_to(log, n, parent or 0) or _Branch(log, identity, Peaks())
        branch.seq = seq
        branch.peaks.append(identity)
        self._branches[identity] = branch
        if log in self._sizes and branch.peaks.size in self._sizes[log]:
            self._roots.setdefault((log, branch.peaks.size), set()).add(branch.peaks.root)

    def _branch_up_to(self, log: bytes, n: int, parent: int) -> _Branch | None:
        """A branch that leaves another one: as it stands at *parent*."""
        line = []
        while 0 < parent < n and parent in self._places:
            n = parent
            parent, identity = self._places[n]
            line.append(identity)
        if not line:
            return None
        peaks = Peaks()
        for identity in reversed(line):
            peaks.append(identity)
        return _Branch(log, line[-1], peaks)

    def behind_checkpoints(self) -> Iterator[str]:
        """What an older checkpoint says otherwise than the trees of today."""
        sizes: dict[bytes, int] = {}
        for branch in self._branches.values():
            sizes[branch.log] = max(sizes.get(branch.log, 0), branch.peaks.size)
        for log, lines in sorted(self._lines.items()):
            for line in lines:
                found = self._roots.get((log, line.size), set())
                if not found and not line.is_own and line.size > sizes.get(log, 0):
                    continue  # a checkpoint of another laptop, whose newest changes are not here yet
                if line.root not in found:
                    yield f"log {log.hex()} seq {line.size - 1}: the checkpoint in {line.carrier} says otherwise"

    # Heads and what waits

    def check_heads(self) -> None:
        """Compare the kept heads with the tips found, and verify their signatures."""
        tips = self._store.journal.tips()
        own = {bytes.fromhex(log) for log in self._store.keys.log_seeds}
        for identity, (log, seq, signature) in sorted(tips.items(), key=lambda tip: (tip[1][0], tip[1][1], tip[0])):
            branch = self._branches.get(identity)
            if branch is None or branch.seq != seq:
                self._name(log, seq, "the head of the log is not here")
            elif signature is None:
                if log in own:
                    self._name(log, seq, "the head of the log is not signed")
            elif not is_signed(self._keys.get(branch.opening, b""), signature, head_message(log, seq, identity)):
                self._name(log, seq, "the signature of the head is false")
        for identity in sorted(self._branches.keys() - tips.keys()):
            self.bad.append(f"change {ref_of(identity)}: is a head that was not kept as one")

    def check_waiting(self) -> None:
        """Hash what waits."""
        for identity, change in self._store.journal.waiting_rows():
            reason = _waiting_fault(identity, change)
            if reason:
                self.bad.append(f"waiting {ref_of(identity)}: {reason}")


def _why(row: RowToCheck) -> str:
    _, seq, _, salt, payload, parent, log, previous, _, _ = row
    if salt is None or payload is None:
        return "its content is missing"
    if log is None:
        return "its log is missing"
    if (parent is not None or seq != 0) and previous is None:
        return "the change before it is missing"
    return "its content, place or id was altered"


def _waiting_fault(identity: bytes, change: Change) -> str:
    if change_id(change.header) != identity:
        return "its id was altered"
    try:
        return "" if change.is_whole else "its content was altered"
    except ValueError:
        return "its header was altered"


def _check_blobs(
    store: Store, named: Iterable[str], context: JobContext, faults: tuple[str, ...]
) -> tuple[int, list[str]]:
    bad: list[str] = []
    here: set[str] = set()
    with _damage_named(bad, f"{JOURNAL}: ", faults):
        for digest in store.blobs.digests():
            context.step(len(here), None, "checking-blobs")
            here.add(digest)
            if not store.blobs.is_whole(digest):
                bad.append(f"blob {digest}: its bytes were altered")
    bad += [f"blob {digest}: is missing" for digest in sorted(set(named) - here)]
    return len(here), bad
