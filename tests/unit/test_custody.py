"""Where a chain of custody forks, and who explained it."""

from __future__ import annotations

from ranger_app.domain.custody import CustodyFork, custody_forks


def chain(**after: str) -> dict[str, frozenset[str]]:
    """Entries by one-letter names; each with the names it follows, joined."""
    return {name: frozenset(follows) for name, follows in after.items()}


def test_one_after_the_other_is_no_fork() -> None:
    assert custody_forks(chain(a="", b="a", c="b")) == ()
    assert custody_forks({}) == ()


def test_two_after_one_are_a_fork() -> None:
    assert custody_forks(chain(a="", b="a", c="a")) == (CustodyFork("a", ("b", "c"), ()),)


def test_two_first_ones_are_a_fork() -> None:
    assert custody_forks(chain(b="", a="")) == (CustodyFork("", ("a", "b"), ()),)


def test_an_entry_that_names_all_of_them_explains_it() -> None:
    assert custody_forks(chain(a="", b="a", c="a", d="bc")) == (CustodyFork("a", ("b", "c"), ("d",)),)
    assert custody_forks(chain(a="", b="a", c="a", d="b")) == (CustodyFork("a", ("b", "c"), ()),)


def test_a_third_one_that_comes_later_is_not_explained() -> None:
    assert custody_forks(chain(a="", b="a", c="a", d="bc", e="a")) == (CustodyFork("a", ("b", "c", "e"), ()),)


def test_whoever_follows_one_branch_while_another_joins_both_makes_a_fork() -> None:
    forks = custody_forks(chain(a="", b="a", c="a", d="bc", e="c"))

    assert [(fork.after, fork.entries) for fork in forks] == [("a", ("b", "c")), ("c", ("d", "e"))]
