"""A layer as the panel of layers lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """A row of the list.

    Attributes:
        kind: ``base``, ``grid``, ``records``, ``effort``, or of an own map ``tiles``, ``vectors``, ``elevation``.
        is_ground: It lies below all that is not ground.
        note: What is wrong with it, or what else is to be known of it.
        has_problem: It cannot be shown.
        attribution: Whose map it is; of own maps only.
    """

    id: str
    name: str
    kind: str
    is_ground: bool
    visible: bool
    opacity: float
    note: str = ""
    has_problem: bool = False
    attribution: str = ""

    @property
    def is_own(self) -> bool:
        """Whether somebody added it."""
        return self.kind in ("tiles", "vectors", "elevation")
