"""SMART data models of this station: the one that new records follow, and those that offices sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from db.blobs import Blobs
from db.reader import Reader
from db.store import Store
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.model_merging import ModelClashError, merged
from ranger_app.domain.records import Observation, Value
from ranger_app.errors import Problem
from ranger_app.importers.data_model import data_model_from_bytes, extension_model, station_model

CURRENT = "current_model"
"""Field of the station's settings that names the model in use."""


@dataclass(frozen=True, slots=True)
class ModelImported:
    """What an office's data model holds.

    Attributes:
        is_new: Whether this very file was not here before.
    """

    id: str
    version: str
    categories: int
    attributes: int
    languages: tuple[str, ...]
    problems: tuple[Problem, ...]
    is_new: bool


class ImportModel:
    """Keep an office's SMART data model and use it from now on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, path: Path, *, officer: str) -> ModelImported:
        """Read and keep *path*; the file itself is kept as it was delivered.

        Raises:
            RangerAppError: It is no data model, or one that SMART itself would refuse; nothing is stored.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            from ranger_app.importers.gpx_problems import FileUnreadableError

            raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error
        reading = data_model_from_bytes(content, file=str(path))
        model = reading.model
        known = {str(entry.values.get("sha256")): entry.id for entry in self._store.reader.entries("model")}
        with self._store.transaction(officer) as transaction, transaction.change() as change:
            digest = transaction.put_blob(content)
            record = known.get(digest)
            is_new = record is None
            if record is None:
                values = {"sha256": digest, "name": path.name, "version": model.version, "bytes": len(content)}
                record = change.create("model", values, blobs=[digest])
            change.set("setting", self._store.station_id, {CURRENT: record})
        categories = len(model.hkeys())
        return ModelImported(
            record, model.version, categories, len(model.attributes), model.languages, reading.problems, is_new
        )


@lru_cache(maxsize=4)
def _model_from(content: bytes) -> DataModel:
    return data_model_from_bytes(content).model


def office_model(reader: Reader, blobs: Blobs, station_id: str) -> DataModel:
    """What the receiving office knows: its own model when it sent one, else SMART's default with our extension."""
    record = reader.entry(station_id, "setting").values.get(CURRENT)
    if not isinstance(record, str):
        return station_model()
    return _model_from(blobs.get(str(reader.entry(record, "model").values["sha256"])))


def picking_model(reader: Reader, blobs: Blobs, station_id: str) -> DataModel:
    """What observations are picked from: the office's model and, where it lacks them, our conflict categories."""
    model = office_model(reader, blobs, station_id)
    return model if model is station_model() else _extended(model)


@lru_cache(maxsize=4)
def _extended(model: DataModel) -> DataModel:
    try:
        return merged(model, extension_model())
    except ModelClashError:
        return model


def with_numbers(observations: Sequence[Observation], model: DataModel) -> tuple[Observation, ...]:
    """Observations with numbers as numbers: a change carries decimals as texts, and the model knows which are."""

    def value(key: str, told: Value) -> Value:
        attribute = model.attribute(key)
        if not isinstance(told, str) or attribute is None or attribute.type is not AttributeType.NUMERIC:
            return told
        try:
            return Decimal(told)
        except InvalidOperation:
            return told

    return tuple(
        replace(one, attributes={key: value(key, told) for key, told in one.attributes.items()}) for one in observations
    )
