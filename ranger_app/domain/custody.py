"""The chain of custody as a set of entries: where it forks, and who explained the fork."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustodyFork:
    """Two or more entries that follow the same entry, or that both claim to be the first: an alarm.

    Attributes:
        after: Ref of the entry they all follow; empty when they claim to be the first.
        entries: Their refs, sorted.
        explained_by: Entries that name all of them, sorted; the alarm then stays in the history.
    """

    after: str
    entries: tuple[str, ...]
    explained_by: tuple[str, ...]


def custody_forks(entries: Mapping[str, frozenset[str]]) -> tuple[CustodyFork, ...]:
    """Forks among the entries of one exhibit.

    Args:
        entries: Ref of each entry to the refs that it says it follows; none for a first one.
    """
    followers: dict[str, list[str]] = {}
    for ref, after in entries.items():
        for point in after or {""}:
            followers.setdefault(point, []).append(ref)
    forks = []
    for point, refs in sorted(followers.items()):
        if len(refs) > 1:
            explained = sorted(ref for ref, after in entries.items() if set(refs) <= after)
            forks.append(CustodyFork(point, tuple(sorted(refs)), tuple(explained)))
    return tuple(forks)
