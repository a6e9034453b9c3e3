"""Files of receivers become patrols: originals kept, tracks in chunks, waypoints as waypoints, every problem named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.blobs import BlobMissingError
from db.patrol_pages import find_patrol
from db.store import Store
from ranger_app.domain.track import PATROL_SILENCE_S
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx_clock import times_ahead, times_behind
from ranger_app.jobs import Cancelled, JobContext, without_collecting
from ranger_app.problem import Problem
from ranger_app.services.gather_tracks import Content, Given, digest_of, gather
from ranger_app.services.known_files import (
    KnownFile,
    date_untimed,
    days_given,
    file_digests,
    file_with_id,
    has_times,
    known_file,
)
from ranger_app.services.known_fixes import KnownFixes
from ranger_app.services.known_waypoints import KnownWaypoints
from ranger_app.services.numbers import Numbers
from ranger_app.services.patrol_defaults import NO_DEFAULTS, PatrolDefaults
from ranger_app.services.patrol_plans import PatrolPlan, plan_patrols
from ranger_app.services.patrol_writing import PatrolWriter, leg_choice
from ranger_app.services.planned_files import PlannedFile
from ranger_app.services.planned_reading import Compared, FilePlanner
from ranger_app.services.read_ahead import Reading, read_ahead
from ranger_app.services.stations import station_of
from ranger_app.services.tracks_imported import KnownContent, TracksImported

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from db.transaction import Transaction
    from ranger_app.importers.csv_tracks_mapping import CsvMapping
    from ranger_app.importers.track_file import TrackFile

STAGE = "reading-files"

FIRST_DAY = dt.date(1980, 1, 1)
"""No track is given an earlier day; GPS began to count in that week."""

__all__ = [
    "DayRefusedError",
    "FileChangedError",
    "ImportTracks",
    "NoTracksFoundError",
    "PatrolMissingError",
    "TracksImported",
]


class PatrolMissingError(RangerAppError):
    """Tracks were to be added to a patrol that is not here."""

    code = "patrol-missing"


class NoTracksFoundError(RangerAppError):
    """Folders, archives or devices hold no file that could be one of tracks."""

    code = "no-tracks-found"


class FileChangedError(RangerAppError):
    """A file changed while it was being read; nothing of it is stored."""

    code = "file-changed"


class DayRefusedError(RangerAppError):
    """A day was given on which no receiver can have been carried."""

    code = "day-refused"


class ImportTracks:
    """Turn files of receivers into stored patrols."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        paths: Sequence[Path],
        *,
        officer: str,
        patrol_id: str = "",
        date: dt.date | None = None,
        transport: str = "",
        mandate: str = "",
        leader: str = "",
        defaults: PatrolDefaults = NO_DEFAULTS,
        mapping: CsvMapping | None = None,
        refused: list[Problem] | None = None,
        context: JobContext,
    ) -> TracksImported:
        """Read *paths* and store what they hold; files that cannot be read are among the problems.

        Args:
            paths: Files, folders, archives, or the place where a receiver's storage is.
            patrol_id: Id or number of a patrol that takes all of it; a number that nobody has names the new patrol.
            date: The local day of tracks and waypoints without times. Of several files only those get it that have no
                time at all.
            leader: ``Family, Given``; the officer when empty.
            defaults: What is assumed of a new patrol and leg where nothing is told.
            mapping: Which column of a table is what, where a person said it; guessed from its headings when left out.
            refused: Takes why each file was refused where all of them were.

        Returns:
            What is stored now. It is one transaction: nothing is stored when the job is cancelled, or fails.

        Raises:
            RangerAppError: All files were refused; the error of the first, with the others.
            DayRefusedError: *date* lies before the satellites, or in the future.
            NoTracksFoundError: Only folders or archives were given, and no track is in them.
        """
        if date is not None:
            self._refuse_day(date)
        given, unseen = gather(paths, context)
        patrol_id = typed_text(patrol_id)
        with without_collecting(), self._store.transaction(officer) as transaction:
            importing = _Importing(self._store, transaction, officer, patrol_id, date, context, mapping)
            importing.read(given, unseen)
            if not importing.done.files:
                if refused is not None:
                    refused.extend(importing.done.problems)
                folder = ", ".join(map(str, paths))
                error = importing.first_error or NoTracksFoundError(folder=folder, ignored=importing.done.ignored)
                error.others = tuple(importing.done.problems[1:])
                raise error
            importing.write(transport, mandate, leader, defaults)
        return importing.done

    def _refuse_day(self, date: dt.date) -> None:
        now = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=self._store.clock())
        # It may be tomorrow already where the walk was.
        last = now.date() + dt.timedelta(days=1)
        if not FIRST_DAY <= date <= last:
            raise DayRefusedError(day=date.isoformat(), first=FIRST_DAY.isoformat(), last=last.isoformat())


