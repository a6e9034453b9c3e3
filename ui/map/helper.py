"""A second thread that makes the last squares of a picture while the painter makes the first ones, until they meet."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Generic, TypeVar

from ui.map.layer import Stale
from ui.qt_types import make_types

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

One = TypeVar("One")

_WORTH_IT = 4
"""Fewer are made as fast by the painter alone."""


class Helped(Generic[One]):
    """Has some of what is wanted made, the last first, while the caller goes through it from the first on.

    The helper begins when the caller has made one, so that what cannot be made at all is asked for once. Nothing is
    made beside the caller where there is one processor only, or where little is wanted. Behind the ``with`` the helper
    makes nothing more.
    """

    def __init__(self, wanted: Iterable[One], make: Callable[[One], object]) -> None:
        """Begin nothing yet.

        Args:
            make: Makes one and keeps it where the caller finds it; called in another thread. ``Stale`` ends the help.
        """
        self._left = deque(wanted)
        self._make: Callable[[One], object] | None = make
        self._is_worth_it = len(self._left) >= _WORTH_IT and _processors() > 1
        self._has_made = False
        self._future: Future[None] | None = None

    def reached(self, one: One) -> None:
        """To be told of each before the caller makes it, wanted or not: the helper does not begin it any more."""
        with suppress(IndexError):  # the helper took the last one meanwhile
            if self._left[0] == one:
                self._left.popleft()
        if self._has_made and self._is_worth_it and self._future is None:
            self._future = _helper().submit(self._work)
        self._has_made = True

    def _work(self) -> None:
        make = self._make
        assert make is not None
        with suppress(IndexError, Stale):  # they met, or nobody waits for the picture any more
            while True:
                make(self._left.pop())

    def __enter__(self) -> Helped[One]:
        make_types()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.clear()
        if self._future is not None and not self._future.cancel() and self._future.exception() and error is None:
            self._future.result()
        self._make = None  # the thread lets go of its last task a moment later, and layers end with their last user


def _processors() -> int:
    """How many this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _helper() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="map-helper")
