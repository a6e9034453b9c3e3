"""Data models: a big one is read, its species searched, against what one would do without an index."""

from __future__ import annotations

from exporters.data_model import data_model_xml
from ranger_app.domain.data_model import DataModel, TreeNode, label_in
from ranger_app.domain.model_search import Index
from ranger_app.importers.data_model import data_model_from_bytes
from tests.benchmarks.measuring import Row, medians
from tests.big_tree import big_tree

NODES = 7_000
ROUNDS = 15
TYPED = ("p", "pan", "panthe", "зверь 6", "zzz", "pan ra", "mon al ta")
LONGEST_KEY_PRESS_MS = 10.0
LONGEST_READING_MS = 1_000.0


def run() -> list[Row]:
    """Measure one model with a tree of :data:`NODES` species."""
    tree = big_tree(NODES)
    languages = ("en", "ru")
    xml = data_model_xml(DataModel(languages=languages, attributes=(tree,)))
    index = Index(tree, languages)
    index.prepare()
    nodes = [node for _, node in tree.walk()]

    def one_by_one(text: str) -> list[TreeNode]:
        return [node for node in nodes if text in label_in(node, "en", languages).casefold()]

    slowest = max(TYPED, key=lambda text: medians(3, lambda: index.find(text))[0])
    press_s, plain_s = medians(ROUNDS, lambda: index.find(slowest), lambda: one_by_one(slowest))
    build_s, prepare_s, read_s = medians(
        ROUNDS, lambda: Index(tree, languages), lambda: Index(tree, languages).prepare(),
        lambda: data_model_from_bytes(xml),
    )  # fmt: skip
    return [
        Row(
            what=f"A key press finds species among {NODES:,} (the slowest of {len(TYPED)} texts)",
            ours=f"{press_s * 1000:.1f} ms",
            peer=f"looking at each label: {plain_s * 1000:.1f} ms",
            measured=press_s * 1000,
            limit=LONGEST_KEY_PRESS_MS,
            unit="ms",
        ),
        Row(
            what="The index is made when a picker opens for the first time; the text to search when somebody types",
            ours=f"{build_s * 1000:.1f} ms, {prepare_s * 1000:.1f} ms",
            measured=prepare_s * 1000,
            limit=250.0,
            unit="ms",
        ),
        Row(
            what=f"A data model of {len(xml) / 1e6:.1f} MB is read and checked",
            ours=f"{read_s * 1000:.0f} ms",
            measured=read_s * 1000,
            limit=LONGEST_READING_MS,
            unit="ms",
        ),
    ]
