"""Gather every sentence the program says into the catalogues of ``resources/locale``, and compile them.

Run it in the project's environment as ``python packaging/words.py [--check]``. Sentences are found where they are
said or marked in the code, and in the labels and helps of forms, lists and commands. Translations that are there are
kept; a sentence that is gone stays at the end of the catalogue as an old one (``#~``). With ``--check`` nothing is
written, and the exit code is 1 when something would be. The same sources give the same bytes.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ranger_app.domain.forms import words_of_forms  # noqa: E402
from ranger_app.domain.lists import taxa  # noqa: E402
from ranger_app.i18n import LANGUAGES, MAP_LANGUAGES  # noqa: E402

DOMAIN = "app"
LOCALE = ROOT / "resources" / "locale"
CODE = ("ranger_app", "exporters", "ui", "db")
COMMANDS = ROOT / "resources" / "commands.json"
WIDTH = 110

Sentence: TypeAlias = str | tuple[str, str]
"""The English source; with its plural where it is said by count."""

SAYING = {("say", 1): (0,), ("marked", 1): (0,), ("say_count", 3): (0, 1), ("section", 2): (1,)}
"""Name and number of positional arguments of a call that says something: which of them are words."""


class NotASentenceError(ValueError):
    """Something is said in pieces that no catalogue can hold."""


@dataclass(slots=True)
class Sources:
    """Sentences in the order found, with the files that say them."""

    places: dict[Sentence, list[str]] = field(default_factory=dict)

    def add(self, sentence: Sentence, place: str) -> None:
        if not sentence:
            return
        places = self.places.setdefault(sentence, [])
        if place not in places:
            places.append(place)


def sources() -> Sources:
    """Every sentence of the code and of the shipped forms, lists and commands."""
    found = Sources()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for sentence in sentences_of_code(path.read_text(encoding="utf-8"), place):
                found.add(sentence, place)
    told_by_taxa = {taxon.name("en") for taxon in taxa()}
    for word in words_of_forms():
        if word not in told_by_taxa:
            found.add(word, "resources/forms")
    for word in _words_of_commands():
        found.add(word, "resources/commands.json")
    return found


def _words_of_commands() -> Iterator[str]:
    with COMMANDS.open("rb") as file:
        told = json.load(file)
    for table in (*told["groups"], *told["commands"]):
        yield table["label"]
        yield table.get("help", "")


def sentences_of_code(code: str, place: str) -> Iterator[Sentence]:
    """What *code* says: literals handed to ``say``, ``say_count``, ``marked`` and ``section``.

    A name is followed to the literals that the same function or module gives it.

    Raises:
        NotASentenceError: A sentence is put together by an f-string or an operator.
    """
    tree = ast.parse(code)
    yield from _said_in(tree, [_literals(tree)], place)


def _said_in(node: ast.AST, scopes: list[dict[str, list[ast.expr]]], place: str) -> Iterator[Sentence]:
    for child in ast.iter_child_nodes(node):
        inner = scopes
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [*scopes, _literals(child)]
        if isinstance(child, ast.Call):
            yield from _said_by(child, inner, place)
        yield from _said_in(child, inner, place)


def _said_by(call: ast.Call, scopes: list[dict[str, list[ast.expr]]], place: str) -> Iterator[Sentence]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    arguments = SAYING.get((name, len(call.args)))
    if arguments is None or any(isinstance(argument, ast.Starred) for argument in call.args):
        return
    said = [_texts(call.args[number], scopes, f"{place}:{call.lineno}") for number in arguments]
    yield from said[0] if len(said) == 1 else zip(*said, strict=True)


def _texts(node: ast.expr, scopes: list[dict[str, list[ast.expr]]], place: str) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _texts(body, scopes, place) + _texts(orelse, scopes, place)
        case ast.JoinedStr() | ast.BinOp():
            raise NotASentenceError(f"{place}: a sentence is a literal with named facts, not put together")
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            given = next((scope[name] for scope in reversed(scopes) if name in scope), [])
            return [text for value in given for text in _held(value)]
    return []


def _held(value: ast.expr) -> list[str]:
    """Literals in a value that a name stands for; what else it holds was said or marked elsewhere."""
    match value:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _held(body) + _held(orelse)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            return [text for part in parts for text in _held(part)]
    return []


def _literals(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Names of *scope*, inner functions left out, with the values and loops that give them literals."""
    given: dict[str, list[ast.expr]] = {}
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                given.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                given.setdefault(name, []).append(value)
            case (
                ast.comprehension(target=ast.Name(id=name), iter=value) | ast.For(target=ast.Name(id=name), iter=value)
            ):
                given.setdefault(name, []).append(value)
        waiting += ast.iter_child_nodes(node)
    return given


