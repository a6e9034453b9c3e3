"""The rules of merging, one by one, as they are met by two or three laptops."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from db.transaction import new_id
from ranger_app.domain.change import Change, decode_act, header_bytes, payload_digest
from ranger_app.domain.record_state import EDITED
from tests.properties.laptops import MEMORY, TEN_YEARS_MS, Laptop, are_the_same, exchange_all, repeatable


class Trio:
    """Naryn, Osh (ten years ahead) and Talas (ten years behind), all knowing one incident and one exhibit."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        stack.enter_context(repeatable())
        self.place, self.stack = place, stack
        self.naryn = Laptop(place, "Naryn")
        self.osh = Laptop(place, "Osh", TEN_YEARS_MS)
        self.talas = Laptop(place, "Talas", -TEN_YEARS_MS)
        self.all = [self.naryn, self.osh, self.talas]
        for laptop in self.all:
            stack.callback(laptop.close)
        with self.naryn.store.act(officer="o") as change:
            self.incident = change.create("incident", {"species": "ovis_ammon", "summary": "two rams"})
            self.exhibit = change.create("exhibit", {"what": "snare"})
        self.exchange()

    @classmethod
    def anywhere(cls, stack: ExitStack) -> Trio:
        """In a folder that is gone afterwards."""
        return cls(Path(stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY))), stack)

    def exchange(self) -> None:
        exchange_all(self.all)
        self.agree()

    def agree(self) -> None:
        for laptop in self.all:
            laptop.agrees_with_the_rules()
        are_the_same(self.all)

    def species(self, laptop: Laptop, value: str, bases: tuple[str, ...] | None = None) -> None:
        with laptop.store.act(officer="o") as change:
            told = None if bases is None else {"species": bases}
            change.set("incident", self.incident, {"species": value}, bases=told)

    def heads(self, laptop: Laptop) -> tuple[str, ...]:
        return laptop.store.reader.state(self.incident).heads_of("species")

    def shown(self, laptop: Laptop) -> object:
        return laptop.store.reader.entry(self.incident).values["species"]

    def conflicts(self, laptop: Laptop) -> list[str]:
        return [field for _, _, field, _ in laptop.store.reader.conflicts()]

    def copy(self, laptop: Laptop, name: str) -> Laptop:
        made = Laptop.copy_of(laptop, name)
        self.stack.callback(made.close)
        self.all.append(made)
        return made


@pytest.fixture
def trio() -> Iterator[Trio]:
    with ExitStack() as stack:
        yield Trio.anywhere(stack)


# Values, clocks, differences


def test_who_saw_a_value_replaces_it_whatever_the_clocks_say(trio: Trio) -> None:
    trio.species(trio.osh, "capra_sibirica")
    trio.exchange()
    trio.species(trio.talas, "panthera_uncia")
    trio.exchange()

    assert [trio.shown(laptop) for laptop in trio.all] == ["panthera_uncia"] * 3
    assert trio.conflicts(trio.naryn) == []


def test_two_edits_at_one_time_are_one_difference_until_somebody_decides(trio: Trio) -> None:
    trio.species(trio.naryn, "capra_sibirica")
    trio.species(trio.naryn, "cervus_elaphus")
    trio.species(trio.osh, "panthera_uncia")
    trio.exchange()

    assert [trio.conflicts(laptop) for laptop in trio.all] == [["species"]] * 3

    trio.species(trio.talas, "cervus_elaphus", trio.heads(trio.talas))
    trio.exchange()

    assert trio.conflicts(trio.naryn) == []
    assert trio.shown(trio.osh) == "cervus_elaphus"


def test_a_third_value_that_comes_after_the_decision_is_a_new_difference(trio: Trio) -> None:
    seen_by_talas = trio.heads(trio.talas)
    trio.species(trio.naryn, "capra_sibirica")
    trio.species(trio.osh, "panthera_uncia")
    exchange_all([trio.naryn, trio.osh])
    trio.species(trio.osh, "panthera_uncia", trio.heads(trio.osh))
    trio.species(trio.talas, "gypaetus_barbatus", seen_by_talas)
    trio.exchange()

    assert trio.conflicts(trio.naryn) == ["species"]
    assert len(trio.heads(trio.naryn)) == 2


