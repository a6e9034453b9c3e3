"""The words for every code: errors, problems in files, findings, notices, alarms, and stages of long work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path, PurePath
from string import Formatter

from ranger_app.errors import Fact, RangerAppError
from ranger_app.i18n import Words, marked
from ranger_app.messages import (
    connect,
    coordinates,
    direct,
    evidence,
    maps,
    office,
    records,
    smart_files,
    stages,
    stations,
    track_edits,
    track_files,
    tracks,
)
from ranger_app.messages.fields import say_fields
from ranger_app.messages.places import say_place
from ranger_app.messages.reasons import REASONS
from ranger_app.problem import Problem

TEXTS: Mapping[str, str] = {
    **stations.TEXTS,
    **tracks.TEXTS,
    **coordinates.TEXTS,
    **track_files.TEXTS,
    **track_edits.TEXTS,
    **records.TEXTS,
    **office.TEXTS,
    **smart_files.TEXTS,
    **evidence.TEXTS,
    **connect.TEXTS,
    **direct.TEXTS,
    **maps.TEXTS,
    **stages.TEXTS,
}
"""Code to its English sentence with named facts."""

HEARD = marked("It says: {words}.")
"""What a server said, where it said something."""

UNSAID = marked("Something is not as it should be ({code}).")
"""For a code of another version, which came in with a record."""

NOTHING = "–"
"""Stands for a fact that nobody knows."""


@cache
def facts_in(text: str) -> frozenset[str]:
    """Names of the facts that *text* wants."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def say_code(words: Words, code: str, facts: Mapping[str, object] | None = None) -> str:
    """The sentence for *code* in the reader's language; a fact that is missing or empty becomes a dash."""
    text = TEXTS.get(code, UNSAID)
    told = {"code": code, **(facts or {})}
    told["where"] = say_place(words, str(told.get("where") or ""))
    if isinstance(fields := told.get("fields"), str):
        told["fields"] = say_fields(words, fields.split(", "))
    reason = REASONS.get(str(told.get("reason")))
    if reason is not None:
        told["reason"] = words.say(reason, "app", **{name: _said(words, told.get(name)) for name in facts_in(reason)})
    filled = {name: _said(words, told.get(name)) for name in facts_in(text)}
    if "words" in filled:
        filled["words"] = _heard(words, told.get("words"))
    return words.say(text, "app", **filled)


def _heard(words: Words, fact: object) -> str:
    """A sentence of its own, with the space after it; nothing where nothing was heard."""
    heard = str(fact or "").strip().rstrip(".")
    return words.say(HEARD, "app", words=heard) + " " if heard else ""


def _said(words: Words, fact: object) -> object:
    if fact is None or fact == "":
        return NOTHING
    if isinstance(fact, bool):
        return words.say("Yes") if fact else words.say("No")
    if isinstance(fact, (list, tuple)):
        return ", ".join(str(_said(words, one)) for one in fact) or NOTHING
    return fact


def say_error(words: Words, error: RangerAppError) -> str:
    """The sentence for an error."""
    return say_code(words, error.code, error.facts)


def say_problem(words: Words, problem: Problem, given: Sequence[Path] = ()) -> str:
    """The sentence for a problem, with file, place and number of times where the sentence itself does not tell them.

    Args:
        given: Files, folders and archives that a person named; a file in one of them is told with its way there.
    """
    facts: dict[str, Fact] = {"where": problem.where, "count": problem.count, "file": problem.file, **problem.facts}
    said = say_code(words, problem.code, facts)
    wanted = facts_in(TEXTS.get(problem.code, UNSAID))
    place = [_called(problem.file, given)] if problem.file and "file" not in wanted else []
    if problem.where and "where" not in wanted:
        place.append(say_place(words, problem.where))
    often = f" ({problem.count}×)" if problem.count > 1 and not wanted & {"count", "points"} else ""
    return (", ".join(place) + ": " if place else "") + said + often


def _called(file: str, given: Sequence[Path]) -> str:
    """A file by its name, after the folder or archive that was named where it lies in one."""
    told = PurePath(file)
    if told in given:
        return str(told) if sum(one.name == told.name for one in given) > 1 else told.name
    above = next((one for one in given if told.is_relative_to(one)), None)
    if above is None:
        return told.name
    # Two folders of the same name are told whole.
    is_alone = above.name and sum(one.name == above.name for one in given) == 1
    return str(told.relative_to(above.parent)) if is_alone else str(told)
