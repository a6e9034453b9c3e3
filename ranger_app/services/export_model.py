"""A data model for the SMART office: its own as it is, ours for it to merge, or both in one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from db.store import Store
from exporters.data_model import data_model_xml, newer_types
from exporters.model_package import write_model
from ranger_app.domain.data_model import DataModel
from ranger_app.importers.data_model import extension_model
from ranger_app.importers.model_file import package_pictures
from ranger_app.problem import Problem
from ranger_app.services.models import KnownModel, find_model, model_of, with_extension

Part: TypeAlias = Literal["office", "extension", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelExported:
    """What was written.

    Attributes:
        problems: What a SMART of the format's time may not take.
    """

    path: Path
    version: str
    categories: int
    attributes: int
    languages: tuple[str, ...]
    problems: tuple[Problem, ...]


class ExportModel:
    """Write a data model as SMART reads it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, out: Path, *, name: str = "", version: str = "1.2", part: Part = "office") -> ModelExported:
        """Write one model of the station to *out*, whole or not at all.

        Args:
            out: Ends with ``.zip`` for a package with the pictures that came with the model.
            name: Which model, see :func:`ranger_app.services.models.find_model`; the current one when empty.
            version: ``1.2`` for SMART 8.1, ``1.1`` for 7.5 to 8.0.
            part: The office's model, our extension alone, or both joined.

        Raises:
            ModelUnknownError: The station has no such model.
            ModelUnwritableError: SMART would refuse its keys.
            FileNotWrittenError: The disk would not take it.
        """
        known = find_model(self._store.reader, self._store.station_id, name)
        model = self._model(known, part)
        write_model(out, data_model_xml(model, version=version), self._pictures(known, out, part))
        return ModelExported(
            path=out,
            version=version,
            categories=len(model.hkeys()),
            attributes=len(model.attributes),
            languages=model.languages,
            problems=tuple(newer_types(model, version)),
        )

    def _model(self, known: KnownModel, part: Part) -> DataModel:
        match part:
            case "extension":
                return extension_model()
            case "both":
                return with_extension(model_of(known, self._store.blobs))
            case "office":
                return model_of(known, self._store.blobs)

    def _pictures(self, known: KnownModel, out: Path, part: Part) -> tuple[tuple[str, bytes], ...]:
        if part == "extension" or not known.id or out.suffix.lower() != ".zip":
            return ()
        return package_pictures(self._store.blobs.get(known.sha256), file=known.name)
