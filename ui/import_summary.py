"""What became of the files that were imported: what is new, what was here, what was refused and why, what is odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from ranger_app.i18n import Words
from ranger_app.messages import TEXTS, facts_in, say_problem
from ranger_app.problem import Problem
from ui import telling, theme
from ui.button import Button
from ui.desk import Desk
from ui.flow_row import FlowRow
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.services.tracks_imported import TracksImported

COLUMNS_UNKNOWN = "csv-mapping-needed"
"""Code of a table whose headings do not tell which column is what."""

MOST_ROWS = 3_000
"""Files that are told one by one, patrols and refused ones first."""


class Reviewing(Protocol):
    """Opens the review of some patrols."""

    def __call__(self, patrols: Sequence[str], *, files: int = 0) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: a patrol, or a file and what became of it.

    Attributes:
        table: A table whose columns a person has to name; Enter asks for them.
    """

    state: str
    name: str
    what: str
    patrols: tuple[str, ...] = ()
    table: Path | None = None


def is_soon_told(done: TracksImported, paths: Sequence[Path]) -> bool:
    """Whether a message has room for it: one file that somebody pointed at, and nothing was refused."""
    return len(paths) == 1 and done.files <= 1 and not done.refused and not done.ignored and paths[0].is_file()


def counts(words: Words, done: TracksImported) -> list[str]:
    """Sentences with the numbers of an import."""
    told = []
    if done.new_points or done.new_waypoints or not done.duplicates:
        told.append(words.say(
            "Imported: {patrols}, {points} fixes, {waypoints} waypoints.",
            patrols=words.say_count("{count} patrol", "{count} patrols", len(done.patrols)),
            points=telling.number(words, done.new_points),
            waypoints=telling.number(words, done.new_waypoints),
        ))  # fmt: skip
    else:
        told.append(words.say("Nothing new was imported."))
    if done.duplicates:
        told.append(words.say_count(
            "{count} file was here already.", "{count} files were here already.", len(done.duplicates)
        ))  # fmt: skip
    if done.refused:
        told.append(words.say_count("{count} file was refused.", "{count} files were refused.", len(done.refused)))
    if done.ignored:
        told.append(words.say_count(
            "{count} file holds no tracks, and was left out.", "{count} files hold no tracks, and were left out.",
            done.ignored,
        ))  # fmt: skip
    if done.dated:
        told.append(words.say("What has no times in {files} has the day now.", files=", ".join(done.dated)))
    if done.assumed:
        told.append(words.say("Transport, mandate or leader that were left open are assumed: say them with F2."))
    return told


