"""Changes from elsewhere that are wrong, odd or hostile: refused by reason, or kept without harm."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from db.audit import audit
from db.content import derived_content
from db.keys_file import new_device
from db.log_opening import opening_op, public_bytes
from db.transaction import ChangeRefusedError, new_id
from ranger_app.domain import canonical
from ranger_app.domain.change import NO_CHANGE, Act, Change, encode_act, log_id
from ranger_app.jobs import JobContext
from tests.properties.laptops import MEMORY, STATION, Laptop

RECORDS = [f"{digit:x}" * 32 for digit in range(10, 14)]


class Foreign:
    """Somebody who writes changes without our program, and keeps to its rules only as far as wanted."""

    def __init__(self, seed: int = 1, audience: str = "station") -> None:
        self.keys = new_device("foreign", pdf_key_pem=b"", pdf_certificate_pem=b"")
        self.seed = bytes([seed]) * 32
        self.log = log_id(public_bytes(self.seed))
        self.changes: list[Change] = []
        self.open(audience)

    def open(self, audience: str) -> Change:
        op = opening_op(self.keys, log_seed=self.seed, audience=audience, station=STATION, predecessors=[])
        return self.add(encode_act(Act(1, "o", "1", (op,))), seq=0, previous=NO_CHANGE)

    def add(self, payload: bytes, *, seq: int | None = None, previous: bytes | None = None) -> Change:
        change = Change.make(
            log=self.log,
            seq=len(self.changes) if seq is None else seq,
            previous=self.changes[-1].id if previous is None else previous,
            salt=random.Random(len(self.changes)).randbytes(16),
            payload=payload,
        )
        self.changes.append(change)
        return change

    def act(self, *ops: dict[str, Any]) -> Change:
        return self.add(canonical.encode({"at": 5, "by": "o", "ops": list(ops)}))


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path, "Naryn")
    yield laptop
    laptop.close()


def refusals(laptop: Laptop, changes: Sequence[Change]) -> list[str]:
    return [reason for _, reason in laptop.store.merge(changes).refused]


def test_altered_content_is_refused(laptop: Laptop) -> None:
    foreign = Foreign()
    whole = foreign.act({"act": "create", "kind": "incident", "record": RECORDS[0]})
    altered = Change(whole.header, whole.salt, whole.payload.replace(b"incident", b"accident"))
    moved = Change(whole.header, whole.salt + whole.payload[:1], whole.payload[1:])
    shortened = Change(whole.header[:50], whole.salt, whole.payload)

    told = refusals(laptop, [foreign.changes[0], altered, moved, shortened])

    assert told == ["digest", "digest", "50 bytes are no header"]
    assert laptop.store.merge([whole]).new[0].id == whole.id


@pytest.mark.parametrize(
    "place",
    [lambda f: {"seq": 5}, lambda f: {"seq": 0}, lambda f: {"seq": 1, "previous": NO_CHANGE}],
    ids=["number too high", "number too low", "no opening"],
)
def test_a_change_in_a_place_that_is_not_its_own_is_refused(
    laptop: Laptop, place: Callable[[Foreign], dict[str, Any]]
) -> None:
    foreign = Foreign()
    payload = encode_act(Act(5, "o", "1", ({"act": "create", "kind": "incident", "record": RECORDS[0]},)))
    foreign.add(payload, **place(foreign))

    assert len(refusals(laptop, foreign.changes)) == 1
    assert laptop.store.journal.last_n() == 1


def test_a_change_after_one_of_another_log_is_refused(laptop: Laptop) -> None:
    one, other = Foreign(1), Foreign(2)
    change = one.add(b"{}", seq=1, previous=other.changes[0].id)

    assert refusals(laptop, [*other.changes, one.changes[0], change]) == ["chain"]


def test_an_opening_with_another_key_or_a_false_signature_is_refused(laptop: Laptop) -> None:
    for altered in (
        {"key": "00" * 32},
        {"signature": "00" * 64},
        {"device": "00" * 16},
        {"device_key": "zz"},
        {"act": "x"},
    ):
        foreign = Foreign()
        op = opening_op(foreign.keys, log_seed=foreign.seed, audience="station", station=STATION, predecessors=[])
        false = foreign.add(encode_act(Act(1, "o", "1", ({**op, **altered},))), seq=0, previous=NO_CHANGE)
        assert refusals(laptop, [false]) == ["opening"]
    assert laptop.store.journal.last_n() == 0


def test_what_waits_and_proves_false_is_refused_when_its_turn_comes(laptop: Laptop) -> None:
    foreign = Foreign()
    false = foreign.add(b"{}", seq=9, previous=foreign.changes[0].id)

    assert laptop.store.merge([false]).waiting == 1
    assert refusals(laptop, [foreign.changes[0]]) == ["chain"]
    assert laptop.store.journal.waiting_count() == 0


@pytest.mark.parametrize(
    "payload", [b"", b"not json", b"[1]", b'{"at":1}', b'{"at":1e5,"by":"o","ops":[]}', b"\xff\xfe"]
)
def test_content_that_cannot_be_read_is_kept_in_its_chain_with_an_alarm(laptop: Laptop, payload: bytes) -> None:
    foreign = Foreign()
    unreadable = foreign.add(payload)
    foreign.act({"act": "create", "kind": "incident", "record": RECORDS[0], "set": {"species": "x"}})
    laptop.store.merge(foreign.changes)

    assert laptop.store.reader.entry(RECORDS[0]).values == {"species": "x"}
    assert laptop.store.reader.alarms() == (("change-unreadable", {"change": unreadable.ref}),)
    assert audit(laptop.store, JobContext()).bad == ()


def test_one_log_opened_twice_for_two_audiences_is_told_alike_in_any_order(tmp_path: Path) -> None:
    foreign = Foreign(audience="station")
    foreign.act({"act": "create", "kind": "incident", "record": RECORDS[0]})
    foreign.open("case")
    foreign.add(
        canonical.encode({"at": 5, "by": "o", "ops": [{"act": "create", "kind": "case", "record": RECORDS[1]}]}), seq=1
    )
    told = set()
    for number, order in enumerate(([0, 1, 2, 3], [2, 3, 0, 1], [3, 2, 1, 0])):
        laptop = Laptop(tmp_path, f"laptop {number}")
        laptop.take([foreign.changes[place] for place in order])
        laptop.agrees_with_the_rules()
        told.add(str(list(derived_content(laptop.store.reader.derived, laptop.store.journal))))
        assert [laptop.store.reader.entry(record).audience for record in RECORDS[:2]] == ["station", "case"]
        assert len(laptop.forks()) == 1
        laptop.close()

    assert len(told) == 1


odd = st.sampled_from([
    None, True, -1, 2**53 - 1, "", "x", "%", "'; DROP TABLE record", "\0", RECORDS[0], RECORDS[1], RECORDS[2],
    "AB" * 16, [], [RECORDS[3]], {}, {"record": RECORDS[1]}, {"record": "x"}, {"a": {"b": [1]}}, {"species": ["x"]},
    {"species": None, "~state": "x", "count": True},
    [{"kind": "incident", "record": RECORDS[0]}, 7, {"record": []}],
])  # fmt: skip
acts = st.sampled_from(
    [
        "create",
        "set",
        "retract",
        "reinstate",
        "hand_over",
        "seal",
        "clock_note",
        "witness",
        "lost",
        "open",
        "erase",
        "weigh",
    ]
)
members = st.sampled_from([
    "kind", "record", "set", "bases", "covers", "after", "parent", "position", "records", "seal", "exhibit", "entry",
    "log", "first", "last", "offset_ms", "found_by", "audience", "checkpoint", "by_key", "revision", "after_seal",
    "blobs", "change",
])  # fmt: skip
usual = {"kind": "incident", "record": RECORDS[0], "exhibit": RECORDS[1], "entry": RECORDS[2], "seal": RECORDS[3]}
odd_ops = st.builds(
    lambda act, said, is_usual: {**(usual if is_usual else {}), **said, "act": act},
    acts, st.dictionaries(members, odd, max_size=7), st.booleans(),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.lists(odd_ops, min_size=1, max_size=4), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_acts_of_any_shape_do_no_harm_and_mean_the_same_in_any_order(
    said: list[list[dict[str, Any]]], chance: random.Random
) -> None:
    foreign = Foreign()
    for ops in said:
        foreign.act(*ops)
    contents = []
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        for name in ("one", "other"):
            laptop = Laptop(Path(place), name)
            laptop.take(foreign.changes)
            contents.append(list(derived_content(laptop.store.reader.derived, laptop.store.journal)))
            beside = laptop.store.derive_beside(Path(place) / f"{name}.db", JobContext())
            contents.append(list(derived_content(beside, laptop.store.journal)))
            beside.close()
            laptop.close()
            chance.shuffle(foreign.changes)

    assert all(content == contents[0] for content in contents)


# What we write ourselves


def test_more_ops_than_a_change_may_have_are_refused_and_nothing_is_stored(laptop: Laptop) -> None:
    with pytest.raises(ChangeRefusedError), laptop.store.act(officer="o") as change:
        change.ops += [{"act": "create", "kind": "waypoint", "record": new_id(), "set": {}}] * 5001

    assert laptop.store.journal.last_n() == 0
    assert laptop.store.short_code == ""


def test_more_bytes_than_a_change_may_have_are_refused_and_nothing_is_stored(laptop: Laptop) -> None:
    with pytest.raises(ChangeRefusedError), laptop.store.act(officer="o") as change:
        change.create("incident", {"summary": "x" * (4 * 1024 * 1024)})

    assert laptop.store.journal.last_n() == 0


def test_an_act_that_breaks_off_stores_nothing_of_all_its_changes(laptop: Laptop) -> None:
    def break_off() -> None:
        with laptop.store.transaction("o") as transaction:
            with transaction.change() as change:
                change.create("incident", {"summary": "first"})
            transaction.put_blob(b"a photo")
            with transaction.change("case") as change:
                change.create("case", {"title": "second"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()

    assert laptop.store.journal.last_n() == 0
    assert list(laptop.store.blobs.digests()) == []
    with laptop.store.act(officer="o") as change:
        change.create("incident", {"summary": "after all"})
    assert laptop.store.journal.last_n() == 2
    laptop.agrees_with_the_rules()


def test_use_cases_do_not_run_inside_each_other(laptop: Laptop) -> None:
    with laptop.store.act(officer="o"), pytest.raises(RuntimeError, match="one use case"):
        laptop.store.act(officer="o").__enter__()
    with pytest.raises(RuntimeError, match="inside a transaction"):
        laptop.store.write_change("o", "station", [{"act": "create"}], "")


def test_saying_nothing_writes_nothing(laptop: Laptop) -> None:
    with laptop.store.act(officer="o"):
        pass
    with laptop.store.act(officer="o") as change:
        record = change.create("incident", {"species": "x"})
    with laptop.store.act(officer="o") as change:
        assert not change.set("incident", record, {"species": "x"})

    assert laptop.store.journal.last_n() == 2