def test_deciding_differently_on_two_laptops_is_a_difference_of_the_two_decisions(trio: Trio) -> None:
    trio.species(trio.naryn, "capra_sibirica")
    trio.species(trio.osh, "panthera_uncia")
    trio.exchange()
    trio.species(trio.naryn, "capra_sibirica", trio.heads(trio.naryn))
    trio.species(trio.osh, "panthera_uncia", trio.heads(trio.osh))
    trio.exchange()

    assert trio.conflicts(trio.talas) == ["species"]
    assert len(trio.heads(trio.talas)) == 2


def test_a_form_opened_earlier_never_overwrites_what_came_meanwhile(trio: Trio) -> None:
    opened_with = trio.heads(trio.naryn)
    trio.species(trio.osh, "panthera_uncia")
    trio.exchange()
    trio.species(trio.naryn, "capra_sibirica", opened_with)
    trio.exchange()

    assert trio.conflicts(trio.osh) == ["species"]


def test_values_set_in_the_same_millisecond_are_shown_alike_everywhere(trio: Trio) -> None:
    with trio.naryn.store.act(officer="o") as change:
        records = [change.create("incident", {"species": "none"}) for _ in range(12)]
    trio.exchange()
    for laptop in trio.all:
        laptop.clock.now = 1_763_760_000_000
        with laptop.store.act(officer="o") as change:
            for record in records:
                change.set("incident", record, {"species": laptop.name})
    trio.exchange()

    assert len(trio.conflicts(trio.naryn)) == 12


def test_a_corrected_clock_changes_what_is_shown_until_somebody_decides(trio: Trio) -> None:
    trio.species(trio.osh, "panthera_uncia")
    trio.species(trio.naryn, "capra_sibirica")
    trio.exchange()
    before = trio.shown(trio.naryn)
    [osh_log] = trio.osh.store.keys.log_seeds
    with trio.talas.store.act(officer="o") as change:
        change.ops.append({
            "act": "clock_note", "log": osh_log, "first": 0, "last": 99, "offset_ms": 2 * TEN_YEARS_MS,
            "found_by": "gps",
        })  # fmt: skip
    trio.exchange()

    assert (before, trio.shown(trio.naryn)) == ("panthera_uncia", "capra_sibirica")


def test_adding_and_removing_a_member_at_one_time_leaves_the_member_in(trio: Trio) -> None:
    with trio.naryn.store.act(officer="o") as change:
        change.set("incident", trio.incident, {"members/ana": True})
    trio.exchange()
    with trio.naryn.store.act(officer="o") as change:
        change.set("incident", trio.incident, {"members/ana": None})
    with trio.osh.store.act(officer="o") as change:
        change.set("incident", trio.incident, {"members/ana": None})
    with trio.osh.store.act(officer="o") as change:
        change.set("incident", trio.incident, {"members/ana": True})
    trio.exchange()

    assert trio.naryn.store.reader.entry(trio.incident).values["members/ana"] is True
    assert trio.conflicts(trio.naryn) == []


# Taking back, custody, seals


def test_an_edit_at_the_time_of_taking_back_keeps_the_record_to_be_seen(trio: Trio) -> None:
    with trio.naryn.store.act(officer="o") as change:
        change.take_back("incident", trio.incident, "entered twice")
    trio.species(trio.osh, "panthera_uncia")
    trio.exchange()

    assert not trio.naryn.store.reader.entry(trio.incident).is_hidden
    assert trio.conflicts(trio.talas) == [EDITED]

    with trio.talas.store.act(officer="o") as change:
        change.take_back("incident", trio.incident, "entered twice indeed")
    trio.exchange()

    assert trio.naryn.store.reader.entry(trio.incident).is_hidden
    assert trio.conflicts(trio.naryn) == []


def test_a_child_that_is_still_to_be_seen_keeps_its_parent(trio: Trio) -> None:
    with trio.naryn.store.act(officer="o") as change:
        change.take_back("incident", trio.incident, "entered twice")
    with trio.osh.store.act(officer="o") as change:
        child = change.create("observation", {"category": "snare"}, parent=("incident", trio.incident))
    trio.exchange()

    assert not trio.naryn.store.reader.entry(trio.incident).is_hidden
    assert trio.conflicts(trio.naryn) == [EDITED]

    with trio.osh.store.act(officer="o") as change:
        change.take_back("observation", child, "that too")
    trio.exchange()

    assert trio.naryn.store.reader.entry(trio.incident).is_hidden


