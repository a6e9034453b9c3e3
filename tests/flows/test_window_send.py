"""Patrols go to an office's SMART Connect by keyboard: the place is added, a patrol queued, sent, and accepted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from db.outbox import items
from db.patrol_pages import patrol_ids
from ranger_app.domain.outbox import Item
from tests.flows.hands import CTRL, SHIFT, WALK, Hands
from tests.smart_connect import RANGER, StandIn, reads_files, self_signed
from ui.pages.findings import FindingsPage
from ui.pages.to_send import ToSendPage

PLACES = "Places"


@pytest.fixture
def office() -> Iterator[StandIn]:
    """An office whose people load nothing by themselves."""
    with StandIn() as server:
        yield server
        server.check()


@pytest.fixture(autouse=True)
def sent_by_hand(hands: Hands) -> None:
    """Nothing leaves before a key is pressed."""
    hands.window.desk.sending.choose("hand")


def write_place(hands: Hands, address: str, *, password: str = RANGER.password) -> None:
    """Fill the first panel of the assistant, and try it."""
    hands.until(lambda: hands.window.sheet is not None)
    for name, text in (
        ("Name", "Office"), ("Address", address), ("User", RANGER.name), ("Password", password),
    ):  # fmt: skip
        hands.go_to(name)
        paste(hands, text)
    hands.press(Qt.Key.Key_Return)


def paste(hands: Hands, text: str) -> None:
    """Put *text* into the field as from the office's letter: Qt's hands type no Cyrillic."""
    QApplication.clipboard().setText(text)
    hands.press(Qt.Key.Key_A, CTRL)
    hands.press(Qt.Key.Key_V, CTRL)


def title_of_sheet(hands: Hands) -> str:
    sheet = hands.window.sheet
    return sheet.accessibleName() if sheet is not None else ""


def add_place(hands: Hands, address: str) -> None:
    """Add the office by keyboard, and read it."""
    hands.press_button(Qt.Key.Key_7, PLACES)
    hands.press(Qt.Key.Key_N, CTRL)
    write_place(hands, address)
    hands.until(lambda: title_of_sheet(hands) == "Office answers")
    hands.go_to("Keep it and read")
    hands.press(Qt.Key.Key_Return)
    hands.until_told("Office is kept.")
    hands.press(Qt.Key.Key_Escape)


def queue_patrol(hands: Hands) -> None:
    """Put the chosen patrol into the outbox."""
    hands.press(Qt.Key.Key_1, CTRL)
    hands.press(Qt.Key.Key_T, CTRL)
    hands.until(lambda: title_of_sheet(hands) == "Send to the office")
    hands.go_to("Put into the outbox")
    hands.press(Qt.Key.Key_Return)


def send(hands: Hands) -> None:
    """Send what waits and ask what became of the rest."""
    hands.press(Qt.Key.Key_S, CTRL | SHIFT)
    hands.until(lambda: not hands.window.desk.sending.is_sending)


def outbox(hands: Hands) -> tuple[Item, ...]:
    return items(hands.reader)


def to_send(hands: Hands) -> ToSendPage:
    hands.press(Qt.Key.Key_T, CTRL | SHIFT)
    page = hands.window.page
    assert isinstance(page, ToSendPage)
    return page


def first_row(page: ToSendPage) -> str:
    return " | ".join(page.table.texts.texts(0)) if page.table.texts.rowCount() else ""


def test_a_patrol_goes_to_the_office_and_is_accepted(hands: Hands, office: StandIn) -> None:
    hands.import_walk()
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    hands.until(lambda: hands.window.strip.to_send.text() == "To send 1")

    hands.press(Qt.Key.Key_S, CTRL | SHIFT)
    hands.until_told("1 sent")
    page = to_send(hands)
    hands.until(lambda: "sent" in first_row(page))
    office.queue.person = reads_files("8.1.3")
    for _ in range(3):  # the person takes it, loads it, and the laptop hears of it
        send(hands)

    hands.until(lambda: "accepted" in first_row(page))
    hands.until(lambda: hands.window.strip.to_send.text() == "To send 0")
    assert [one.outcome for one in outbox(hands)] == ["accepted"]
    assert len(office.queue.items) == 1


def agree_to_losses(hands: Hands) -> None:
    """Send all the same what SMART would drop something of."""
    hands.until(lambda: isinstance(hands.window.page, FindingsPage))
    hands.until(lambda: "Not in the outbox yet" in " ".join(one.text() for one in labels(hands)))
    hands.go_to("Send all the same")
    hands.press(Qt.Key.Key_Return)


def import_walk_of_a_stranger(hands: Hands) -> None:
    """A patrol led by somebody whom the office does not know."""
    hands.press(Qt.Key.Key_I, CTRL)
    hands.write(str(WALK))
    hands.go_to("Leader")
    hands.write("Asanov, Daniyar")
    hands.go_to("Import")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: len(patrol_ids(hands.reader)) == 1)
    hands.until(lambda: [row.id for row in hands.window.page.marked().rows] == list(patrol_ids(hands.reader)))


def load_employees(hands: Hands, folder: Path) -> None:
    """The office's list of people, which has one of them."""
    path = folder / "employees.csv"
    path.write_text(
        "employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank\n"
        "R-7,Aibek,Toktosunov,1990-03-18,M,2015-04-25,,Guards,Guard\n",
        "utf-8",
    )
    hands.press_button(Qt.Key.Key_7, "Load employees")
    hands.write(str(path))
    hands.press(Qt.Key.Key_Return)
    hands.until_told("Employees: 1")


