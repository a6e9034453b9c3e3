from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from exporters.dossier.fonts import (
    NASKH,
    SANS,
    GlyphMissingError,
    checked,
    has_glyph,
    is_right_to_left,
    needs_shaping,
    register_fonts,
)
from exporters.dossier.long_text import LongText
from exporters.dossier.paper import styles
from exporters.dossier.prose import grouped, plain, prose
from exporters.dossier.shaped_text import ShapedText, isolated, letters, shape, visual_runs

URDU = "کچی نارین"


def seen(text: str, *, is_right_to_left: bool | None = None) -> str:
    """What a reader sees from left to right, right-to-left words spelled backwards."""
    runs = visual_runs(letters(isolated(text), SANS, is_right_to_left=is_right_to_left), 0)
    return "".join(part[::-1] if backwards else part for part, _, backwards in runs)


def test_latitude_is_read_before_longitude_in_an_urdu_line() -> None:
    line = seen(f"{URDU} 41.201111, 74.501234 {URDU}")

    assert "41.201111, 74.501234" in line
    assert line.startswith(URDU[::-1])


def test_without_isolates_the_coordinates_would_stand_swapped() -> None:
    runs = visual_runs(letters(f"{URDU} 41.201111, 74.501234", SANS), 0)

    assert "74.501234 ,41.201111" in "".join(part[::-1] if back else part for part, _, back in runs)


@pytest.mark.parametrize(
    "island", ["KG-NAR_K7QD_000031", "2026-03-04", "09:15:42", "7.62x39", "-41.201111; 174.501234", "E-01"]
)
def test_ids_dates_and_calibres_stay_whole_in_an_urdu_line(island: str) -> None:
    assert island in seen(f"{URDU} {island} {URDU}")


def test_words_without_digits_get_no_isolate_and_isolates_are_not_nested() -> None:
    assert isolated("Naryn - left bank") == "Naryn - left bank"
    once = isolated("E-01")
    assert isolated(once) == once


def test_brackets_are_mirrored_and_a_number_at_the_end_stands_left() -> None:
    assert shape("(", SANS, True)[0].character == shape(")", SANS, False)[0].character
    assert seen(f"({URDU}) 12").startswith("12 ")


def test_an_urdu_word_in_an_english_line_keeps_the_line_from_left_to_right() -> None:
    line = seen(f"Sealed by {URDU} today")

    assert line == f"Sealed by {URDU[::-1]} today"


def test_urdu_letters_are_joined() -> None:
    apart = [shape(letter, NASKH, True)[0].character for letter in "کچی"]
    together = [glyph.character for glyph in shape("کچی", NASKH, True)]

    assert set(apart) != set(together)


def test_each_character_has_a_font_that_prints_it() -> None:
    for letter in letters(f"{URDU} (E-01) Қыргыз", SANS):
        assert letter.character == " " or has_glyph(letter.font, letter.character)


@given(st.text(alphabet=st.sampled_from(list("ab 12.,()-" + URDU + "Қя")), max_size=60))
def test_no_letter_is_lost_or_added_by_reordering(text: str) -> None:
    printed = "".join(part for part, _, _ in visual_runs(letters(isolated(text), SANS), 0))

    assert sorted(printed) == sorted(text)


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(GlyphMissingError) as refused:
        checked("three snares ☑")

    assert refused.value.facts == {
        "character": "☑",
        "codepoint": "U+2611",
        "name": "BALLOT BOX WITH CHECK",
        "text": "three snares ☑",
        "where": "",
    }


def test_a_long_text_is_told_by_what_stands_around_the_character() -> None:
    with pytest.raises(GlyphMissingError) as refused:
        checked("word " * 1000 + "☑" + " word" * 1000)

    assert refused.value.facts["text"] == "word " * 6 + "☑" + " word" * 5 + " wor"


@pytest.mark.parametrize("character", ["\x07", "\ue001", "中", "ש"])
def test_control_private_and_foreign_characters_are_refused(character: str) -> None:
    with pytest.raises(GlyphMissingError):
        checked(f"a{character}b")


