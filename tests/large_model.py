"""A data model with a species tree of thousands, as offices with the whole of the Red List have it; made up by rule."""

from __future__ import annotations

from collections.abc import Iterator

from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    ListItem,
    Names,
    TreeNode,
)

CLASSES, ORDERS, FAMILIES, GENERA, SPECIES = 4, 6, 5, 6, 9
"""How many stand below each of the level above; together with all levels a little over 7,000."""

LEOPARD = "mammalia_rl.carnivora_rl.felidae_rl.panthera_rl.pantherauncia_rl22732."


def species_tree() -> Attribute:
    """A tree of five levels; one branch of it leads to the snow leopard."""
    cat = TreeNode(key="pantherauncia_rl22732", names=_names("Panthera uncia - Snow Leopard", "Снежный барс"))
    old = TreeNode(key="pantheraold_rl1", names=_names("Panthera antiqua", "Древняя пантера"), is_active=False)
    panthera = TreeNode(key="panthera_rl", names=_names("Panthera", "Пантеры"), children=(cat, old))
    felidae = TreeNode(key="felidae_rl", names=_names("Felidae", "Кошачьи"), children=(panthera,))
    carnivora = TreeNode(key="carnivora_rl", names=_names("Carnivora", "Хищные"), children=(felidae,))
    mammals = TreeNode(key="mammalia_rl", names=_names("Mammalia", "Млекопитающие"), children=(carnivora,))
    return Attribute(
        key="species", type=AttributeType.TREE, names=_names("Species", "Вид"), is_required=True,
        nodes=(mammals, *(_level(f"Classis{n}", (ORDERS, FAMILIES, GENERA, SPECIES)) for n in range(CLASSES))),
    )  # fmt: skip


def _level(name: str, below: tuple[int, ...]) -> TreeNode:
    children = tuple(_level(f"{name}{'abcdefghi'[n]}", below[1:]) for n in range(below[0])) if below else ()
    latin = name if below else f"{name[:-1]} {name.lower()} - Common animal"
    return TreeNode(key=f"{name.lower()}_rl", names=_names(latin, f"Имя {name}"), children=children)


def _names(english: str, russian: str) -> Names:
    return (("en", english), ("ru", russian))


def large_model() -> DataModel:
    """One category for each kind of attribute's value, and one below another, with what both ask."""
    kinds = {kind.value.lower(): kind for kind in AttributeType if kind is not AttributeType.TREE}
    places = tuple(ListItem(key=f"place{n}", names=_names(f"Place {n}", f"Место {n}")) for n in range(40))
    parts = (
        ListItem(key="skin", names=_names("Skin", "Шкура")),
        ListItem(key="meat", names=_names("Meat", "Мясо")),
        ListItem(key="oldpart", names=_names("Old part", "Прежняя часть"), is_active=False),
    )

    def asked() -> Iterator[Attribute]:
        for key, kind in kinds.items():
            yield Attribute(
                key=key, type=kind, names=_names(key.capitalize(), f"Поле {key}"),
                minimum=0.0 if kind is AttributeType.NUMERIC else None,
                maximum=100.0 if kind is AttributeType.NUMERIC else None,
                pattern="[A-Z]{2}-[0-9]+" if kind is AttributeType.TEXT else None,
                items=parts if kind in (AttributeType.LIST, AttributeType.MLIST) else (),
            )  # fmt: skip
        yield Attribute(key="places", type=AttributeType.MLIST, names=_names("Places", "Места"), items=places)

    attributes = (species_tree(), *asked())
    below = Category(
        key="carcass", names=_names("Carcass", "Труп"),
        links=tuple(AttributeLink(key=one.key) for one in attributes[1:]),
    )  # fmt: skip
    closed = Category(key="closed", names=_names("Closed carcass", "Закрытый труп"), is_active=False)
    animals = Category(
        key="animals", names=_names("Animals", "Животные"), links=(AttributeLink(key="species"),),
        children=(below, closed), is_multiple=False,
    )  # fmt: skip
    return DataModel(languages=("en", "ru"), attributes=attributes, categories=(animals,))