def test_records_that_are_each_others_parent_are_hidden_alike_everywhere(trio: Trio) -> None:
    ring = [new_id(), new_id()]
    for laptop, one, other in ((trio.naryn, 0, 1), (trio.osh, 1, 0)):
        with laptop.store.act(officer="o") as change:
            change.create("observation", {}, record=ring[one], parent=("observation", ring[other]))
    trio.exchange()
    for laptop, one in ((trio.naryn, 0), (trio.talas, 1)):
        with laptop.store.act(officer="o") as change:
            change.take_back("observation", ring[one], "a mistake")
    trio.exchange()

    assert all(trio.osh.store.reader.entry(record).is_hidden for record in ring)


def test_two_custody_entries_after_one_are_an_alarm_also_with_the_same_words(trio: Trio) -> None:
    for laptop in (trio.naryn, trio.osh):
        with laptop.store.act(officer="o") as change:
            change.hand_over(trio.exhibit, {"to": "the safe"}, after=[])
    trio.exchange()

    [(code, facts)] = trio.talas.store.reader.alarms()
    assert code == "custody-forked"
    assert facts["explained_by"] == []

    with trio.talas.store.act(officer="o") as change:
        change.hand_over(trio.exhibit, {"to": "the court"}, after=facts["entries"])
    trio.exchange()

    [(_, facts)] = trio.naryn.store.reader.alarms()
    assert len(facts["explained_by"]) == 1


def sealed(trio: Trio, laptop: Laptop) -> None:
    covers = laptop.store.reader.refs_of(trio.incident)
    with laptop.store.act(officer="o") as change:
        change.seal(new_id(), [("incident", trio.incident)], covers=covers, revision=1, checkpoint="")


def late(laptop: Laptop) -> list[str]:
    return [ref.hex() for (ref,) in laptop.store.reader.derived.execute("SELECT ref FROM late")]


def test_an_edit_unknown_to_a_seal_is_late_and_the_sealed_value_is_shown(trio: Trio) -> None:
    trio.species(trio.naryn, "capra_sibirica")
    sealed(trio, trio.naryn)
    trio.species(trio.osh, "panthera_uncia")
    came_late = trio.heads(trio.osh)
    trio.exchange()

    assert [late(laptop) for laptop in trio.all] == [list(came_late)] * 3
    assert trio.shown(trio.talas) == "capra_sibirica"
    assert trio.conflicts(trio.talas) == ["species"]


def test_an_addendum_is_not_late(trio: Trio) -> None:
    sealed(trio, trio.naryn)
    with trio.naryn.store.act(officer="o") as change:
        change.set("incident", trio.incident, {"species": "panthera_uncia"}, after_seal=new_id())
    trio.exchange()

    assert late(trio.osh) == []


def test_two_seals_that_do_not_know_each_other_are_an_alarm(trio: Trio) -> None:
    sealed(trio, trio.naryn)
    sealed(trio, trio.osh)
    trio.exchange()

    [(code, facts)] = trio.talas.store.reader.alarms()
    assert (code, facts["record"], len(facts["seals"])) == ("sealed-apart", trio.incident, 2)


# Waiting, forks, copies


def test_what_comes_before_what_it_needs_waits_and_is_passed_on(trio: Trio) -> None:
    trio.species(trio.naryn, "capra_sibirica")
    trio.species(trio.naryn, "panthera_uncia")
    *_, older, newest = trio.naryn.changes()

    trio.osh.take([newest])
    assert trio.osh.store.journal.waiting_count() == 1
    assert trio.shown(trio.osh) == "ovis_ammon"
    trio.talas.take(trio.osh.changes())
    assert trio.talas.store.journal.waiting_count() == 1
    for laptop in (trio.osh, trio.talas):
        laptop.reopen()
        laptop.take([older])
    trio.agree()

    assert trio.shown(trio.talas) == "panthera_uncia"


def test_a_change_of_a_newer_version_is_kept_and_passed_on_unchanged(trio: Trio) -> None:
    before = trio.naryn.changes()[-1]
    salt, payload = bytes(16), b"\xffwhatever they will write in 2031"
    header = header_bytes(before.parsed.log, before.parsed.seq + 1, before.id, payload_digest(salt, payload))
    newer = Change(b"\x02" + header[1:] + b"and more", salt, payload)

    trio.osh.take([newer])
    trio.talas.take(trio.osh.changes())
    trio.talas.reopen()

    assert newer in trio.talas.changes()
    assert trio.talas.store.journal.waiting_count() == 1


