"""A change byte by byte: header, salted digest, id, and the payload's members.

Source of every layout and tag here: the project's journal specification, sections 2, 3 and 9; none may ever change.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeGuard

from ranger_app.domain import canonical

VERSION = 1
HEADER_BYTES = 89
REF_BYTES = 16
SALT_BYTES = 16
NO_CHANGE = bytes(32)
"""What ``previous`` says in the first change of a log."""

LARGEST_PAYLOAD = 4 * 1024 * 1024
MOST_OPS = 5000

AUDIENCES = ("station", "case")
"""Audiences that are ordered and closed below; ``vault:<handler>`` stands alone."""

Plain: TypeAlias = str | int | bool | list[str] | list[int] | None
"""What a field of an op may hold."""

Op: TypeAlias = dict[str, Any]

_REF = re.compile(r"[0-9a-f]{32}")
_HEADER = struct.Struct(">B16sQ32s32s")


def log_id(public_key: bytes) -> bytes:
    """The 16-byte id of the log whose Ed25519 public key (32 bytes) this is."""
    return hashlib.sha256(b"ranger-log-v1\0" + public_key).digest()[:16]


def device_id(public_key: bytes) -> bytes:
    """The 16-byte id of the device whose Ed25519 public key (32 bytes) this is."""
    return hashlib.sha256(b"ranger-device-v1\0" + public_key).digest()[:16]


def payload_digest(salt: bytes, payload: bytes) -> bytes:
    """Salted digest: without the salt a withheld payload cannot be guessed by trying words."""
    return hashlib.sha256(b"ranger-payload-v1\0" + salt + payload).digest()


def header_bytes(log: bytes, seq: int, previous: bytes, digest: bytes) -> bytes:
    """The 89 bytes that the chain is made of."""
    return _HEADER.pack(VERSION, log, seq, previous, digest)


def change_id(header: bytes) -> bytes:
    """The 32-byte id of the change with this header (the whole header, also one of a newer version)."""
    return hashlib.sha256(b"ranger-change-v1\0" + header).digest()


def ref_of(identity: bytes) -> str:
    """How ops name a change: the first 16 bytes of its id in hex."""
    return identity[:REF_BYTES].hex()


def head_message(log: bytes, seq: int, identity: bytes) -> bytes:
    """What the log's key signs after each transaction; it covers all before it."""
    return b"ranger-head-v1\0" + log + seq.to_bytes(8, "big") + identity


class Header(NamedTuple):
    """The parsed prefix of a header; of a newer version only what every version keeps."""

    version: int
    log: bytes
    seq: int
    previous: bytes
    digest: bytes

    @classmethod
    def parse(cls, data: bytes) -> Header:
        """Read the first 89 bytes.

        Raises:
            ValueError: When *data* is shorter, or longer although its version is 1, or of version 0.
        """
        if len(data) < HEADER_BYTES or (data[0] == VERSION and len(data) != HEADER_BYTES) or data[0] == 0:
            raise ValueError(f"{len(data)} bytes are no header")
        return cls(*_HEADER.unpack(data[:HEADER_BYTES]))


@dataclass(slots=True, unsafe_hash=True)
class Change:
    """One act of one person as it travels: header, salt, payload; never altered.

    What follows from the header is computed when it is asked for, once.

    Attributes:
        header: 89 bytes, more when written by a newer version.
        salt: 16 random bytes, kept and withheld together with the payload.
        payload: Canonical JSON, never parsed and written again.
    """

    header: bytes
    salt: bytes
    payload: bytes
    _parsed: Header | None = field(default=None, init=False, repr=False, compare=False)
    _id: bytes = field(default=b"", init=False, repr=False, compare=False)

    @classmethod
    def make(cls, *, log: bytes, seq: int, previous: bytes, salt: bytes, payload: bytes) -> Change:
        """The change in this place of its log, with a header of today's version."""
        return cls(header_bytes(log, seq, previous, payload_digest(salt, payload)), salt, payload)

    @property
    def parsed(self) -> Header:
        """The header's parts.

        Raises:
            ValueError: It is no header.
        """
        if self._parsed is None:
            self._parsed = Header.parse(self.header)
        return self._parsed

    @property
    def id(self) -> bytes:
        """32 bytes by which it is known for ever."""
        if not self._id:
            self._id = change_id(self.header)
        return self._id

    @property
    def ref(self) -> str:
        """How ops name it."""
        return self.id[:REF_BYTES].hex()

    @property
    def is_whole(self) -> bool:
        """Whether salt and payload are those that the header promised.

        A salt of another length would let bytes move between salt and payload under one digest.
        """
        return len(self.salt) == SALT_BYTES and payload_digest(self.salt, self.payload) == self.parsed.digest


