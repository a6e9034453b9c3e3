"""Runs in the environment of the foreign programs: tells as JSON what smartconnect-client reads from data models."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from smartconnect import SmartClient  # type: ignore[import-not-found]


def told(path: Path) -> dict[str, Any]:
    """Categories and attributes of one model, in the order of the file."""
    client = SmartClient(api="https://smart.invalid/server", username="", password="")
    model = client.load_datamodel(filename=str(path)).export_as_dict()
    return {
        "categories": [
            [one["path"], [[link["key"], link["isactive"]] for link in one["attributes"]]]
            for one in model["categories"]
        ],
        "attributes": [
            [
                one["key"],
                one["type"],
                one["isrequired"],
                None if one["options"] is None else [[option["key"], option["isActive"]] for option in one["options"]],
            ]
            for one in model["attributes"]
        ],
    }  # fmt: skip


print(json.dumps({path: told(Path(path)) for path in sys.argv[1:]}))