def labels(hands: Hands) -> list[QLabel]:
    return hands.window.page.findChildren(QLabel)


def test_a_lossy_patrol_is_queued_only_after_a_deliberate_yes(hands: Hands, office: StandIn, tmp_path: Path) -> None:
    import_walk_of_a_stranger(hands)
    load_employees(hands, tmp_path)
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: isinstance(hands.window.page, FindingsPage))
    hands.go_to("Send nothing")
    hands.press(Qt.Key.Key_Return)
    assert outbox(hands) == ()

    queue_patrol(hands)
    agree_to_losses(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    queue_patrol(hands)

    hands.until_told("SMART makes another patrol or incident of every file that it gets.")
    assert len(outbox(hands)) == 1


def test_a_wrong_password_is_told_and_put_right_in_the_same_panel(hands: Hands, office: StandIn) -> None:
    hands.press_button(Qt.Key.Key_7, PLACES)
    hands.press(Qt.Key.Key_N, CTRL)
    write_place(hands, office.address, password="snow leopard")
    hands.until(lambda: "does not let us in (401)" in complaint(hands))
    assert hands.window.desk.sending.places == ()
    office.a_person_asked()

    hands.go_to("Password")
    paste(hands, RANGER.password)
    hands.press(Qt.Key.Key_Return)

    hands.until(lambda: title_of_sheet(hands) == "Office answers")


def test_enter_goes_from_field_to_field_and_no_password_lands_in_the_name(hands: Hands, office: StandIn) -> None:
    hands.press_button(Qt.Key.Key_7, PLACES)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.until(lambda: hands.field_name == "Name")

    passed = []
    for text in ("Osh office", office.address, RANGER.name, RANGER.password):
        passed.append(hands.field_name)
        paste(hands, text)
        hands.press(Qt.Key.Key_Return)

    assert passed == ["Name", "Address", "User", "Password"]
    hands.until(lambda: title_of_sheet(hands) == "Osh office answers")
    hands.until(lambda: hands.field_name == "Area")
    hands.press(Qt.Key.Key_Return)
    hands.until_told("Osh office is kept.")


def test_after_a_refused_password_the_cursor_stands_where_another_is_typed(hands: Hands, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with StandIn(certificate=certificate) as office:
        hands.press_button(Qt.Key.Key_7, PLACES)
        hands.press(Qt.Key.Key_N, CTRL)
        write_place(hands, office.address, password="snow leopard")
        hands.until(lambda: title_of_sheet(hands).startswith("The certificate of"))
        hands.go_to("Trust exactly this certificate")
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: "does not let us in (401)" in complaint(hands))
        assert hands.field_name == "Password"
        asked = len(office.ledger.requests)

        paste(hands, "snow leopard")
        hands.press(Qt.Key.Key_Return)
        assert "refused exactly this a moment ago" in complaint(hands)
        assert hands.field_name == "Password"
        assert len(office.ledger.requests) == asked

        office.a_person_asked()
        paste(hands, RANGER.password)
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: title_of_sheet(hands) == "Office answers")
        office.check()


