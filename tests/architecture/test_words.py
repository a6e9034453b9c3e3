"""Every sentence the program says has its translation, with the same facts in it, and letters that can be shown."""

from __future__ import annotations

import gettext
import importlib.util
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from exporters.dossier import build
from ranger_app.i18n import LANGUAGES, MAP_LANGUAGES, Words
from tests import dossier_samples

ROOT = Path(__file__).resolve().parents[2]
FONTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
TRANSLATED = LANGUAGES[1:]
PARTLY = MAP_LANGUAGES[len(LANGUAGES) :]
"""Languages of maps on paper alone."""

FOR_TYPING = re.compile(r"(?<!\w)--[a-z][a-z-]+|Ctrl\+\w+|\bF\d+\b|\bderived\.db\b")
"""What a person types, presses or looks up by these very letters, and is the same in every language."""


@cache
def words_tool() -> ModuleType:
    """The developer's tool that gathers the sentences; it lies outside of the five packages."""
    spec = importlib.util.spec_from_file_location("words_tool", ROOT / "packaging" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool  # its dataclass looks itself up there
    spec.loader.exec_module(tool)
    return tool


@cache
def sentences() -> Mapping[str | tuple[str, ...], object]:
    """What the program says, and where."""
    found: Mapping[str | tuple[str, ...], object] = words_tool().sources().places
    return found


@cache
def catalogue(language: str) -> Catalog:
    found = words_tool().read_catalogue(language)
    assert isinstance(found, Catalog)
    return found


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def texts(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (said or "",) if isinstance(said, str | None) else tuple(said)


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_program_is_translated(language: str) -> None:
    told = {message.id for message in messages(language) if all(texts(message.string))}

    assert [sentence for sentence in sentences() if sentence not in told] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_every_plural_of_its_language(language: str) -> None:
    plurals = {message.id: len(texts(message.string)) for message in messages(language) if message.pluralizable}

    assert plurals
    assert set(plurals.values()) == {catalogue(language).num_plurals}


@pytest.mark.parametrize("language", [*TRANSLATED, *PARTLY])
def test_a_translation_tells_the_same_facts(language: str) -> None:
    wrong = [
        (message.id, said)
        for message in messages(language)
        for said in texts(message.string)
        if said and facts(said) != set().union(*map(facts, texts(message.id)))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_a_person_types_is_the_same_in_every_language(language: str) -> None:
    wrong = [
        (message.id, said)
        for message in messages(language)
        for said in texts(message.string)
        for typed in FOR_TYPING.findall(texts(message.id)[-1])
        if typed not in said
    ]

    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_like_its_source(language: str) -> None:
    wrong = [
        (message.id, said)
        for message in messages(language)
        for said in texts(message.string)
        if " " in said and (said[-1:] in ".:…") != (texts(message.id)[-1][-1:] in ".:…")
    ]

    assert wrong == []


def test_the_compiled_catalogues_are_up_to_date() -> None:
    compiled = {path: data for path, data in words_tool().catalogue_files().items() if path.suffix == ".mo"}

    assert len(compiled) == len(TRANSLATED) + len(PARTLY)
    assert [path for path, data in compiled.items() if path.read_bytes() != data] == [], "run packaging/words.py"


def test_the_template_has_the_sentences_of_the_program() -> None:
    with (ROOT / "resources" / "locale" / "app.pot").open("rb") as file:
        listed = {message.id for message in read_po(file) if message.id}

    assert listed == set(sentences()), "run packaging/words.py"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_what_was_compiled(language: str) -> None:
    words = Words(language)
    known = gettext.translation("app", ROOT / "resources" / "locale", languages=[language])

    assert words.say("Patrols") != "Patrols"
    assert known.gettext("Patrols") == words.say("Patrols")


@pytest.mark.parametrize("font", FONTS)
def test_the_bundled_fonts_have_every_letter_of_every_sentence(font: str) -> None:
    letters = set(TTFont(ROOT / "resources" / "fonts" / font).getBestCmap())
    told = [text for sentence in sentences() for text in texts(sentence)]
    told += [text for language in TRANSLATED for message in messages(language) for text in texts(message.string)]

    missing = {letter for text in told for letter in text if ord(letter) not in letters and letter != "\n"}

    assert missing == set()


class ListeningWords(Words):
    """Words that remember what they were asked to say."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.asked: set[str] = set()

    def say(self, text: str, /, domain: str = "app", **facts: object) -> str:
        self.asked.add(text)
        return super().say(text, domain, **facts)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_dossier_says_nothing_that_nobody_translated(language: str, tmp_path: Path) -> None:
    words = ListeningWords(language)
    known = {message.id for message in messages(language) if all(texts(message.string))}

    for is_draft in (True, False):
        content = dossier_samples.content(tmp_path, is_draft=is_draft)
        build(content, painter=dossier_samples.PillowPainter(), words=words, out=tmp_path / f"{is_draft}.pdf")

    assert len(words.asked) > 50
    assert words.asked - known - {""} == set()


def test_a_sentence_is_found_where_it_is_said() -> None:
    code = """
GREETINGS = {"day": "Good day", "night": "Good night"}

def greet(words, is_late, patrols):
    words.say("Hello, {name}.", name="Aibek")
    words.say_count("{count} patrol", "{count} patrols", patrols)
    words.say("Late" if is_late else "In time")
    words.say(GREETINGS["night" if is_late else "day"])
    return [words.say(heading) for heading in ("Day", "Place")]
"""

    found = list(words_tool().sentences_of_code(code, "greet.py"))

    assert {sentence for sentence in found if isinstance(sentence, str)} == {
        "Hello, {name}.", "Late", "In time", "Good day", "Good night", "Day", "Place",
    }  # fmt: skip
    assert ("{count} patrol", "{count} patrols") in found


def test_a_sentence_put_together_is_refused() -> None:
    tool = words_tool()

    with pytest.raises(tool.NotASentenceError, match=r"greet\.py:1"):
        list(tool.sentences_of_code('words.say(f"Hello, {name}.")', "greet.py"))
