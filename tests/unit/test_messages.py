"""Every code that the program can give has its sentence, and the sentence asks only for facts that the code brings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.messages import TEXTS, connect, direct, facts_in, say_code, say_error, say_problem
from ranger_app.messages.hints import COMMAND_LINE, WINDOW, with_hint
from ranger_app.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ranger_app", "db", "exporters", "ui")

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PLACED = re.compile(r"([a-z]+(?:-[a-z]+)+):\{\}")
"""What is wrong in a dossier, with its place after a colon."""

CODE_CALLS = {
    "note": 0, "_note": 0, "say_code": 1, "said": 0, "sentence": 0, "step": 2, "_alarm": 1, "Problem": 0,
    "Finding": 0, "ValueFinding": 0, "_problem": 0, "fatal": 0, "lossy": 0,
}  # fmt: skip
"""Functions that are handed a code, and at which place."""

OUR_OWN_FAULTS = "pdfa-"
"""Rules of PDF/A that our own writer broke; ``dossier-faulty`` names them by code to whoever mends it."""

ALWAYS_THERE = {"where", "count", "file", "code"}
"""Facts that every problem has."""


SEEN = ast.ClassDef | ast.Call | ast.JoinedStr | ast.Raise


@cache
def modules() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """Of each module what is looked for here."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    trees = [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]
    return tuple((name, tuple(node for node in ast.walk(tree) if isinstance(node, SEEN))) for name, tree in trees)


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def text_of(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def codes_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Codes of error classes, problems, findings, notices, alarms, stages, and what is wrong in a dossier."""
    for node in nodes:
        match node:
            case ast.ClassDef(body=body):
                for line in body:
                    if isinstance(line, ast.Assign) and [getattr(t, "id", "") for t in line.targets] == ["code"]:
                        yield text_of(line.value)
            case ast.Call() if called(node) in CODE_CALLS:
                place = CODE_CALLS[called(node)]
                named = [text_of(keyword.value) for keyword in node.keywords if keyword.arg == "code"]
                told = named or [text_of(argument) for argument in node.args[place : place + 1]]
                yield from (code for code in told if CODE.fullmatch(code))
            case ast.Call() if called(node) == "append" and "notices" in ast.dump(node.func):
                if isinstance(node.args[0], ast.Tuple):
                    yield text_of(node.args[0].elts[0])
            case ast.JoinedStr(values=[ast.Constant(value=str(begin)), ast.FormattedValue()]):
                if found := PLACED.fullmatch(begin + "{}"):
                    yield found.group(1)


def raised_with(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, frozenset[str]]]:
    """(error class, names of the facts) wherever one is raised by facts alone, or hands facts to its base."""
    for node in nodes:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            names = {keyword.arg for keyword in node.exc.keywords}
            if not node.exc.args and None not in names:
                yield called(node.exc), frozenset(name for name in names if name)
        if isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and inner.keywords and ast.unparse(inner.func) == "super().__init__":
                    names = {keyword.arg for keyword in inner.keywords}
                    if None not in names:
                        yield f"{node.name}()", frozenset(name for name in names if name)


def error_classes() -> dict[str, tuple[str, bool]]:
    """Name of each error class to its code and whether it makes its facts itself."""
    found = {}
    for _, nodes in modules():
        for node in nodes:
            if not isinstance(node, ast.ClassDef):
                continue
            code = next((text_of(line.value) for line in node.body if isinstance(line, ast.Assign)
                         and getattr(line.targets[0], "id", "") == "code"), "")  # fmt: skip
            own = any(isinstance(line, ast.FunctionDef) and line.name == "__init__" for line in node.body)
            if code:
                found[node.name] = code, own
    return found


def test_every_code_of_the_program_has_its_sentence() -> None:
    given = {(code, file) for file, nodes in modules() for code in codes_in(nodes) if code}

    assert len(given) > 100
    assert (
        sorted((code, file) for code, file in given if code not in TEXTS and not code.startswith(OUR_OWN_FAULTS)) == []
    )


def test_no_sentence_asks_for_a_fact_that_its_error_does_not_bring() -> None:
    classes = error_classes()
    lacking = []
    for file, nodes in modules():
        for name, facts in raised_with(nodes):
            code, makes_own = classes.get(name.removesuffix("()"), ("", False))
            if code and makes_own is name.endswith("()"):
                lacking += [(file, code, fact) for fact in facts_in(TEXTS[code]) - facts - {"file", "code"}]

    assert lacking == []


def test_no_sentence_asks_for_a_fact_that_its_problem_does_not_bring() -> None:
    lacking = []
    for file, nodes in modules():
        for node in nodes:
            if isinstance(node, ast.Call) and called(node) in {"note", "_note"} and text_of(node.args[0]) in TEXTS:
                brought = {keyword.arg for keyword in node.keywords} | ALWAYS_THERE
                lacking += [(file, fact) for fact in facts_in(TEXTS[text_of(node.args[0])]) if fact not in brought]

    assert lacking == []


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_a_sentence_begins_with_a_capital_and_needs_no_glue(code: str) -> None:
    text = TEXTS[code]

    assert text[0].isupper() or text[0] in "{"
    assert "\n" not in text
    assert "  " not in text
    assert all(re.fullmatch(r"[a-z_]+", name) for name in facts_in(text))


def test_a_fact_that_nobody_knows_becomes_a_dash() -> None:
    assert say_code(Words(), "wrong-value", {"field": "name", "value": ""}) == "– cannot be the name."
    assert say_code(Words(), "wrong-value") == "– cannot be the –."


def test_a_fact_that_is_no_text_is_said_in_words() -> None:
    for fact, said in ((True, "Yes"), (False, "No"), (("a", None), "a, –"), ([], "–"), (1.5, "1.5")):
        assert say_code(Words("en"), "record-missing", {"id": fact}) == f"There is no such record here: {said}."


def test_what_a_server_said_is_told_only_where_it_said_something() -> None:
    heard = say_code(Words("en"), "connect-refused", {"host": "h", "status": 400, "words": "No such area."})
    silent = say_code(Words("en"), "connect-refused", {"host": "h", "status": 400, "words": ""})

    assert "refuses (400). It says: No such area. This is" in heard
    assert "refuses (400). This is" in silent


@pytest.mark.parametrize("code", sorted({**connect.TEXTS, **direct.TEXTS}))
def test_sentences_of_offices_fit_the_window_as_well_as_the_command_line(code: str) -> None:
    assert "--" not in TEXTS[code]


def test_each_hint_belongs_to_a_sentence() -> None:
    assert {*COMMAND_LINE, *WINDOW} <= set(TEXTS)
    said = with_hint(Words("en"), WINDOW, "connect-certificate-changed", "Trust exactly this certificate.")
    assert said == "Trust exactly this certificate. To do so: Places, Change, Try it."
    assert with_hint(Words("en"), COMMAND_LINE, "cancelled", "Stopped.") == "Stopped."


def test_a_code_of_another_version_is_named() -> None:
    assert say_code(Words(), "of-the-future") == "Something is not as it should be (of-the-future)."


def test_an_error_is_said_with_its_facts() -> None:
    class PhotoError(RangerAppError):
        code = "photo-not-a-photo"

    assert say_error(Words(), PhotoError(file="a.txt")) == "a.txt is not a photo that can be read, and was not stored."


def test_a_problem_is_said_with_its_place_and_how_often() -> None:
    problem = Problem(code="fix-without-time", file="/tracks/morning.gpx", where="point 17", count=3)

    assert say_problem(Words(), problem) == "morning.gpx: Fixes without a time: 3, the first at point 17."


def test_place_and_number_are_added_where_the_sentence_has_none() -> None:
    problem = Problem(code="model-name-missing", file="model.xml", where="category 4", count=2)

    assert say_problem(Words(), problem) == "model.xml, category 4: Something has no name. (2×)"


def test_no_number_stands_behind_a_sentence_that_counts() -> None:
    problem = Problem(
        code="fixes-known", file="a.gpx", count=1500, facts={"points": 1500, "waypoints": 2, "repeats": "b.gpx"}
    )

    assert say_problem(Words(), problem) == (
        "a.gpx: All of it is here already, from b.gpx: fixes: 1500, waypoints: 2. It was not stored again."
    )


def test_a_refused_file_is_named_once() -> None:
    problem = Problem(code="gpx-not-gpx", file="/tracks/photo.jpg", facts={"file": "/tracks/photo.jpg"})

    told = "/tracks/photo.jpg is not a GPX file, and no other file of tracks that is known here."
    assert say_problem(Words(), problem) == told


def test_what_is_not_translated_is_said_in_english() -> None:
    assert say_code(Words("ur"), "cancelled") == TEXTS["cancelled"]


def test_a_place_is_said_in_the_readers_language() -> None:
    problem = Problem(code="waypoint-without-time", where="waypoint 3, observation 1")

    assert "точка маршрута 3, наблюдение 1" in say_problem(Words("ru"), problem)
    assert "waypoint 3, observation 1" in say_problem(Words("en"), problem)


def test_a_place_of_a_kind_that_nobody_knows_is_said_as_it_is() -> None:
    problem = Problem(code="field-type", where="position.accuracy_m", facts={"field": "x", "value": "y"})

    assert say_problem(Words("ru"), problem).startswith("position.accuracy_m: ")
