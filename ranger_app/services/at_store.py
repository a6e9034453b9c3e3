"""How work that talks to others for minutes reaches the station without holding it: in short pieces.

The command line owns the store and runs a piece at once; the window hands each to the store thread and waits there,
so that a form can be saved while a large file travels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from db.store import Store

Answer = TypeVar("Answer")


class AtStore(Protocol):
    """Runs a short piece of work with the open store, and answers what it answers or raises what it raises."""

    def __call__(self, work: Callable[[Store], Answer]) -> Answer:
        """May be called from any thread but the store's own."""


def directly(store: Store) -> AtStore:
    """For whoever owns the store already."""

    def run(work: Callable[[Store], Answer]) -> Answer:
        return work(store)

    return run
