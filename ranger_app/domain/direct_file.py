"""The file of an item that goes as direct JSON: what its transactions bring, then each of them on a line of its own.

The whole is one JSON document. A transaction is sent byte by byte as its line stands here, without the comma.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from ranger_app.errors import RangerAppError

PATROL, LEG, INCIDENT = "patrolUuid", "patrolLegUuid", "incidentUuid"
"""By what the protocol names the things that a transaction brings."""

_END: Final = b"]}"
_ASCII: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
"""The server reads JSON in whatever character set its machine has: ASCII is in all of them."""


class DirectFileBrokenError(RangerAppError):
    """The file of an item is not what such files are; it is not sent."""

    code = "direct-file-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transaction: the ids of what it brings, and where in the file it stands.

    Attributes:
        patrol, leg: Of a leg of a patrol; empty for an incident.
        incident: Of an incident by itself; empty for a leg.
    """

    patrol: str = ""
    leg: str = ""
    incident: str = ""
    start: int = 0
    stop: int = 0


def write_steps(stream: BinaryIO, steps: Sequence[Step], transactions: Iterable[Any]) -> None:
    """Write the file; of its transactions one is held in memory at a time, and no more than one of its texts twice."""
    told = [{PATROL: one.patrol, LEG: one.leg} if one.patrol else {INCIDENT: one.incident} for one in steps]
    stream.write(_ASCII.encode({"steps": told, "transactions": []}).encode("ascii").removesuffix(_END) + b"\n")
    for number, (_, transaction) in enumerate(zip(steps, transactions, strict=True), 1):
        for piece in _ASCII.iterencode(transaction):
            stream.write(piece.encode("ascii"))
        stream.write(b",\n" if number < len(steps) else b"\n")
    stream.write(_END + b"\n")


def steps_of(path: Path) -> tuple[Step, ...]:
    """What is in a file that :func:`write_steps` wrote.

    Raises:
        DirectFileBrokenError: It is no such file.
        OSError: The disk does not give it.
    """
    try:
        with path.open("rb") as stream:
            told = json.loads(stream.readline() + _END)["steps"]
            spans = list(_spans(stream, len(told)))
        return tuple(
            Step(
                patrol=str(one.get(PATROL, "")), leg=str(one.get(LEG, "")), incident=str(one.get(INCIDENT, "")),
                start=start, stop=stop,
            )
            for one, (start, stop) in zip(told, spans, strict=True)
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DirectFileBrokenError(file=path.name) from error


def _spans(stream: BinaryIO, count: int) -> Iterable[tuple[int, int]]:
    for _ in range(count):
        start = stream.tell()
        line = stream.readline()
        if not line.startswith(b"{"):
            raise ValueError("a transaction is missing")
        yield start, start + len(line) - (2 if line.endswith(b",\n") else 1)
