"""What was sealed: the records as a function of the changes that a seal covers, and of nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as sqlcipher

from db import schema
from db.branches import Branch
from db.derivation import Deriver
from db.journal import Journal, Stored, act_of
from db.reader import Reader
from db.store import Store
from ranger_app.domain.merkle import Peaks


class CoveredDeriver(Deriver):
    """Derives from some changes of each log: records, but no branches and no forks."""

    def _grow_branch(self, stored: Stored) -> Branch:
        return Branch(stored.log, "", Peaks())


@contextmanager
def sealed_view(store: Store, covers: Collection[str]) -> Iterator[Reader]:
    """A reader that sees the changes in *covers* alone; seals among them freeze nothing in it."""
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    try:
        connection.executescript(schema.derived())
        connection.execute("BEGIN")
        CoveredDeriver(connection, store.journal).apply(_covered(store.journal, covers))
        connection.execute("COMMIT")
        yield Reader(connection, store.journal_db)
    finally:
        connection.close()


def _covered(journal: Journal, covers: Collection[str]) -> Iterator[Stored]:
    for place in sorted(n for n in map(journal.n_of, covers) if n is not None):
        stored = next(journal.stored(after=place - 1, up_to=place))
        if not any(op["act"] == "seal" for op in act_of(stored).ops):
            yield stored
