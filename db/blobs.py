"""Blobs: immutable bytes named by their SHA-256, small ones in the journal, large ones as files.

A blob is durable before, or in the same transaction as, the change that names it.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3.dbapi2 import Connection

from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

LARGEST_INSIDE = 256 * 1024
"""Bytes up to which a blob lives in ``journal.db``."""

PIECE = 1024 * 1024

MOST_WAITING_BYTES = 32 << 20
"""Bytes of blobs that may wait for the disk while work goes on."""

UNNAMED = ".unnamed"
"""Lists the files that are written before the changes that name them; gone when these are stored."""


class BlobMissingError(RangerAppError):
    """A change names bytes that are not in this station."""

    code = "blob-missing"


def is_digest(name: str) -> bool:
    """Whether *name* is what a blob is named by."""
    return len(name) == 64 and not set(name) - set("0123456789abcdef")


class Blobs:
    """The station's blobs.

    Args:
        folder: ``blobs/`` of the station; made when first needed.
    """

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._db = connection
        self._folder = folder
        self._unnamed: set[str] = set()
        self._later: deque[tuple[Future[None], int]] = deque()
        self._writer: ThreadPoolExecutor | None = None

    def put(self, data: bytes, *, digest_hex: str = "") -> str:
        """Keep *data*; return its digest in hex. Small blobs become durable with the transaction that is open.

        Args:
            digest_hex: The digest, where somebody has taken it already.
        """
        digest = bytes.fromhex(digest_hex) or hashlib.sha256(data).digest()
        if len(data) <= LARGEST_INSIDE:
            self._db.execute("INSERT OR IGNORE INTO blob (digest, bytes) VALUES (?, ?)", (digest, data))
        elif not self.path(digest.hex()).exists():
            self._write_file(digest.hex(), iter((data,)))
        return digest.hex()

    def put_later(self, data: bytes, digest_hex: str) -> None:
        """Keep *data* as :meth:`put` does, but do not wait for the disk; :meth:`finish` does.

        Args:
            digest_hex: The digest, which somebody has taken already.
        """
        if len(data) <= LARGEST_INSIDE:
            self.put(data, digest_hex=digest_hex)
            return
        if digest_hex in self._unnamed or self.path(digest_hex).exists():
            return
        self._announce(digest_hex)
        if self._writer is None:
            from concurrent.futures import ThreadPoolExecutor  # the window's first page needs none

            self._writer = ThreadPoolExecutor(1, "blobs")
        self._later.append((self._writer.submit(self._write_pieces, digest_hex, (data,), is_checked=True), len(data)))
        while sum(size for _, size in self._later) > MOST_WAITING_BYTES:
            self._later.popleft()[0].result()

    def finish(self) -> None:
        """Wait until everything that was put is durable; called before the changes that name it become so."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            while self._later:
                self._later.popleft()[0].result()
        finally:
            self._later.clear()
            writer.shutdown(cancel_futures=True)
        flush_folder(self._folder)

    def put_file(self, source: Path, *, digest_hex: str = "") -> tuple[str, int]:
        """Keep a file's bytes without loading them all; return digest and size.

        Args:
            digest_hex: The digest, where somebody has taken it already.

        Raises:
            BlobMissingError: The file has changed since, or while it was read.
        """
        size = source.stat().st_size
        if size <= LARGEST_INSIDE:
            data = source.read_bytes()
            return self.put(data), len(data)
        name = digest_hex or _digest_of(source)
        if not self.path(name).exists():
            with source.open("rb") as stream:
                self._write_file(name, iter(lambda: stream.read(PIECE), b""))
        return name, size

    def settle(self) -> None:
        """The changes that name what was written are durable."""
        if self._unnamed:
            self._unnamed.clear()
            (self._folder / UNNAMED).unlink(missing_ok=True)

    def take_back(self) -> None:
        """Remove the files that nothing names, because the changes that were to do so are not stored."""
        if self._writer is not None:
            self._writer.shutdown(cancel_futures=True)
            self._writer = None
            self._later.clear()
        for name in self._unnamed:
            self.path(name).unlink(missing_ok=True)
            self._unfinished(name).unlink(missing_ok=True)
        self.settle()

    def sweep(self) -> int:
        """Remove what a program that was killed wrote and never named; returns the number of files.

        Only what it wrote itself is looked at: a file that no change here names may belong to one that is yet to come.
        """
        try:
            told = (self._folder / UNNAMED).read_text(encoding="ascii").split()
        except FileNotFoundError:
            return 0
        self._unnamed = {name for name in told if is_digest(name) and not self._is_named(name)}
        count = len(self._unnamed)
        self.take_back()
        (self._folder / UNNAMED).unlink(missing_ok=True)
        return count

    def _is_named(self, name: str) -> bool:
        """Whether any change, a waiting one too, says this digest, wherever in it."""
        said = "SELECT 1 FROM {} WHERE instr(payload, ?) LIMIT 1"
        return any(
            self._db.execute(said.format(table), (name.encode("ascii"),)).fetchone() for table in ("change", "waiting")
        )

    def _write_file(self, name: str, pieces: Iterable[bytes]) -> None:
        self._announce(name)
        self._write_pieces(name, pieces)
        flush_folder(self._folder)

    def _announce(self, name: str) -> None:
        """Note that a file is about to be written that no change names."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        with (self._folder / UNNAMED).open("a", encoding="ascii") as listed:
            listed.write(f"{name}\n")
        self._unnamed.add(name)

    def _write_pieces(self, name: str, pieces: Iterable[bytes], *, is_checked: bool = False) -> None:
        """Write a file durably; touches nothing of this object, so that another thread can do it."""
        target = self.path(name)
        digest = hashlib.sha256()
        unfinished = self._unfinished(name)
        try:
            with unfinished.open("wb") as stream:
                for piece in pieces:
                    if not is_checked:
                        digest.update(piece)
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            if not is_checked and digest.hexdigest() != name:
                raise BlobMissingError(digest=name)  # the source changed while it was read
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        flush_folder(target.parent)

    def _unfinished(self, digest: str) -> Path:
        """Where a large blob lies while it is written."""
        return self._folder / digest[:2] / f".new-{digest}"

    def path(self, digest: str) -> Path:
        """Where a large blob lies, whether or not it is there."""
        return self._folder / digest[:2] / digest

    def get(self, digest: str) -> bytes:
        """The bytes with this digest, checked.

        Raises:
            BlobMissingError: They are not here, or are damaged.
        """
        named = bytes.fromhex(digest)
        row = self._db.execute("SELECT bytes FROM blob WHERE digest = ?", (named,)).fetchone()
        try:
            data = row[0] if row is not None else self.path(digest).read_bytes()
        except OSError as error:
            raise BlobMissingError(digest=digest) from error
        if hashlib.sha256(data).digest() != named:
            raise BlobMissingError(digest=digest)
        return bytes(data)

    def has(self, digest: str) -> bool:
        row = self._db.execute("SELECT 1 FROM blob WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
        return row is not None or self.path(digest).exists()

    def file_for(self, digest: str, into: Path) -> Path:
        """A path that holds the blob: its own file, or a copy of a small one in *into*.

        Raises:
            BlobMissingError: It is not here.
        """
        own = self.path(digest)
        if own.exists():
            return own
        copy = into / digest
        if not copy.exists():
            copy.write_bytes(self.get(digest))
        return copy

    def digests(self) -> Iterator[str]:
        """Every blob that is here, small ones first."""
        for (digest,) in self._db.execute("SELECT digest FROM blob ORDER BY digest"):
            yield digest.hex()
        if self._folder.is_dir():
            for path in sorted(self._folder.glob("??/*")):
                if not path.name.startswith("."):
                    yield path.name

    def is_whole(self, digest: str) -> bool:
        """Whether the blob is here and still has the digest it is named by."""
        row = self._db.execute("SELECT bytes FROM blob WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
        if row is not None:
            return hashlib.sha256(row[0]).hexdigest() == digest
        found = hashlib.sha256()
        try:
            with self.path(digest).open("rb") as stream:
                for piece in iter(lambda: stream.read(PIECE), b""):
                    found.update(piece)
        except OSError:
            return False
        return found.hexdigest() == digest


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for piece in iter(lambda: stream.read(PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()


def flush_file(path: Path) -> None:
    """Make what was written into a file durable; a file that is not there needs nothing."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Make a rename inside *folder* durable; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
