"""Seals of one record: which of them did not know each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealFacts:
    """One seal change.

    Attributes:
        ref: The seal change.
        seal: Seal id; the same in each audience.
        covers: Every change known at sealing, earlier seals among them.
    """

    ref: str
    seal: str
    covers: frozenset[str]


def unaware_seals(seals: Sequence[SealFacts]) -> tuple[str, ...]:
    """Refs, sorted, of seals of one record that are not in each other's past and that no later seal names together."""
    by_ref = {seal.ref: seal for seal in seals}

    def past(ref: str) -> frozenset[str]:
        known: set[str] = set()
        ahead = [ref]
        while ahead:
            for earlier in by_ref[ahead.pop()].covers & by_ref.keys():
                if earlier not in known:
                    known.add(earlier)
                    ahead.append(earlier)
        return frozenset(known)

    pasts = {ref: past(ref) for ref in by_ref}
    apart: set[str] = set()
    for ref, seal in by_ref.items():
        for other, other_seal in by_ref.items():
            unaware = seal.seal != other_seal.seal and ref not in pasts[other] and other not in pasts[ref]
            if unaware and not any({ref, other} <= pasts[later] for later in by_ref):
                apart.update((ref, other))
    return tuple(sorted(apart))
