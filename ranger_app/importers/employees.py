"""The list of employees that a SMART office exports: nine columns of a CSV file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ranger_app.domain.typed_text import is_whole_text
from ranger_app.errors import Fact, RangerAppError
from ranger_app.problem import Problem

COLUMNS: Final = (
    "employee_id", "given_name", "family_name", "birth_date", "gender", "start_date", "end_date", "agency", "rank",
)  # fmt: skip
"""The columns, in the order of SMART's own sample."""

LARGEST_BYTES: Final = 8 * 1024 * 1024
"""No office has more people."""

_DATES: Final = ("birth_date", "start_date", "end_date")
_NEEDED: Final = ("given_name", "family_name", "gender", "start_date")
_LONGEST: Final = 1024


class EmployeesUnreadableError(RangerAppError):
    """A file is no list of employees; nothing was read from it."""

    code = "employees-unreadable"

    def __init__(self, file: str, reason: str, **facts: Fact) -> None:
        super().__init__(file=file, reason=reason, **facts)


class EmployeesNotUtf8Error(EmployeesUnreadableError):
    """The file is in another encoding, such as the one in which spreadsheets of a country save by themselves."""

    code = "employees-not-utf8"


@dataclass(frozen=True, slots=True)
class EmployeesRead:
    """Employees by column, empty columns left out, and what could not be taken.

    Attributes:
        unread: Cells of lines that tell of somebody and were not taken.
    """

    rows: tuple[Mapping[str, str], ...]
    problems: tuple[Problem, ...]
    unread: tuple[tuple[str, ...], ...] = ()


def read_employees(path: Path) -> EmployeesRead:
    """Read the list in the file at *path*: with or without a heading, by commas or semicolons.

    Raises:
        EmployeesUnreadableError: It cannot be read, is too large, no UTF-8 text, or has other columns.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise EmployeesUnreadableError(str(path), error.strerror or type(error).__name__) from error
    if len(content) > LARGEST_BYTES:
        raise EmployeesUnreadableError(str(path), f"> {LARGEST_BYTES // 2**20} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EmployeesNotUtf8Error(str(path), str(error.start)) from error
    return _read(text, str(path))


def _read(text: str, file: str) -> EmployeesRead:
    lines = list(_lines(text, file))
    if lines and [cell.casefold() for cell in lines[0][1]] == list(COLUMNS):
        del lines[0]
    else:
        _refuse_columns(lines, file)
    rows: list[Mapping[str, str]] = []
    problems: list[Problem] = []
    unread: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for number, cells in lines:
        where = f"line {number}"
        if len(cells) != len(COLUMNS):
            problems.append(Problem(code="employee-columns", where=where, file=file, facts={"columns": len(cells)}))
            unread.append(tuple(cells))
            continue
        row = {name: cell for name, cell in zip(COLUMNS, cells, strict=True) if cell}
        wrong = list(_wrong(row))
        problems += [
            Problem(code="employee-field", where=where, file=file, facts={"field": name, "value": row.pop(name, "")})
            for name in wrong
        ]
        number_told = row.get("employee_id", "")
        if not row.get("given_name") and not row.get("family_name"):
            unread.append(tuple(cells))
            continue
        if number_told and number_told in taken:
            problems.append(Problem(code="employee-twice", where=where, file=file, facts={"employee": number_told}))
            unread.append(tuple(cells))
            continue
        taken.add(number_told)
        rows.append(row)
    return EmployeesRead(tuple(rows), tuple(problems), tuple(unread))


def _refuse_columns(lines: Sequence[tuple[int, list[str]]], file: str) -> None:
    """Raise when the list has other columns; a heading that names some says which are missing."""
    if not lines:
        raise EmployeesUnreadableError(file, "is-empty")
    heading = {cell.casefold() for cell in lines[0][1]}
    if heading & set(COLUMNS):
        missing = [name for name in COLUMNS if name not in heading]
        reason = "columns-missing" if missing else "columns-order"
        raise EmployeesUnreadableError(file, reason, columns=", ".join(missing or COLUMNS))
    if all(len(cells) != len(COLUMNS) for _, cells in lines):
        count, told = len(lines[0][1]), ", ".join(COLUMNS)
        raise EmployeesUnreadableError(file, "columns-count", count=count, columns=told)


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, without space around them; empty lines are left out."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise EmployeesUnreadableError(file, str(error)) from error


def _wrong(row: Mapping[str, str]) -> Iterator[str]:
    """Columns that SMART needs and that are empty, and values that cannot stand there."""
    for name in COLUMNS:
        value = row.get(name, "")
        if not value:
            if name in _NEEDED:
                yield name
        elif (
            len(value) > _LONGEST
            or not is_whole_text(value)
            or (name in _DATES and not _is_date(value))
            or (name == "gender" and value not in ("M", "F"))
        ):
            yield name


def _is_date(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
