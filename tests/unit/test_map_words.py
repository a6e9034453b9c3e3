"""The words of maps on paper, in every language of maps."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from ranger_app.coordinates import NOTATIONS
from ranger_app.domain.map_words import END_OF_ISOLATE, ISOLATE, grid_notes, map_words, natural_grid
from ranger_app.i18n import LANGUAGES, MAP_LANGUAGES, Words, words_of_maps
from ranger_app.paths import resource

NARYN = (41.4, 76.0)
FONTS = ("NotoSans-Regular.ttf", "NotoNaskhArabic-Regular.ttf")


def told(language: str) -> list[str]:
    words = words_of_maps(language)
    notes = [
        note for one in NOTATIONS for note in grid_notes(words, one.id, 33.0 if one.id == "kalianpur" else 41.4, 72.0)
    ]
    return [*map_words(words).values(), *notes, words.say("Patrol {number}", number=""), words.say("Map")]


@pytest.mark.parametrize("language", MAP_LANGUAGES[1:])
def test_every_word_of_a_map_is_translated(language: str) -> None:
    english = dict(zip(map_words(words_of_maps("en")), told("en"), strict=False))
    other = dict(zip(map_words(words_of_maps(language)), told(language), strict=False))

    same = {name for name, word in english.items() if word and other[name] == word}

    assert same <= {"decimal_mark"}
    assert not {note for note in told(language) if "Positions were" in note or "Grid:" in note}


def test_every_letter_of_a_map_is_in_the_bundled_fonts() -> None:
    known = set().union(*(TTFont(resource("fonts", name)).getBestCmap() for name in FONTS))

    for language in MAP_LANGUAGES:
        missing = {letter for text in told(language) for letter in text if ord(letter) not in known}
        assert missing <= {ISOLATE, END_OF_ISOLATE}


def test_the_system_is_told_with_its_operation_and_how_exact_it_is() -> None:
    (note,) = grid_notes(Words("en"), "sk42", *NARYN)

    assert "SK-42 (Pulkovo 1942, Gauss-Krueger), zone 13 (EPSG:28413)" in note
    assert "operation EPSG:15865, accurate to 4.5 m." in note


def test_what_nobody_estimated_is_said_and_a_grid_without_an_operation_claims_none() -> None:
    (kalianpur,) = grid_notes(Words("en"), "kalianpur", 33.0, 72.0)
    (utm,) = grid_notes(Words("en"), "utm", *NARYN)

    assert "EPSG:1247, whose accuracy nobody has estimated." in kalianpur
    assert "EPSG:32643" in utm
    assert "operation" not in utm


def test_every_zone_of_the_map_is_named_while_they_are_few() -> None:
    (two,) = grid_notes(Words("en"), "sk42", 41.4, 72.0, (71.0, 41.0, 73.0, 42.0))
    (many,) = grid_notes(Words("en"), "sk42", 45.0, 80.0, (54.0, 40.0, 110.0, 50.0))

    assert "zones 12 (EPSG:28412), 13 (EPSG:28413), kilometres." in two
    assert "each zone is named on the map" in many


def test_beyond_its_grid_a_map_has_degrees() -> None:
    assert grid_notes(Words("en"), "kyrg06", 10.0, 10.0) == grid_notes(Words("en"), "dd", *NARYN)


@pytest.mark.parametrize(
    ("place", "grid"),
    [((41.4, 76.0), "sk42"), ((43.2, 76.9), "sk42"), ((41.3, 69.3), "sk42"), ((35.9, 74.3), "utm"),
     ((47.9, 106.9), "utm"), ((27.7, 85.3), "utm")],
    ids=["Naryn", "Almaty", "Tashkent", "Gilgit", "Ulaanbaatar", "Kathmandu"],
)  # fmt: skip
def test_the_grid_is_that_of_the_sheets_in_use_there(place: tuple[float, float], grid: str) -> None:
    assert natural_grid(*place) == grid


def test_a_language_of_maps_alone_is_spoken_nowhere_else() -> None:
    assert "ur" not in LANGUAGES
    assert Words("ur").language == "en"
    assert words_of_maps("ur").is_right_to_left
    assert words_of_maps("xx").language == "en"
    assert map_words(words_of_maps("ur"))["direction"] == "rtl"
