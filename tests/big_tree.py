"""A made-up tree of species as large as SMART's own."""

from __future__ import annotations

from random import Random

from ranger_app.domain.data_model import Attribute, AttributeType, TreeNode


def big_tree(nodes: int) -> Attribute:
    """A tree of about *nodes* answers, twenty to a genus, with Latin, English and Russian names."""
    random = Random(7)
    parts = (
        "pan",
        "the",
        "ra",
        "fe",
        "lis",
        "ca",
        "nis",
        "ov",
        "am",
        "mon",
        "ur",
        "al",
        "ces",
        "mar",
        "mo",
        "ta",
        "ga",
    )

    def word(count: int) -> str:
        return "".join(random.choice(parts) for _ in range(count))

    def node(number: int, children: tuple[TreeNode, ...] = ()) -> TreeNode:
        latin = f"{word(3).title()} {word(3)}"
        names = (("en", f"{latin} ({word(3).title()} {word(2)}, {word(4)})"), ("ru", f"Зверь {number}"))
        return TreeNode(key=f"{word(4)}_rl{number}", names=names, children=children)

    genera = tuple(
        node(1_000_000 + above, tuple(node(number) for number in range(above, min(above + 19, nodes))))
        for above in range(1, nodes, 20)
    )
    return Attribute(key="species", type=AttributeType.TREE, nodes=genera)
