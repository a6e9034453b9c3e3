"""Photos of a booklet whose camera was corrected before: asked once, then their rows take the corrected time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ui import acts
from ui.clock_watch import key_of_proposals
from ui.clock_words import ClockWords
from ui.desk import Desk
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.jobs import JobContext
    from ranger_app.problem import Problem
    from ranger_app.services.attach_photos import ReadPhoto
    from ranger_app.services.propose_clock import ClockProposal
    from ui.store_thread import Sight

ABOUT = "booklet-clock"


class BookletClock:
    """Asks, and reads the photos again with the correction.

    Args:
        on_read: Called with the photos, read again.
    """

    def __init__(self, desk: Desk, shell: Shell, on_read: Callable[[Sequence[ReadPhoto]], None]) -> None:
        self._desk, self._shell, self._on_read = desk, shell, on_read
        self._proposed: tuple[ClockProposal, tuple[Path, ...]] | None = None

    @property
    def can_correct(self) -> bool:
        """Whether a correction is proposed now."""
        return self._proposed is not None

    def look(self, photos: Sequence[ReadPhoto]) -> None:
        """See whether a camera of *photos* was corrected before."""
        self._desk.ask(proposed(tuple(photos)), self._ask)

    def _ask(self, found: tuple[ClockProposal, tuple[Path, ...]] | None) -> None:
        self._proposed = found
        self._shell.refresh_commands()
        if found is None:
            return
        words = self._desk.words
        told = ClockWords(words, self._desk.zone).proposal(found[0], key=key_of_proposals(), photos=len(found[1]))
        self._shell.say(
            "information", told, acts=[(words.say("Correct these too"), self.correct)], about=ABOUT, is_question=True
        )

    def correct(self) -> None:
        """Read the photos again, as the corrected clock has them."""
        if self._proposed is None:
            return
        (one, paths), self._proposed = self._proposed, None
        self._shell.put_away(ABOUT)

        def take(read: tuple[list[ReadPhoto], tuple[Problem, ...]]) -> None:
            self._on_read(read[0])

        self._desk.do(
            acts.read_photos(paths, shift=one.shift), title=self._desk.words.say("Reading photos"), on_done=take
        )


def proposed(
    photos: tuple[ReadPhoto, ...],
) -> Callable[[Sight, JobContext], tuple[ClockProposal, tuple[Path, ...]] | None]:
    """The correction that the photos of a camera may need, with their files; of the first camera that has one."""

    def work(sight: Sight, _context: JobContext) -> tuple[ClockProposal, tuple[Path, ...]] | None:
        from ranger_app.services.propose_clock import proposal_for_camera

        for camera, serial in dict.fromkeys((one.photo.camera, one.photo.serial) for one in photos):
            mine = [one for one in photos if (one.photo.camera, one.photo.serial) == (camera, serial)]
            taken = [one.taken_at for one in mine if one.taken_at is not None]
            found = proposal_for_camera(sight.reader, camera=camera, serial=serial, taken=taken)
            if found is not None:
                return found, tuple(one.path for one in mine)
        return None

    return work
