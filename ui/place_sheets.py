"""The assistant for an office's SMART Connect: who and where, a try, the certificate, the area, the first reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from ranger_app.domain.places import (
    HOWS,
    VERSIONS,
    Place,
    connect_address,
    place_name,
    smart_version,
    user_name,
    version_numbers,
)
from ranger_app.errors import RangerAppError
from ranger_app.i18n import marked
from ui import connect_acts, telling, theme
from ui.choice_box import ChoiceBox
from ui.connect_acts import Asked, Reached
from ui.desk import Desk, is_stop
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.services.read_place import PlaceRead

DIRECT_SINCE = (7, 5)
"""The version of SMART Connect that first takes patrols straight into its database (FORMATS 6.6)."""

HOW_WORDS = {
    "queue": marked("As files, which a person at the office loads"),
    "direct": marked("Straight into the office's database"),
}

SHORT_HOW_WORDS = {"queue": marked("as files"), "direct": marked("directly")}
"""The same in a narrow column."""

CERTIFICATE_WORDS = {
    "connect-certificate": marked("{host} cannot prove who it is. Nothing was said to it."),
    "connect-certificate-expired": marked(
        "The certificate of {host} has run out, or is not valid yet. Nothing was said to it. See first whether date and"
        " time of this laptop are right."
    ),
    "connect-certificate-other-host": marked(
        "The certificate that {host} shows belongs to another server. Nothing was said to it. See first whether the"
        " address is right."
    ),
    "connect-certificate-self-signed": marked(
        "Nobody but {host} itself vouches for its certificate. Nothing was said to it."
    ),
    "connect-certificate-unknown-issuer": marked(
        "Nobody whom this computer knows vouches for the certificate of {host}. Nothing was said to it."
    ),
    "connect-certificate-changed": marked(
        "{host} shows another certificate than the one that was trusted. Nothing was said to it. Either the office has"
        " a new one, or somebody stands between."
    ),
}
"""What is wrong with a certificate, by the code of the error."""

REFUSED = "connect-not-allowed"
"""Code of a name and password that a server did not take."""

GROUP = 4
IN_LINE = 8
"""Groups of a fingerprint in a line: two people read it to each other over the telephone."""


class PlaceSheets:
    """Asks in panels, one after the other; nothing is kept before the last one is pressed."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self._desk = desk
        self._shell = shell
        self._words = desk.words

    def add(self, then: Callable[[Place], None] | None = None) -> None:
        """Ask for a new place; *then* hears of it when it is kept and was read."""
        Assistant(self._desk, self._shell, None, then).ask_who()

    def change(self, place: Place) -> None:
        """Ask for everything about a known place again."""
        Assistant(self._desk, self._shell, place, None).ask_who()

    def read(self, place: Place) -> None:
        """Read what the office has now."""
        read_place(self._desk, self._shell, place.name, None)

    def remove(self, place: Place) -> None:
        """Forget a place, and its password."""
        words = self._words

        def forgotten(_: None) -> None:
            self._desk.sending.tell_places()
            told = words.say(
                "{name} and its password are forgotten here. What waits for it stays, until it is added again.",
                name=place.name,
            )  # fmt: skip
            self._shell.say("information", told)

        self._desk.sending.network.submit(
            connect_acts.forget(place, home=self._desk.home),
            on_done=forgotten,
            on_error=self._desk.tell,
            owner=self._desk.front,
        )


