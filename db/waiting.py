"""What arrived before something that it depends on: stored, passed on, and let go when its turn comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlcipher3.dbapi2 import Connection

from ranger_app.domain.change import (
    NO_CHANGE,
    VERSION,
    Act,
    Change,
    NotAnActError,
    decode_act,
    ref_of,
    refs_lost,
    refs_needed,
)

NOTHING = ""
"""What a change waits for that can be inserted now: somebody has just declared lost what it lacked."""

NEWER = "newer"
"""What a change of a newer version waits for: the next upgrade."""

Read = tuple[Change, Act | None]
"""A change and what its payload says; ``None`` when it says nothing that can be read."""


class Waiting:
    """The waiting table.

    Args:
        is_here: Whether the change with this ref stands in the journal.
        payloads_about_losses: Payloads of changes here that may declare others lost; asked only when something is
            missing, because it reads through all of them.
    """

    def __init__(
        self,
        connection: Connection,
        is_here: Callable[[str], bool],
        payloads_about_losses: Callable[[], Iterable[bytes]],
    ) -> None:
        self._db = connection
        self._is_here = is_here
        self._payloads_about_losses = payloads_about_losses
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered of the table; needed after a rollback."""
        self._by_need: dict[str, set[bytes]] = {}
        self._ids: set[bytes] = set()
        self._lost: set[str] | None = None
        self._is_loaded = False

    def rows(self) -> Iterator[tuple[bytes, Change]]:
        """What waits, with the id under which it is kept."""
        for identity, *parts in self._db.execute("SELECT id, header, salt, payload FROM waiting ORDER BY id"):
            yield identity, Change(*parts)

    def count(self) -> int:
        """How many changes wait."""
        return int(self._db.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def __contains__(self, identity: bytes) -> bool:
        return identity in self._ids

    def load(self) -> list[Read]:
        """Remember what waits for what; returns, taken out of the table, what need not wait any longer."""
        if self._is_loaded:
            return []
        self._is_loaded = True
        for _, change in list(self.rows()):
            self._remember(change, self.missing(change, readable(change.payload)))
        return self._taken_out((NOTHING,))

    def _remember(self, change: Change, missing: set[str]) -> None:
        self._ids.add(change.id)
        for ref in missing or {NOTHING}:
            self._by_need.setdefault(ref, set()).add(change.id)

    def missing(self, change: Change, act: Act | None) -> set[str]:
        """Refs that must come before *change* can be inserted.

        A change declared lost is no longer waited for, except as the one before in the same log: without it nobody
        could tell the chain of that log.
        """
        header = change.parsed
        if header.version != VERSION:
            return {NEWER}
        # What cannot be read is kept in its chain; it says nothing that could be derived.
        missing = {ref for ref in refs_needed(act.ops) if not self._is_here(ref)} if act else set()
        if missing:
            missing -= self._declared_lost()
        if header.previous != NO_CHANGE and not self._is_here(ref_of(header.previous)):
            missing.add(ref_of(header.previous))
        return missing

    def _declared_lost(self) -> set[str]:
        if self._lost is None:
            acts = [readable(payload) for payload in self._payloads_about_losses()]
            self._lost = {ref for act in acts if act for ref in refs_lost(act.ops)}
        return self._lost

    def put(self, change: Change, missing: set[str]) -> None:
        """Keep a change until *missing* has come."""
        self._db.execute(
            "INSERT INTO waiting (id, header, salt, payload) VALUES (?, ?, ?, ?)",
            (change.id, change.header, change.salt, change.payload),
        )
        self._remember(change, missing)

    def released_by(self, ref: str, act: Act | None) -> list[Read]:
        """Take out what can stand now that the change with this ref is here."""
        lost = set(refs_lost(act.ops)) if act else set()
        if lost:
            self._declared_lost().update(lost)
        return self._taken_out((ref, *lost)) if self._by_need else []

    def _taken_out(self, come: Iterable[str]) -> list[Read]:
        ready: list[Read] = []
        for identity in {identity for ref in come for identity in self._by_need.get(ref, ())}:
            row = self._db.execute("SELECT header, salt, payload FROM waiting WHERE id = ?", (identity,)).fetchone()
            if row is None:
                continue
            change = Change(*row)
            act = readable(change.payload)
            if not self.missing(change, act):
                self._db.execute("DELETE FROM waiting WHERE id = ?", (identity,))
                self._ids.discard(identity)
                ready.append((change, act))
        for ref in come:
            if ref == NOTHING or self._is_here(ref):
                self._by_need.pop(ref, None)
        return ready


def readable(payload: bytes) -> Act | None:
    """What a payload says; ``None`` when it cannot be read."""
    try:
        return decode_act(payload)
    except NotAnActError:
        return None
