"""Answers that cannot be true together are told, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from ranger_app.domain.contradictions import contradictions

EARLY, LATE = "2026-11-19T03:00:00+06:00", "2026-11-20T03:00:00+06:00"


@pytest.mark.parametrize(
    ("answers", "code", "field"),
    [
        ({"occurred_at": LATE, "occurred_until": EARLY}, "ends-before-beginning", "occurred_until"),
        ({"occurred_at": LATE, "discovered_at": EARLY}, "found-before-it-happened", "discovered_at"),
        ({"occurred_at": LATE, "reported_at": EARLY}, "reported-before-it-happened", "reported_at"),
        ({"last_seen_alive_at": LATE, "discovered_at": EARLY}, "seen-alive-after-found", "discovered_at"),
        ({"suspects_known": "unknown", "suspect_count": 2}, "suspects-counted-but-unknown", "suspect_count"),
        ({"patrol_id": "1" * 32, "occurred_at": LATE}, "not-on-its-patrol", "patrol_id"),
    ],
)
def test_what_cannot_be_true_together_is_told(answers: dict[str, Any], code: str, field: str) -> None:
    days = ("2019-05-01", "2019-05-02") if "patrol_id" in answers else None

    assert [(one.code, one.field) for one in contradictions(answers, patrol_days=days)] == [(code, field)]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"occurred_at": EARLY, "occurred_until": LATE, "discovered_at": LATE},
        {"occurred_at": "2026-11-20T03:00:00+06:00", "occurred_until": "2026-11-19T22:00:00+00:00"},
        {"occurred_until": EARLY, "discovered_at": "perhaps"},
        {"suspects_known": "seen", "suspect_count": 2},
        {"suspects_known": "unknown", "suspect_count": 0},
    ],
)
def test_what_can_be_true_is_left_alone(answers: dict[str, Any]) -> None:
    assert contradictions(answers) == ()


def test_a_snare_found_on_the_patrol_may_have_been_set_before() -> None:
    answers = {"occurred_at": EARLY, "discovered_at": LATE}

    assert contradictions(answers, patrol_days=("2026-11-20", "2026-11-21")) == ()
    assert contradictions({"discovered_at": None}, patrol_days=("2019-01-01", "2019-01-01")) == ()
