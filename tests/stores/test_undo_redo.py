"""Undo and redo, in any order, walk one officer's acts back and forth."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from db.store import Store
from ranger_app.services.record_incident import EditIncident, RecordIncident
from ranger_app.services.stations import create_station, open_station
from ranger_app.services.take_back import TakeBack
from ranger_app.services.undo_acts import RedoActs, UndoActs

ACTS = st.lists(st.sampled_from(["place", "summary", "withdraw", "undo", "undo", "redo"]), max_size=25)

Seen = tuple[bool, object, object]


def seen(store: Store, record: str) -> Seen:
    """Whether it is withdrawn, and what its two fields show."""
    entry = store.reader.entry(record)
    return entry.is_hidden, entry.values.get("place"), entry.values.get("summary")


def edit(store: Store, officer: str, record: str, act: str, number: int) -> None:
    if act == "withdraw":
        TakeBack(store)("incident", record, "Written down twice", officer=officer)
    else:
        EditIncident(store)(record, {act: f"As of {number}"}, officer=officer)


@given(ACTS)
@settings(max_examples=30)
def test_every_undo_shows_what_was_before_and_every_redo_what_was_after(acts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        created = create_station(
            Path(folder) / "station", name="Naryn", area_id="KG-NAR", officer_name="Asanov, Bek", role="ranger",
            timezone="UTC", is_encrypted=False, home=Path(folder) / "home",
        )  # fmt: skip
        officer = created.officer_id
        with open_station(Path(folder) / "station", home=Path(folder) / "home") as store:
            record = RecordIncident(store)("other", {"place": "Ridge"}, officer=officer).incident_id
            past: list[Seen] = [(True, "Ridge", None), seen(store, record)]
            future: list[Seen] = []

            for number, act in enumerate(acts):
                if act == "undo":
                    undone = UndoActs(store)(officer=officer)
                    assert len(undone) == (len(past) > 1)
                    future += [past.pop()] if undone else []
                elif act == "redo":
                    redone = RedoActs(store)(officer=officer)
                    assert len(redone) == bool(future)
                    past += [future.pop()] if redone else []
                elif not past[-1][0]:
                    edit(store, officer, record, act, number)
                    past.append(seen(store, record))
                    future = []
                assert seen(store, record) == past[-1]

            assert store.reader.conflicts() == ()
