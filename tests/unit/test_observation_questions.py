"""What a data model asks about an observation."""

from __future__ import annotations

import time

import pytest

from ranger_app.domain.data_model import Attribute, AttributeLink, AttributeType, Category, DataModel
from ranger_app.domain.observation_questions import fits, lacking, questions

MODEL = DataModel(
    languages=("en",),
    attributes=(
        Attribute(key="threat", type=AttributeType.TEXT),
        Attribute(key="count", type=AttributeType.NUMERIC, is_required=True),
        Attribute(key="old", type=AttributeType.TEXT, is_active=False, is_required=True),
        Attribute(key="walked", type=AttributeType.LINE),
    ),
    categories=(
        Category(
            key="human",
            links=(AttributeLink(key="threat"),),
            children=(
                Category(
                    key="trap",
                    links=(AttributeLink(key="count"), AttributeLink(key="old"), AttributeLink(key="walked")),
                ),
            ),
        ),
    ),
)


def keys(category: str, told: tuple[str, ...] = ()) -> list[str]:
    return [question.key for question in questions(MODEL, category, told)]


def test_inherited_attributes_are_asked_first_and_drawn_shapes_not_at_all() -> None:
    assert keys("human.trap.") == ["threat", "count"]


def test_what_an_old_record_says_stays_though_nobody_asks_it_any_more() -> None:
    asked = questions(MODEL, "human.trap.", ("old", "unheard", "walked", "count"))

    assert [(one.key, one.is_in_use) for one in asked] == [
        ("threat", True), ("count", True), ("walked", True), ("old", False), ("unheard", False),
    ]  # fmt: skip
    assert asked[-1].attribute is None


def test_of_an_unknown_category_only_what_the_record_says_is_there() -> None:
    assert keys("gone.", ("count",)) == ["count"]


def test_required_attributes_that_say_nothing_are_named() -> None:
    told: list[dict[str, object]] = [
        {"category": "human.trap.", "attributes": {"count": 0}},
        {"category": "human.trap.", "attributes": {}},
        {"category": "human."},
    ]

    assert list(lacking(MODEL, told)) == [(1, "count")]


@pytest.mark.parametrize(
    ("pattern", "text", "is_fit"),
    [
        (None, "anything", True), ("", "anything", True), ("[A-Z]{2}-\\d+", "KG-12", True),
        ("[A-Z]{2}-\\d+", "KG-12 and more", False), ("(\\d{2}-)?\\d+", "12-3", True), ("[", "no pattern at all", True),
        ("a|b", "b", True), ("(ab|cd)x?", "cdx", True), ("[(+]+", "(+", True), ("\\(+", "((", True),
    ],
)  # fmt: skip
def test_a_text_is_held_against_its_pattern_as_a_whole(pattern: str | None, text: str, is_fit: bool) -> None:
    assert fits(pattern, text) is is_fit


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "((a+))+$", "(a|aa)*$", "(?:a*b?)*$", "(a{1,}){2,}$", "(a+)+)", ".*.*.*.*.*.*="]
)
def test_a_pattern_that_could_take_for_ever_has_nothing_against_a_text(pattern: str) -> None:
    before = time.process_time()

    assert fits(pattern, "a" * 60 + "!")

    assert time.process_time() - before < 1
