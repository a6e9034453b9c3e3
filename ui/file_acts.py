"""What the window asks the core to do with files: dossiers, exports, models, and what needs no open station."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.reader import Reader
    from db.store import Store
    from ranger_app.domain.map_request import MapPainter
    from ranger_app.services.demo import DemoMade
    from ranger_app.services.export_smart import SmartExported
    from ranger_app.services.models import ModelImported
    from ranger_app.services.seal_dossier import Sealed
    from ranger_app.services.self_test import Step
    from ranger_app.services.stations import Created
    from ranger_app.services.verify_file import Verified
    from ui.store_thread import ReadJob, Sight, StoreJob

Answer = TypeVar("Answer")
PlainJob: TypeAlias = Callable[[JobContext], Answer]
"""Work that needs no open station."""

PathsJob: TypeAlias = "StoreJob[tuple[Path, ...]]"
"""Work that answers the files it wrote."""

Painter: TypeAlias = "Callable[[], MapPainter]"
"""Makes the painter of a dossier's maps when one is needed."""


def map_painter() -> MapPainter:
    """The painter of the dossier's maps."""
    from ui.map_painter import painter

    return painter()


# Dossiers


def make_dossier(
    case: str,
    out: Path,
    *,
    officer: str,
    language: str,
    second_language: str,
    is_draft: bool,
    painter: Painter,
) -> StoreJob[Sealed]:
    """Write a dossier: a draft, or sealed and signed."""

    def work(store: Store, context: JobContext) -> Sealed:
        from ranger_app.services.seal_dossier import SealDossier

        return SealDossier(store, painter())(
            case, out, officer=officer, language=language, second_language=second_language, is_draft=is_draft,
            context=context,
        )  # fmt: skip

    return work


def verify_file(path: Path, *, home: Path) -> StoreJob[Verified]:
    """Check a dossier or a station folder."""

    def work(store: Store, context: JobContext) -> Verified:
        from ranger_app.services.verify_file import verify

        return verify(path, store=store, home=home, context=context)

    return work


# Files that leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Which records leave: those that are named and all of some kinds; everything when neither is said.

    Attributes:
        kinds: Record kinds (``patrol``, ``incident``, ``conflict``) of which all leave that lists show.
    """

    patrols: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def ids(self, reader: Reader) -> dict[str, tuple[str, ...]]:
        """Patrols and incidents by id, as the exports take them."""
        from db.incidents import RECORD_KINDS, incident_ids
        from db.patrol_pages import patrol_ids

        others = [kind for kind in self.kinds if kind in RECORD_KINDS]
        return {
            "patrols": patrol_ids(reader) if "patrol" in self.kinds else self.patrols,
            "incidents": incident_ids(reader, kinds=others) if others else self.incidents,
        }


def smart_versions() -> ReadJob[tuple[str, ...]]:
    """SMART versions that files can be written for."""

    def work(_sight: Sight, _context: JobContext) -> tuple[str, ...]:
        from ranger_app.services.export_smart import VERSIONS

        return tuple(VERSIONS)

    return work


def export_smart(
    out: Path, leaving: Leaving, *, version: str = "8", force: bool = False, officer: str
) -> StoreJob[SmartExported]:
    """Files that SMART imports, checked first."""

    def work(store: Store, context: JobContext) -> SmartExported:
        from ranger_app.services.export_smart import ExportSmart

        return ExportSmart(store)(
            out, **leaving.ids(store.reader), version=version, force=force, officer=officer, context=context
        )

    return work


def export_gpx(
    out: Path, leaving: Leaving, *, date_from: dt.date | None = None, date_to: dt.date | None = None
) -> PathsJob:
    """Tracks and places as GPX."""

    def work(store: Store, context: JobContext) -> tuple[Path, ...]:
        from ranger_app.services.export_tracks import ExportGpx

        told = leaving.ids(store.reader)
        return tuple(ExportGpx(store)(out, **told, date_from=date_from, date_to=date_to, context=context))

    return work


def export_geojson(
    out: Path, leaving: Leaving, *, date_from: dt.date | None = None, date_to: dt.date | None = None
) -> PathsJob:
    """Tracks and places as GeoJSON."""

    def work(store: Store, context: JobContext) -> tuple[Path, ...]:
        from ranger_app.services.export_tracks import ExportGeojson

        told = leaving.ids(store.reader)
        return tuple(ExportGeojson(store)(out, **told, date_from=date_from, date_to=date_to, context=context))

    return work


def import_model(path: Path, *, officer: str) -> StoreJob[ModelImported]:
    """The receiving office's data model, used from now on."""

    def work(store: Store, _context: JobContext) -> ModelImported:
        from ranger_app.services.models import ImportModel

        return ImportModel(store)(path, officer=officer)

    return work


def form_schema(kind: str, out: Path) -> StoreJob[Path]:
    """What a record of this kind may hold, as JSON Schema."""

    def work(store: Store, _context: JobContext) -> Path:
        import json

        from ranger_app.domain.forms import form_of_kind, json_schema
        from ranger_app.services.models import picking_model

        model = picking_model(store.reader, store.blobs, store.station_id)
        schema = json_schema(form_of_kind(kind), categories=model.hkeys())
        out.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return out

    return work


# Without an open station


def demo(folder: Path, *, home: Path, language: str, painter: Painter) -> PlainJob[DemoMade]:
    """A station with made-up records, and the whole main job done on it."""

    def work(context: JobContext) -> DemoMade:
        from ranger_app.services.demo import make_demo

        return make_demo(folder, home=home, painter=painter(), language=language, context=context)

    return work


def self_test(painter: Painter) -> PlainJob[tuple[Step, ...]]:
    """The program proves itself."""

    def work(context: JobContext) -> tuple[Step, ...]:
        from ranger_app.services.self_test import self_test as run

        return run(painter=painter, context=context)

    return work


def create_station(
    folder: Path, *, name: str, area_id: str, area_name: str, officer: str, role: str, language: str, timezone: str,
    home: Path,
) -> PlainJob[Created]:  # fmt: skip
    """A new, empty station; not encrypted, because this version cannot yet."""

    def work(_context: JobContext) -> Created:
        from ranger_app.services.stations import create_station as create

        return create(
            folder, name=name, area_id=area_id, area_name=area_name, officer_name=officer, role=role,
            language=language, timezone=timezone, is_encrypted=False, home=home,
        )  # fmt: skip

    return work