class Assistant:
    """One place on its way from what a person typed to what is kept."""

    def __init__(self, desk: Desk, shell: Shell, known: Place | None, then: Callable[[Place], None] | None) -> None:
        self._desk = desk
        self._shell = shell
        self._words = desk.words
        self._known = known
        self._then = then
        self._is_trying = False
        self._sheet: Sheet | None = None
        self._base = known
        self._refused: set[tuple[str, str, str | None]] = set()

    # Who and where

    def ask_who(self, before: Asked | None = None) -> None:
        """Ask for name, address, user and password, then try them."""
        words, known = self._words, before.place if before is not None else self._known
        self._base, self._is_trying = known, False
        self._name, self._address, self._user, self._password = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._address.setPlaceholderText("https://connect.example.org/server")
        self._name.setText(words.say("Office"))
        if known is not None:
            for line, text in ((self._name, known.name), (self._address, known.url), (self._user, known.user)):
                line.setText(text)
        if self._known is not None:
            self._password.setPlaceholderText(words.say("as before"))
        if before is not None and before.password is not None:
            self._password.setText(before.password)
        title = words.say("A new place") if self._known is None else words.say("Change {name}", name=self._known.name)
        note = words.say("The address as the office wrote it to you, or as the browser shows it. It is tried first.")
        sheet = self._sheet = self._who = Sheet(
            words, title, act=words.say("Try it"), on_act=self._try_typed, note=note
        )
        sheet.add(words.say("Name"), self._name)
        sheet.add(words.say("Address"), self._address)
        sheet.add(words.say("User"), self._user)
        sheet.add(words.say("Password"), self._password)
        sheet.ready_when(self._is_ready)
        sheet.enter_walks = True
        self._shell.ask(sheet)
        self._name.selectAll()

    def _is_ready(self) -> bool:
        has_password = bool(self._password.text()) or self._known is not None or not self._user.text().strip()
        is_told = bool(self._name.text().strip() and self._address.text().strip())
        return is_told and has_password and not self._is_trying

    def _try_typed(self) -> bool:
        try:
            asked = self._typed()
        except RangerAppError as error:
            self._complain(error)
            return False
        if asked.place.name in {one.name for one in self._desk.sending.places} - {asked.before}:
            assert self._sheet is not None
            self._sheet.complain(self._words.say("Another place has this name."))
            return False
        if _account(asked) in self._refused:
            self._ask_password(self._words.say(
                "The server refused exactly this a moment ago, and it was not sent again: accounts get locked that way."
                " Type another password; or ask the office, and begin anew."
            ))  # fmt: skip
            return False
        self._try(asked)
        return False

    def _typed(self) -> Asked:
        """What stands in the fields.

        Raises:
            PlaceWrongError, PlainHttpError: Name or address cannot be kept.
        """
        known = self._known
        name, url, user = (
            place_name(self._name.text()),
            connect_address(self._address.text()),
            user_name(self._user.text()),
        )
        place = self._base or Place(name=name, kind="smart", url=url, read={})
        if url != place.url:  # another server: nothing that was learnt about the old one counts
            place = replace(place, pin="", told_version="", version="", areas=(), area="", read={})
        return Asked(
            place=replace(place, name=name, url=url, user=user),
            password=self._password.text() or (None if known is not None else ""),
            before=known.name if known is not None else "",
        )

    def _complain(self, error: RangerAppError) -> None:
        from ranger_app.messages import say_error

        if self._sheet is not None:
            self._sheet.complain(say_error(self._words, error))

    # The try

    def _try(self, asked: Asked) -> None:
        sheet, words = self._sheet, self._words
        assert sheet is not None
        self._is_trying = True
        sheet.complain("")
        sheet.tell(words.say("Asking {address}…", address=asked.place.url))
        sheet.look()
        job = self._desk.sending.network.submit(
            connect_acts.reach(asked, home=self._desk.home),
            title=words.say("Asking the office"),
            on_done=partial(self._reached, asked),
            on_error=partial(self._failed, asked),
            owner=sheet,
        )
        sheet.closed.connect(lambda: job.cancel())

    def _failed(self, asked: Asked, error: RangerAppError) -> None:
        from ranger_app.messages import say_error

        self._is_trying = False
        if self._sheet is not None:
            self._sheet.tell("")
            self._sheet.look()
        if error.code in CERTIFICATE_WORDS and error.facts.get("fingerprint"):
            self.ask_trust(asked, error)
        elif not is_stop(error):
            if self._sheet is not self._who:
                self.ask_who(asked)
                self._who.act_button.setFocus()
            if error.code == REFUSED:
                self._refused.add(_account(asked))
                self._ask_password(say_error(self._words, error))
            else:
                self._complain(error)

    def _ask_password(self, complaint: str) -> None:
        """The password that stands there was not taken: ask for another one."""
        self._password.clear()
        self._who.complain(complaint)
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_trust(self, asked: Asked, error: RangerAppError) -> None:
        """Show the certificate that nobody vouches for; trusting it takes a deliberate act."""
        words, fingerprint = self._words, str(error.facts["fingerprint"])
        host = str(error.facts.get("host", ""))
        trusted = replace(asked, place=replace(asked.place, pin=fingerprint))
        lines = QLabel("\n".join(grouped(fingerprint)))
        theme.set_kind(lines, "heading")
        lines.setAccessibleName(words.say("Fingerprint of the certificate"))
        advice = QLabel(words.say(
            "Telephone somebody at the office whom you know, and let them read you the SHA-256 fingerprint of their"
            " certificate. Only if every sign is the same, trust it. Otherwise somebody may stand between you and the"
            " office, and would get your password."
        ))  # fmt: skip
        advice.setWordWrap(True)
        self._sheet = sheet = Sheet(
            words, words.say("The certificate of {host}", host=host),
            act=words.say("Trust exactly this certificate"), on_act=lambda: self._try_again(trusted),
            note=words.say(CERTIFICATE_WORDS[error.code], host=host),
        )  # fmt: skip
        sheet.add_whole(lines)
        sheet.add_whole(advice)
        sheet.offer(words.say("Back"), lambda: self.ask_who(asked))
        sheet.ready_when(lambda: not self._is_trying)
        self._shell.ask(sheet)
        # what is pressed by habit must not be what trusts
        sheet.cancel_button.setFocus()

    def _try_again(self, asked: Asked) -> bool:
        self._try(asked)
        return False

    # What is there

    def _reached(self, asked: Asked, reached: Reached) -> None:
        self._is_trying = False
        self.ask_rest(replace(asked, place=replace(reached.place, areas=reached.areas)))

    def ask_rest(self, asked: Asked) -> None:
        """Ask for what the server leaves open: area, version, and how records travel."""
        words, place = self._words, asked.place
        area, version, how = ChoiceBox(), ChoiceBox(), ChoiceBox()
        for one in place.areas:
            area.addItem(one.label, one.id)
        area.setCurrentIndex(max(area.findData(place.area), 0))
        for number in VERSIONS:
            version.addItem(f"SMART {number}", number)
        version.setCurrentIndex(max(version.findData(smart_version(place.told_version) or place.version), 0))
        for one_how in HOWS:
            how.addItem(words.say(HOW_WORDS[one_how]), one_how)
        can_direct = version_numbers(place.told_version)[:2] >= DIRECT_SINCE
        how.setCurrentIndex(max(how.findData(place.how if can_direct else "queue"), 0))

        def act() -> None:
            told = replace(
                place, area=str(area.currentData() or ""), version=str(version.currentData()),
                how=str(how.currentData()) if can_direct else "queue",
            )  # fmt: skip
            self._keep(replace(asked, place=told))

        sheet = self._sheet = Sheet(
            words, words.say("{name} answers", name=place.name), act=words.say("Keep it and read"), on_act=act,
            note=self._what_answers(place),
        )  # fmt: skip
        sheet.add(words.say("Area"), area)
        if not smart_version(place.told_version):
            sheet.add(words.say("SMART at the office"), version)
        if can_direct:
            sheet.add(words.say("How records travel"), how)
        self._shell.ask(sheet)

    def _what_answers(self, place: Place) -> str:
        words = self._words
        if place.told_version:
            told = words.say(
                "SMART Connect {version} answers at {address}.", version=place.told_version, address=place.url
            )
        else:
            told = words.say(
                "A SMART Connect answers at {address}, and does not tell its version: ask the office.",
                address=place.url,
            )
        if not place.areas:
            return f"{told} " + words.say("It shows no area to this user: ask the office to allow one.")
        count = words.say_count("It shows {count} area.", "It shows {count} areas.", len(place.areas))
        return f"{told} {count}"

    def _keep(self, asked: Asked) -> None:
        def kept(_: str) -> None:
            self._desk.sending.tell_places()
            read_place(self._desk, self._shell, asked.place.name, self._then)

        self._desk.sending.network.submit(
            connect_acts.keep(asked, home=self._desk.home), title=self._words.say("Keeping the place"), on_done=kept,
            on_error=self._desk.tell, owner=self._desk.front,
        )  # fmt: skip


