"""Records go into the outbox after a look at what SMART would do with them; what it would drop needs a person's yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ui import connect_acts
from ui.desk import Desk
from ui.pages.to_send_words import HOW_SENTENCES
from ui.send_telling import sentences
from ui.sending import QUEUED
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.places import Place
    from ranger_app.services.export_smart import SmartExported
    from ranger_app.services.queue_smart import Queued


class Queueing:
    """Look, ask, queue, tell."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self._desk = desk
        self._shell = shell
        self._words = desk.words

    def queue(self, place: Place, records: Sequence[str], *, force: bool = False) -> None:
        """Put records into the outbox of a place.

        Args:
            force: Also what SMART would drop something of, and what is there already; a person agreed to it.
        """
        self._desk.do(
            connect_acts.queue(place, records, force=force, officer=self._desk.officer_id),
            title=self._words.say("Writing for SMART"),
            on_done=partial(self._queued, place),
        )

    def _queued(self, place: Place, done: Queued) -> None:
        words = self._words
        by_code: dict[str, list[tuple[str, RangerAppError]]] = {}
        for record, error in done.refused:
            by_code.setdefault(error.code, []).append((record, error))
        doubled = [one for code in sorted(by_code) if code.startswith("outbox-already") for one in by_code.pop(code)]
        unfit = [*by_code.pop("smart-fatal", []), *by_code.pop("smart-lossy", [])]
        rest = [error for errors in by_code.values() for _, error in errors]
        if done.items:
            self._shell.say("information", self._in_outbox(len(done.items)), acts=self._offers(), about=QUEUED)
        if doubled:
            again = [record for record, _ in doubled]
            offer = (words.say("Send again all the same"), lambda: self._look(place, again))
            text = words.say(
                "Sent already, or waiting: SMART makes another patrol or incident of every file that it gets."
            )
            self._shell.say("warning", text, details=sentences(words, [e for _, e in doubled]), acts=[offer])
        if rest:
            self._shell.say("danger", words.say("Not put into the outbox:"), details=sentences(words, rest))
        if unfit:
            self._look(place, [record for record, _ in unfit])

    def _in_outbox(self, count: int) -> str:
        words = self._words
        told = words.say_count("{count} record is in the outbox.", "{count} records are in the outbox.", count)
        return f"{told} {words.say(HOW_SENTENCES[self._desk.sending.how])}"

    def _offers(self) -> list[tuple[str, Callable[[], None]]]:
        words = self._words
        return [
            (words.say("Send now"), lambda: self._shell.run("send_now")),
            (words.say("To send"), lambda: self._shell.run("to_send")),
        ]

    # What SMART would do

    def _look(self, place: Place, records: Sequence[str]) -> None:
        """Show what SMART would do with them; queue them at once where it would take everything."""

        def looked(done: SmartExported) -> None:
            if done.findings.fatal or done.findings.lossy:
                self._show_findings(place, records, done)
            else:
                self.queue(place, records, force=True)

        self._check(place, records, looked)

    def _check(self, place: Place, records: Sequence[str], on_done: Callable[[SmartExported], None]) -> None:
        work = connect_acts.check(place, records, officer=self._desk.officer_id)
        self._desk.do(work, title=self._words.say("Looking again"), on_done=on_done)

    def _show_findings(self, place: Place, records: Sequence[str], done: SmartExported) -> None:
        from ui.pages.findings import FindingsPage

        page = FindingsPage(
            self._desk, self._shell, done, is_sent=True,
            check=lambda on_done, _is_newest: self._check(place, records, on_done),
            write=lambda _is_newest: self.queue(place, records, force=True),
        )  # fmt: skip
        self._shell.show_view(page)
