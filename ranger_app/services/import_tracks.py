"""GPX files become patrols: originals kept, tracks in chunks, waypoints as waypoints, every problem named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.patrol_pages import find_patrol
from db.store import Store
from ranger_app.domain.track import PATROL_SILENCE_S
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import Problem, RangerAppError
from ranger_app.importers.gpx import read_gpx
from ranger_app.importers.gpx_clock import times_ahead
from ranger_app.jobs import JobContext
from ranger_app.services.known_files import KnownFile, date_untimed, has_times, known_file
from ranger_app.services.numbers import Numbers
from ranger_app.services.patrol_plans import PatrolPlan, PlannedFile, plan_patrols
from ranger_app.services.patrol_writing import LegChoice, PatrolWriter, leg_choice
from ranger_app.services.stations import station_of

if TYPE_CHECKING:
    from db.transaction import Transaction


class PatrolMissingError(RangerAppError):
    """Tracks were to be added to a patrol that is not here."""

    code = "patrol-missing"


@dataclass(slots=True)
class TracksImported:
    """What an import stored and found.

    Attributes:
        patrols: Ids of the patrols that the files are in now, those of known files too.
        tracks, points, waypoints: Counted in the files given, duplicates too.
        new_points, new_waypoints: Counted in the files that were not here before.
        duplicates: Files whose very bytes are in a patrol already.
        dated: Names of files among them whose tracks or waypoints were given a day, or another one.
        assumed: Fields of the new legs that nobody stated.
        refused: Files that are not GPX, among *problems* with their code.
    """

    patrols: list[str] = field(default_factory=list)
    tracks: int = 0
    points: int = 0
    waypoints: int = 0
    new_points: int = 0
    new_waypoints: int = 0
    duplicates: list[str] = field(default_factory=list)
    dated: list[str] = field(default_factory=list)
    assumed: tuple[str, ...] = ()
    refused: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add_patrol(self, patrol: str) -> None:
        if patrol not in self.patrols:
            self.patrols.append(patrol)


class ImportTracks:
    """Turn GPX files into stored patrols."""

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
        context: JobContext,
    ) -> TracksImported:
        """Read *paths* and store what they hold; files that cannot be read are among the problems.

        Args:
            patrol_id: Id or number of a patrol that takes all of it; a number that nobody has names the new patrol.
            date: The local day of tracks and waypoints without times. Of several files only those get it that have no
                time at all.
            leader: ``Family, Given``; the officer when empty.

        Returns:
            What is stored now. Nothing is stored when the job is cancelled.

        Raises:
            RangerAppError: All files were refused; the error of the first.
        """
        done = TracksImported()
        station = station_of(self._store)
        patrol_id = typed_text(patrol_id)
        planned, known = self._read(paths, done, context)
        into = find_patrol(self._store.reader, patrol_id) if patrol_id else ""
        if patrol_id and not into and len(patrol_id) == 32 and not set(patrol_id) - set("0123456789abcdef"):
            raise PatrolMissingError(id=patrol_id)
        plans = plan_patrols(planned, silence_s=PATROL_SILENCE_S)
        if patrol_id and plans:
            plans = [PatrolPlan.joined(plans)]
        numbers = Numbers(self._store, officer)
        choice = leg_choice(self._store, officer, transport, mandate, leader, default_mandate=station.default_mandate)
        done.assumed = choice.assumed if plans else ()
        zone = ZoneInfo(station.timezone)
        planned = [file for file in planned if any(file in plan.files for plan in plans)]
        with self._store.transaction(officer) as transaction:
            takes_all = len(known) + len(planned) == 1
            for file in known:
                self._answer_known(file, transaction, date, zone, done, takes_all=takes_all)
            files = self._keep_originals(planned, transaction, context)
            dates = _days_given(planned, date, done, takes_all=takes_all)
            writer = PatrolWriter(self._store, transaction, station, files, dates)
            for number, plan in enumerate(plans):
                context.step(number, len(plans), "storing-patrols")
                self._write(writer, plan, choice, into, numbers, patrol_id, done)
            writer.write_files()
        return done

    def _read(
        self, paths: Sequence[Path], done: TracksImported, context: JobContext
    ) -> tuple[list[PlannedFile], list[KnownFile]]:
        planned: list[PlannedFile] = []
        known: list[KnownFile] = []
        first_error: RangerAppError | None = None
        seen: dict[str, PlannedFile] = {}
        for number, path in enumerate(paths):
            context.step(number, len(paths), "reading-files")
            try:
                file = PlannedFile.read(path, read_gpx, context)
            except RangerAppError as error:
                if error.code == "cancelled":
                    raise
                first_error = first_error or error
                done.refused.append(str(path))
                done.problems.append(Problem(code=error.code, file=str(path), facts={**error.facts}))
                continue
            done.tracks += len(file.gpx.tracks)
            done.points += file.gpx.point_count
            done.waypoints += len(file.gpx.waypoints)
            before = known_file(self._store.reader, file.sha256)
            if file.sha256 in seen:
                done.duplicates.append(str(path))
            elif before is not None:
                known += [before] if before not in known else []
                done.duplicates.append(str(path))
            else:
                done.new_points += file.gpx.point_count
                done.new_waypoints += len(file.gpx.waypoints)
                seen[file.sha256] = file
                planned.append(file)
                ahead = times_ahead(file.gpx, now_us=self._store.clock() * 1000)
                found = (*file.gpx.problems, ahead) if ahead else file.gpx.problems
                done.problems.extend(replace(problem, file=str(path)) for problem in found)
        if first_error is not None and len(done.refused) == len(paths):
            raise first_error
        return planned, known

    def _answer_known(
        self,
        file: KnownFile,
        transaction: Transaction,
        date: dt.date | None,
        zone: ZoneInfo,
        done: TracksImported,
        *,
        takes_all: bool,
    ) -> None:
        for patrol in file.patrols:
            done.add_patrol(patrol)
        if date is None:
            return
        if not takes_all and has_times(self._store.reader, file):
            done.problems.append(Problem(code="day-not-given", file=file.name))
        elif date_untimed(self._store.reader, transaction, file, date, zone):
            done.dated.append(file.name)

    def _keep_originals(
        self, planned: Sequence[PlannedFile], transaction: Transaction, context: JobContext
    ) -> dict[str, str]:
        """Keep each file's bytes; answers the id that its record will have, by digest."""
        from db.transaction import new_id

        ids = {}
        for number, file in enumerate(planned):
            context.step(number, len(planned), "keeping-originals")
            digest, _ = self._store.blobs.put_file(file.path)
            if digest != file.sha256:
                raise FileChangedError(file=str(file.path))
            ids[digest] = new_id()
        return ids

    def _write(
        self,
        writer: PatrolWriter,
        plan: PatrolPlan,
        choice: LegChoice,
        into: str,
        numbers: Numbers,
        wished: str,
        done: TracksImported,
    ) -> None:
        problems: list[Problem] = []
        patrol = writer.write(plan, choice, into=into, number="" if into else wished or numbers.next(),
                              problems=problems)  # fmt: skip
        done.add_patrol(patrol)
        done.problems.extend(_one_row_a_kind(problems))


def _days_given(
    planned: Sequence[PlannedFile], date: dt.date | None, done: TracksImported, *, takes_all: bool
) -> dict[str, dt.date]:
    """The day of what has no time, by the digest of its file."""
    if date is None:
        return {}
    taking = [file for file in planned if takes_all or not file.has_times]
    done.problems += [
        Problem(code="day-not-given", file=str(file.path))
        for file in planned
        if file not in taking and file.lacks_times
    ]
    return {file.sha256: date for file in taking}


def _one_row_a_kind(problems: Sequence[Problem]) -> list[Problem]:
    """Like problems of one file as one row, with the first place and the count."""
    rows: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        first = rows.get((problem.code, problem.file))
        rows[problem.code, problem.file] = replace(first, count=first.count + problem.count) if first else problem
    return list(rows.values())


class FileChangedError(RangerAppError):
    """A file changed while it was being read; nothing of it is stored."""

    code = "file-changed"
