"""What every command works with: the station, who acts, the reader's words, and how far a long job is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.cli.harmless import harmless_line
from ranger_app.errors import RangerAppError
from ranger_app.i18n import LANGUAGES, Words
from ranger_app.jobs import JobContext
from ranger_app.messages import say_code, say_problem
from ranger_app.messages.hints import COMMAND_LINE, with_hint
from ranger_app.problem import Problem

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.map_request import MapPainter
    from ranger_app.domain.records import Member


class StationTroubleError(RangerAppError):
    """The disk or the database failed while a station was open.

    Attributes:
        is_mended: Tables were damaged and nothing was written yet: the same command finds them made anew.
    """

    code = "station-trouble"
    is_mended = False


def environment_language() -> str:
    """The language that this person's system speaks, as far as the program does; else English."""
    for name in ("RANGER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        told = os.environ.get(name, "")[:2].lower()
        if told in LANGUAGES:
            return told
        if told:
            break
    return LANGUAGES[0]


class Desk:
    """One run of the program.

    Attributes:
        station: Folder of the station; ``None`` until somebody named one.
        officer: Record id of who acts; empty for the officer chosen last on this laptop.
        context: Stops long work; reports to nobody until a terminal asks.
        given: Files that the command was given, so that those of one name are told apart.
        notices: Lines for standard error: what opening the station had to mend.
    """

    def __init__(
        self, home: Path, *, open_window: Callable[[Path | None], int], map_painter: Callable[[], MapPainter]
    ) -> None:
        self.home = home
        self.open_window = open_window
        self.map_painter = map_painter
        named = os.environ.get("RANGER_STATION")
        self.station: Path | None = Path(os.path.abspath(named)) if named else None
        self.officer = os.environ.get("RANGER_OFFICER", "")
        self.is_json = False
        self.words = Words(environment_language())
        self.context = JobContext()
        self.notices: list[str] = []
        self.given: Sequence[Path] = ()
        self._is_second_try = False
        self._notices_said = 0

    def station_folder(self) -> Path:
        """The station that was named.

        Raises:
            click.UsageError: None was.
        """
        if self.station is None:
            import click

            raise click.UsageError(self.words.say("Name the station's folder by --station DIR or RANGER_STATION."))
        return self.station

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The station that was named, open for work; from then on words are those of its language."""
        import sqlcipher3.dbapi2 as sqlcipher

        from ranger_app.services.stations import forget_tables, has_acted_since, open_station

        folder = self.station_folder()
        is_mended = False
        try:
            with open_station(folder, home=self.home) as store:
                self._speak_as(store)
                self._notices_said = 0
                self._note_notices(store)
                store.is_alone, before = True, store.journal.last_n()
                try:
                    yield store
                    self._note_notices(store)
                except sqlcipher.DatabaseError:
                    forget_tables(store)
                    is_mended = not has_acted_since(store, before)
                    raise
        except sqlcipher.DatabaseError as error:
            trouble = StationTroubleError(folder=str(folder), reason=str(error))
            trouble.is_mended, self._is_second_try = is_mended and not self._is_second_try, True
            raise trouble from error

    def _note_notices(self, store: Store) -> None:
        """Note what opening, or the command itself, had to mend; each once, and said at the end."""
        for code, facts in store.notices[self._notices_said :]:
            # Tables that the first try found damaged are missing at the second.
            was_damaged = self._is_second_try and code == "derived-missing"
            self.notices.append(self.said("derived-unreadable" if was_damaged else code, facts))
        self._notices_said = len(store.notices)

    def _speak_as(self, store: Store) -> None:
        """Take the station's language, unless this person asked for another; the first look into the tables."""
        import sqlcipher3.dbapi2 as sqlcipher

        from ranger_app.services.stations import station_of

        try:
            language = station_of(store).language
        except sqlcipher.DatabaseError:
            store.notices.append(("derived-unreadable", {}))
            store.rederive(self.context)
            language = station_of(store).language
        if not os.environ.get("RANGER_LANGUAGE"):
            self.words = Words(language)

    def acting(self, store: Store) -> Member:
        """Who acts; one who was named is remembered on this laptop.

        Raises:
            OfficerUnknownError: Nobody at the station has the id that was named.
        """
        from ranger_app.services.officers import acting_officer, remember_officer

        member = acting_officer(store, self.officer, self.home)
        if self.officer:
            remember_officer(self.home, store.station_id, member.id)
        return member

    # Naming records

    def incident_id(self, store: Store, name: str) -> str:
        """Id of the incident or conflict with this id or number; *name* itself when there is none."""
        return self.record_id(store, "incident", name)

    def record_id(self, store: Store, kind: str, name: str) -> str:
        """Id of the record with this id or, where its kind has numbers, this number; *name* itself when none has."""
        from db.naming import find_numbered

        if kind == "plan":
            from db.plans import find_plan

            return find_plan(store.reader, name, with_hidden=True) or name
        return find_numbered(store.reader, kind, name) or name

    def named(self, store: Store, kind: str, name: str) -> tuple[str, str]:
        """Kind and id of the record with this id or number; livestock conflicts are incidents too, as in lists."""
        record = self.record_id(store, kind, name)
        if kind == "incident":
            from db.incidents import RECORD_KINDS

            kind = store.reader.entry(record, *RECORD_KINDS).kind
        return kind, record

    def withdrawn(self, store: Store, record: str) -> dict[str, str] | None:
        """Who withdrew a record, when and why, as answers say it; ``None`` when it stands."""
        from dataclasses import asdict

        from ranger_app.services.stations import station_of
        from ranger_app.services.withdrawals import withdrawal

        found = withdrawal(store.reader, record, timezone=station_of(store).timezone)
        return None if found is None else asdict(found)

    def say_withdrawn(self, found: Mapping[str, str] | None) -> str:
        """The first line of what people read of a record that was withdrawn; empty when it stands."""
        if found is None:
            return ""
        said = self.words.say(
            "Withdrawn by {officer}, {at}: {reason}", officer=found["officer"], at=found["at"],
            reason=found["reason"] or "–",
        )  # fmt: skip
        return harmless_line(said) + "\n"

    # Saying

    def sentence(self, code: str, facts: Mapping[str, object]) -> str:
        """The sentence for *code*."""
        return with_hint(self.words, COMMAND_LINE, code, say_code(self.words, code, facts))

    def said(self, code: str, facts: Mapping[str, object]) -> str:
        """The line that standard error gets for *code*: the code in brackets, then the sentence."""
        return f"[{code}] {self.sentence(code, facts)}"

    def error_lines(self, error: RangerAppError) -> list[str]:
        """What the line of an error says: the error, and each problem that it carries."""
        problems: tuple[Problem, ...] = getattr(error, "problems", ())
        return [self.said(error.code, error.facts), *map(self.say_problem, (*problems, *error.others))]

    def say_problem(self, problem: Problem) -> str:
        """The line for a problem."""
        return f"[{problem.code}] {say_problem(self.words, problem, self.given)}"

    def problem_row(self, problem: Problem) -> dict[str, object]:
        """A problem as the answers of imports have it."""
        return {
            "code": problem.code,
            "file": problem.file,
            "where": problem.where,
            "count": problem.count,
            "text": say_problem(self.words, problem, self.given),
        }
