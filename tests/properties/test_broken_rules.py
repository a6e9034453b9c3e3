"""The tests can fail: each rule, broken on purpose, makes the scenario that is about it fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from db.alarms import Alarms
from db.derivation import Deriver
from db.derived_rows import RecordRows
from db.journal import Journal, Merged, Versions
from db.own_logs import OwnLogs
from db.transaction import ChangeBuilder
from db.waiting import Waiting
from ranger_app.domain import record_state
from ranger_app.domain.change import NO_CHANGE, Act, Change, decode_act
from ranger_app.domain.custody import CustodyFork
from ranger_app.domain.record_state import RecordState, Write
from tests.properties import test_rules as rules
from tests.properties.test_four_laptops import season
from tests.properties.test_rules import Trio

Break = Callable[[pytest.MonkeyPatch], None]
Scenario = Callable[[Trio], None]


def clock_wins(patch: pytest.MonkeyPatch) -> None:
    """The write with the latest clock replaces all others."""
    honest = RecordState.write

    def write(
        state: RecordState, name: str, ref: str, at: int, value: Any, bases: Iterable[str],
        moment_of: Callable[[str], int],
    ) -> None:  # fmt: skip
        heads = state.heads_of(name)
        if all(at >= moment_of(head) for head in heads):
            honest(state, name, ref, at, value, heads, moment_of)

    patch.setattr(RecordState, "write", write)


def bases_are_those_at_saving(patch: pytest.MonkeyPatch) -> None:
    honest = ChangeBuilder.set

    def set_with_bases_of_now(
        builder: ChangeBuilder, kind: str, record: str, values: Mapping[str, Any], **more: Any
    ) -> bool:
        more.pop("bases", None)
        return honest(builder, kind, record, values, **more)

    patch.setattr(ChangeBuilder, "set", set_with_bases_of_now)


def ties_by_arrival(patch: pytest.MonkeyPatch) -> None:
    honest = RecordState.write
    arrived: dict[tuple[int, str], int] = {}

    def write(
        state: RecordState, name: str, ref: str, at: int, value: Any, bases: Iterable[str],
        moment_of: Callable[[str], int],
    ) -> None:  # fmt: skip
        honest(state, name, ref, at, value, bases, moment_of)
        arrived[id(moment_of.__self__), ref] = len(arrived)  # type: ignore[attr-defined]
        if name in state.rivals:
            last = max(write.at for write in state.rivals[name])
            both = [write for write in state.rivals[name] if write.at == last]
            here = id(moment_of.__self__)  # type: ignore[attr-defined]
            state.values[name] = max(both, key=lambda write: arrived.get((here, write.ref), -1)).value

    patch.setattr(RecordState, "write", write)


def clock_notes_are_not_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RecordState, "show_again", lambda state, moment_of: None)


def sets_are_asked_about(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(record_state, "is_set_element", lambda name: False)


def the_covered_value_is_not_preferred(patch: pytest.MonkeyPatch) -> None:
    def shown(name: str, writes: Sequence[Write], covered: frozenset[str]) -> Write:
        return max(writes, key=lambda write: (write.at, write.ref))

    patch.setattr(record_state, "shown_write", shown)


def taking_back_wins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RecordState, "uncovered", lambda state: ())


def children_do_not_matter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RecordRows, "_has_visible_below", lambda rows, state: False)


def late_edits_are_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Alarms, "note_late", lambda alarms, record: None)


def custody_is_a_line(patch: pytest.MonkeyPatch) -> None:
    def none(entries: Mapping[str, frozenset[str]]) -> tuple[CustodyFork, ...]:
        return ()

    patch.setattr("db.alarms.custody_forks", none)


def nothing_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Waiting, "missing", lambda waiting, change, act: set())


def what_waits_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    honest = Journal._take

    def take(journal: Journal, change: Change, merged: Merged) -> None:
        act = decode_act(change.payload) if change.parsed.version == 1 else None
        if not journal._waiting.missing(change, act):
            honest(journal, change, merged)

    patch.setattr(Journal, "_take", take)


def the_second_branch_is_dropped(patch: pytest.MonkeyPatch) -> None:
    honest = Journal._take

    def take(journal: Journal, change: Change, merged: Merged) -> None:
        before = change.parsed.previous
        if before == NO_CHANGE or not journal.continued_twice(change.parsed.log, before):
            honest(journal, change, merged)

    patch.setattr(Journal, "_take", take)


def versions_are_numbers_only(patch: pytest.MonkeyPatch) -> None:
    def lacking(journal: Journal, theirs: Versions) -> Iterator[Change]:
        known = {log: max(seq for seq, _ in tips) for log, tips in theirs.items()}
        return (change for change in journal.changes() if change.parsed.seq > known.get(change.parsed.log, -1))

    patch.setattr(Journal, "lacking", lacking)


def forked_logs_are_written_on(patch: pytest.MonkeyPatch) -> None:
    honest = Journal.tips_of
    patch.setattr(Journal, "tips_of", lambda journal, log: honest(journal, log)[-1:])


def the_marker_is_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    def check(logs: OwnLogs, journal: Journal) -> int:
        logs.stale = set()
        return 0

    patch.setattr(OwnLogs, "check_marker", check)


def the_marker_forgets_that_the_folder_moved(patch: pytest.MonkeyPatch) -> None:
    def write(logs: OwnLogs, journal: Journal) -> None:
        tips = {log: journal.tips_of(bytes.fromhex(log)) for log in logs.open_logs.values()}
        logs._marker.write({log: (found[0][0], found[0][1].hex()) for log, found in tips.items() if found})

    patch.setattr(OwnLogs, "write_marker", write)


def what_is_lost_is_waited_for(patch: pytest.MonkeyPatch) -> None:
    def none(journal: Journal, own: Iterable[tuple[str, Act]]) -> Merged:
        return Merged()

    patch.setattr(Journal, "release", none)


def what_came_after_all_is_a_head(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Deriver, "_note_superseded", lambda deriver, state, name, bases: None)


BROKEN: list[tuple[Break, Scenario]] = [
    (clock_wins, rules.test_who_saw_a_value_replaces_it_whatever_the_clocks_say),
    (clock_wins, rules.test_two_edits_at_one_time_are_one_difference_until_somebody_decides),
    (bases_are_those_at_saving, rules.test_a_form_opened_earlier_never_overwrites_what_came_meanwhile),
    (ties_by_arrival, rules.test_values_set_in_the_same_millisecond_are_shown_alike_everywhere),
    (clock_notes_are_not_looked_at_again, rules.test_a_corrected_clock_changes_what_is_shown_until_somebody_decides),
    (sets_are_asked_about, rules.test_adding_and_removing_a_member_at_one_time_leaves_the_member_in),
    (the_covered_value_is_not_preferred, rules.test_an_edit_unknown_to_a_seal_is_late_and_the_sealed_value_is_shown),
    (late_edits_are_ignored, rules.test_an_edit_unknown_to_a_seal_is_late_and_the_sealed_value_is_shown),
    (late_edits_are_ignored, rules.test_two_seals_that_do_not_know_each_other_are_an_alarm),
    (taking_back_wins, rules.test_an_edit_at_the_time_of_taking_back_keeps_the_record_to_be_seen),
    (children_do_not_matter, rules.test_a_child_that_is_still_to_be_seen_keeps_its_parent),
    (custody_is_a_line, rules.test_two_custody_entries_after_one_are_an_alarm_also_with_the_same_words),
    (nothing_waits, rules.test_what_comes_before_what_it_needs_waits_and_is_passed_on),
    (what_waits_is_not_kept, rules.test_what_comes_before_what_it_needs_waits_and_is_passed_on),
    (the_second_branch_is_dropped, rules.test_a_log_continued_twice_keeps_both_branches_and_names_the_point),
    (versions_are_numbers_only, rules.test_versions_by_tips_find_all_that_is_missing),
    (forked_logs_are_written_on, rules.test_a_forked_log_is_never_written_again),
    (the_marker_is_not_looked_at, rules.test_a_copied_folder_begins_a_log_of_its_own),
    (the_marker_is_not_looked_at, rules.test_a_backup_put_back_begins_a_log_of_its_own),
    (the_marker_forgets_that_the_folder_moved, rules.test_a_copied_folder_begins_a_log_of_its_own),
    (what_is_lost_is_waited_for, rules.test_what_is_lost_for_good_is_not_waited_for_and_may_come_after_all),
    (what_came_after_all_is_a_head, rules.test_what_is_lost_for_good_is_not_waited_for_and_may_come_after_all),
]  # fmt: skip


@pytest.mark.parametrize(
    ("break_rule", "scenario"), BROKEN, ids=[f"{rule.__name__}-{told.__name__[5:40]}" for rule, told in BROKEN]
)
def test_a_broken_rule_makes_its_scenario_fail(
    break_rule: Break, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        trio = Trio.anywhere(stack)
        break_rule(monkeypatch)

        with pytest.raises(AssertionError):
            scenario(trio)


def seasons(count: int) -> None:
    for seed in range(count):
        season(seed).close()


SEEN_BY_CHANCE: list[Break] = [
    clock_wins, clock_notes_are_not_looked_at_again, the_covered_value_is_not_preferred,
    taking_back_wins, children_do_not_matter, late_edits_are_ignored, custody_is_a_line, nothing_waits,
    what_waits_is_not_kept, the_second_branch_is_dropped, versions_are_numbers_only, the_marker_is_not_looked_at,
    the_marker_forgets_that_the_folder_moved,
]  # fmt: skip


@pytest.mark.parametrize("break_rule", SEEN_BY_CHANCE, ids=lambda rule: rule.__name__)
def test_a_broken_rule_does_not_survive_some_seasons_of_chance(
    break_rule: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rule(monkeypatch)

    with pytest.raises(AssertionError):
        seasons(12)
