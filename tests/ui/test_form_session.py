"""From typing to a change: nothing that was typed is lost, and nothing is written that nobody left standing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from db.drafts import Draft
from db.incidents import incident, incident_ids
from db.officers import officers
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from db.store import Store
from ranger_app.jobs import JobContext
from ranger_app.services.record_incident import EditIncident
from tests.ui.window_room import Room, form_of
from ui import acts
from ui.forms import session as session_module
from ui.forms.editors import NumberEditor
from ui.forms.lines import LinesEditor
from ui.forms.record_form import RecordForm
from ui.pages.list_page import ListPage


def new_form(room: Room, kind: str = "incidents") -> RecordForm:
    room.window.go(kind)
    room.window.run("new")
    return form_of(room)


def edit_first(room: Room, kind: str = "incidents") -> RecordForm:
    room.window.go(kind)
    page = room.window.page
    assert isinstance(page, ListPage)
    page.list.setCurrentIndex(page.list.records.index(0, 1))
    room.window.run("edit")
    return form_of(room)


def type_into(form: RecordForm, answers: Mapping[str, object]) -> None:
    """Answer fields as a person would: the form hears of each."""
    for key, value in answers.items():
        editor = form.view.editor(key)
        assert editor is not None
        editor.set_value(value)
        editor.edited.emit()


def drafts(room: Room) -> tuple[Draft, ...]:
    found: list[tuple[Draft, ...]] = []
    room.desk.do(acts.drafts_of(room.desk.officer_id), on_done=found.append)
    room.until(lambda: bool(found))
    return found[0]


def test_a_pause_in_typing_keeps_a_draft_and_no_change(room: Room) -> None:
    before = room.desk.reader.journal.last_n()
    form = new_form(room)

    type_into(form, {"place": "Kichi-Naryn"})
    form.session.keep_draft()
    room.settle()

    assert [draft.values["place"] for draft in drafts(room)] == ["Kichi-Naryn"]
    assert room.desk.reader.journal.last_n() == before


def test_the_pause_comes_by_itself(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    form = new_form(room)
    form.session._pause.setInterval(20)

    type_into(form, {"place": "Kichi-Naryn"})

    room.until(lambda: len(drafts(room)) == 1)
    assert session_module.PAUSE_MS == 1_000


def test_who_types_on_and_on_is_kept_meanwhile(room: Room) -> None:
    form = new_form(room)
    form.session._pause.setInterval(150)
    written = "Kichi-Naryn, left bank"

    for count in range(1, len(written) + 1):
        type_into(form, {"place": written[:count]})
        room.qtbot.wait(30)
        if found := drafts(room):
            break

    kept = found[0].values["place"]
    assert kept == written[: len(kept)]
    assert len(kept) < len(written)


def test_the_form_says_that_typing_is_kept_when_it_is(room: Room) -> None:
    form = new_form(room)
    form.session._pause.setInterval(100)

    type_into(form, {"place": "Kichi-Naryn"})
    assert form.state.text() == "typing is being kept"
    room.until(lambda: form.session.is_kept)

    assert form.state.text() == "typing is kept as a draft"
    assert [draft.values["place"] for draft in drafts(room)] == ["Kichi-Naryn"]


def test_leaving_the_form_writes_one_change_and_forgets_the_draft(room: Room) -> None:
    form = new_form(room)
    type_into(form, {"place": "Kichi-Naryn", "fields.species": "argali"})
    form.session.keep_draft()

    room.window.run("back")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    room.settle()

    found = incident(room.desk.reader, incident_ids(room.desk.reader)[0])
    assert (found.place, found.fields["species"]) == ("Kichi-Naryn", "argali")
    assert found.reported_by == "Toktosunov, Aibek"
    assert drafts(room) == ()
    assert len(room.desk.reader.history(found.id)) == 1


def test_nobody_typing_for_a_while_writes_too(room: Room) -> None:
    form = new_form(room)
    form.session._idle.setInterval(20)

    type_into(form, {"place": "Kichi-Naryn"})

    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    assert session_module.IDLE_MS == 60_000


def test_an_edit_writes_only_what_is_another_now(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    form = edit_first(full_room)

    type_into(form, {"summary": "Four wire snares."})
    full_room.window.run("save")
    full_room.until(lambda: incident(full_room.desk.reader, record).summary == "Four wire snares.")

    last = full_room.desk.reader.history(record)[-1]
    assert [dict(op["set"]) for op in last.ops] == [{"summary": "Four wire snares."}]
    full_room.until(lambda: form.state.text().startswith("saved"))


def test_saving_twice_keeps_one_observation_one(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    form = edit_first(full_room)
    told = form.view.editor("observations")
    assert told is not None
    more = [*list_of(told.value()), {"category": "humanactivity.people.", "attributes": {}}]

    type_into(form, {"observations": more})
    full_room.window.run("save")
    full_room.until(lambda: len(incident(full_room.desk.reader, record).observations) == 2)
    full_room.settle()
    ids = [one.id for one in incident(full_room.desk.reader, record).observations]
    changed = list_of(told.value())
    changed[1]["attributes"] = {"numberofpeople": 2}
    type_into(form, {"observations": changed})
    full_room.window.run("save")
    full_room.until(lambda: incident(full_room.desk.reader, record).observations[1].attributes == {"numberofpeople": 2})

    assert [one.id for one in incident(full_room.desk.reader, record).observations] == ids


def list_of(value: object) -> list[Any]:
    assert isinstance(value, list)
    return value


def test_what_cannot_be_read_stays_a_draft_and_is_said(room: Room) -> None:
    form = new_form(room)
    type_into(form, {"place": "Kichi-Naryn"})
    moment = form.view.editor("occurred_at")
    assert moment is not None
    moment.set_typed("in the morning")
    moment.edited.emit()

    room.window.run("save")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    room.settle()

    assert "please put right" in room.told()
    kept = drafts(room)
    assert [draft.values["typed"] for draft in kept] == [{"occurred_at": "in the morning"}]


def test_a_draft_left_by_a_power_cut_is_offered_and_taken_up(room: Room) -> None:
    form = new_form(room)
    type_into(form, {"place": "Kichi-Naryn", "summary": "Snares."})
    moment = form.view.editor("occurred_at")
    assert moment is not None
    moment.set_typed("at dawn")
    form.session.keep_draft()
    room.settle()
    form.session.leave = lambda: None  # type: ignore[method-assign] # the plug is pulled: nothing is put away
    form.session.commit = lambda: None  # type: ignore[method-assign]

    room.reopen()
    room.until(lambda: "You left a form unfinished" in room.told())
    banner = room.window.banners.banners[0]
    press(banner, "Continue")

    again = form_of(room)
    values = again.view.values()
    assert (values["place"], values["summary"]) == ("Kichi-Naryn", "Snares.")
    found = again.view.editor("occurred_at")
    assert found is not None
    assert found.typed() == "at dawn"
    assert again.writing.is_new


def test_a_draft_that_nobody_wants_is_given_up(room: Room) -> None:
    officer = room.desk.officer_id
    draft = Draft(officer, "poaching", "a" * 32, {"place": "Kichi-Naryn"}, {}, 1_770_000_000_000)
    room.desk.do(acts.keep_draft(draft))
    room.settle()
    room.window.offer_draft()
    room.until(lambda: "unfinished" in room.told())

    press(room.window.banners.banners[0], "Discard")
    room.settle()

    assert drafts(room) == ()


def test_what_could_not_be_read_is_there_again_when_the_record_is_opened_again(full_room: Room) -> None:
    form = edit_first(full_room)
    moment = form.view.editor("occurred_at")
    assert moment is not None
    moment.set_typed("in the morning")
    moment.edited.emit()
    page = full_room.window.page
    assert isinstance(page, ListPage)
    page.close_form()
    full_room.until(lambda: "You left a form unfinished" in full_room.told())

    again = edit_first(full_room)

    found = again.view.editor("occurred_at")
    assert found is not None
    assert found.typed() == "in the morning"
    type_into(again, {"place": "Kichi-Naryn"})
    full_room.window.run("save")
    full_room.settle()
    assert [draft.values["typed"] for draft in drafts(full_room)] == [{"occurred_at": "in the morning"}]


def test_what_cannot_be_read_in_a_line_is_said_and_kept_as_a_draft(room: Room) -> None:
    form = new_form(room, "conflict")
    type_into(form, {"place": "Kichi-Naryn"})
    animals = form.view.editor("animals")
    assert isinstance(animals, LinesEditor)
    animals.add()
    number = next(row.editor for row in animals._rows.values() if isinstance(row.editor, NumberEditor))
    number.set_typed("about 12")
    number.edited.emit()
    room.window.run("save")
    room.until(lambda: "please put right" in room.told())
    page = room.window.page
    assert isinstance(page, ListPage)
    page.close_form()
    room.settle()

    again = edit_first(room, "conflict")
    animals = again.view.editor("animals")
    assert isinstance(animals, LinesEditor)
    animals.list.setCurrentRow(0)

    found = animals._rows[number.field.id].editor
    assert found.typed() == "about 12"
    found.set_typed("12")
    found.edited.emit()
    room.window.run("save")
    room.settle()
    assert drafts(room) == ()
    assert list_of(animals.value())[0][number.field.id] == 12


def fill_disk(room: Room) -> None:
    """From now on SQLite finds no room in the station's files, as on a full disk."""

    def bound(store: Store, _context: JobContext) -> None:
        for connection in (store.journal_db, store.reader.derived):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

    room.desk.do(bound)
    room.settle()


