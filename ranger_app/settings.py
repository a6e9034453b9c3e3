"""Settings of this device for one person: not records, so that losing them loses no work."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path


class DeviceSettings:
    """A small JSON file of texts in the user's own folder.

    Args:
        home: The user's data folder, made when something is first remembered.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "settings.json"

    def get(self, name: str, otherwise: str = "") -> str:
        """What was remembered under *name*; *otherwise* when nothing was, or the file cannot be read."""
        return self._all().get(name, otherwise)

    def put(self, name: str, value: str) -> None:
        """Remember *value* under *name*; where the folder cannot be written, it is forgotten at the end."""
        import tempfile

        told = {**self._all(), name: value}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".new-")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(told, stream, indent=1, sort_keys=True, ensure_ascii=False)
            Path(temporary).replace(self._path)

    def _all(self) -> dict[str, str]:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}


def local_timezone() -> str:
    """IANA name of the zone this machine is in; UTC when it does not say."""
    from zoneinfo import ZoneInfoNotFoundError

    from tzlocal import get_localzone_name

    try:
        name = get_localzone_name()
    except (ZoneInfoNotFoundError, LookupError, OSError):
        return "UTC"
    return name or "UTC"
