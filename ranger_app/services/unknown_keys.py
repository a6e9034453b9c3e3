"""Keys of transports and mandates that no list here has: taken all the same, for the office's lists may not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from db.store import Store
from ranger_app.problem import Problem
from ranger_app.services.known_office import office_of


def unknown_keys(store: Store, document: Mapping[str, Any]) -> list[Problem]:
    """Name keys in the document of a patrol, or of an import, that neither the office's lists nor any file here has."""
    office = office_of(store.reader, store.station_id)
    return [
        Problem(code="list-key-unknown", where=where, facts={"value": key[:80], "fields": name})
        for name, key, where in _told(document)
        if key not in office.choices(name) and key not in office.others.get(name, {})
    ]


def _told(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    legs = [(f"legs[{place}].", leg) for place, leg in enumerate(document.get("legs") or (), start=1)]
    for path, part in [("", document), *legs]:
        for name in ("transport", "mandate"):
            if part.get(name):
                yield name, str(part[name]), f"{path}{name}"