def test_what_is_lost_for_good_is_not_waited_for_and_may_come_after_all(trio: Trio) -> None:
    with trio.naryn.store.act(officer="o") as change:
        other = change.create("incident", {"species": "first"})
    destroyed = trio.naryn.changes()[-1]
    # A log of its own, as after a restored backup: what follows needs the lost change only as its base.
    copy = trio.copy(trio.naryn, "Naryn's copy")
    with copy.store.act(officer="o") as change:
        change.set("incident", other, {"species": "second"})
    followers = [change for change in copy.changes() if change.id != destroyed.id]
    trio.osh.take(followers)
    assert trio.osh.store.journal.waiting_count() == 1

    trio.osh.reopen()
    with trio.osh.store.act(officer="o") as change:
        change.ops.append({"act": "lost", "change": destroyed.ref, "reason": "the laptop fell into the river"})
    trio.osh.agrees_with_the_rules()
    assert trio.osh.store.journal.waiting_count() == 0

    trio.osh.take([destroyed])
    trio.osh.agrees_with_the_rules()
    trio.exchange()

    assert trio.osh.store.reader.entry(other).values["species"] == "second"
    assert trio.conflicts(trio.osh) == []


def forked(trio: Trio) -> tuple[str, str]:
    """Naryn's log goes on in two places, with equally many changes; then both meet at Osh. Returns log and fork."""
    log = trio.naryn.store.journal.stored()
    last = list(log)[-1]
    trio.naryn.back_up(trio.place / "snapshot")
    trio.species(trio.naryn, "capra_sibirica")
    trio.osh.take(trio.naryn.changes())
    trio.naryn.set_back(trio.place / "snapshot")
    trio.species(trio.naryn, "panthera_uncia")
    return last.log.hex(), last.id.hex()


def test_a_log_continued_twice_keeps_both_branches_and_names_the_point(trio: Trio) -> None:
    point = forked(trio)
    told = trio.osh.store.journal.versions()
    trio.osh.take(trio.naryn.store.journal.lacking(told))
    trio.exchange()

    assert [laptop.forks() for laptop in trio.all] == [[point]] * 3
    assert "log-forked" in [code for code, _ in trio.naryn.store.reader.alarms()]
    assert trio.conflicts(trio.naryn) == ["species"]


def test_versions_by_tips_find_all_that_is_missing(trio: Trio) -> None:
    forked(trio)

    for giver, taker in ((trio.naryn, trio.osh), (trio.osh, trio.naryn), (trio.osh, trio.talas)):
        taker.take(giver.store.journal.lacking(taker.store.journal.versions()))

    trio.agree()
    told = [laptop.store.journal.versions() for laptop in trio.all]
    assert told[0] == told[1] == told[2]
    assert list(trio.naryn.store.journal.lacking(told[2])) == []


def test_a_forked_log_is_never_written_again(trio: Trio) -> None:
    log, _ = forked(trio)
    trio.exchange()
    tips = trio.naryn.store.journal.tips_of(bytes.fromhex(log))
    trio.naryn.reopen()
    trio.species(trio.naryn, "gypaetus_barbatus")

    assert trio.naryn.store.journal.tips_of(bytes.fromhex(log)) == tips
    opening = next(change for change in reversed(trio.naryn.changes()) if change.parsed.seq == 0)
    assert len(decode_act(opening.payload).ops[0]["predecessors"]) == len(tips) == 2
    trio.exchange()


def test_a_copied_folder_begins_a_log_of_its_own(trio: Trio) -> None:
    copy = trio.copy(trio.naryn, "Naryn's copy")
    trio.species(trio.osh, "gypaetus_barbatus")
    copy.take(trio.osh.changes())
    copy.reopen()
    trio.species(copy, "capra_sibirica")
    trio.species(trio.naryn, "panthera_uncia")
    trio.exchange()

    assert copy.forks() == []
    assert copy.store.short_code != trio.naryn.store.short_code


def test_a_backup_put_back_begins_a_log_of_its_own(trio: Trio) -> None:
    trio.naryn.back_up(trio.place / "backup")
    trio.species(trio.naryn, "capra_sibirica")
    trio.osh.take(trio.naryn.changes())
    trio.naryn.restore(trio.place / "backup")
    trio.species(trio.naryn, "panthera_uncia")
    trio.exchange()

    assert trio.osh.forks() == []
    assert trio.conflicts(trio.osh) == ["species"]