class ImportSummary(Page):
    """Patrols and files in one table; Enter reviews a patrol.

    Args:
        review: Opens the review of the patrols that came in, the chosen one first.
        ask_columns: Asks which column of a table is what, and reads it.
    """

    name = "import_summary"
    kinds = frozenset({"patrol"})

    def __init__(
        self,
        desk: Desk,
        shell: Shell,
        done: TracksImported,
        *,
        review: Reviewing,
        ask_columns: Callable[[Path], None],
    ) -> None:
        super().__init__(desk, shell)
        self._done, self._review, self._ask_columns = done, review, ask_columns
        self.acts = {"review_track": self.review_chosen}
        words = self.words
        self.lines: tuple[Line, ...] = ()
        self.told = QLabel(" ".join(counts(words, done)))
        self.told.setWordWrap(True)
        self.table = ShortTable(
            [words.say("State"), words.say("Patrol or file"), words.say("What")],
            words.say("What was imported; Enter reviews a patrol"), stretch=2, is_short=False,
        )  # fmt: skip
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.opened.connect(lambda _: self.review_chosen())
        self.review_button = Button(words.say("Review the tracks"))
        theme.set_kind(self.review_button, "primary")
        self.review_button.clicked.connect(self.review_chosen)
        self.review_button.setEnabled(bool(done.patrols))
        back = Button(words.say("To the patrols"))
        back.clicked.connect(lambda: shell.run("back"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addLayout(FlowRow(self.review_button, back))

    @property
    def title(self) -> str:
        return self.words.say("What was imported")

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.review_button)

    def refresh(self) -> None:
        chosen = self.table.currentIndex().row()
        self.lines = tuple(self._lines())
        rows = [
            TableRow(str(place), (line.state, line.name, line.what))
            for place, line in enumerate(self.lines[:MOST_ROWS])
        ]
        if len(self.lines) > MOST_ROWS:
            rest = len(self.lines) - MOST_ROWS
            rows.append(TableRow("", (words_more(self.words, rest),)))
        self.table.set_rows(rows)
        # selectRow finds no column in a mirrored table that was not laid out yet
        self.table.setCurrentIndex(self.table.texts.index(max(chosen, 0), 0))

    def review_chosen(self) -> None:
        """Review the patrols that came in, beginning with the chosen row's; with the first one otherwise."""
        row = self.table.current_id()
        line = self.lines[int(row)] if row else None
        if line is not None and line.table is not None:
            self._ask_columns(line.table)
            return
        of_row = line.patrols if line is not None else ()
        patrols = list(self._done.patrols)
        if not patrols:
            return
        first = next((one for one in of_row if one in patrols), patrols[0])
        place = patrols.index(first)
        self._review([*patrols[place:], *patrols[:place]], files=self._done.files)

    # Rows

    def _lines(self) -> Iterator[Line]:
        words, done = self.words, self._done
        known = {one.file: one for one in done.known}
        by_file: dict[str, list[Problem]] = {}
        for problem in done.problems:
            by_file.setdefault(problem.file, []).append(problem)
        yield from self._patrols()
        refused = set(done.refused)
        for file in done.refused:
            yield from self._files(file, by_file.get(file, []), words.say("Refused"))
        for file, problems in by_file.items():
            if file not in refused:
                yield from self._files(file, problems, words.say("Note"))
        for file in done.duplicates:
            content = known.get(file)
            what = self._said(content.problem()) if content is not None else words.say("The very same file is here.")
            patrols = content.patrols if content is not None else ()
            yield Line(state=words.say("Here already"), name=PurePath(file).name, what=what, patrols=patrols)

    def _patrols(self) -> Iterator[Line]:
        from db.patrols import patrol

        words = self.words
        for record in self._done.patrols:
            found = patrol(self.desk.reader, record)
            days = " – ".join(dict.fromkeys(
                telling.day(words, day) for day in (found.start, found.end) if day is not None
            ))  # fmt: skip
            facts = [
                days or words.say("no day"),
                telling.length(words, found.distance_m),
                words.say_count("{count} fix", "{count} fixes", found.points),
                words.say_count("{count} waypoint", "{count} waypoints", len(found.waypoints)),
            ]
            yield Line(state=words.say("Patrol"), name=found.number, what=" · ".join(facts), patrols=(record,))

    def _files(self, file: str, problems: Sequence[Problem], state: str) -> Iterator[Line]:
        for problem in problems:
            path = Path(file)
            table = path if problem.code == COLUMNS_UNKNOWN and path.is_file() else None
            what = self._said(problem)
            if table is not None:
                what += " " + self.words.say("Press Enter to say which column is what.")
            yield Line(state=state, name=path.name, what=what, table=table)

    def _said(self, problem: Problem) -> str:
        """The sentence; the file's name stands in a column of its own, unless the sentence wants it."""
        name = PurePath(problem.file).name if "file" in facts_in(TEXTS.get(problem.code, "")) else ""
        return say_problem(self.words, replace(problem, file=name, facts={**problem.facts, "file": name}))


def words_more(words: Words, rest: int) -> str:
    """What stands below a table that was cut."""
    return words.say_count("{count} more", "{count} more", rest)
