"""One pass over the outbox of one place: brings each file to the data queue exactly once, and hears what became of it.

What makes it exactly once: every item has a name that no other has, it is looked for under that name before it is
announced, an upload goes on where the server says that it stopped, and what the server has is written down before the
next item is touched. A file of which nobody can say whether it arrived is left to a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from ranger_app.domain.outbox import DONE_AT_SERVER, Attempts, Item, State, number_in
from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.sync.carrying import (
    REST_S,
    TRIES,
    Book,
    ItemFileChangedError,
    ItemFileGoneError,
    Passed,
    Progress,
    TrackLostError,
    asked_again,
    checked,
    is_due,
)
from ranger_app.sync.connect_errors import (
    AnswerLostError,
    ConnectError,
    MissingThereError,
    RefusedThereError,
)
from ranger_app.sync.smart_connect import Connect, QueueLine, Upload

Answer = TypeVar("Answer")


class TwinThereError(RangerAppError):
    """The server has a file of the same number that nobody here sent: another copy of this station may have."""

    code = "outbox-twin"


class UploadSpoiledError(RangerAppError):
    """The server has more bytes than the file: it has to begin anew under another name."""

    code = "outbox-upload-spoiled"


ITS_OWN: Final = (
    RefusedThereError,
    ItemFileGoneError,
    ItemFileChangedError,
    TrackLostError,
    TwinThereError,
    UploadSpoiledError,
)
"""What only one item suffers from."""


class Courier:
    """Carries items to one server, one after the other.

    Args:
        known: Names of every file that any laptop is known to have sent, or is to send.
    """

    def __init__(
        self, connect: Connect, book: Book, attempts: Mapping[str, Attempts], *,
        now: Callable[[], float] = time.time, pause: Callable[[float], None] = time.sleep,
        known: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._known = known
        self._connect = connect
        self._book = book
        self._attempts = attempts
        self._now = now
        self._pause = pause

    def __call__(self, items: Sequence[Item], context: JobContext) -> Passed:
        """Send what is not there, ask after what is; items of other laptops are not given to it.

        What only one item suffers from does not stop the others; what all would suffer from does.

        Raises:
            Cancelled: A person stopped it; what was sent is written down.
        """
        passed = Passed()
        to_send = [item for item in items if is_due(item, self._attempts, self._now())]
        to_follow = [item for item in items if item.outcome == State.SENT]
        if not to_send and not to_follow:
            return passed
        try:
            there = self._queues([*to_send, *to_follow])
            total, done = sum(item.size for item in to_send), 0
            for item in to_send:
                context.step(done, total, "sending")
                self._send_one(item, there, passed, Progress(context, done, total))
                done += item.size
            for item in to_follow:
                self._follow(item, there, passed)
        except Cancelled:
            raise
        except ConnectError as error:
            passed.stopped = error
        return passed

    def _queues(self, items: Iterable[Item]) -> dict[str, dict[str, QueueLine]]:
        """The server's queue by area and name; of two items of one name the one that got further counts."""
        found: dict[str, dict[str, QueueLine]] = {}
        for area in sorted({item.area for item in items}):
            by_name: dict[str, QueueLine] = {}
            for one in self._asked(lambda area=area: self._connect.queue(area)):  # type: ignore[misc]
                before = by_name.get(one.name)
                if before is None or (before.status == "UPLOADING" and one.status != "UPLOADING"):
                    by_name[one.name] = one
            found[area] = by_name
        return found

    # Sending

    def _send_one(
        self, item: Item, there: Mapping[str, Mapping[str, QueueLine]], passed: Passed, progress: Progress
    ) -> None:  # fmt: skip
        try:
            item = self._bring(item, there[item.area], progress)
        except ITS_OWN as error:
            passed.failed.append((item, error))
        else:
            (passed.heard if item.outcome == State.REFUSED else passed.sent).append(item)

    def _bring(self, item: Item, queue: Mapping[str, QueueLine], progress: Progress) -> Item:
        there = queue.get(item.name)
        if there is not None and there.status not in ("UPLOADING", "ERROR"):
            return self._book.ended(item, State.SENT, "")  # whatever became of our file
        path = checked(self._book.path(item), item)
        if there is not None and not item.work_item:
            item = self._taken_up(item, there)
        is_new = False
        if not item.work_item:
            self._refuse_twin(item, queue)
            item, is_new = self._announce(item, item.name)
        return self._upload(item, path, progress, is_new=is_new)

    def _refuse_twin(self, item: Item, queue: Mapping[str, QueueLine]) -> None:
        number = number_in(item.name)
        for name, one in queue.items():
            is_twin = number and number_in(name) == number and name != item.name and one.status != "ERROR"
            if is_twin and name not in self._known and not item.sure:
                raise TwinThereError(number=item.number, name=name, server=self._connect.host)

    def _taken_up(self, item: Item, there: QueueLine) -> Item:
        """An upload that began, of which this laptop has not heard the answer."""
        try:
            work_item = self._asked(lambda: self._connect.queued(there.id)).work_item
        except MissingThereError:
            return item
        return self._book.begun(item, item.name, work_item) if work_item else item

    def _announce(self, item: Item, name: str) -> tuple[Item, bool]:
        """Ask for a place; when the answer is lost, the item is found in the queue by its name."""
        is_absent, left = name == item.name, TRIES  # under its first name it was looked for when the pass began
        while True:
            if not is_absent and (work_item := self._asked(lambda: self._there(item.area, name))):
                return self._book.begun(item, name, work_item), False
            try:
                work_item = self._connect.announce(item.area, item.type, name, item.size)
            except ConnectError as error:
                left -= 1
                if not error.is_passing or not left:
                    raise
                is_absent = not error.may_be_done
                self._pause(REST_S)
            else:
                return self._book.begun(item, name, work_item), True

    def _there(self, area: str, name: str) -> str:
        """Id of the upload that the server has under a name; empty for none."""
        found = next((one for one in self._connect.queue(area) if one.name == name), None)
        return self._connect.queued(found.id).work_item if found is not None else ""

    def _upload(self, item: Item, path: Path, progress: Progress, *, is_new: bool) -> Item:
        """Put the bytes that the server lacks, until it has them all.

        Args:
            is_new: The server has just given it a place: nobody has sent a byte yet.
        """
        nothing = Upload(status="UPLOADING", has=0, wants=item.size, message="")
        for round_ in range(TRIES + 1):
            state = nothing if is_new and not round_ else self._state(item)
            if state.has > item.size or (state.status == "ERROR" and state.has < item.size) or state.wants != item.size:
                return self._begin_anew(item, path, progress)
            if state.has == item.size:
                return self._whole(item, state)
            if round_ == TRIES:
                break
            progress(state.has)
            try:
                self._connect.put(item.work_item, path, start=state.has, size=item.size, tell=progress)
            except ConnectError as error:
                if not (error.is_passing or isinstance(error, RefusedThereError)) or round_ == TRIES - 1:
                    raise
                self._pause(REST_S)
        raise AnswerLostError(host=self._connect.host)

    def _state(self, item: Item) -> Upload:
        """How much the server has, once that has come to rest."""
        try:
            state = self._asked(lambda: self._connect.upload_state(item.work_item))
            while state.has < item.size and state.status != "ERROR":
                self._pause(REST_S)
                before, state = state, self._asked(lambda: self._connect.upload_state(item.work_item))
                if before.has == state.has:
                    break
        except MissingThereError as error:
            raise TrackLostError(name=item.name, server=self._connect.host) from error
        return state

    def _whole(self, item: Item, state: Upload) -> Item:
        if state.status == "ERROR":
            return self._book.ended(item, State.REFUSED, state.message)
        return self._book.ended(item, State.SENT, "")

    def _begin_anew(self, item: Item, path: Path, progress: Progress) -> Item:
        """An upload that the server has given up is never processed: the file goes under another name."""
        if progress.begun_anew >= TRIES:
            raise UploadSpoiledError(name=item.name, server=self._connect.host)
        progress.begun_anew += 1
        stem, dot, ending = item.name.rpartition(".")
        item, is_new = self._announce(replace(item, work_item=""), f"{stem}_{dot}{ending}")
        return self._upload(item, path, progress, is_new=is_new)

    # Following

    def _follow(self, item: Item, there: Mapping[str, Mapping[str, QueueLine]], passed: Passed) -> None:
        found = there[item.area].get(item.name)
        outcome = DONE_AT_SERVER.get(found.status) if found is not None else None
        if found is not None and outcome is not None:
            words = found.message if outcome == State.REFUSED or found.status != "COMPLETE" else ""
            passed.heard.append(self._book.ended(item, outcome, words))

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        return asked_again(ask, pause=self._pause)