def _account(asked: Asked) -> tuple[str, str, str | None]:
    """What a server takes or refuses."""
    return asked.place.url, asked.place.user, asked.password


def grouped(fingerprint: str) -> list[str]:
    """A fingerprint as two people read it to each other: lines of groups of four signs."""
    groups = [fingerprint[start : start + GROUP].upper() for start in range(0, len(fingerprint), GROUP)]
    return [" ".join(groups[start : start + IN_LINE]) for start in range(0, len(groups), IN_LINE)]


def read_place(desk: Desk, shell: Shell, name: str, then: Callable[[Place], None] | None) -> None:
    """Read what an office has, and say what came."""

    def done(read: PlaceRead) -> None:
        desk.sending.tell_places()
        shell.say_problems(_what_came(desk, read), read.problems)
        if then is not None:
            then(read.place)

    desk.sending.network.submit(
        connect_acts.read(name, home=desk.home, officer=desk.officer_id),
        title=desk.words.say("Reading what the office has"), on_done=done, on_error=desk.tell, owner=desk.front,
    )  # fmt: skip


def _what_came(desk: Desk, read: PlaceRead) -> str:
    words = desk.words
    told = []
    if read.parts.get("data_model") == "new":
        told.append(words.say("Its data model is here and in use."))
    elif read.parts.get("data_model") == "same":
        told.append(words.say("Its data model has not changed."))
    if read.parts.get("patrol_metadata") in ("new", "same"):
        told.append(words.say(
            "Its lists are here: {entries} entries and {people} people.",
            entries=telling.number(words, sum(read.lists.values())), people=telling.number(words, read.employees),
        ))  # fmt: skip
    kept = words.say("{name} is kept.", name=read.place.name)
    return " ".join([kept, *told])
