"""What needs a look in a document that is stored all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.store import Store
from ranger_app.domain.observation_flaws import observation_flaws
from ranger_app.domain.typed_text import has_unshown
from ranger_app.problem import Problem
from ranger_app.services.models import picking_model

_NO_TEXTS = frozenset({"photos", "attachments", "withdrawn", "id"})


def document_flaws(store: Store, document: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Name what the data model asks for otherwise, and signs that were left out.

    Args:
        document: Of an incident or a patrol, checked by its form; parts that it does not name are not looked at.
    """
    lists = list(_observations(document))
    found = list(_unshown(document, ""))
    if any(told for _, told in lists):
        model = picking_model(store.reader, store.blobs, store.station_id)
        for path, told in lists:
            found += observation_flaws(model, told, path)
    return tuple(found)


def _observations(document: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    yield "observations", document.get("observations") or ()
    for place, waypoint in enumerate(document.get("waypoints") or (), start=1):
        yield f"waypoints[{place}].observations", waypoint.get("observations") or ()


def _unshown(told: object, path: str) -> Iterator[Problem]:
    if isinstance(told, str) and has_unshown(told):
        yield Problem(code="text-signs-left-out", where=path)
    elif isinstance(told, Mapping):
        for key, value in told.items():
            if key not in _NO_TEXTS:
                yield from _unshown(value, f"{path}.{key}" if path else str(key))
    elif isinstance(told, list):
        for place, value in enumerate(told, start=1):
            yield from _unshown(value, f"{path}[{place}]")
