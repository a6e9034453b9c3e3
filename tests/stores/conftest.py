"""A real station in a temporary folder, and the officer who works at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service_desk import Desk, new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An open, empty station in the time zone of Naryn, and its first officer."""
    desk = new_desk(tmp_path)
    yield desk
    desk.store.close()
