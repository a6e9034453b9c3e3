"""What a seal freezes, and how each change of it is proven under a checkpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from db.cases import case
from db.officers import members
from db.reader import Reader
from db.store import Store
from ranger_app.domain.checkpoint import Checkpoint
from ranger_app.domain.dossier import Proof
from ranger_app.domain.merkle import Tree
from ranger_app.evidence.checkpoint_note import sign_checkpoint
from ranger_app.services.models import CURRENT
from ranger_app.services.take_back import with_descendants

AUDIENCES = ("station", "case")


@dataclass(slots=True)
class Scope:
    """What a seal freezes.

    Attributes:
        records: By audience: (kind, id) of each record.
        covers: By audience: refs of every change of them known now, earlier seals of them among them, and of what is
            printed beside them (the station's settings, the people).
    """

    records: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    covers: dict[str, set[str]] = field(default_factory=dict)


def scope_of_case(store: Store, case_id: str) -> Scope:
    """Everything that a dossier of the case tells: the case, its incidents and the patrols they were made on.

    Raises:
        RecordMissingError: The case or one of its incidents is not here.
    """
    reader = store.reader
    scope = Scope({audience: [] for audience in AUDIENCES}, {audience: set() for audience in AUDIENCES})
    _take(scope, reader, "case", case_id)
    patrols = set()
    for one in case(reader, case_id).incidents:
        entry = reader.entry(one, "incident", "conflict")
        _take(scope, reader, entry.kind, one)
        if entry.values.get("patrol"):
            patrols.add(str(entry.values["patrol"]))
    for one in sorted(patrols):
        _take(scope, reader, "patrol", one)
    model = reader.entry(store.station_id).values.get(CURRENT)
    for beside in (store.station_id, *members(reader), *([model] if isinstance(model, str) else [])):
        scope.covers["station"].update(reader.refs_of(beside))
    return scope


def _take(scope: Scope, reader: Reader, kind: str, record: str) -> None:
    for below, identity in with_descendants(reader, kind, record):
        audience = reader.entry(identity).audience
        scope.records[audience].append((below, identity))
        scope.covers[audience].update(reader.refs_of(identity))


def make_checkpoint(store: Store, audience: str, at: dt.datetime) -> Checkpoint:
    """The state of all logs of *audience* now, signed by this device."""
    unsigned = Checkpoint(store.station_id, audience, at, store.reader.leaves(audience))
    line = sign_checkpoint(unsigned, store.keys.device_seed)
    return Checkpoint(unsigned.station, audience, at, unsigned.leaves, (line,))


def proofs_under(
    store: Store, checkpoints: Mapping[str, Checkpoint], covers: Mapping[str, Collection[str]]
) -> tuple[Proof, ...]:
    """For each covered change that a checkpoint holds: the change itself and its path to the checkpoint's root."""
    found = []
    for audience, checkpoint in sorted(checkpoints.items()):
        wanted = {}
        for ref in sorted(covers.get(audience, ())):
            n = store.journal.n_of(ref)
            if n is not None:
                wanted[n] = ref
        for leaf in checkpoint.leaves:
            ids = store.journal.ids_of_leaf(leaf)
            tree = Tree(ids)
            place_of = {identity[:16].hex(): index for index, identity in enumerate(ids)}
            for n, ref in sorted(wanted.items()):
                index = place_of.get(ref)
                if index is None:
                    continue
                change = next(store.journal.changes(after=n - 1, up_to=n))
                found.append(
                    Proof(
                        audience=audience, header=change.header, salt=change.salt, payload=change.payload,
                        log=leaf.log.hex(), index=index, size=leaf.size, path=tuple(tree.inclusion_proof(index)),
                    )
                )  # fmt: skip
    return tuple(found)
