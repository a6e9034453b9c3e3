"""SMART data models of this station: the one that new records follow, and those that offices sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from db.blobs import Blobs
from db.reader import Reader
from db.store import Store
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.model_merging import ModelClashError, merged
from ranger_app.domain.records import Observation, Value
from ranger_app.domain.typed_text import decimal_in
from ranger_app.errors import RangerAppError
from ranger_app.importers.data_model import ModelReading, data_model_from_bytes, extension_model, station_model
from ranger_app.importers.model_file import LARGEST_PACKAGE_BYTES
from ranger_app.problem import Problem

CURRENT = "current_model"
"""Field of the station's settings that names the model in use."""


@dataclass(frozen=True, slots=True)
class ModelImported:
    """What an office's data model holds.

    Attributes:
        problems: What is not as it should be in it, and was taken all the same.
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
        """Read and keep *path*; the file itself is kept as it was delivered, pictures of a package too.

        Raises:
            ModelBrokenError: SMART itself would refuse it; its problems say where and by which rule.
            RangerAppError: It is no data model, or not one to touch. Nothing is stored either way.
        """
        content = _bytes_of(path)
        reading = data_model_from_bytes(content, file=str(path))
        reading.refuse_broken(str(path))
        return self.keep(content, reading, name=path.name, officer=officer)

    def keep(self, content: bytes, reading: ModelReading, *, name: str, officer: str) -> ModelImported:
        """Keep a model that was read already, under *name*; its *content* as it was delivered."""
        model = reading.model
        known = {str(entry.values.get("sha256")): entry.id for entry in self._store.reader.entries("model")}
        with self._store.transaction(officer) as transaction, transaction.change() as change:
            digest = transaction.put_blob(content)
            record = known.get(digest)
            is_new = record is None
            if record is None:
                values = {"sha256": digest, "name": name, "version": model.version, "bytes": len(content)}
                record = change.create("model", values, blobs=[digest])
            change.set("setting", self._store.station_id, {CURRENT: record})
        categories = len(model.hkeys())
        return ModelImported(
            record, model.version, categories, len(model.attributes), model.languages, reading.problems, is_new
        )


def _bytes_of(path: Path) -> bytes:
    """The file's bytes; of one that is too large only so many that it is seen to be."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_PACKAGE_BYTES + 1)
    except OSError as error:
        from ranger_app.importers.gpx_problems import FileUnreadableError

        raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error


class UseModel:
    """Choose which data model new records follow from now on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, name: str, *, officer: str) -> KnownModel:
        """Take the model that is called *name*; see :func:`find_model`.

        Raises:
            ModelUnknownError: There is none; nothing was changed.
        """
        known = find_model(self._store.reader, self._store.station_id, name)
        with self._store.transaction(officer) as transaction, transaction.change() as change:
            change.set("setting", self._store.station_id, {CURRENT: known.id or None})
        return replace(known, is_current=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A data model that this station has.

    Attributes:
        id: Of its record; empty for the one that the program brings.
        name: Of the file that brought it.
        size_bytes: Of that file.
    """

    id: str
    name: str
    version: str
    size_bytes: int
    sha256: str
    is_current: bool


class ModelUnknownError(RangerAppError):
    """The station has no such data model."""

    code = "model-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


BUILT_IN = "default"
"""What people call the model that the program brings: SMART's default with our conflict extension."""


def known_models(reader: Reader, station_id: str) -> tuple[KnownModel, ...]:
    """The model that the program brings, then those that offices sent, in order of arrival."""
    current = reader.entry(station_id, "setting").values.get(CURRENT)
    built_in = KnownModel(
        id="", name=BUILT_IN, version=station_model().version, size_bytes=0, sha256="",
        is_current=not isinstance(current, str),
    )  # fmt: skip
    return built_in, *(
        KnownModel(
            id=entry.id,
            name=str(entry.values.get("name") or ""),
            version=str(entry.values.get("version") or ""),
            size_bytes=int(entry.values.get("bytes") or 0),
            sha256=str(entry.values.get("sha256") or ""),
            is_current=entry.id == current,
        )
        for entry in reader.entries("model")
    )


def find_model(reader: Reader, station_id: str, name: str) -> KnownModel:
    """The model with this id or file name (the latest of that name); the current one for an empty *name*.

    Raises:
        ModelUnknownError: There is none.
    """
    known = known_models(reader, station_id)
    found = [one for one in known if (one.is_current if not name else name in (one.id or BUILT_IN, one.name))]
    if not found:
        raise ModelUnknownError(name)
    return found[-1]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A data model file of the station; equal files are equal wherever they are kept."""

    sha256: str
    blobs: Blobs = field(compare=False)


@lru_cache(maxsize=4)
def _model_in(kept: _Kept) -> DataModel:
    return data_model_from_bytes(kept.blobs.get(kept.sha256)).model


@lru_cache(maxsize=4)
def _extended_in(kept: _Kept) -> DataModel:
    return with_extension(_model_in(kept))


def model_of(known: KnownModel, blobs: Blobs) -> DataModel:
    """What *known* holds."""
    return _model_in(_Kept(known.sha256, blobs)) if known.id else station_model()


def office_model(reader: Reader, blobs: Blobs, station_id: str) -> DataModel:
    """What the receiving office knows: its own model when it sent one, else SMART's default with our extension."""
    kept = _current(reader, blobs, station_id)
    return station_model() if kept is None else _model_in(kept)


def picking_model(reader: Reader, blobs: Blobs, station_id: str) -> DataModel:
    """What observations are picked from: the office's model and, where it lacks them, our conflict categories."""
    kept = _current(reader, blobs, station_id)
    return station_model() if kept is None else _extended_in(kept)


def _current(reader: Reader, blobs: Blobs, station_id: str) -> _Kept | None:
    record = reader.entry(station_id, "setting").values.get(CURRENT)
    if not isinstance(record, str):
        return None
    return _Kept(str(reader.entry(record, "model").values["sha256"]), blobs)


def with_extension(model: DataModel) -> DataModel:
    """*model* with our conflict categories where it lacks them; itself when the two say opposite things."""
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
        number = decimal_in(told)
        return told if number is None else number

    return tuple(
        replace(one, attributes={key: value(key, told) for key, told in one.attributes.items()}) for one in observations
    )
