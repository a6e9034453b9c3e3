"""Which seals of one record did not know of each other."""

from __future__ import annotations

from ranger_app.domain.sealing import SealFacts, unaware_seals


def seal(ref: str, covers: str = "", identity: str = "") -> SealFacts:
    return SealFacts(ref, identity or f"seal {ref}", frozenset(covers))


def test_one_seal_or_seals_in_a_row_know_of_each_other() -> None:
    assert unaware_seals([]) == ()
    assert unaware_seals([seal("a")]) == ()
    assert unaware_seals([seal("a"), seal("b", "a"), seal("c", "b")]) == ()


def test_two_seals_that_do_not_name_each_other_are_apart() -> None:
    assert unaware_seals([seal("b", "x"), seal("a", "x")]) == ("a", "b")


def test_one_seal_in_two_audiences_is_one() -> None:
    assert unaware_seals([seal("a", identity="one"), seal("b", identity="one")]) == ()


def test_a_later_seal_that_names_both_ends_it() -> None:
    assert unaware_seals([seal("a"), seal("b"), seal("c", "ab")]) == ()
    assert unaware_seals([seal("a"), seal("b"), seal("c", "a")]) == ("a", "b", "c")