def complaint(hands: Hands) -> str:
    sheet = hands.window.sheet
    return sheet.message.text() if sheet is not None else ""


def test_a_certificate_that_nobody_vouches_for_is_trusted_by_a_deliberate_act(hands: Hands, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with StandIn(certificate=certificate) as office:
        hands.press_button(Qt.Key.Key_7, PLACES)
        hands.press(Qt.Key.Key_N, CTRL)
        write_place(hands, office.address)
        hands.until(lambda: title_of_sheet(hands).startswith("The certificate of"))
        assert hands.field_name == "Cancel"
        before = []
        for _ in range(2):
            hands.press(Qt.Key.Key_Backtab, SHIFT)
            before.append(hands.field_name)
        assert before == ["Back", "Trust exactly this certificate"]
        sheet = hands.window.sheet
        assert sheet is not None
        wanted = "Fingerprint of the certificate"
        shown = "".join(one.text() for one in sheet.findChildren(QLabel) if one.accessibleName() == wanted)
        hands.go_to("Trust exactly this certificate")
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: title_of_sheet(hands) == "Office answers")
        hands.go_to("Keep it and read")
        hands.press(Qt.Key.Key_Return)
        hands.until_told("Office is kept.")
        office.check()

    assert "".join(shown.split()).lower() == certificate.sha256
    assert [one.pin for one in hands.window.desk.sending.places] == [certificate.sha256]


def test_a_server_that_is_away_loses_nothing(hands: Hands, office: StandIn) -> None:
    hands.import_walk()
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    office.stop()
    send(hands)
    hands.until_told("cannot be reached")
    page = to_send(hands)
    hands.until(lambda: "waits" in first_row(page))
    office.start()
    send(hands)

    hands.until(lambda: "sent" in first_row(page))
    assert len(office.queue.items) == 1


def test_what_travels_is_stopped_at_once_and_goes_on_where_it_was(hands: Hands, office: StandIn) -> None:
    hands.import_walk()
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    office.pace_bytes_s = 20_000.0
    page = to_send(hands)
    hands.until(lambda: "waits" in first_row(page))
    hands.press(Qt.Key.Key_S, CTRL | SHIFT)
    hands.until(lambda: bool(office.queue.items) and office.queue.items[0].current_size > 0)
    office.pace_bytes_s = 1_000.0
    hands.go_to("Stop")
    before = time.monotonic()
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: not hands.window.desk.sending.is_sending)
    assert time.monotonic() - before < 1.0
    hands.until(lambda: "begun" in first_row(page))
    assert not hands.window.can("withdraw")
    office.pace_bytes_s = None
    hands.until(lambda: office.queue.items[0].writers == 0)
    send(hands)

    hands.until(lambda: "sent" in first_row(page))
    assert [one.is_whole for one in office.queue.items] == [True]


def test_what_waits_is_taken_back_by_keyboard(hands: Hands, office: StandIn) -> None:
    hands.import_walk()
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    page = to_send(hands)
    hands.until(lambda: hands.window.can("withdraw"))
    hands.press(Qt.Key.Key_Delete, CTRL)
    hands.until_told("does not go to the office")

    hands.until(lambda: page.table.texts.rowCount() == 0)
    assert outbox(hands) == ()
    assert not list((hands.window.desk.folder / "outbox").iterdir())
    hands.until(lambda: hands.window.strip.to_send.text() == "To send 0")


def test_a_form_is_saved_while_a_large_file_travels(hands: Hands, office: StandIn) -> None:
    hands.import_walk()
    add_place(hands, office.address)
    queue_patrol(hands)
    hands.until(lambda: len(outbox(hands)) == 1)
    office.pace_bytes_s = 20_000.0
    hands.press(Qt.Key.Key_S, CTRL | SHIFT)
    hands.until(lambda: bool(office.queue.items) and office.queue.items[0].current_size > 0)
    office.pace_bytes_s = 1_000.0

    hands.write_incident()

    assert hands.window.desk.sending.is_sending
    office.pace_bytes_s = None
    hands.until(lambda: not hands.window.desk.sending.is_sending)
