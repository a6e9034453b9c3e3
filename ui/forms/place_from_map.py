"""Lets the positions of a form be read off the map, with what is known around them shown beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from ranger_app.jobs import JobContext
from ui import telling
from ui.forms.editors import focus_soon
from ui.forms.position import PositionEditor
from ui.map_pane import Spot, tracks_layer
from ui.place_on_map import Ground, PlaceOnMapSheet

if TYPE_CHECKING:
    from ranger_app.domain.records import Attachment, Waypoint
    from ranger_app.domain.track import Track
    from ui.forms.record_form import RecordForm
    from ui.store_thread import ReadJob, Sight

MOST_PATROLS = 20
"""So many patrols of one day are shown."""

MOST_LAST = 200
"""So many of the newest records tell where a station is."""

_MOMENTS = ("occurred_at", "fields.discovered_at", "fields.reported_at")


class PlacesFromMap:
    """The positions of a form, each with a button that shows the map."""

    def __init__(self, form: RecordForm) -> None:
        self._form = form
        self._editors = tuple(form.view.findChildren(PositionEditor))
        for editor in self._editors:
            editor.place.offer_map(partial(self.ask, editor))

    @property
    def acts(self) -> dict[str, Callable[[], None]]:
        """The command that shows the map, where the form has a position."""
        return {"place_on_map": self.run} if self._editors else {}

    def run(self) -> None:
        """Show the map for the position with the cursor, or for the first one in sight."""
        focused = QApplication.focusWidget()
        seen = [one for one in self._editors if one.isVisibleTo(self._form)]
        chosen = next((one for one in seen if focused is not None and one.isAncestorOf(focused)), None)
        if chosen is not None or seen:
            self.ask(chosen or seen[0])

    def ask(self, editor: PositionEditor) -> None:
        """Show the map for one position."""
        form = self._form
        form.desk.load_grids()
        patrol, day = self._when()
        sheet = PlaceOnMapSheet(
            form.words, form.desk.notation, place=editor.place.place(), on_place=partial(_take, editor), desk=form.desk,
            bare=self._what_is_missing(patrol, day),
        )  # fmt: skip
        sheet.closed.connect(partial(_go_back, editor))
        work = ground_near(patrol=patrol, day=day, record="" if form.writing.is_new else form.writing.record)
        form.shell.ask(sheet)
        form.desk.ask(work, sheet.show_ground, owner=sheet)

    def _when(self) -> tuple[str, str]:
        """The patrol that the record belongs to, and the day on which it happened in the station's zone."""
        writing = self._form.writing
        if writing.kind == "patrol":
            return writing.record, ""
        values: Mapping[str, object] = self._form.view.values()
        moments = [telling.moment_from_iso(str(values.get(key) or "")) for key in _MOMENTS]
        first = next((one for one in moments if one is not None), None)
        day = first.astimezone(self._form.desk.zone).date().isoformat() if first is not None else ""
        return str(values.get("patrol_id") or ""), day

    def _what_is_missing(self, patrol: str, day: str) -> str:
        """What to do where no track leads to the place."""
        words = self._form.words
        if patrol:
            told = words.say("The patrol has no track here.")
        elif day:
            told = words.say("No patrol of {day} has a track here.", day=telling.day(words, dt.date.fromisoformat(day)))
        else:
            told = words.say("Say in the form when it was, and the tracks of that day are shown here.")
        return f"{told} " + words.say("Without a track: zoom in with the wheel or +, and press the place.")


def _take(editor: PositionEditor, latitude: float, longitude: float, accuracy_m: float) -> None:
    if isValid(editor):
        editor.take_from_map(latitude, longitude, accuracy_m)


def _go_back(editor: PositionEditor) -> None:
    if isValid(editor):
        focus_soon(editor.target())


def ground_near(*, patrol: str, day: str, record: str) -> ReadJob[Ground]:
    """What lies around a place of a record: its patrol or those of its day, and its photos; read beside the window.

    Args:
        patrol: The patrol that the record names; then the others of the day are left out.
        day: ISO date; empty when nobody knows it.
        record: The record whose photos are shown; empty for a new one.
    """

    def work(sight: Sight, context: JobContext) -> Ground:
        from db.patrol_pages import patrols_of_day
        from db.patrols import patrol as read

        reader = sight.reader
        ids = (patrol,) if patrol and reader.has(patrol) else patrols_of_day(reader, day, limit=MOST_PATROLS)
        tracks: list[tuple[str, Track]] = []
        spots = [_photo(photo) for photo in _photos(sight, record) if photo.position is not None]
        for number, one in enumerate(ids):
            context.step(number, len(ids), "reading-tracks")
            tracks += _tracks(sight, one)
            spots += [_waypoint(waypoint) for waypoint in read(reader, one).waypoints]
        boxes = tuple(box for _, track in tracks if (box := track.bounds()) is not None)
        if not boxes and not spots:
            return Ground(None, _everywhere(sight), is_bare=True)
        return Ground(tracks_layer(tracks), boxes, tuple(spots))

    return work


def _tracks(sight: Sight, patrol: str) -> list[tuple[str, Track]]:
    from db.patrols import tracks_of_leg

    legs = sight.reader.entries("leg", parent=patrol)
    return [(patrol, track) for leg in legs for track in tracks_of_leg(sight.reader, leg.id, sight.blobs)]


def _photos(sight: Sight, record: str) -> tuple[Attachment, ...]:
    from db.fields import attachments

    return attachments(sight.reader, record) if record and sight.reader.has(record) else ()


def _photo(photo: Attachment) -> Spot:
    assert photo.position is not None
    at = photo.position
    return Spot(id=photo.id, kind="photo", latitude_deg=at.latitude_deg, longitude_deg=at.longitude_deg)


def _waypoint(waypoint: Waypoint) -> Spot:
    at = waypoint.position
    return Spot(
        id=waypoint.id, kind="waypoint", latitude_deg=at.latitude_deg, longitude_deg=at.longitude_deg,
        label=str(waypoint.number),
    )  # fmt: skip


def _everywhere(sight: Sight) -> tuple[tuple[float, float, float, float], ...]:
    """Where the station has been at all."""
    from db.incidents import incident_page
    from db.track_index import track_boxes

    boxes, _ = track_boxes(sight.reader)
    rows = incident_page(sight.reader, limit=MOST_LAST)
    places = [
        (row.longitude_deg, row.latitude_deg, row.longitude_deg, row.latitude_deg)
        for row in rows
        if row.latitude_deg is not None and row.longitude_deg is not None
    ]
    return (*boxes.values(), *places)
