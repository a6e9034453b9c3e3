"""The store: the one owner of a station's read-write connections; lives in the store thread.

A save is two commits: first ``journal.db``, durably, then ``derived.db``, which may be lost and is derived again.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlcipher3.dbapi2 import Connection

from db import schema
from db.blobs import Blobs, flush_file
from db.connection import Atomic, DiskFullError, StationUnreadableError, connect, disk_trouble
from db.damage import ODD_ROWS, page_faults
from db.derivation import Deriver, Touched
from db.derived_file import BATCH, derive_all, fresh_derived, open_derived
from db.journal import Journal, Merged, Stored
from db.keys_file import NAME as KEYS_NAME
from db.keys_file import write_keys
from db.lock import StationLock
from db.log_room import make_room
from db.own_logs import NextPlace, OwnLogs
from db.reader import Reader, RecordMissingError
from db.transaction import SingleChange, Transaction
from db.unborn import is_unborn
from ranger_app import __version__
from ranger_app.domain.change import Act, Change, Op, encode_and_read_act
from ranger_app.domain.keys import DeviceKeys
from ranger_app.domain.record_state import RecordState
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext, without_collecting

JOURNAL, DERIVED = schema.JOURNAL_NAME, schema.DERIVED_NAME


class StationExistsError(RangerAppError):
    """A station is to be created where something is already."""

    code = "station-exists"


class StationMissingError(RangerAppError):
    """There is no station in this folder."""

    code = "station-missing"


def _refuse_what_is_no_station(folder: Path) -> None:
    """Tell a folder that is none from a station of which a file has gone.

    Raises:
        StationMissingError, StationUnreadableError: One or the other.
    """
    has_journal, has_keys = (folder / JOURNAL).exists(), (folder / KEYS_NAME).exists()
    if has_journal and has_keys:
        return
    if has_journal or (has_keys and (folder / DERIVED).exists()):  # creating one begins with the keys
        raise StationUnreadableError(file=KEYS_NAME if has_journal else JOURNAL, reason=os.strerror(errno.ENOENT))
    raise StationMissingError(folder=str(folder))


class Store:
    """An open station folder.

    Attributes:
        notices: (code, facts) of what opening had to mend or noticed; said once to whoever opened it.
        told: Called after each use case with what it touched.
        between_commits: Called between the two commits of a save; a place for tests to pull the plug.
        is_alone: No other connection looks at the tables: those found damaged by a save are made anew at once.
    """

    def __init__(self, folder: Path, *, home: Path, key: bytes | None = None) -> None:
        _refuse_what_is_no_station(folder)
        self.folder = folder
        self.notices: list[tuple[str, dict[str, Any]]] = []
        self.told: list[Callable[[Touched], None]] = []
        self.between_commits: Callable[[], None] = lambda: None
        self.is_alone = False
        self.clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000
        self._lock = StationLock(folder)
        self._home = home
        self._key = key
        with ExitStack() as failed:
            failed.callback(self._lock.release)
            try:
                self._open(home, failed)
            except sqlcipher.DatabaseError as error:
                if isinstance(disk_trouble(error), DiskFullError):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
                raise StationUnreadableError(file=JOURNAL, reason=str(error)) from error
            except ODD_ROWS as error:
                faults = page_faults(self._journal_db)
                if not faults:
                    raise
                raise StationUnreadableError(file=JOURNAL, reason=faults[0]) from error
            failed.pop_all()

    def _open(self, home: Path, failed: ExitStack) -> None:
        self.logs = OwnLogs(self.folder, home)
        failed.callback(self.logs.close)
        self.station_id = self.logs.station_id
        self._journal_db = connect(self.folder / JOURNAL, key=self._key)
        failed.callback(self._journal_db.close)
        self._derived_db = self._open_derived()
        failed.callback(lambda: self._derived_db.close())
        self._bind()
        self._catch_up()
        self._check_logs()
        self._sweep()

    def _sweep(self) -> None:
        self.blobs.sweep()

    def _bind(self) -> None:
        self.journal = Journal(self._journal_db)
        self.blobs = Blobs(self._journal_db, self.folder / "blobs")
        self.reader = Reader(self._derived_db, self._journal_db)
        if self._key is None:  # what an encrypted station holds never lies open beside it
            self.reader.drafts_home = self._home, self.station_id
        self.drafts = self.reader.drafts
        self._deriver = Deriver(self._derived_db, self.journal)
        self._pending: list[Stored] = []
        self._acts: dict[str, Act] = {}
        self._first = ""
        self._is_in_transaction = False

    # Creating, opening, closing

    @classmethod
    def create(cls, folder: Path, keys: DeviceKeys, station: str, *, home: Path, key: bytes | None = None) -> Store:
        """Make an empty station in *folder*, which is made when it is not there.

        Raises:
            StationExistsError: The folder is not empty.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            if not is_unborn(folder):
                raise StationExistsError(folder=str(folder))
            for left in folder.iterdir():
                left.rmdir() if left.is_dir() else left.unlink()
        write_keys(folder, keys, station, {})
        connection = connect(folder / JOURNAL, key=key)
        connection.executescript(schema.JOURNAL)
        connection.close()
        (folder / "blobs").mkdir()
        return cls(folder, home=home, key=key)

    def close(self) -> None:
        """Let go of the folder."""
        self._derived_db.close()
        self._journal_db.close()
        self.logs.close()
        flush_file(self.folder / DERIVED)
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def journal_db(self) -> Connection:
        """The journal's connection, for readers over other derived tables."""
        return self._journal_db

    @property
    def is_encrypted(self) -> bool:
        return self._key is not None

    # Derived tables

    def _open_derived(self) -> Connection:
        connection, code = open_derived(self.folder / DERIVED, key=self._key, was_cut_off=self._lock.was_cut_off)
        if code:
            self.notices.append((code, {}))
        return connection

    def _catch_up(self) -> None:
        """Derive what a crash between the two commits left behind; rebuild what does not belong to this journal."""
        last = self.journal.last_n()
        try:
            applied, ref = self._deriver.applied()
            fits = 0 <= applied <= last and (applied == 0 or self.journal.ref_at(applied) == ref)
            if fits and applied < last:
                if applied:
                    self.notices.append(("derived-caught-up", {"changes": last - applied}))
                self._derive_all(self.journal.stored(after=applied), last - applied, JobContext())
        except (sqlcipher.DatabaseError, ValueError):  # junk where tables or numbers should be
            fits = False
        if not fits:
            self.notices.append(("derived-rebuilt", {"changes": last}))
            self.rederive(JobContext())

    def rederive(self, context: JobContext) -> int:
        """Throw the derived tables away and derive them again; returns the number of changes."""
        self._derived_db.close()
        self._derived_db = fresh_derived(self.folder / DERIVED, key=self._key)
        self._bind()
        last = self.journal.last_n()
        self._derive_all(self.journal.stored(), last, context)
        return last

    def derive_beside(self, path: Path, context: JobContext) -> Connection:
        """Derive everything into another file, to compare it with what is here; the caller closes it."""
        connection = fresh_derived(path, key=self._key)
        derive_all(connection, Deriver(connection, self.journal), self.journal.stored(), self.journal.last_n(), context)
        return connection

    def _derive_all(self, changes: Iterator[Stored], total: int, context: JobContext) -> None:
        try:
            derive_all(self._derived_db, self._deriver, changes, total, context)
        except BaseException:
            self._drop_derived()  # it knows things that were rolled back
            raise

    # This device's logs

    @property
    def keys(self) -> DeviceKeys:
        """What this device signs with."""
        return self.logs.keys

    @property
    def short_code(self) -> str:
        """First four base32 characters of the open ``station`` log's id; empty before the first write."""
        return self.logs.short_code(self.journal)

    def ensure_log(self, officer: str, audience: str = "station") -> str:
        """Begin this device's log of *audience* if it must be begun; returns the short code of the station log."""
        if self.logs.writable(audience, self.journal) is None:
            with nullcontext() if self._is_in_transaction else self.transaction(officer):
                self._own_log(officer, audience)
        return self.short_code

    def _check_logs(self) -> None:
        """Begin new logs at the next write when this folder is another one; say when the clock is behind."""
        left = self.logs.check_marker(self.journal)
        # Who wrote here since was told; another audience's log waits for its first write, which may never come.
        if left and "station" in self.logs.stale:
            self.notices.append(("station-moved", {"logs": left}))
        if behind := self.logs.clock_behind(self.journal, self.clock()):
            self.notices.append(("clock-behind", {**behind}))

    # Writing

    def transaction(self, officer: str) -> Transaction:
        """Changes of *officer*, all or nothing, for a ``with`` block; both commits are done when it has ended."""
        return Transaction(self, officer)

    def act(self, *, officer: str, audience: str = "station") -> SingleChange:
        """One change in a transaction of its own, for a ``with`` block."""
        return SingleChange(Transaction(self, officer), audience)

    def begin(self) -> None:
        """Begin the changes of one use case; whoever does so ends them with :meth:`commit` or :meth:`roll_back`."""
        if self._is_in_transaction:
            raise RuntimeError("one use case at a time")
        self._pending, self._acts = [], {}
        self._first = ""
        self._logs_before = self.logs.state()
        self._journal_db.execute("BEGIN IMMEDIATE")
        self._is_in_transaction = True

    def commit(self) -> None:
        """Make the changes durable, then what is derived from them; on an error of the journal nothing has happened."""
        try:
            self.blobs.finish()
            self.logs.sign_tips(self._pending, self.journal)
            self.journal.write_tips()
            derived = self._derive(self._pending, self._acts)
            self._journal_db.execute("COMMIT")
        except BaseException:
            self.roll_back()
            raise
        self._is_in_transaction = False
        self.blobs.settle()
        self._pending = []
        while self._acts:  # one by one: other threads need not wait until thousands are gone
            self._acts.popitem()
        if self.logs.open_logs != self._logs_before.open_logs:
            self.logs.save()
        self._commit_derived(derived)

    def roll_back(self) -> None:
        """Leave everything as it was before :meth:`begin`."""
        self._is_in_transaction = False
        try:
            self._journal_db.rollback()
        finally:
            self.journal.forget()
            self._drop_derived()
            self.logs.put_back(self._logs_before)
            self.blobs.take_back()

    def _derive(self, new: Sequence[Stored], acts: Mapping[str, Act]) -> Touched | sqlcipher.DatabaseError | None:
        """Derive what is about to be committed, in a transaction that is committed after it.

        Tables that cannot be written keep nothing out of the journal: their error waits until that is safe.
        """
        if not new:
            return None
        try:
            self._derived_db.execute("BEGIN IMMEDIATE")
            behind = new[0].n - 1 - self._deriver.applied()[0]
            if behind:  # deriving the last use case failed; it is in the journal all the same
                new = list(self.journal.stored(after=new[0].n - 1 - behind))
            return self._deriver.apply(new, acts)
        except sqlcipher.DatabaseError as error:
            self._drop_derived()
            return error

    def _drop_derived(self) -> None:
        self._derived_db.rollback()
        self._deriver = Deriver(self._derived_db, self.journal)

    def _commit_derived(self, derived: Touched | sqlcipher.DatabaseError | None) -> None:
        if derived is None:
            return
        try:
            self.between_commits()
            if isinstance(derived, sqlcipher.DatabaseError):
                derived = self._made_anew(derived)
            else:
                self._derived_db.execute("COMMIT")
        except BaseException:
            self._drop_derived()
            raise
        self.logs.write_marker(self.journal)
        for tell in self.told:
            tell(derived)

    def _made_anew(self, error: sqlcipher.DatabaseError) -> Touched:
        """Derive everything again where a damaged page kept a change out of the tables; other errors are raised."""
        if not self.is_alone or type(error) is not sqlcipher.DatabaseError:
            raise error
        self.notices.append(("derived-unreadable", {}))
        self.rederive(JobContext())
        return Touched()

    def state(self, record: str) -> RecordState:
        """A record as it stands, to be read by whoever writes its next change.

        Raises:
            RecordMissingError: It is not here.
        """
        state = self._deriver.look_at(record)
        if not state.is_created:
            raise RecordMissingError(id=record)
        return state

    def make_room(self) -> bool:
        """Room for the saves to come, a step of it: for a program that stays open. Whether more is wanted."""
        return make_room(self.folder / JOURNAL)

    def write_change(self, officer: str, audience: str, ops: Sequence[Op], undoes: str) -> str:
        """Append one change to this device's log of *audience*; only inside a transaction. Returns its ref."""
        if not self._is_in_transaction:
            raise RuntimeError("a change is written inside a transaction")
        return self._append(self._own_log(officer, audience), officer, list(ops), undoes).ref

    def _append(self, place: NextPlace, officer: str, ops: list[Op], undoes: str = "") -> Stored:
        more = {"with": self._first} if self._first and ops[0]["act"] != "open" else {}
        payload, act = encode_and_read_act(Act(self.clock(), officer, __version__, tuple(ops), undoes, more))
        log, seq, previous = place
        change = Change.make(log=log, seq=seq, previous=previous, salt=secrets.token_bytes(16), payload=payload)
        stored = self.journal.append(change)
        self._pending.append(stored)
        self._acts[stored.ref] = act
        if "lost" in {op["act"] for op in ops}:
            self._pending += self.journal.release([(stored.ref, act)]).new
        if not self._first and ops[0]["act"] != "open":
            self._first = stored.ref
        return stored

    def _own_log(self, officer: str, audience: str) -> NextPlace:
        found = self.logs.writable(audience, self.journal)
        if found is not None:
            return found
        beginning, opening = self.logs.prepare(audience, self.journal)
        opened = self._append(beginning, officer, [opening])
        self.logs.begun(audience, opened.log)
        return NextPlace(opened.log, 1, opened.id)

    # Merging

    def merge(self, changes: Iterable[Change], context: JobContext | None = None) -> Merged:
        """Unite the changes of another laptop with ours, in transactions of about 5,000."""
        context = context or JobContext()
        total = Merged()
        ahead = iter(changes)
        done = 0
        while batch := list(islice(ahead, BATCH)):
            context.step(done, None, "merging")
            try:
                with without_collecting(), Atomic(self._journal_db):
                    merged = self.journal.merge(batch)
                    self.journal.write_tips()
                    derived = self._derive(merged.new, merged.acts)
            except BaseException:
                self.journal.forget()
                self._drop_derived()
                raise
            if left := self.logs.leave_continued(merged.new):
                self.notices.append(("station-moved", {"logs": left}))
            self._commit_derived(derived)
            total.new += merged.new
            total.known += merged.known
            total.waiting += merged.waiting
            total.refused += merged.refused
            done += len(batch)
        return total
