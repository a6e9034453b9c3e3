"""What a command answers: one JSON document for programs, a few aligned lines for people, an exit code for both."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import TextIO

from ranger_app.cli.harmless import harmless, harmless_json, harmless_line


class ExitCode(IntEnum):
    """What the caller learns without reading anything."""

    DONE = 0
    NEEDS_A_LOOK = 1
    WRONG_USAGE = 2
    REFUSED = 3
    NOT_VERIFIED = 4


MOST_IN_A_LINE = 20
"""How many things the line of an error tells; it counts the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The outcome of one command.

    Attributes:
        document: What ``--json`` prints.
        text: What a person reads instead, without a last line break; empty says nothing.
        notes: Lines for standard error: what needs a look.
    """

    document: Mapping[str, object]
    text: str = ""
    notes: Sequence[str] = ()
    code: ExitCode = ExitCode.DONE


def table(rows: Iterable[Sequence[str]], *, headings: Sequence[str] = ()) -> str:
    """Columns aligned by the widest cell, each cell on one line; the last column is not padded."""
    told = [[harmless_line(cell) for cell in row] for row in ([headings] if headings else [])]
    told += [[harmless_line(cell) for cell in row] for row in rows]
    if not told:
        return ""
    widths = [max(len(row[place]) for row in told) for place in range(len(told[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in told
    )


def put(answer: Answer, *, is_json: bool, notices: Sequence[str] = ()) -> None:
    """Write the answer where it belongs: the document or the text to standard output, notes to standard error.

    What was refused is one line there, whatever else there is to say; the document still answers where there is one.
    """
    is_refused = answer.code is ExitCode.REFUSED
    for notice in () if is_refused else notices:
        put_error(notice)
    if is_json:
        if answer.text and not is_refused:
            put_beside(answer.text)
        _put_out(harmless_json(json.dumps(answer.document, ensure_ascii=False, indent=2)), encoding="utf-8")
    elif answer.text:
        _put_out(harmless(answer.text))
    if is_refused:
        put_error(one_line([*answer.notes, *notices]))
        return
    for note in answer.notes:
        put_error(note)


def one_line(told: Sequence[str]) -> str:
    """An error, and what belongs to it, as the one line that it has."""
    return " ".join(told[:MOST_IN_A_LINE]) + (" …" if len(told) > MOST_IN_A_LINE else "")


def _put_out(text: str, *, encoding: str = "") -> None:
    """Print to standard output; what its encoding cannot say is escaped, and a reader who left is no error.

    Raises:
        OSError: It does not take the answer.
    """
    if sys.stdout is None:
        return
    try:
        # A file name that is no UTF-8 holds lone surrogates: as \udcxx they are still valid JSON.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding=encoding or sys.stdout.encoding, errors="backslashreplace")
        print(text, flush=True)
    except BrokenPipeError:
        # The interpreter flushes once more at its end, and must not complain then.
        _let_go(sys.stdout)
    except OSError:
        _let_go(sys.stdout)
        raise


def _let_go(stream: TextIO) -> None:
    """Send what is still to be written nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def put_error(line: str) -> None:
    """Print one line to standard error, as far as there is one."""
    put_beside(harmless_line(line))


def put_beside(text: str) -> None:
    """Print what people read to standard error, as far as there is one."""
    if sys.stderr is None:
        return
    try:
        print(harmless(text), file=sys.stderr, flush=True)
    except OSError:
        # There is nowhere else to say it.
        _let_go(sys.stderr)
