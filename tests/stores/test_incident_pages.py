"""Pages of incidents: by the moment they happened, whatever the zone they were written in."""

from __future__ import annotations

import datetime as dt
import random

from db.incidents import IncidentRow, incident_ids, incident_page
from tests.service_desk import Desk

UTC = dt.UTC
MIDNIGHT = dt.datetime(2026, 3, 4, tzinfo=UTC)


def written(desk: Desk, at: str | None) -> str:
    with desk.store.act(officer=desk.officer) as change:
        return change.create("incident", {"form_kind": "other"} | ({"occurred_at": at} if at else {}))


def all_pages(desk: Desk, limit: int) -> list[IncidentRow]:
    rows: list[IncidentRow] = []
    before = None
    while page := incident_page(desk.store.reader, before=before, limit=limit):
        rows += page
        before = page[-1].place_key
    return rows


def test_a_page_is_ordered_by_the_moment_and_not_by_its_text(desk: Desk) -> None:
    naryn = written(desk, "2026-03-04T01:00:00+06:00")
    london = written(desk, "2026-03-03T20:00:00+00:00")

    assert [row.id for row in incident_page(desk.store.reader)] == [london, naryn]
    assert incident_ids(desk.store.reader) == (naryn, london)


def test_pages_of_any_length_hold_each_incident_once_in_one_order(desk: Desk) -> None:
    chance = random.Random(4)
    moments = {}
    for minutes in [chance.randrange(0, 6 * 1440) for _ in range(60)]:
        offset = dt.timezone(dt.timedelta(minutes=chance.choice([-720, -210, 0, 345, 360, 840])))
        moment = (MIDNIGHT + dt.timedelta(minutes=minutes)).astimezone(offset)
        moments[written(desk, moment.isoformat())] = moment

    for limit in (1, 7, 100):
        rows = all_pages(desk, limit)

        assert sorted(row.id for row in rows) == sorted(moments)
        told = [moments[row.id] for row in rows]
        assert told == sorted(told, reverse=True)


def test_what_has_no_time_comes_last_and_a_time_nobody_can_read_counts_as_none(desk: Desk) -> None:
    timed = written(desk, "2026-03-04T09:00:00+06:00")
    odd = [written(desk, "soon"), written(desk, None), written(desk, "2027-13-45")]

    for limit in (1, 2, 10):
        assert [row.id for row in all_pages(desk, limit)] == [timed, *reversed(odd)]