def free_disk(room: Room) -> None:
    def unbound(store: Store, _context: JobContext) -> None:
        for connection in (store.journal_db, store.reader.derived):
            connection.execute("PRAGMA max_page_count = 1073741823")

    room.desk.do(unbound)
    room.settle()


def test_what_a_full_disk_refuses_is_kept_in_memory_and_stored_when_there_is_room(room: Room) -> None:
    form = new_form(room)
    fill_disk(room)
    type_into(form, {"place": "Kichi-Naryn", "summary": "Snares. " * 2000})
    page = room.window.page
    assert isinstance(page, ListPage)

    page.close_form()
    room.until(lambda: "is not stored" in room.told())
    room.settle()

    assert "The disk is full" in room.told()
    assert incident_ids(room.desk.reader) == ()
    free_disk(room)
    press(next(one for one in room.window.banners.banners if "is not stored" in one.text), "Try again")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    found = incident(room.desk.reader, incident_ids(room.desk.reader)[0])
    assert found.place == "Kichi-Naryn"
    room.until(lambda: not room.desk.sessions)


def test_the_window_does_not_close_over_what_is_stored_nowhere(room: Room) -> None:
    (room.desk.home / "drafts").write_text("", encoding="utf-8")  # drafts cannot lie outside the station either
    form = new_form(room)
    fill_disk(room)
    type_into(form, {"place": "Kichi-Naryn", "summary": "Snares. " * 2000})

    room.window.close()

    assert room.window.isVisible()
    assert "would be lost" in room.told()
    free_disk(room)
    room.window.run("save")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)


