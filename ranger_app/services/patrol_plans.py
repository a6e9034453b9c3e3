"""Which tracks and waypoints of several files belong to one patrol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_days import grouped_by_silence
from ranger_app.geodesy import distances_m
from ranger_app.services.planned_files import PlannedFile, PlannedRun, PlannedWaypoint

US = 1_000_000

CLOSE_M = 10_000.0
"""Tracks without times from several files are one patrol where they come so close to each other."""

M_A_DEGREE = 111_000.0
"""Metres of a degree of latitude, roughly."""


@dataclass(slots=True, eq=False)
class PatrolPlan:
    """What one patrol is made of.

    Attributes:
        start_us, end_us: Earliest and latest moment; ``NO_TIME`` when nothing in it has a time.
        into, leg: The stored patrol and leg that this adds to, because a file of it is there in part.
    """

    tracks: list[PlannedRun] = field(default_factory=list)
    waypoints: list[PlannedWaypoint] = field(default_factory=list)
    start_us: int = NO_TIME
    end_us: int = NO_TIME
    into: str = ""
    leg: str = ""

    def take_time(self, start_us: int, end_us: int) -> None:
        if start_us == NO_TIME:
            return
        if self.start_us == NO_TIME:
            self.start_us, self.end_us = start_us, end_us
        else:
            self.start_us, self.end_us = min(self.start_us, start_us), max(self.end_us, end_us)

    def take(self, run: PlannedRun) -> None:
        self.tracks.append(run)
        self.take_time(run.first_us, run.last_us)

    @property
    def files(self) -> tuple[PlannedFile, ...]:
        found = [track.file for track in self.tracks] + [one.file for one in self.waypoints]
        return tuple(dict.fromkeys(found))

    @classmethod
    def joined(cls, plans: Iterable[PatrolPlan]) -> PatrolPlan:
        """All of it as one patrol, because a person said so."""
        whole = cls()
        for plan in plans:
            whole.tracks += plan.tracks
            whole.waypoints += plan.waypoints
            whole.take_time(plan.start_us, plan.end_us)
        return whole


def plan_patrols(files: Sequence[PlannedFile], *, silence_s: float) -> list[PatrolPlan]:
    """Propose patrols: what no silence longer than *silence_s* separates belongs together.

    What is new in a file that is here in part goes to the patrol of that part, unless a long silence lies between.
    Of tracks without any time those of one file stay together, and those of several files only where they are close to
    each other. A waypoint goes to the patrol whose time it falls into or next to; one without a time to the patrol of
    its own file.
    """
    grown = _Grown(files)
    runs = [run for file in files for run in file.runs if not grown.takes(run)]
    timed = [run for run in runs if run.is_timed]
    plans = []
    for group in grouped_by_silence([(run.first_us, run.last_us) for run in timed], silence_s=silence_s):
        plan = PatrolPlan()
        for place in group:
            plan.take(timed[place])
        plans.append(plan)
    plans += _plans_by_place([run for run in runs if not run.is_timed])
    plans = [*grown.plans, *plans]
    _Waypoints(plans, int(silence_s * US)).place(files)
    return [plan for plan in plans if plan.tracks or plan.waypoints]


class _Grown:
    """Stored patrols that hold a part of a file, for what is new in it."""

    def __init__(self, files: Sequence[PlannedFile]) -> None:
        self._of_patrol: dict[str, PatrolPlan] = {}
        for file in files:
            for anchor in file.anchors:
                plan = self._of_patrol.setdefault(anchor.patrol, PatrolPlan(into=anchor.patrol, leg=anchor.leg))
                plan.take_time(anchor.first_us, anchor.last_us)

    @property
    def plans(self) -> list[PatrolPlan]:
        return list(self._of_patrol.values())

    def takes(self, run: PlannedRun) -> bool:
        if run.anchor is None:
            return False
        self._of_patrol[run.anchor.patrol].take(run)
        return True


# Tracks without times


def _plans_by_place(runs: Sequence[PlannedRun]) -> list[PatrolPlan]:
    """Tracks without times: one patrol a file, and one for files whose tracks are close to each other."""
    if not runs:
        return []
    boxes = np.array([run.box for run in runs], np.float64)
    group = np.arange(len(runs))
    first_of: dict[PlannedFile, int] = {}
    for place, run in enumerate(runs):
        near = np.flatnonzero(_gaps_m(boxes[place], boxes[:place]) <= CLOSE_M)
        own = first_of.setdefault(run.file, place)
        joined = np.unique(group[np.append(near, [own, place])])
        if len(joined) > 1:
            group[np.isin(group, joined)] = joined[0]
    found: dict[int, PatrolPlan] = {}
    for run, number in zip(runs, group.tolist(), strict=True):
        found.setdefault(number, PatrolPlan()).take(run)
    return list(found.values())


def _gaps_m(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres between a box of west, south, east, north and each of others, 0 where they touch; or more than is close.

    Only those that are close in latitude are measured.
    """
    up = np.maximum(np.maximum(others[:, 1] - one[3], one[1] - others[:, 3]), 0.0) * M_A_DEGREE
    found = np.where(up > CLOSE_M, np.inf, up)
    near = np.flatnonzero(np.isfinite(found))
    other = others[near]
    across = np.maximum(np.maximum(other[:, 0] - one[2], one[0] - other[:, 2]), 0.0)
    level = (one[1] + one[3] + other[:, 1] + other[:, 3]) / 4
    none = np.zeros(len(near))
    found[near] += distances_m(none, level, np.minimum(across, 360.0 - across), level)
    return found


# Waypoints


class _Waypoints:
    """Finds the plan of each waypoint; plans grow by those that come late or early, and new ones are added."""

    def __init__(self, plans: list[PatrolPlan], silence_us: int) -> None:
        self._plans = plans
        self._silence_us = silence_us
        self._timed = [plan for plan in plans if plan.start_us != NO_TIME]
        self._spans = np.array([(plan.start_us, plan.end_us) for plan in self._timed], np.int64).reshape(-1, 2)

    def place(self, files: Sequence[PlannedFile]) -> None:
        """Put every waypoint of *files* into a plan."""
        of_run = {run: plan for plan in self._plans for run in plan.tracks}
        of_patrol = {plan.into: plan for plan in self._plans if plan.into}
        for file in files:
            timed = (one for one in file.waypoints if one.read.time_us != NO_TIME)
            own: PatrolPlan | None = None
            for waypoint in sorted(timed, key=lambda one: one.read.time_us):
                plan = self._plan_at(waypoint.read.time_us)
                plan.waypoints.append(waypoint)
                own = own or plan
            for waypoint in file.waypoints:
                if waypoint.read.time_us == NO_TIME:
                    near = of_patrol.get(waypoint.near_patrol)
                    near = of_run.get(waypoint.near) if waypoint.near is not None else near
                    if near is None:
                        near = own = own or self._added(PatrolPlan())
                    near.waypoints.append(waypoint)

    def _added(self, plan: PatrolPlan) -> PatrolPlan:
        self._plans.append(plan)
        return plan

    def _plan_at(self, time_us: int) -> PatrolPlan:
        silences = np.maximum(np.maximum(self._spans[:, 0] - time_us, time_us - self._spans[:, 1]), 0)
        place = int(np.argmin(silences)) if len(silences) else 0
        if not len(silences) or silences[place] > self._silence_us:
            place = len(silences)
            self._timed.append(self._added(PatrolPlan()))
            self._spans = np.append(self._spans, [[time_us, time_us]], axis=0)
        plan = self._timed[place]
        plan.take_time(time_us, time_us)
        self._spans[place] = plan.start_us, plan.end_us
        return plan
