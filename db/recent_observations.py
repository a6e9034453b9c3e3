"""What was observed lately at this station."""

from __future__ import annotations

import json
from typing import Any

from db.fields import ATTRIBUTES, key_of_field
from db.reader import Reader
from db.schema import VISIBLE

LOOKED_AT = 300
"""Observations; what was in use before them is not the habit of this season."""


def recent_observations(reader: Reader) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Category and single-valued attributes of what was observed last, the latest first."""
    rows = reader.derived.execute(
        f"SELECT category, extra FROM observation JOIN record USING (no) WHERE {VISIBLE} ORDER BY no DESC LIMIT ?",
        (LOOKED_AT,),
    )
    return tuple((str(category), _attributes(extra)) for category, extra in rows if category)


def _attributes(extra: str | None) -> dict[str, Any]:
    told = json.loads(extra) if extra else {}
    return {
        key_of_field(name[len(ATTRIBUTES) :]): value
        for name, value in told.items()
        if name.startswith(ATTRIBUTES) and "/" not in name[len(ATTRIBUTES) :]
    }
