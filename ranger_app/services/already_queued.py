"""What is in the outbox, or at the office, is not queued a second time unasked: SMART would make two of it."""

from __future__ import annotations

from collections.abc import Iterable

from db.reader import Entry
from ranger_app.domain.outbox import Item, State
from ranger_app.domain.places import Place
from ranger_app.errors import RangerAppError


class AlreadyWaitingError(RangerAppError):
    """It is in the outbox and not there yet."""

    code = "outbox-already"


class AlreadySentError(RangerAppError):
    """The office has it, as it stands."""

    code = "outbox-already-sent"


class ChangedSinceSentError(RangerAppError):
    """The office has it as it was; loading a file makes a second one there instead of changing the first."""

    code = "outbox-already-changed"


class TravelsAlongError(RangerAppError):
    """The patrol to which the incident belongs is in the outbox or there, and carries it."""

    code = "outbox-already-along"


class DirectOnceError(RangerAppError):
    """The server knows the record by our id already: sent once more it is refused, or a part of it taken twice."""

    code = "direct-once"


def refuse_second(place: Place, entry: Entry, says: str, known: Iterable[Item], *, force: bool) -> None:
    """Refuse what is there already, whichever laptop sent it.

    Args:
        says: Digest of what the record says now.
        known: The items of the outbox.
        force: A person wants it all the same; what went straight into the office's database stays refused.

    Raises:
        AlreadyWaitingError, AlreadySentError, ChangedSinceSentError, TravelsAlongError, DirectOnceError: It is there.
    """
    number = str(entry.values.get("number") or "")
    patrol = str(entry.values.get("patrol") or "")
    for item in known:
        if item.area != place.area or item.outcome == State.REFUSED:
            continue
        if item.record == entry.id:
            if place.how == item.how == "direct":
                raise DirectOnceError(number=number)
            if not force:
                raise _already(item, number, is_changed=item.covers != says)
        elif patrol and item.record == patrol and not force:
            raise TravelsAlongError(number=number, patrol=item.number)


def _already(item: Item, number: str, *, is_changed: bool) -> RangerAppError:
    if not item.outcome:
        return AlreadyWaitingError(number=number)
    return (ChangedSinceSentError if is_changed else AlreadySentError)(number=number)
