"""The body of a request while it arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedIOBase

from tests.smart_connect.seen import KEPT_BODY, Seen

PIECE = 1 << 16
"""Bytes that are read at once."""


class CutError(Exception):
    """The connection ended within the request, by the client or on purpose."""


class Body:
    """Bytes that are read once, in order.

    Args:
        length: As the head declared.
        cut_at: Read no further than this many bytes, then end the connection; ``None`` to read all.
        pause: Is told the bytes of each piece that was read, and takes the time that a slow line would.
    """

    def __init__(
        self,
        stream: BufferedIOBase,
        seen: Seen,
        length: int,
        cut_at: int | None = None,
        pause: Callable[[int], None] | None = None,
    ) -> None:
        self._stream = stream
        self._seen = seen
        self._cut_at = cut_at
        self._pause = pause
        self.length = length
        self.left = length
        self._loaded: bytes | None = None

    def pieces(self) -> Iterator[bytes]:
        """What is left, piece by piece.

        Raises:
            CutError: There was less than was declared; what came before was given out.
        """
        while self.left:
            most = min(PIECE, self.left)
            if self._cut_at is not None:
                most = min(most, self._cut_at - self._seen.received_bytes)
                if most <= 0:
                    raise CutError("on purpose")
            piece = self._stream.read1(most)
            if not piece:
                raise CutError("by the client")
            if self._pause is not None:
                self._pause(len(piece))
            self.left -= len(piece)
            self._seen.received_bytes += len(piece)
            if self.length <= KEPT_BODY and not self._seen.path.startswith("/api/uploader/"):
                self._seen.body += piece
            yield piece

    def all(self) -> bytes:
        """Everything at once; may be asked again."""
        if self._loaded is None:
            self._loaded = b"".join(self.pieces())
        return self._loaded

    def reuse(self, other: Body) -> None:
        """Be the body that was read as *other*, once more."""
        self._loaded = other._loaded

    def drain(self) -> None:
        """Read what is left and forget it."""
        for _piece in self.pieces():
            pass
