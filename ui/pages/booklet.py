"""A paper booklet is typed: one row an observation, no dialog; time and place come from the track of the patrol."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ranger_app.errors import RangerAppError
from ui import acts, theme
from ui.booklet_clock import BookletClock
from ui.booklet_line import BookletLine
from ui.booklet_reading import (
    NOTHING_TOLD,
    Above,
    Ground,
    NotUnderstood,
    Place,
    Understood,
    document,
    read_count,
    understood,
)
from ui.desk import Desk
from ui.long_table import LongTable
from ui.map_pane import MapPane, Spot
from ui.pages.booklet_words import BookletWords, position_of, short, spot
from ui.pages.page import Page
from ui.patrol_tracks import tracks_of
from ui.record_table import TableRow
from ui.responsive import PanePair
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.booklet import Pick
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import Patrol
    from ranger_app.domain.track import Track
    from ranger_app.services.attach_photos import ReadPhoto
    from ranger_app.services.record_booklet import BookletRow

NEAR_PX = 24
"""A press so near to the track means the track."""

LEAST_MAP_PX = 60

KEPT_AFTER_MS = 700
"""A row that is not finished is kept on this device after such a pause."""


class BookletPage(Page):
    """The row that is being typed, the rows that are stored, and the map of the patrol.

    Args:
        patrol: Id of the patrol on which the booklet was written.
    """

    name = "booklet"
    kinds = frozenset({"patrol", "leg", "track", "waypoint", "observation"})

    def __init__(self, desk: Desk, shell: Shell, patrol: str) -> None:
        super().__init__(desk, shell)
        self._record = patrol
        self._number = ""
        self._model: DataModel | None = None
        self._ground = Ground(zone=desk.zone, notation=desk.notation, days=(), tracks=(), waypoints={})
        self._pick_above: Pick | None = None
        self._photos: list[ReadPhoto] = []
        self._clock = BookletClock(desk, shell, self._take_corrected)
        self.acts["correct_too"] = self._clock.correct
        self._shown: list[tuple[str, str]] = []
        self._has_tracks = False
        self._is_drawn = False
        self._build()
        self._told = BookletWords(self.words, desk.zone, desk.notation, self.line.seen.known)
        self._keep_later = QTimer(self, singleShot=True, interval=KEPT_AFTER_MS)
        self._keep_later.timeout.connect(self._keep_unfinished)
        desk.with_model(self._take_model)

    def _build(self) -> None:
        words = self.words
        self.line = BookletLine(words)
        self.line.edited.connect(self._hear)
        self.line.finished.connect(self.store)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        theme.set_kind(self.told, "quiet")
        columns = (
            (words.say("Time"), 15),
            (words.say("Seen"), 34),
            (words.say("How many"), 8),
            (words.say("Where"), 26),
            (words.say("Note"), 20),
        )
        self.table = LongTable(columns, words.say("Rows; Delete takes one out"))
        self.table.wanted_out.connect(self.take_out)
        self.table.opened.connect(self._flash)
        self.map = MapPane(words, self.desk)
        self.map.setMinimumHeight(LEAST_MAP_PX)  # the fields of the row come first, in a low window too
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.line)
        column.addWidget(self.told)
        column.addWidget(PanePair(self.map, self.table, (words.say("Map"), words.say("Rows"))), 1)

    @property
    def title(self) -> str:
        return self.words.say("Booklet of {number}", number=self._number)

    def can(self, command: str) -> bool:
        return super().can(command) and (command != "correct_too" or self._clock.can_correct)

    def panes(self) -> Sequence[QWidget]:
        return (self.line, self.table, self.map)

    # What is known

    def _take_model(self, model: DataModel) -> None:
        from db.recent_observations import recent_observations
        from ranger_app.domain.booklet import picked, picks
        from ranger_app.domain.model_search import index_of

        self._model = self._told.model = model
        recent = [picked(model, category, told) for category, told in recent_observations(self.desk.reader)]
        self.line.offer(index_of(picks(model, recent), model.languages))
        self._put_back()
        self.refresh()

    def refresh(self) -> None:
        from db.patrols import patrol

        found = patrol(self.desk.reader, self._record)
        self._number = found.number
        days = sorted({day.date for leg in found.legs for day in leg.days})
        known = {one.number: (one.id, position_of(one), one.at) for one in found.waypoints}
        self._ground = replace(self._ground, days=days, waypoints=known)
        self.line.show_day(len(days) > 1)
        self._show_rows(found)
        spots = [spot(one) for one in found.waypoints]
        if self._has_tracks:
            self.map.show_spots(spots)
        else:
            self.desk.ask(tracks_of(self._record), partial(self._take_tracks, spots=spots))
        self.changed.emit()

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(kind in ("leg", "track") for kind, _ in touched):
            self._has_tracks = False
        super().hear(touched)

    def _take_tracks(self, tracks: list[Track], *, spots: list[Spot]) -> None:
        self._has_tracks = True
        self._ground = replace(self._ground, tracks=tracks)
        self.map.show_things([(self._record, track) for track in tracks], spots, fit=not self._is_drawn)
        if not self._is_drawn and self.map.view is not None:
            self._is_drawn = True
            self.map.view.clicked.connect(self._press)
        self._tell()

    def _show_rows(self, found: Patrol) -> None:
        rows: list[TableRow] = []
        with_day = len(self._ground.days) > 1
        self._shown = []
        for waypoint in found.waypoints:
            for seen in waypoint.observations or (None,):
                self._shown.append((waypoint.id, seen.id if seen is not None else ""))
                rows.append(TableRow(waypoint.id, self._told.row(waypoint, seen, with_day=with_day)))
        self.table.set_rows(rows)
        stored = self._ground.above.waypoint if self._ground.above is not None else ""
        place = max((n for n, (waypoint, _) in enumerate(self._shown) if waypoint == stored), default=-1)
        if place >= 0:
            self.table.selectRow(place)

    # Typing

    def _hear(self) -> None:
        self._tell()
        self._keep_later.start()

    def _read(self) -> tuple[Understood, Pick | None, Any]:
        """The row as it stands.

        Raises:
            NotUnderstood: A field cannot be taken.
        """
        from ranger_app.domain.booklet import count_attribute, pick_of

        if self.line.is_blank or self._model is None:
            raise NotUnderstood("time", NOTHING_TOLD)
        texts = self.line.texts()
        found = understood(texts, self._ground)
        key = self.line.seen.key()
        if key is None:
            raise NotUnderstood("seen", NOTHING_TOLD)
        says_more = any((texts.time, texts.count, texts.where, texts.distance, texts.bearing))
        pick = pick_of(self._model, key) if key else self._pick_above if says_more and not self.line.note else None
        if pick is None and not self.line.note:
            raise NotUnderstood("seen", NOTHING_TOLD)
        asked = count_attribute(self._model, pick.category) if pick is not None else None
        return found, pick, read_count(texts.count, asked)

    def _tell(self) -> None:
        """Say what the row will be, or what is still missing, while it is being typed."""
        if self.line.is_blank:
            self.told.setText(self._hint())
            self.map.clear_mark()
            return
        try:
            found, pick, count = self._read()
        except NotUnderstood as problem:
            self.told.setText(self._told.problem(problem))
            self.map.clear_mark()
            return
        seen = self._told.pick(pick) if pick is not None else self.words.say("a place with a note")
        how_many = f"{count} × " if count is not None else ""
        parts = [f"{how_many}{seen}", self._told.moment(found), self._told.place(found.place)]
        self.told.setText(" — ".join(part for part in parts if part))
        self.map.mark(float(found.place.position["latitude_deg"]), float(found.place.position["longitude_deg"]))

    def _hint(self) -> str:
        words = self.words
        if self._photos:
            return self._told.photo(self._photos[0], len(self._photos) - 1)
        return words.say(
            "Time, Enter, three letters, Enter, number, Enter. The place is that of the track at the time; empty fields"
            ' and " mean as above. Tab leads to place, distance, bearing and note. Photos may be dropped here.'
        )

    # Storing

    def store(self) -> None:
        """Store the row, and begin the next one."""
        from db.transaction import new_id
        from ranger_app.domain.booklet import observation
        from ranger_app.services.record_booklet import BookletRow

        try:
            found, pick, count = self._read()
        except NotUnderstood as problem:
            self.told.setText(self._told.problem(problem))
            self.line.mark(problem)
            return
        assert self._model is not None
        photos, self._photos = self._photos[:1], self._photos[1:]
        place = found.place
        row = BookletRow(
            observation=observation(self._model, pick, count) if pick is not None else None,
            at=found.at, date=found.date if found.at is None else None,
            position=place.position, direction_deg=found.direction_deg, distance_m=found.distance_m,
            comment=self.line.note, photos=[one.path for one in photos],
            shift=photos[0].shift if photos else None,
        )  # fmt: skip
        waypoint = place.waypoint or new_id()
        self._submit(row, waypoint, is_new=not place.waypoint, photos=photos)
        self._ground = replace(
            self._ground, above=Above(at=found.at, date=found.date, position=place.position, waypoint=waypoint)
        )
        self._pick_above = pick or self._pick_above
        self.line.clear()
        self._keep_unfinished()
        self._take_next_photo()

    def _submit(self, row: BookletRow, waypoint: str, *, is_new: bool, photos: list[ReadPhoto]) -> None:
        typed = self.line.state()

        def refused(error: RangerAppError) -> None:
            self._photos = [*photos, *self._photos]
            if self.line.is_blank:
                self.line.put(typed)
            self.desk.tell(error)

        self.desk.do(
            acts.record_booklet(self._record, row, waypoint=waypoint, is_new=is_new, officer=self.desk.officer_id),
            on_error=refused,
        )

    def take_out(self, place: int) -> None:
        """Take a stored row back."""
        if 0 <= place < len(self._shown):
            waypoint, observation = self._shown[place]
            self.desk.do(
                acts.take_out_booklet_row(waypoint, observation, officer=self.desk.officer_id),
                on_done=lambda _: self.shell.say(
                    "information", self.words.say("The row was taken out."),
                    acts=[(self.words.say("Undo"), lambda: self.shell.run("undo"))], is_of_last_act=True,
                ),
            )  # fmt: skip

    def _flash(self, place: int) -> None:
        if self.map.view is not None and 0 <= place < len(self._shown):
            self.map.view.flash([("places", self._shown[place][0])])

    # Places from the map

    def _press(self, lon: float, lat: float, _button: object, _modifiers: object) -> None:
        """A place was pressed on the map: near the track it is the track's, with its time."""
        from ranger_app.domain.track import NO_TIME
        from ranger_app.domain.track_places import fix_near

        assert self.map.view is not None
        near_m = NEAR_PX * self.map.view.viewport.scale
        fixes = [fix for one in self._ground.tracks if (fix := fix_near(one, lat, lon, within_m=near_m)) is not None]
        if fixes:
            fix = min(fixes, key=lambda one: one.apart)
            place = Place(position=document(fix.latitude_deg, fix.longitude_deg, source="track"), how="map")
            if fix.time_us != NO_TIME and not self.line.lines["time"].text().strip():
                moment = dt.datetime.fromtimestamp(fix.time_us / 1e6, self.desk.zone)
                self._put_moment(moment)
        else:
            place = Place(position=document(round(lat, 6), round(lon, 6), source="map"), how="map")
        self._pin(place)
        self.line.go_to("seen")

    def _put_moment(self, moment: dt.datetime) -> None:
        self.line.lines["time"].setText(f"{moment:%H:%M:%S}")
        if len(self._ground.days) > 1:
            self.line.lines["day"].setText(f"{moment:%d.%m.%Y}")

    def _pin(self, place: Place) -> None:
        """Let the field stand for exactly this place."""
        text = short(place.position)
        self._ground = replace(self._ground, pinned={text: place})
        self.line.lines["where"].setText(text)
        self._hear()

    # Photos

    def take_photos(self, paths: Sequence[Path]) -> bool:
        def take(read: tuple[list[ReadPhoto], tuple[Any, ...]]) -> None:
            photos, refused = read
            if refused:
                self.shell.say_problems(self.words.say("Some files are no photos."), refused)
            self._photos += sorted(photos, key=lambda one: (one.taken_at is None, one.taken_at))
            self._take_next_photo()
            self._clock.look(photos)

        self.desk.do(acts.read_photos(paths), title=self.words.say("Reading photos"), on_done=take)
        return True

    def _take_corrected(self, photos: Sequence[ReadPhoto]) -> None:
        """Photos whose rows are not stored yet have another time, and perhaps another place."""
        by_path = {one.path: one for one in photos}
        self._photos = [by_path.get(one.path, one) for one in self._photos]
        if self._photos and not self.line.seen.text().strip() and not self.line.texts().count:
            self.line.clear()
            self._take_next_photo()

    def _take_next_photo(self) -> None:
        """Begin a row with the time and the place of the next photo."""
        if not self._photos or not self.line.is_blank:
            return
        photo = self._photos[0]
        if photo.really_at is not None:
            self._put_moment(photo.really_at.astimezone(self.desk.zone))
        if photo.position is not None:
            where = photo.position
            place = document(where.latitude_deg, where.longitude_deg, source=str(where.source))
            self._pin(Place(position=place, how=photo.found_by or "photo"))
        self.line.lines["note"].setText(photo.path.stem)
        self._tell()
        self.shell.say("information", self._told.photo(photo, len(self._photos) - 1), about="booklet-photo")
        self.line.go_to("seen")

    # What is not finished

    @property
    def _kept_as(self) -> str:
        return f"booklet/{self.desk.station_id}/{self._record}"

    def _keep_unfinished(self) -> None:
        """Keep what is typed on this device: it is no record yet, and still nobody types it twice."""
        self._keep_later.stop()
        now = "" if self.line.is_blank else json.dumps(self.line.state(), ensure_ascii=False)
        if now != self.desk.settings.get(self._kept_as):
            self.desk.settings.put(self._kept_as, now)

    def _put_back(self) -> None:
        try:
            told = json.loads(self.desk.settings.get(self._kept_as) or "{}")
        except ValueError:
            told = {}
        if isinstance(told, Mapping) and told:
            self.line.put({str(name): str(text) for name, text in told.items()})

    def leave(self) -> None:
        self._keep_unfinished()

    def put_away(self) -> None:
        self._keep_unfinished()
