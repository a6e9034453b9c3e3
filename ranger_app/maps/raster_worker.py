"""The process that turns one scanned sheet into tiles."""

from __future__ import annotations

from collections.abc import Sequence

from ranger_app.jobs import JobContext


def convert(arguments: Sequence[str], context: JobContext) -> None:
    """To be written."""
    raise NotImplementedError
