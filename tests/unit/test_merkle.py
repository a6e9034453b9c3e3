"""Merkle trees against the values published with RFC 6962, and against its recursive definitions."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from ranger_app.domain import merkle
from tests.properties.naive import merkle_root

PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Leaves and roots of the test vectors that Certificate Transparency's reference implementation publishes."""

leaves = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots_are_reproduced(size: int) -> None:
    assert merkle.root(PUBLISHED_LEAVES[:size]).hex() == PUBLISHED_ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(leaves)
def test_a_root_is_what_the_definition_says(data: list[bytes]) -> None:
    assert merkle.root(data) == merkle_root(data)


@given(leaves, st.data())
def test_peaks_can_be_put_away_and_gone_on_from(data: list[bytes], draw: st.DataObject) -> None:
    cut = draw.draw(st.integers(0, len(data)))
    tree = merkle.Peaks()
    for leaf in data[:cut]:
        tree.append(leaf)

    tree = merkle.Peaks(tree.size, bytes(tree))
    for leaf in data[cut:]:
        tree.append(leaf)

    assert tree.root == merkle_root(data)


def test_peaks_that_do_not_fit_their_size_are_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        merkle.Peaks(3, bytes(32))


@given(leaves, st.data())
def test_each_leaf_is_proven_and_nothing_else_is(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    size, root = len(data), merkle.root(data)
    path = merkle.inclusion_proof(data, index)

    assert merkle.verify_inclusion(data[index], index, size, path, root)
    assert not merkle.verify_inclusion(data[index] + b"x", index, size, path, root)
    assert not merkle.verify_inclusion(data[index], index, size, [*path, bytes(32)], root)
    assert not merkle.verify_inclusion(data[index], size, size, path, root)
    assert not merkle.verify_inclusion(data[index], -1, size, path, root)
    if path:
        assert not merkle.verify_inclusion(data[index], index, size, path[:-1], root)
        other = (index + 1) % size
        if data[other] != data[index]:
            assert not merkle.verify_inclusion(data[index], other, size, path, root)


@given(leaves)
def test_a_tree_that_remembers_gives_the_same_proofs(data: list[bytes]) -> None:
    tree = merkle.Tree(data)

    assert tree.root == merkle_root(data)
    assert [tree.inclusion_proof(i) for i in range(len(data))] == [
        merkle.inclusion_proof(data, i) for i in range(len(data))
    ]


@pytest.mark.parametrize("index", [-1, 3])
def test_a_tree_that_remembers_has_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.Tree([b"a", b"b", b"c"]).inclusion_proof(index)
    assert merkle.Tree([]).root == merkle.EMPTY_ROOT


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof([b"a", b"b", b"c"], index)


@given(leaves, st.data())
def test_a_tree_that_grew_is_consistent_and_a_rewritten_one_is_not(data: list[bytes], draw: st.DataObject) -> None:
    older = draw.draw(st.integers(1, len(data)))
    newer, root = len(data), merkle.root(data)
    old_root = merkle.root(data[:older])
    proof = merkle.consistency_proof(data, older)

    assert merkle.verify_consistency(older, old_root, newer, root, proof)
    rewritten = merkle.root([data[0] + b"x", *data[1:older]])
    assert not merkle.verify_consistency(older, rewritten, newer, root, proof)
    assert not merkle.verify_consistency(older, old_root, newer, rewritten, proof) or root == rewritten
    assert not merkle.verify_consistency(older, old_root, newer, root, [*proof, bytes(32)])
    if proof:
        assert not merkle.verify_consistency(older, old_root, newer, root, proof[:-1])
    assert not merkle.verify_consistency(newer + 1, old_root, newer, root, proof)
    assert not merkle.verify_consistency(0, old_root, newer, root, proof)


@pytest.mark.parametrize("older", [0, 4])
def test_there_is_no_proof_from_a_tree_that_was_not(older: int) -> None:
    with pytest.raises(ValueError, match="of 3"):
        merkle.consistency_proof([b"a", b"b", b"c"], older)