@pytest.mark.parametrize(
    "text", ["Ө ү ң қ ғ ұ һ ҳ ҷ ӣ ӯ − – — „“ « » № × ± ° ′ ″ €", URDU, "ﷺ", "a\u00adb\u200d\u2066\u2069"]
)
def test_letters_of_the_field_and_invisible_ones_are_welcome(text: str) -> None:
    assert checked(text)


def test_decomposed_letters_are_composed_before_they_are_looked_up() -> None:
    assert checked("и\u0306") == "й"


def test_invisible_characters_are_not_sent_to_a_font_that_would_print_a_box() -> None:
    assert plain("a\u2066b\u2069\u00ad\tc") == "ab    c"


def test_only_texts_that_need_it_are_shaped() -> None:
    assert not needs_shaping("Кара-Суу, 41.2 ±8 m")
    assert needs_shaping(URDU)
    assert is_right_to_left(f"Naryn {URDU}")
    assert isinstance(prose("plain", styles().body), Paragraph)
    assert isinstance(prose(URDU, styles().body), ShapedText)


def test_digests_are_grouped_for_two_people_to_compare() -> None:
    assert grouped("0123456789abcdef0") == "01234567 89abcdef 0"


def lines_of(text: ShapedText, width: float) -> Iterator[str]:
    text.wrap(width, 1000)
    assert text._lines is not None
    for line, _ in text._lines:
        yield "".join(letter.character for letter in line)


def test_lines_break_between_words_and_long_words_inside() -> None:
    text = ShapedText(f"{URDU} " * 20 + "ک" * 200, styles().body)

    lines = list(lines_of(text, 120))

    assert len(lines) > 10
    assert "".join(lines).replace(" ", "") == (f"{URDU} " * 20 + "ک" * 200).replace(" ", "")
    assert all(text._width(line) <= 120 for line, _ in text._lines or ())


def test_a_shaped_text_goes_on_over_the_page() -> None:
    text = ShapedText(f"{URDU}\n" * 10, styles().body)
    text.wrap(200, 1000)

    parts = text.split(200, 4 * styles().body.leading)

    assert [len(part._lines or ()) for part in parts if isinstance(part, ShapedText)] == [4, 7]
    assert text.split(200, 1) == []
    assert text.split(200, 5000) == [text]
    assert parts[0].wrap(200, 1000)[1] == 4 * styles().body.leading


@pytest.mark.parametrize("unit", ["a ", "a", "word  ", "я\n", "A sentence of seven words, no more. "])
def test_a_long_text_breaks_its_lines_once_and_loses_nothing(unit: str) -> None:
    said = unit * (20_000 // len(unit))
    text = prose(said, styles().body)
    assert isinstance(text, LongText)
    text.wrap(200, 10_000)

    first, rest = text.split(200, 100.5 * styles().body.leading)

    assert isinstance(first, LongText)
    assert isinstance(rest, LongText)
    assert len(first._lines or ()) == 100
    lines = [*(first._lines or ()), *(rest._lines or ())]
    assert lines == text._lines
    assert "".join(lines).replace(" ", "") == said.replace(" ", "").replace("\n", "")
    assert all(text._width(line) <= 200 for line in lines)
    assert rest.wrap(200, 1)[1] == len(rest._lines or ()) * styles().body.leading
    assert text.split(200, 1) == []
    assert text.split(200, 10**7) == [text]


def test_a_word_without_an_end_is_cut_and_not_looked_through_again_and_again() -> None:
    text = ShapedText("ک" * 20_000, styles().body)

    lines = list(lines_of(text, 400))

    assert "".join(lines) == "ک" * 20_000
    assert all(text._width(line) <= 400 for line, _ in text._lines or ())


def test_a_shaped_line_carries_its_text_for_those_who_search(tmp_path: Path) -> None:
    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(
        out,
        invariant=1,
        initialFontName=SANS,  # type: ignore[arg-type]
        pageCompression=0,
    )
    text = ShapedText(URDU, styles().body)
    text.wrap(200, 100)
    text.drawOn(canvas, 50, 500)
    canvas.save()

    with pikepdf.open(out) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    assert b"/ActualText <FEFF" + URDU.encode("utf-16-be").hex().upper().encode() in content
    assert text.minWidth() > 0
    assert text.getSpaceAfter() == styles().body.spaceAfter
