"""A checkpoint: what every log of one audience held at one moment, as a text that can be printed and signed.

Shape of the text: origin, station id, audience, time, a line ``log size root`` for each branch of each log, the station
root, an empty line, signature lines ``— <device id> <base64 of 4-byte key hint and signature>`` as in signed notes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ranger_app.domain import merkle

ORIGIN = "ranger-checkpoint-v1"


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """One branch of one log.

    Attributes:
        log: 16 bytes.
        size: Changes in the branch.
        root: Merkle root over their ids by seq.
    """

    log: bytes
    size: int
    root: bytes

    def __bytes__(self) -> bytes:
        return self.log + self.size.to_bytes(8, "big") + self.root


def station_root(leaves: Iterable[Leaf]) -> bytes:
    """Root over all branches, sorted by bytes: equal sets of changes give equal roots in any order of arrival."""
    return merkle.root(sorted(bytes(leaf) for leaf in leaves))


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a checkpoint: which device, a hint at its key, the Ed25519 signature."""

    device: str
    hint: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.device} {base64.b64encode(self.hint + self.signature).decode()}"


def key_hint(device: str, public_key: bytes) -> bytes:
    """Four bytes that say which key a signature line is of."""
    return hashlib.sha256(device.encode() + b"\n\x01" + public_key).digest()[:4]


class CheckpointUnreadableError(ValueError):
    """A text that is no checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of all logs of one audience.

    Attributes:
        station: Station id in hex.
        audience: ``station`` or ``case``.
        at: Aware moment by the laptop's clock, whole milliseconds, UTC.
        leaves: Sorted by bytes.
    """

    station: str
    audience: str
    at: dt.datetime
    leaves: tuple[Leaf, ...]
    signatures: tuple[Signature, ...] = ()

    @property
    def root(self) -> bytes:
        return station_root(self.leaves)

    @property
    def body(self) -> str:
        """The text that is signed, with its last newline."""
        moment = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        lines = [ORIGIN, self.station, self.audience, moment]
        lines += [f"{leaf.log.hex()} {leaf.size} {leaf.root.hex()}" for leaf in sorted(self.leaves)]
        return "\n".join([*lines, self.root.hex()]) + "\n"

    @property
    def text(self) -> str:
        return self.body + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint's text.

        Raises:
            CheckpointUnreadableError: It is not one, or its root is not that of its lines.
        """
        body, empty, signed = text.partition("\n\n")
        lines = body.split("\n")
        if not empty or len(lines) < 5 or lines[0] != ORIGIN:
            raise CheckpointUnreadableError("not a checkpoint")
        try:
            leaves = tuple(_leaf(line) for line in lines[4:-1])
            moment = dt.datetime.strptime(lines[3], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)
            signatures = tuple(_signature(line) for line in signed.splitlines() if line)
        except ValueError as error:
            raise CheckpointUnreadableError(str(error)) from error
        found = cls(lines[1], lines[2], moment, leaves, signatures)
        if found.text != text:
            raise CheckpointUnreadableError("its root or its form is not what its lines say")
        return found


def _leaf(line: str) -> Leaf:
    log, size, root = line.split(" ")
    if len(log) != 32 or len(root) != 64:
        raise ValueError(line)
    return Leaf(bytes.fromhex(log), int(size), bytes.fromhex(root))


def _signature(line: str) -> Signature:
    dash, device, encoded = line.split(" ")
    data = base64.b64decode(encoded, validate=True)
    if dash != "—" or len(data) != 68:
        raise ValueError(line)
    return Signature(device, data[:4], data[4:])
