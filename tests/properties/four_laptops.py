"""Random acts on four laptops of one station, and all that can happen to laptops: for tests that try many."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from db.transaction import new_id
from ranger_app.domain.change import Change, decode_act, refs_needed
from ranger_app.domain.checkpoint import Checkpoint
from ranger_app.domain.record_state import EDITED, STATE
from tests.properties.laptops import CLOCKS, MEMORY, STATION, Laptop, are_the_same, exchange_all, repeatable

KINDS = ("incident", "observation", "exhibit", "case", "thing of 2031")
FIELDS = ("species", "count", "note", "attributes/sex", "members/ana", "attributes/threats/road")
VALUES = ("ovis_ammon", "panthera_uncia", 2, 3, "", None, True)
SET_FIELDS = frozenset({"members/ana", "attributes/threats/road"})
MOST_LAPTOPS = 6

some = st.integers(0, 1000)
"""Which of those that there are: the remainder by their number decides."""


class FourLaptops(RuleBasedStateMachine):
    """Random acts on random laptops; after every step each touched laptop equals the naive function of its set."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.place = Path(tempfile.mkdtemp(prefix="ranger-laptops-", dir=MEMORY))
        self.stack.callback(shutil.rmtree, self.place)
        self.stack.enter_context(repeatable())
        self.laptops: list[Laptop] = []
        self.records: list[tuple[str, str]] = []
        self.forms: list[tuple[int, str, str, dict[str, tuple[str, ...]]]] = []
        self.sticks: list[list[Change]] = []
        self.backups: list[tuple[int, Path]] = []
        self.touched: set[int] = set()
        self.was_set_back = False

    def teardown(self) -> None:
        try:
            if self.laptops:
                self.end()
        finally:
            self.close()

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.store.close()
        self.stack.close()

    def end(self) -> None:
        """After everybody has everything, all are the same, and what anybody ever had and gave away is there."""
        self.touched.update(range(len(self.laptops)))
        self.all_agree()
        exchange_all(self.laptops, self.sticks)
        self.touched.update(range(len(self.laptops)))
        self.all_agree()
        given = {change.id.hex() for stick in self.sticks for change in stick}
        assert given <= self.laptops[0].held
        are_the_same(self.laptops)

    @initialize()
    def four(self) -> None:
        self.begin()

    def begin(self) -> None:
        names = ("Naryn", "Osh", "Talas", "Karakol")
        self.laptops = [Laptop(self.place, name, offset) for name, offset in zip(names, CLOCKS, strict=False)]
        for number, kind in enumerate(KINDS):
            self.create(0, kind, 0, FIELDS[number])
        for laptop in self.laptops[1:]:
            laptop.take(self.laptops[0].changes())

    @invariant()
    def all_agree(self) -> None:
        for number in sorted(self.touched):
            self.laptops[number].agrees_with_the_rules()
            if not self.was_set_back:
                assert not self.laptops[number].forks(), "a copied or restored folder wrote into a log of another"
        self.touched.clear()

    # Choosing

    def pick(self, which: int) -> Laptop:
        number = which % len(self.laptops)
        self.touched.add(number)
        return self.laptops[number]

    def pick_record(self, laptop: Laptop, which: int, *kinds: str) -> tuple[str, str] | None:
        here = [
            (kind, record) for kind, record in self.records
            if (not kinds or kind in kinds) and self.is_here(laptop, record)
        ]  # fmt: skip
        return here[which % len(here)] if here else None

    def is_here(self, laptop: Laptop, record: str) -> bool:
        from ranger_app.errors import RangerAppError

        try:
            laptop.store.reader.state(record)
        except RangerAppError:
            return False
        return True

    # Acts of rangers

    @rule(which=some, kind=st.sampled_from(KINDS), above=some, field=st.sampled_from(FIELDS))
    def create(self, which: int, kind: str, above: int, field: str) -> None:
        laptop = self.pick(which)
        parent = self.pick_record(laptop, above, "incident", "observation") if kind == "observation" else None
        with laptop.store.act(officer="o", audience="case" if kind == "case" else "station") as change:
            value = True if field in SET_FIELDS else "first"
            record = change.create(kind, {field: value, "species": "canis_lupus"}, parent=parent, position="n")
        self.records.append((kind, record))

    @rule(which=some, record=some, field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES))
    def edit(self, which: int, record: int, field: str, value: Any) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is not None:
            with self.writing(laptop, *chosen) as change:
                change.set(*chosen, {field: _fitting(field, value)})

    def writing(self, laptop: Laptop, kind: str, _: str) -> Any:
        return laptop.store.act(officer="o", audience="case" if kind == "case" else "station")

    @rule(which=some, record=some)
    def open_form(self, which: int, record: int) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is not None:
            state = laptop.store.reader.state(chosen[1])
            self.forms.append((which, *chosen, {name: state.heads_of(name) for name in FIELDS}))

    @rule(form=some, field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES), after_seal=st.booleans())
    def save_form_opened_earlier(self, form: int, field: str, value: Any, after_seal: bool) -> None:
        if not self.forms:
            return
        which, kind, record, bases = self.forms[form % len(self.forms)]
        laptop = self.pick(which)
        known = all(laptop.store.journal.n_of(ref) for ref in bases[field])
        if self.is_here(laptop, record) and known:
            seal = "5e" * 16 if after_seal else ""
            with self.writing(laptop, kind, record) as change:
                change.set(kind, record, {field: _fitting(field, value)}, bases=bases, after_seal=seal)

    @rule(which=some, record=some)
    def undo(self, which: int, record: int) -> None:
        """Set back what the last act here set, as the undo of a lonely head does."""
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is None:
            return
        last = laptop.store.reader.history(chosen[1])[-1]
        op: Mapping[str, Any] = last.ops[0] if last.ops else {"act": ""}
        if op["act"] == "set":
            name = min(op["set"])
            before = [ref for ref in op.get("bases", {}).get(name, ()) if laptop.store.journal.n_of(ref)]
            earlier = [
                o["set"][name] for line in laptop.store.reader.history(chosen[1]) if line.ref in before
                for o in line.ops if name in o.get("set", {})
            ]  # fmt: skip
            with laptop.store.transaction("o") as transaction:
                audience = "case" if chosen[0] == "case" else "station"
                with transaction.change(audience, undoes=last.ref) as change:
                    change.set(*chosen, {name: earlier[0] if earlier else None}, bases={name: [last.ref]})

    @rule(which=some, record=some, with_children=st.booleans())
    def take_back(self, which: int, record: int, with_children: bool) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is not None:
            with self.writing(laptop, *chosen) as change:
                change.take_back(*chosen, "entered twice")
                if with_children:
                    for entry in laptop.store.reader.entries("observation", parent=chosen[1]):
                        change.take_back("observation", entry.id, "entered twice")

    @rule(which=some, record=some)
    def bring_back(self, which: int, record: int) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is not None:
            with self.writing(laptop, *chosen) as change:
                change.bring_back(*chosen, "it was another one")

    @rule(which=some, conflict=some, choice=some)
    def decide(self, which: int, conflict: int, choice: int) -> None:
        laptop = self.pick(which)
        open_ones = sorted(laptop.store.reader.conflicts(), key=lambda c: (self.place_of(c[1]), c[2], len(c[3])))
        if not open_ones:
            return
        _, record, field, refs = open_ones[conflict % len(open_ones)]
        kind = laptop.store.reader.state(record).kind if self.is_here(laptop, record) else ""
        if not kind or kind == "custody":
            return
        with self.writing(laptop, kind, record) as change:
            if field in (STATE, EDITED):
                act = change.take_back if choice % 2 else change.bring_back
                act(kind, record, "decided")
            else:
                values = [write.value for write in laptop.store.reader.state(record).rivals[field]]
                change.set(kind, record, {field: values[choice % len(values)]}, bases={field: refs})
                assert not change.ops or set(change.ops[0].get("bases", {})[field]) == set(refs)

    def place_of(self, record: str) -> int:
        return next((n for n, (_, known) in enumerate(self.records) if known == record), -1)

    @rule(which=some, exhibit=some, knows_last=st.booleans())
    def hand_over(self, which: int, exhibit: int, knows_last: bool) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, exhibit, "exhibit")
        if chosen is None:
            return
        rows = laptop.store.reader.derived.execute(
            "SELECT ref, after FROM custody WHERE exhibit = ?", (bytes.fromhex(chosen[1]),)
        ).fetchall()
        named = "".join(after for _, after in rows)
        last = [ref.hex() for ref, _ in rows if ref.hex() not in named]
        with laptop.store.act(officer="o") as change:
            change.hand_over(chosen[1], {"to": "the safe"}, after=last if knows_last else last[:1])

    @rule(which=some, first=some, second=some, knows_seals=st.booleans())
    def seal(self, which: int, first: int, second: int, knows_seals: bool) -> None:
        laptop = self.pick(which)
        named = [self.pick_record(laptop, number, "incident", "observation") for number in (first, second)]
        chosen = {record for record in named if record is not None}
        if not chosen:
            return
        reader = laptop.store.reader
        covers = {ref for _, record in chosen for ref in reader.refs_of(record)}
        if knows_seals:
            rows = reader.derived.execute("SELECT record, ref FROM sealed").fetchall()
            covers |= {ref.hex() for record, ref in rows if record.hex() in {r for _, r in chosen}}
        checkpoint = Checkpoint(STATION, "station", datetime(2025, 11, 22, tzinfo=UTC), reader.leaves("station"))
        with laptop.store.act(officer="o") as change:
            change.seal(new_id(), sorted(chosen), covers=sorted(covers), revision=1, checkpoint=checkpoint.text)

    @rule(which=some, log=some, first=st.integers(0, 5), length=st.integers(0, 20), years=st.sampled_from((-10, 0, 10)))
    def correct_a_clock(self, which: int, log: int, first: int, length: int, years: int) -> None:
        laptop = self.pick(which)
        rows = laptop.store.reader.derived.execute(_LOGS).fetchall()
        logs = [raw.hex() for (raw,) in rows]
        if logs:
            with laptop.store.act(officer="o") as change:
                change.ops.append({
                    "act": "clock_note", "log": logs[log % len(logs)], "first": first, "last": first + length,
                    "offset_ms": years * 365 * 86_400_000, "found_by": "gps",
                })  # fmt: skip

    @rule(which=some, record=some, act=st.sampled_from(("weigh", "photograph")))
    def act_of_a_newer_version(self, which: int, record: int, act: str) -> None:
        laptop = self.pick(which)
        chosen = self.pick_record(laptop, record)
        if chosen is not None:
            with self.writing(laptop, *chosen) as change:
                change.ops.append({"act": act, "kind": chosen[0], "record": chosen[1], "grams": 12})

    @rule(which=some, kind=st.sampled_from(("incident", "observation")), record=some)
    def create_what_another_created(self, which: int, kind: str, record: int) -> None:
        """Two laptops that give one thing one id of its own: nothing forbids it."""
        if self.records:
            laptop = self.pick(which)
            _, known = self.records[record % len(self.records)]
            with laptop.store.act(officer="o") as change:
                change.create(kind, {"species": "equus_hemionus", "note": "again"}, record=known)

    @rule(which=some, record=some, number=some)
    def write_about_what_is_not_here(self, which: int, record: int, number: int) -> None:
        """An edit without bases of a record that only others know, and a seal that names it."""
        if self.records:
            laptop = self.pick(which)
            kind, known = self.records[record % len(self.records)]
            with laptop.store.act(officer="o") as change:
                if number % 2:
                    change.ops.append({"act": "set", "kind": kind, "record": known, "set": {"note": "by radio"}})
                else:
                    change.seal(new_id(), [(kind, known)], covers=[], revision=1, checkpoint="")

    # Exchange

    @rule(source=some, to=some, manner=st.sampled_from(("all", "prefix", "half", "versions")), seed=some)
    def give(self, source: int, to: int, manner: str, seed: int) -> None:
        giver, taker = self.pick(source), self.pick(to)
        if giver is not taker:
            changes = (
                list(giver.store.journal.lacking(taker.store.journal.versions()))
                if manner == "versions"
                else giver.changes()
            )
            taker.take(_part(changes, manner, random.Random(seed)))
            if manner == "versions":
                assert giver.held <= taker.ids()

    @rule(source=some, manner=st.sampled_from(("all", "prefix", "half")), seed=some)
    def put_on_a_stick(self, source: int, manner: str, seed: int) -> None:
        self.sticks.append(_part(self.pick(source).changes(), manner, random.Random(seed)))

    @rule(to=some, stick=some, seed=some)
    def take_from_a_stick(self, to: int, stick: int, seed: int) -> None:
        if self.sticks:
            self.pick(to).take(_part(self.sticks[stick % len(self.sticks)], "shuffled", random.Random(seed)))

    @rule(which=some)
    def declare_lost(self, which: int) -> None:
        """A station head gives up what something waits for; it may come after all."""
        laptop = self.pick(which)
        journal = laptop.store.journal
        needed = {ref for c in journal.waiting_changes() for ref in refs_needed(decode_act(c.payload).ops)}
        gone = sorted(ref for ref in needed if journal.n_of(ref) is None)
        if gone:
            with laptop.store.act(officer="o") as change:
                change.ops.append({"act": "lost", "change": gone[0], "reason": "the laptop fell into the river"})

    # What happens to laptops

    @rule(which=some, how=st.sampled_from(("reopen", "lose derived", "power cut")), record=some)
    def start_again(self, which: int, how: str, record: int) -> None:
        laptop = self.pick(which)
        match how:
            case "reopen":
                laptop.reopen()
            case "lose derived":
                laptop.lose_derived()
            case _:
                new = new_id()
                with laptop.power_cut(), laptop.store.act(officer="o") as change:
                    change.create("incident", {"note": "saved as the light went out"}, record=new)
                self.records.append(("incident", new))
                assert self.is_here(laptop, new)

    @rule(which=some)
    def back_up(self, which: int) -> None:
        number = which % len(self.laptops)
        to = self.place / f"backup {len(self.backups)}"
        self.pick(number).back_up(to)
        self.backups.append((number, to))

    @rule(backup=some, whole_machine=st.booleans())
    def restore(self, backup: int, whole_machine: bool) -> None:
        if not self.backups:
            return
        number, path = self.backups[backup % len(self.backups)]
        laptop = self.pick(number)
        self.sticks.append(laptop.changes())  # given away before, or nobody could have it again
        if whole_machine:
            self.was_set_back = True
            laptop.set_back(path)
        else:
            laptop.restore(path)

    @rule(which=some, same_user=st.booleans())
    def copy_the_folder(self, which: int, same_user: bool) -> None:
        number = len(self.laptops)
        if number == MOST_LAPTOPS:
            return
        copy = Laptop.copy_of(
            self.pick(which), f"copy {number}", offset_ms=CLOCKS[number % len(CLOCKS)], same_user=same_user
        )
        self.laptops.append(copy)
        self.touched.add(number)


_LOGS = "SELECT log FROM opened GROUP BY log ORDER BY min(ref)"


def _fitting(field: str, value: Any) -> Any:
    return (True if value else None) if field in SET_FIELDS else value


def _part(changes: Sequence[Change], manner: str, chance: random.Random) -> list[Change]:
    """Some of *changes*, some of them twice; a prefix in order, anything else in any order."""
    part = list(changes)
    if manner in ("all", "versions"):
        return part
    if manner == "prefix":
        return part[: chance.randint(0, len(part))]
    if manner == "half":
        part = chance.sample(part, len(part) // 2)
    part += chance.sample(part, len(part) // 4)
    chance.shuffle(part)
    return part
