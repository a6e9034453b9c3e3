"""The JSON of one plan: what it answers, and what is wrong in one that is handed in."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

from db.plans import PlanOutcome
from ranger_app.domain.form_values import is_date
from ranger_app.domain.incident_document import wrong_type
from ranger_app.domain.people import split_name
from ranger_app.domain.plans import NEEDS_REASON, PlanState
from ranger_app.domain.typed_text import as_written
from ranger_app.problem import Problem
from ranger_app.services.patrol_documents import Shape, number_problems, shape_problems

TEXTS = ("number", "name", "team", "station", "mandate", "transport", "objective", "comment")
DAYS = {"start": "starts_on", "end": "ends_on"}
"""Keys of the document to the fields that hold them."""

ANSWERED = frozenset({"id", "planned_m", "overdue", "outcome", "withdrawn"})
"""Keys of an answered document that say nothing when it is given back."""

MOST_POINTS = 10_000
"""Of one route: a receiver takes far fewer."""

_PLAN: Shape = {
    **dict.fromkeys(TEXTS, str), **dict.fromkeys(DAYS, str), "leader": str, "members": list, "route": list,
    "state": str, "reason": str, "patrols": list,
}  # fmt: skip
_POINT: Shape = {"latitude_deg": (int, float), "longitude_deg": (int, float), "name": str}


def plan_problems(document: object) -> list[Problem]:
    """Name what in a plan's document is not as it should be; empty when all is well."""
    if not isinstance(document, Mapping):
        return [Problem(code="document-not-an-object", where="document")]
    found = list(shape_problems({k: v for k, v in document.items() if k not in ANSWERED}, _PLAN, ""))
    # What has another type is named once, and the rest is looked at all the same.
    misshapen = {one.where for one in found}
    document = {key: value for key, value in document.items() if key not in misshapen}
    days = [wrong_type(name, document[name]) for name in DAYS if document.get(name) and not is_date(document[name])]
    if not days and document.get("start") and document.get("end") and document["end"] < document["start"]:
        days.append(Problem(code="ends-before-beginning", where="end"))
    found += days
    if "number" in document and not str(document["number"] or "").strip():
        found.append(wrong_type("number", ""))
    found += number_problems(document)
    for name in ("members", "patrols"):
        if not all(isinstance(one, str) and split_name(one)[0] for one in document.get(name) or ()):
            found.append(wrong_type(name, document[name]))
    if document.get("leader") and not split_name(document["leader"])[0]:
        found.append(wrong_type("leader", document["leader"]))
    return [*found, *_route(document.get("route") or ()), *_state(document)]


def _route(route: Any) -> Iterator[Problem]:
    if len(route) > MOST_POINTS:
        yield Problem(code="field-above-maximum", where="route",
                      facts={"field": "route", "value": len(route), "limit": MOST_POINTS})  # fmt: skip
        return
    for place, point in enumerate(route, start=1):
        where = f"route[{place}]"
        problems = list(shape_problems(point, _POINT, where))
        yield from problems
        for name, limit in (("latitude_deg", 90), ("longitude_deg", 180)):
            value = None if problems else point.get(name)
            if not problems and (value is None or not math.isfinite(value)):
                yield wrong_type(f"{where}.{name}", value)
            elif value is not None and not -limit <= value <= limit:
                code = f"{name.removesuffix('_deg')}-out-of-range"
                yield Problem(code=code, where=f"{where}.{name}", facts={"value": as_written(value)})


def _state(document: Mapping[str, Any]) -> Iterator[Problem]:
    state = document.get("state")
    if state is not None and state not in set(PlanState):
        yield wrong_type("state", state)
    elif state in NEEDS_REASON and not str(document.get("reason") or "").strip():
        yield Problem(code="plan-reason-missing", where="reason")


def plan_document(found: PlanOutcome, today: dt.date) -> dict[str, Any]:
    """The document of one plan, as ``plan show`` answers it."""
    plan = found.plan
    names = {one.id: one.name for one in plan.members}
    return {
        "id": plan.id,
        "number": plan.number,
        "name": plan.name or None,
        "start": plan.starts_on.isoformat() if plan.starts_on else None,
        "end": plan.ends_on.isoformat() if plan.ends_on else None,
        **{name: getattr(plan, name) or None for name in TEXTS[2:]},
        "leader": names.get(plan.leader),
        "members": [one.name for one in plan.members],
        "route": [
            {"latitude_deg": one.latitude_deg, "longitude_deg": one.longitude_deg, "name": one.name or None}
            for one in plan.route
        ],
        "planned_m": found.planned_m,
        "state": str(plan.state),
        "reason": plan.reason or None,
        "overdue": plan.is_overdue(today),
        "patrols": [row.id for row in found.patrols],
        "outcome": {
            "start": found.start or None,
            "end": found.end or None,
            "distance_m": found.distance_m,
            "patrols": [
                {"id": row.id, "number": row.number, "start": row.start or None, "end": row.end or None,
                 "distance_m": row.distance_m}
                for row in found.patrols
            ],
        },
    }  # fmt: skip
