"""Rows of a booklet in the words of a data model."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ranger_app.domain.booklet import (
    Pick,
    count_attribute,
    key_of,
    observation,
    pick_of,
    picked,
    picks,
    read_rules,
    what_attribute,
)
from ranger_app.domain.data_model import Attribute, AttributeLink, AttributeType, Category, DataModel, TreeNode
from ranger_app.domain.definitions import DefinitionError
from ranger_app.domain.model_search import Hit, index_of
from ranger_app.importers.data_model import station_model

MODEL = station_model()
LIVE, CARCASS, TRAP = "animals.liveanimals.", "animals.carcass.", "humanactivity.weaponsequipment.trap."


def found(text: str, *recent: Pick, language: str = "ru") -> list[Hit]:
    return list(index_of(picks(MODEL, recent), MODEL.languages).find(text, 10, language=language))


def first(text: str, *recent: Pick) -> Pick:
    pick = pick_of(MODEL, found(text, *recent)[0].hkey)
    assert pick is not None
    return pick


@pytest.mark.parametrize(("typed", "species"), [
    ("arg", "ovisammon"), ("арг", "ovisammon"), ("sai", "saigatatarica"), ("сай", "saigatatarica"),
    ("снеж", "pantherauncia"), ("кул", "equushemionus"),
])  # fmt: skip
def test_three_letters_find_a_live_animal_of_a_species(typed: str, species: str) -> None:
    pick = first(typed)

    assert (pick.category, pick.attribute) == (LIVE, "species")
    assert species in pick.answer


def test_what_was_observed_lately_comes_first() -> None:
    assert first("arg", Pick(category=CARCASS), Pick(category=TRAP)).category == CARCASS
    other = pick_of(MODEL, found("panthera")[1].hkey)
    assert other is not None
    assert first("panthera") != other
    assert first("panthera", other) == other
    assert first("wire").category == TRAP


def test_a_species_comes_before_its_genus() -> None:
    tree = what_attribute(MODEL, LIVE)
    assert tree is not None
    node = tree.node(first("saiga").answer)
    assert node is not None
    assert not node.children


def test_a_category_can_be_named_without_an_answer() -> None:
    assert pick_of(MODEL, "features~waterhole.") == Pick(category="features.waterhole.")
    assert observation(MODEL, Pick(category="features.waterhole."), None) == {
        "category": "features.waterhole.", "attributes": {},
    }  # fmt: skip


def test_every_pick_is_an_observation_that_the_model_knows() -> None:
    index = index_of(picks(MODEL), MODEL.languages)
    for hit in index:
        pick = pick_of(MODEL, hit.hkey)
        assert pick is not None
        assert key_of(pick) == hit.hkey
        assert MODEL.category(pick.category) is not None
        if pick.attribute:
            attribute = MODEL.attribute(pick.attribute)
            assert attribute is not None
            assert attribute.node(pick.answer) or attribute.item(pick.answer)
            told = observation(MODEL, pick, None)
            assert picked(MODEL, pick.category, told["attributes"]) == pick


def test_a_number_goes_where_the_category_asks_it() -> None:
    counted = {hkey: one.key for hkey in MODEL.hkeys() if (one := count_attribute(MODEL, hkey)) is not None}

    assert counted[LIVE] == "numberofagesexunknown"
    assert counted[CARCASS] == "numberofcarcasses"
    assert counted[TRAP] == "numberofweaponsequipment"
    assert observation(MODEL, first("arg"), Decimal(7))["attributes"]["numberofagesexunknown"] == 7
    with pytest.raises(ValueError, match="asks no number"):
        observation(MODEL, Pick(category="features.waterhole."), 1)


@pytest.mark.parametrize("key", ["", ".", "nothing.", "animals~carcass.~", "features~waterhole.deep.", "animals~no.x."])
def test_a_key_of_nothing_is_nothing(key: str) -> None:
    pick = pick_of(MODEL, key)

    assert pick is None or (pick.attribute == "species" and pick.category == CARCASS)


def test_what_the_office_switched_off_is_not_offered() -> None:
    on = TreeNode(key="ram", names=(("en", "Ram"),))
    off = TreeNode(key="goats", is_active=False, children=(TreeNode(key="ibex"),))
    species = Attribute(key="species", type=AttributeType.TREE, nodes=(off, on))
    links = (AttributeLink(key="species"),)
    seen = Category(key="seen", links=links)
    model = DataModel(
        languages=("en",), attributes=(species,), categories=(seen, Category(key="old", links=links, is_active=False))
    )

    assert [hit.hkey for hit in index_of(picks(model), model.languages)] == ["seen.", "seen.ram."]


def test_a_file_of_rules_that_says_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "booklet.toml"
    path.write_text('what = ["species"]\ncount = []\n')
    with pytest.raises(DefinitionError):
        read_rules(path)
    path.write_text('what = ["species"]\ncount = ["n"]\nmore = 1\n')
    with pytest.raises(DefinitionError):
        read_rules(path)