class Act(NamedTuple):
    """What a payload says.

    Attributes:
        at: Milliseconds since 1970 by the laptop's clock, exactly as it stood.
        by: Officer id.
        program: Version of the program that wrote it.
        undoes: Ref of the change that this one takes back, empty for an ordinary act.
        ops: The ops as they stand, unknown acts and keys included.
        more: Members that newer versions write.
    """

    at: int
    by: str
    program: str
    ops: tuple[Op, ...]
    undoes: str = ""
    more: Mapping[str, Any] = MappingProxyType({})


class NotAnActError(ValueError):
    """A payload that is canonical JSON but no act of anybody."""


def encode_act(act: Act) -> bytes:
    """The payload of *act*, checked; raises what :func:`encode_and_read_act` does."""
    return encode_and_read_act(act)[0]


def encode_and_read_act(act: Act) -> tuple[bytes, Act]:
    """The payload of *act*, checked, and what everybody will read in it.

    Raises:
        NotAnActError: No ops, more than :data:`MOST_OPS`, or more than :data:`LARGEST_PAYLOAD` bytes.
        canonical.NotCanonicalError: A value that the payload cannot carry.
    """
    if not 1 <= len(act.ops) <= MOST_OPS:
        raise NotAnActError(f"{len(act.ops)} ops")
    members: dict[str, Any] = {"at": act.at, "by": act.by, "program": act.program, "ops": list(act.ops), **act.more}
    if act.undoes:
        members["undoes"] = act.undoes
    payload, read = canonical.encode_and_read(members)
    if len(payload) > LARGEST_PAYLOAD:
        raise NotAnActError(f"{len(payload)} bytes")
    return payload, _act_from(read)


def decode_act(payload: bytes) -> Act:
    """What *payload* says, tolerant of what newer versions add.

    Raises:
        NotAnActError: Not an act at all.
    """
    try:
        members = canonical.decode(payload)
    except canonical.NotCanonicalError as error:
        raise NotAnActError(str(error)) from error
    return _act_from(members)


def _act_from(members: Any) -> Act:
    if not isinstance(members, dict):
        raise NotAnActError("not an object")
    at, by, ops = members.pop("at", None), members.pop("by", None), members.pop("ops", None)
    if not isinstance(at, int) or isinstance(at, bool) or not isinstance(by, str) or not isinstance(ops, list):
        raise NotAnActError("at, by and ops are needed")
    for op in ops:
        if not (isinstance(op, dict) and isinstance(op.get("act"), str)):
            raise NotAnActError("an op without an act")
    undoes, program = members.pop("undoes", ""), members.pop("program", "")
    return Act(at, by, str(program), tuple(ops), undoes if isinstance(undoes, str) else "", members)


def refs_needed(ops: Sequence[Op]) -> list[str]:
    """Refs that must be present before a change with these ops is applied: bases, covers and after."""
    named: list[object] = []
    for op in ops:
        bases = op.get("bases")
        if isinstance(bases, dict):
            named += bases.values()
        named += (op.get("covers"), op.get("after"))
    return [ref for refs in named if isinstance(refs, list) for ref in refs if is_ref(ref)]


def refs_lost(ops: Sequence[Op]) -> Iterator[str]:
    """Refs of changes that these ops declare gone for good."""
    for op in ops:
        if op.get("act") == "lost" and isinstance(op.get("change"), str):
            ref = op["change"][: 2 * REF_BYTES]
            if is_ref(ref):
                yield ref


def is_ref(value: object) -> TypeGuard[str]:
    """Whether *value* is written like a ref: 32 lower-case hex digits."""
    return isinstance(value, str) and _REF.fullmatch(value) is not None