class _Importing:
    """One import on its way."""

    def __init__(
        self,
        store: Store,
        transaction: Transaction,
        officer: str,
        patrol_id: str,
        date: dt.date | None,
        context: JobContext,
        mapping: CsvMapping | None,
    ) -> None:
        self.done = TracksImported()
        self._store = store
        self._transaction = transaction
        self._officer = officer
        self._date = date
        self._context = context
        self._mapping = mapping
        self._station = station_of(store)
        self._wished = patrol_id
        self._into = self._find_patrol(patrol_id)
        self._zone = ZoneInfo(self._station.timezone)
        if self._into:
            told = store.reader.entry(self._into, "patrol").values.get("timezone", self._station.timezone)
            self._zone = ZoneInfo(str(told))
        self._fixes = KnownFixes(store.reader, store.blobs)
        self._planner = FilePlanner(
            transaction, self._fixes, KnownWaypoints(store.reader), self._zone, is_into_one=bool(patrol_id)
        )
        self._planned: list[PlannedFile] = []
        self._known: dict[KnownFile, str] = {}
        self._by_digest: dict[str, PlannedFile] = {}
        self._repeats: list[tuple[Content, Compared]] = []
        self.first_error: RangerAppError | None = None
        self._digests = file_digests(store.reader)
        self._archive_digests: dict[Path, str] = {}

    def _find_patrol(self, patrol_id: str) -> str:
        into = find_patrol(self._store.reader, patrol_id) if patrol_id else ""
        if patrol_id and not into and len(patrol_id) == 32 and not set(patrol_id) - set("0123456789abcdef"):
            raise PatrolMissingError(id=patrol_id)
        return into

    # Reading

    def read(self, given: Sequence[Given], unseen: Sequence[RangerAppError]) -> None:
        """Take in all files, and keep those that hold something new."""
        for error in unseen:
            self._refuse(str(error.facts.get("file")), error)
        for number, (one, readings) in enumerate(read_ahead(given, self._context, self._mapping)):
            self._context.step(number, len(given), STAGE)
            try:
                self._take_all(one, self._stoppable(readings, number, len(given)))
            except Cancelled:
                raise
            except RangerAppError as error:
                self._refuse(str(one.path), error)

    def _stoppable(self, readings: Iterable[Reading], number: int, total: int) -> Iterator[Reading]:
        """An archive may hold thousands."""
        for reading in readings:
            self._context.step(number, total, STAGE)
            yield reading

    def _take_all(self, given: Given, readings: Iterable[Reading]) -> None:
        """Take what a file holds; one without tracks is left alone, as a whole when it is an archive."""
        before = self.done.files, len(self.done.refused)
        others = 0
        for reading in readings:
            if reading.read is not None:
                self._take(reading, reading.read)
            elif reading.error is not None and reading.content.looks_like_tracks:
                self._refuse(reading.content.name, reading.error)
            else:
                others += 1
        if before != (self.done.files, len(self.done.refused)):
            self.done.ignored += others
        elif given.is_named:
            self._refuse(str(given.path), NoTracksFoundError(folder=str(given.path), ignored=others))
        else:
            self.done.ignored += 1

    def _take(self, reading: Reading, read: TrackFile) -> None:
        content = reading.content
        self.done.files += 1
        self.done.tracks += len(read.tracks)
        self.done.points += read.point_count
        self.done.waypoints += len(read.waypoints)
        before = known_file(self._store.reader, content.sha256) if content.sha256 in self._digests else None
        if content.sha256 in self._by_digest:
            self.done.duplicates.append(content.name)
        elif before is not None:
            self._known.setdefault(before, content.name)
            self.done.duplicates.append(content.name)
            if self._mapping is not None and content.is_table:
                self._tell_read_otherwise(content, read)
        else:
            self._compare(content, read, [one.result() for one in reading.measured])

    def _tell_read_otherwise(self, content: Content, read: TrackFile) -> None:
        """What is here of a table was read by another mapping than that of now, perhaps without its times."""
        new = sum(len(one.track) - self._fixes.look(one.track).known for one in read.tracks)
        if new:
            self.done.problems.append(Problem(code="csv-read-otherwise", file=content.name, count=new))

    def _refuse(self, name: str, error: RangerAppError) -> None:
        self.first_error = self.first_error or error
        self.done.refused.append(name)
        self.done.problems.append(Problem(code=error.code, file=name, facts={**error.facts}))

    def _compare(self, content: Content, read: TrackFile, lengths_m: Sequence[NDArray[np.float64]]) -> None:
        compared = self._planner.compare(content, read, lengths_m)
        self.done.new_points += compared.new_points
        self.done.new_waypoints += compared.new_waypoints
        if compared.known_points or compared.known_waypoints:
            self._repeats.append((content, compared))
        if compared.file is not None:
            self._keep_original(content, compared.file)
            self._planned.append(compared.file)
            self._by_digest[content.sha256] = compared.file
        elif compared.known_points or compared.known_waypoints:
            self.done.duplicates.append(content.name)
            self._note_known_file(content, compared)
            return
        now_us = self._store.clock() * 1000
        of_clock = (times_behind(read, now_us=now_us), times_ahead(read, now_us=now_us))
        found = (*read.problems, *(one for one in of_clock if one is not None))
        self.done.problems.extend(replace(problem, file=content.name) for problem in found)

    def _note_known_file(self, content: Content, compared: Compared) -> None:
        """A day that is given goes to stored tracks, whatever the bytes of the file that holds them again."""
        for track in compared.tracks:
            known = file_with_id(self._store.reader, track.file) if track.run is None else None
            if known is not None:
                self._known.setdefault(known, content.name)

    def _keep_original(self, content: Content, file: PlannedFile) -> None:
        if isinstance(content.source, bytes):
            self._store.blobs.put_later(content.source, content.sha256)
        else:
            try:
                self._store.blobs.put_file(content.source, digest_hex=content.sha256)
            except BlobMissingError as error:
                raise FileChangedError(file=content.name) from error
        if content.archive is not None:
            if content.archive not in self._archive_digests:
                self._archive_digests[content.archive] = digest_of(content.archive)
            file.archive, file.archive_sha256 = content.archive.name, self._archive_digests[content.archive]

    # Writing

    def write(self, transport: str, mandate: str, leader: str, defaults: PatrolDefaults) -> None:
        """Store the patrols that the files make."""
        choice = leg_choice(
            self._store, self._officer, transport, mandate, leader, default_mandate=self._station.default_mandate,
            defaults=defaults,
        )  # fmt: skip
        plans = plan_patrols(self._planned, silence_s=PATROL_SILENCE_S)
        if self._wished and plans:
            plans = [PatrolPlan.joined(plans)]
        if self._into and plans and not (transport or mandate or leader):
            plans[0].leg = plans[0].leg or self._only_leg()
        self.done.assumed = choice.assumed if any(not plan.leg for plan in plans) else ()
        takes_all = len(self._known) + len(self._planned) == 1
        for file, given in self._known.items():
            self._answer_known(file, given, takes_all=takes_all)
        numbers = Numbers(self._store, self._officer) if plans else None
        writer = PatrolWriter(self._store, self._transaction, self._station, self._days_given(takes_all=takes_all))
        for number, plan in enumerate(plans):
            self._context.step(number, len(plans), "storing-patrols")
            into = plan.into or self._into
            new_number = "" if into or numbers is None else self._wished or numbers.next()
            problems: list[Problem] = []
            self.done.add_patrol(writer.write(plan, choice, into=into, number=new_number, problems=problems))
            self.done.problems.extend(one_row_a_kind(problems))
        writer.write_files()
        for content, compared in self._repeats:
            self._tell_known(content, compared)

    def _only_leg(self) -> str:
        """The leg of the patrol that takes all of it, where that has one: what was said of it holds for the tracks."""
        legs = self._store.reader.entries("leg", parent=self._into)
        return legs[0].id if len(legs) == 1 else ""

    def _answer_known(self, file: KnownFile, given: str, *, takes_all: bool) -> None:
        for patrol in file.patrols:
            self.done.add_patrol(patrol)
        if self._date is None:
            return
        if not takes_all and has_times(self._store.reader, file):
            self.done.problems.append(Problem(code="day-not-given", file=given))
            return
        before = days_given(self._store.reader, file)
        if date_untimed(self._store.reader, self._transaction, file, self._date, self._zone):
            self.done.dated.append(file.name)
            if others := before - {self._date.isoformat()}:
                self.done.problems.append(
                    Problem(
                        code="day-replaced",
                        file=given,
                        facts={"day": self._date.isoformat(), "before": ", ".join(sorted(others))},
                    )
                )

    def _days_given(self, *, takes_all: bool) -> dict[PlannedFile, dt.date]:
        """The day of what has no time."""
        if self._date is None:
            return {}
        taking = {file for file in self._planned if takes_all or not file.has_times}
        self.done.problems += [
            Problem(code="day-not-given", file=file.name)
            for file in self._planned
            if file not in taking and file.lacks_times
        ]
        return dict.fromkeys(taking, self._date)

    def _tell_known(self, content: Content, compared: Compared) -> None:
        patrols = list(dict.fromkeys([*self._patrols_of(compared), *compared.patrols]))
        for patrol in patrols:
            self.done.add_patrol(patrol)
        files = list(dict.fromkeys([*(self._fixes.file_of(track) for track in compared.tracks), *compared.sources]))
        known = KnownContent(
            content.name, tuple(files), tuple(patrols), compared.known_points, compared.known_waypoints,
            is_whole=compared.file is None,
        )  # fmt: skip
        self.done.known.append(known)
        if not known.is_whole:
            self.done.problems.append(known.problem())

    def _patrols_of(self, compared: Compared) -> Iterator[str]:
        for track in compared.tracks:
            if track.run is not None:
                yield track.run.patrol
            elif (anchor := self._fixes.anchor(track)) is not None:
                yield anchor.patrol


def one_row_a_kind(problems: Sequence[Problem]) -> list[Problem]:
    """Like problems of one file as one row, with the first place and the count."""
    rows: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        first = rows.get((problem.code, problem.file))
        rows[problem.code, problem.file] = replace(first, count=first.count + problem.count) if first else problem
    return list(rows.values())
