"""Merkle trees as RFC 6962 section 2 defines them: roots, inclusion and consistency proofs.

A log only grows, so that a newer root can be proven to contain an older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf; the first byte keeps it apart from that of a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


class Peaks:
    """The roots of the full subtrees of a growing tree, left to right: all that is needed to go on.

    Args:
        size: Number of leaves so far.
        peaks: Their full subtrees' roots, 32 bytes each, largest first.
    """

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        self.size = size
        self._peaks = [peaks[i : i + 32] for i in range(0, len(peaks), 32)]
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"{len(self._peaks)} peaks for {size} leaves")

    def append(self, data: bytes) -> None:
        """Add the leaf with this data."""
        # Written out: each change of a journal passes here.
        node, size = sha256(b"\x00" + data).digest(), self.size
        while size & 1:
            node = sha256(b"\x01" + self._peaks.pop() + node).digest()
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def __bytes__(self) -> bytes:
        return b"".join(self._peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over the leaves' data in their order; SHA-256 of nothing when there are none."""
    tree = Peaks()
    for data in leaves:
        tree.append(data)
    return tree.root


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path of the leaf at *index*, from the leaf upward.

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


class Tree:
    """A finished tree that remembers its subtrees: many inclusion proofs at the price of one.

    Args:
        leaves: The leaves' data in their order.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.size = len(leaves)
        self._hashes = [leaf_hash(data) for data in leaves]
        self._nodes: dict[tuple[int, int], bytes] = {}

    def _node(self, start: int, stop: int) -> bytes:
        if stop - start == 1:
            return self._hashes[start]
        known = self._nodes.get((start, stop))
        if known is None:
            split = start + _split(stop - start)
            known = self._nodes[start, stop] = node_hash(self._node(start, split), self._node(split, stop))
        return known

    @property
    def root(self) -> bytes:
        return self._node(0, self.size) if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Audit path of the leaf at *index*, from the leaf upward.

        Raises:
            IndexError: There is no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        start, stop = 0, self.size
        while stop - start > 1:
            split = start + _split(stop - start)
            if index < split:
                path.append(self._node(split, stop))
                stop = split
            else:
                path.append(self._node(start, split))
                start = split
        return path[::-1]


def root_from_inclusion(data: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that *path* leads to; ``None`` when the path does not fit the tree's size."""
    if not 0 <= index < size:
        return None
    node, at, last = leaf_hash(data), index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def verify_inclusion(data: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the leaf with this data stands at *index* of the tree of *size* leaves with *expected_root*."""
    return root_from_inclusion(data, index, size, path) == expected_root


def consistency_proof(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """Proof that the tree over the first *older* leaves is the beginning of the tree over all *leaves*.

    Raises:
        ValueError: *older* is not within 1..len(leaves).
    """
    if not 1 <= older <= len(leaves):
        raise ValueError(f"{older} of {len(leaves)}")

    def subproof(part: Sequence[bytes], size: int, whole: bool) -> list[bytes]:
        if size == len(part):
            return [] if whole else [root(part)]
        split = _split(len(part))
        if size <= split:
            return [*subproof(part[:split], size, whole), root(part[split:])]
        return [*subproof(part[split:], size - split, False), root(part[:split])]

    return subproof(leaves, older, True)


def verify_consistency(older: int, older_root: bytes, newer: int, newer_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of *newer* leaves begins with the tree of *older* leaves (RFC 9162, 2.1.4.2)."""
    if older == newer:
        return not proof and older_root == newer_root
    if not 0 < older < newer:
        return False
    path = list(proof)
    if older & (older - 1) == 0:
        path.insert(0, older_root)
    if not path:
        return False
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, node)
        at, last = at >> 1, last >> 1
    return first == older_root and second == newer_root and last == 0
