"""What was observed lately at this station."""

from __future__ import annotations

from db.reader import Reader
from db.schema import VISIBLE

LOOKED_AT = 300
"""Observations; what was in use before them is not the habit of this season."""


def recent_categories(reader: Reader) -> tuple[str, ...]:
    """Hkeys of the categories that were observed last, the latest first, each once."""
    rows = reader.derived.execute(
        f"SELECT category FROM observation JOIN record USING (no) WHERE {VISIBLE} ORDER BY no DESC LIMIT ?",
        (LOOKED_AT,),
    )
    return tuple(dict.fromkeys(str(category) for (category,) in rows if category))
