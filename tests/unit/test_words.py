"""Words are said to a reader: sentences, plurals, days and numbers in the reader's own way."""

from __future__ import annotations

import datetime as dt

import pytest

from ranger_app.i18n import LANGUAGES, Words
from ranger_app.paths import resource

BISHKEK = dt.timezone(dt.timedelta(hours=6))
MOMENT = dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=BISHKEK)
NO_BREAK = "\u00a0"


def test_a_russian_reader_is_told_the_moment_in_russian() -> None:
    assert Words("ru").moment(MOMENT) == "4 мар. 2026\u202fг., 09:15:42 +06:00"


def test_an_english_reader_is_told_the_day_by_the_name_of_its_month() -> None:
    assert Words("en").day(MOMENT.date()) == "4 Mar 2026"


@pytest.mark.parametrize(("language", "said"), [("en", "12,345.60"), ("ru", f"12{NO_BREAK}345,60")])
def test_a_number_has_the_separators_of_its_reader(language: str, said: str) -> None:
    assert Words(language).number(12345.6, 2) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 рейдов"), (1, "1 рейд"), (3, "3 рейда"), (12, "12 рейдов"), (21, "21 рейд"), (1002, "1\u00a0002 рейда")],
)
def test_russian_counts_in_three_forms(count: int, said: str) -> None:
    assert Words("ru").say_count("{count} patrol", "{count} patrols", count) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_decimal_mark_is_that_of_numbers(language: str) -> None:
    words = Words(language)

    assert words.number(0.5, 1) == f"0{words.decimal_mark}5"


def test_a_moment_is_told_in_the_zone_of_the_reader() -> None:
    words = Words("ru", timezone=BISHKEK)

    assert words.moment(MOMENT.astimezone(dt.UTC)) == Words("ru").moment(MOMENT)


def test_a_waypoint_has_one_name_in_russian() -> None:
    told = (resource("locale") / "ru" / "LC_MESSAGES" / "app.po").read_text("utf-8")

    assert "утевых точ" not in told
    assert "утевая точ" not in told
    assert "утевой точ" not in told


def test_a_sentence_that_nobody_translated_is_said_in_english() -> None:
    assert Words("ru").say("Nobody translated {what}.", what="this") == "Nobody translated this."


def test_braces_of_a_sentence_without_facts_stay() -> None:
    assert Words("ru").say("Page {page} of {pages}") == "Страница {page} из {pages}"


def test_a_language_that_the_program_does_not_speak_is_english() -> None:
    assert "mn" not in LANGUAGES
    assert Words("mn").say("Patrols") == "Patrols"


def test_a_russian_sentence_that_ends_with_a_day_ends_with_one_full_stop() -> None:
    russian, english = Words("ru"), Words("en")

    told = [words.say("Printed on {day}.", day=words.day(MOMENT.date())) for words in (russian, english)]

    assert told[0] == "Напечатано 4 мар. 2026\u202fг."
    assert told[1] == "Printed on 4 Mar 2026."