class PlainCatalog(Catalog):
    """A catalogue whose header says what a program needs and nothing that changes by itself."""

    def _headers(self) -> list[tuple[str, str]]:
        language = str(self.locale_identifier or "")
        told = [
            ("Project-Id-Version", "ranger-app"),
            ("Language", language),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
        return [*told, ("Plural-Forms", get_plural(language).plural_forms)] if language else told

    mime_headers = property(_headers)


def template(found: Sources) -> PlainCatalog:
    """The catalogue without translations."""
    empty = PlainCatalog(domain=DOMAIN, header_comment="# English source sentences of the Ranger App.", fuzzy=False)
    for sentence, places in found.places.items():
        empty.add(sentence, locations=[(place, 0) for place in places])
    return empty


def merged(found: Sources, language: str, old: Catalog) -> PlainCatalog:
    """The sentences of *found* with the translations of *old*; those that are gone are kept as old ones."""
    comment = f"# Ranger App, {language}. Who translated it and what is still a draft: ../../README.md"
    new = PlainCatalog(locale=language, domain=DOMAIN, header_comment=comment, fuzzy=False)
    known = {message.id: message for message in (*old.obsolete.values(), *old) if message.id}
    for sentence, places in found.places.items():
        before = known.pop(sentence, None)
        new.add(
            sentence,
            before.string if before is not None else None,
            locations=[(place, 0) for place in places],
            user_comments=before.user_comments if before is not None else (),
        )
    for sentence, message in known.items():
        if any(translations_of(message)):
            message.locations = []
            new.obsolete[sentence] = message
    return new


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it stands in the folder; an empty one when there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def po_path(language: str) -> Path:
    """Where the translations into *language* stand."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def po_bytes(catalogue: Catalog) -> bytes:
    """*catalogue* as text for translators."""
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, include_lineno=False)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """*catalogue* compiled for the program."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def catalogue_files() -> dict[Path, bytes]:
    """What each file of the catalogues should hold now."""
    found = sources()
    files = {LOCALE / f"{DOMAIN}.pot": po_bytes(template(found))}
    for language in LANGUAGES[1:]:
        catalogue = merged(found, language, read_catalogue(language))
        files[po_path(language)] = po_bytes(catalogue)
        files[po_path(language).with_suffix(".mo")] = mo_bytes(catalogue)
    for language in MAP_LANGUAGES[len(LANGUAGES) :]:
        catalogue = translated_alone(merged(found, language, read_catalogue(language)), language)
        files[po_path(language)] = po_bytes(catalogue)
        files[po_path(language).with_suffix(".mo")] = mo_bytes(catalogue)
    return files


def translated_alone(whole: PlainCatalog, language: str) -> PlainCatalog:
    """The sentences of *whole* that somebody translated: of this language only a part is spoken."""
    comment = f"# Ranger App, {language}: the words of printed maps alone; a draft, see ../../README.md"
    part = PlainCatalog(locale=language, domain=DOMAIN, header_comment=comment, fuzzy=False)
    for message in whole:
        if message.id and all(translations_of(message)):
            part.add(message.id, message.string, locations=message.locations, user_comments=message.user_comments)
    return part


def untranslated(catalogue: Catalog) -> list[Sentence]:
    """Sentences of *catalogue* that nobody has translated yet, or not in every plural."""
    return [sentence_of(message) for message in catalogue if message.id and not all(translations_of(message))]


def sentence_of(message: Message) -> Sentence:
    """The English source of *message*."""
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def translations_of(message: Message) -> tuple[str, ...]:
    """What *message* says in the other language: one text, or one for each of its plurals; empty where nobody said."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def main(arguments: list[str]) -> int:
    """Write what is out of date, or only name it; tell how much is not translated."""
    stale = 0
    for path, data in catalogue_files().items():
        if path.exists() and path.read_bytes() == data:
            continue
        stale += 1
        print(f"{path.relative_to(ROOT)} {'is out of date' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for language in LANGUAGES[1:]:
        for sentence in untranslated(read_catalogue(language)):
            print(f"{language}: not translated: {sentence}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
