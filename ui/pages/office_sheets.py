"""Questions of the office page: a new entry of a list, another label, one more person, a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy

from ranger_app.domain.office_mapping import MAPPED
from ranger_app.domain.smart_office import LISTS, PATROL_TYPES
from ranger_app.i18n import marked
from ui import office_acts
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.forms.choices import FindBox
from ui.office_words import WHAT_WORDS, person_label, things
from ui.pages.texts import distinct, list_label, list_pairs
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ui.store_thread import StoreJob

TYPE_WORDS = {"GROUND": marked("On the ground"), "AIR": marked("In the air"), "MARINE": marked("On water")}
"""Kinds of patrol, as a transport has one."""


def _wide_box(name: str) -> FindBox:
    box = FindBox()
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    line = box.lineEdit()
    assert line is not None
    for one in (box, line):
        one.setAccessibleName(name)
    return box


class OfficeSheets:
    """Asks, and has the answer done."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self._desk = desk
        self._shell = shell
        self._words = desk.words

    def _do(self, work: StoreJob[Any]) -> None:
        self._desk.do(work, title=self._words.say("Changing what is known of the office"))

    def _languages(self) -> QComboBox:
        """The languages of the office, its own first."""
        box = ChoiceBox()
        model = self._desk.model
        for code in dict.fromkeys((self._desk.office.language, *(model.languages if model is not None else ()))):
            box.addItem(code, code)
        return box

    # Entries of lists

    def ask_choice(self, list_name: str, label: str) -> None:
        """Ask for a new entry."""
        words = self._words
        name, key, language, kind = QLineEdit(), QLineEdit(), self._languages(), ChoiceBox()
        key.setPlaceholderText(words.say("made from the name when empty"))
        for one in PATROL_TYPES:
            kind.addItem(words.say(TYPE_WORDS[one]), one)

        def act() -> None:
            patrol_type = str(kind.currentData()) if list_name == "transport" else ""
            self._do(
                office_acts.add_choice(
                    list_name, name.text(), key=key.text().strip(), language=str(language.currentData()),
                    patrol_type=patrol_type, officer=self._desk.officer_id,
                )
            )  # fmt: skip

        sheet = Sheet(words, words.say("{list}: one more", list=label), act=words.say("Add"), on_act=act)
        sheet.add(words.say("Name in the office"), name)
        sheet.add(words.say("Language of the name"), language)
        sheet.add(words.say("Key"), key)
        if list_name == "transport":
            sheet.add(words.say("Kind"), kind)
        sheet.ready_when(lambda: bool(name.text().strip()))
        self._shell.ask(sheet)

    def ask_name(self, list_name: str, key: str) -> None:
        """Ask for another label of an entry."""
        words, office = self._words, self._desk.office
        language, name = self._languages(), QLineEdit()
        choice = office.choices(list_name).get(key) or office.others.get(list_name, {}).get(key)

        def show() -> None:
            name.setText(choice.labels.get(str(language.currentData()), "") if choice is not None else "")

        def act() -> None:
            told = str(language.currentData())
            self._do(
                office_acts.rename_choice(list_name, key, name.text(), language=told, officer=self._desk.officer_id)
            )

        language.currentIndexChanged.connect(lambda _: show())
        show()
        title = words.say("Rename {entry}", entry=list_label(words, office, list_name, key))
        sheet = Sheet(words, title, act=words.say("Rename"), on_act=act)
        sheet.add(words.say("Name in the office"), name)
        sheet.add(words.say("Language of the name"), language)
        sheet.ready_when(lambda: bool(name.text().strip()))
        self._shell.ask(sheet)

    # People

    def addable_people(self) -> list[tuple[str, str]]:
        """Everybody known here whom the office does not have."""
        from db.officers import members, officers

        told = {(one.employee_id, one.name) for one in self._desk.office.members or ()}
        active = {entry.id for entry in self._desk.reader.entries("member")}
        active |= {one.id for one in officers(self._desk.reader)}
        people = [one for one in members(self._desk.reader).values() if one.id in active]
        pairs = [(one.id, person_label(one)) for one in people if (one.employee_id, one.name) not in told]
        return distinct(sorted(pairs, key=lambda pair: pair[1].casefold()))

    def ask_person(self) -> None:
        """Ask whom the office has too."""
        words = self._words
        who = _wide_box(words.say("Person"))
        who.offer(self.addable_people())

        def act() -> bool | None:
            who.take_only_match()
            if not who.key():
                sheet.complain(words.say("Nobody here is called so."))
                return False
            self._do(office_acts.add_person(who.key() or "", officer=self._desk.officer_id))
            return None

        note = words.say("The office has this person under exactly this name and number.")
        sheet = Sheet(
            words, words.say("Add somebody to the office's people"), act=words.say("Add"), on_act=act, note=note
        )
        sheet.add(words.say("Person"), who)
        sheet.ready_when(lambda: bool(who.currentText().strip()))
        self._shell.ask(sheet)

    # Mappings

    def ask_mapping(self, what: str = "", ours: str = "", theirs: str = "") -> None:
        """Ask what of ours is called how in the office; of a known mapping only the office's side."""
        station = self._desk.station_id
        self._desk.ask(office_acts.office_model(station), lambda model: self._ask_mapping(model, what, ours, theirs))

    def _ask_mapping(self, model: DataModel, what: str, ours: str, theirs: str) -> None:
        words = self._words
        kind, from_box, to_box = ChoiceBox(), _wide_box(words.say("Ours")), _wide_box(words.say("In the office"))
        for one in MAPPED:
            kind.addItem(words.say(WHAT_WORDS[one]), one)
        kind.setCurrentIndex(max(kind.findData(what), 0))

        def offer() -> None:
            told = str(kind.currentData())
            from_box.offer(self._ours(told, ours))
            to_box.offer(things(words, self._desk.office, model, told))

        def act() -> bool | None:
            for box in (from_box, to_box):
                box.take_only_match()
            if not from_box.key() or not to_box.key():
                sheet.complain(words.say("Not in the list. Type a part of an answer, or press F4."))
                return False
            told = str(kind.currentData()), from_box.key() or "", to_box.key() or ""
            self._do(office_acts.set_mapping(*told, officer=self._desk.officer_id))
            return None

        kind.currentIndexChanged.connect(lambda _: offer())
        offer()
        from_box.set_key(ours)
        to_box.set_key(theirs)
        kind.setEnabled(not ours)
        from_box.setEnabled(not ours)
        sheet = Sheet(words, words.say("What ours is called in the office"), act=words.say("Match"), on_act=act)
        sheet.add(words.say("What"), kind)
        sheet.add(words.say("Ours"), from_box)
        sheet.add(words.say("In the office"), to_box)
        sheet.ready_when(lambda: bool(from_box.currentText().strip() and to_box.currentText().strip()))
        self._shell.ask(sheet)
        if ours:
            to_box.setFocus()

    def _ours(self, what: str, ours: str) -> list[tuple[str, str]]:
        """What may be called otherwise in the office."""
        words, office = self._words, self._desk.office
        if what == "member":
            pairs = self.addable_people()
        elif what in LISTS:
            pairs = list_pairs(words, office, what)
        else:
            pairs = things(words, office, self._desk.model, what) if self._desk.model is not None else []
        return pairs if not ours or ours in dict(pairs) else [*pairs, (ours, ours)]