def press(banner: Any, label: str) -> None:
    from PySide6.QtWidgets import QPushButton

    next(button for button in banner.findChildren(QPushButton) if button.text() == label).click()
    QApplication.processEvents()


def test_somebody_else_sitting_down_puts_the_form_away_under_the_first_name(room: Room) -> None:
    first, second = room.desk.officer, officers(room.desk.reader)[0]
    assert first is not None
    assert first.id != second.id
    form = new_form(room)
    type_into(form, {"place": "Kichi-Naryn"})

    room.window.strip.officer.setCurrentIndex(0)
    room.window.strip.officer.activated.emit(0)
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)

    line = room.desk.reader.history(incident_ids(room.desk.reader)[0])[0]
    assert line.officer == first.id
    assert room.desk.officer_id == second.id
    assert form.session.officer == second.id


def test_a_change_from_elsewhere_under_the_open_form_becomes_a_difference_and_no_loss(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    officer = full_room.desk.officer_id
    form = edit_first(full_room)
    type_into(form, {"place": "Left bank"})

    full_room.desk.do(lambda store, _context: EditIncident(store)(record, {"place": "Right bank"}, officer=officer))
    full_room.settle()
    full_room.window.run("save")
    full_room.settle()
    full_room.settle()

    assert [name for _, where, name, _ in full_room.desk.reader.conflicts() if where == record] == ["place"]


def test_an_open_form_shows_what_undo_brought_back(full_room: Room) -> None:
    form = edit_first(full_room)
    type_into(form, {"summary": "Four wire snares."})
    full_room.window.run("save")
    full_room.settle()

    full_room.window.run("undo")

    full_room.until(lambda: form.view.values()["summary"] == "Three wire snares on an argali trail.")


def test_the_value_of_the_last_record_is_one_key_away(full_room: Room) -> None:
    form = new_form(full_room)
    form.view.focus_key("place")

    full_room.window.run("same_as_last")

    assert form.view.values()["place"] == "Kichi-Naryn, left bank above the bridge"


def test_what_is_missing_for_a_case_is_listed_and_leads_to_its_field(room: Room) -> None:
    form = new_form(room)
    listed = [form.missing.item(n).text() for n in range(form.missing.count())]
    assert "Species" in listed

    form._open_missing(form.missing.item(listed.index("Species")))

    assert form.view.focused_key() == "fields.species"
    type_into(form, {"fields.species": "argali"})
    assert "Species" not in [form.missing.item(n).text() for n in range(form.missing.count())]


def test_sections_say_what_is_filled(room: Room) -> None:
    from PySide6.QtCore import Qt

    form = new_form(room)
    said = [str(form.sections.item(n).data(Qt.ItemDataRole.AccessibleTextRole)) for n in range(form.sections.count())]

    assert "When, empty" in said
    assert "What happened, filled" in said


def test_a_patrol_is_described_in_its_form(full_room: Room) -> None:
    record = patrol_ids(full_room.desk.reader)[0]
    form = edit_first(full_room, "patrols")

    type_into(form, {"objective": "Left bank", "team": "mobileteam1", "legs/0/members": ["Bekova, Nurgul"],
                     "legs/0/leader": "Bekova, Nurgul", "legs/0/days/0": 30})  # fmt: skip
    full_room.window.run("save")
    full_room.until(lambda: patrol(full_room.desk.reader, record).objective == "Left bank")

    found = patrol(full_room.desk.reader, record)
    leg = found.legs[0]
    assert found.team == "mobileteam1"
    assert [one.name for one in leg.members] == ["Bekova, Nurgul"]
    assert leg.leader == leg.members[0].id
    assert leg.days[0].rest_minutes == 30
    full_room.settle()
    assert not form.session.is_dirty


def test_a_station_whose_folder_is_gone_stores_nothing_and_says_so(room: Room) -> None:
    form = new_form(room)
    type_into(form, {"place": "Kichi-Naryn"})
    room.settle()
    away = room.folder.with_name("pulled out")
    room.folder.rename(away)

    room.window.run("save")
    room.until(lambda: "is not there any more" in room.told())

    away.rename(room.folder)
    room.window.run("save")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
