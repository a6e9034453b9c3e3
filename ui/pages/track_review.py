"""The review of a patrol: its track on the map, speed and height below, what is odd about it, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from ui import theme
from ui.button import Button
from ui.desk import Desk
from ui.flow_row import FlowRow
from ui.map_pane import MOST_ALONE, MapPane
from ui.pages.page import Marked, Page
from ui.pages.track_review_acts import ReviewActs
from ui.pages.track_review_data import ORIGINAL, Review, review_of
from ui.pages.track_review_list import ReviewList
from ui.pages.track_review_map import Marker, bounds_of
from ui.pages.track_review_moves import ReviewMoves
from ui.pages.track_review_words import Readout, proposal
from ui.panes import scrolled
from ui.profile_columns import Axis
from ui.profile_view import ProfileView, Stretch
from ui.record_list import ListRow
from ui.responsive import SidePair
from ui.shell import Shell

REACH_PX = 28.0
"""The pointer marks a fix of the track when it is no farther from it than this on the map."""

SHARES = (620, 380)
"""Map and profile share the height like this."""


class TrackReviewPage(Page):
    """Map, profile and list of one patrol after the other.

    Args:
        patrols: Ids, the one to be reviewed first.
        files: From how many files they were just imported; 0 when they were not.
    """

    name = "track_review"
    kinds = frozenset({"patrol", "leg", "track", "waypoint"})

    def __init__(self, desk: Desk, shell: Shell, patrols: Sequence[str], *, files: int = 0) -> None:
        super().__init__(desk, shell)
        self.patrols = list(patrols)
        self.files = files
        self.review: Review | None = None
        self._here = 0
        self._wants_fit = True
        self._is_pointing = False
        self._build()
        self.edits, self.moves = ReviewActs(self), ReviewMoves(self)
        self.acts = {
            **self.edits.acts,
            **self.moves.acts,
            "confirm_track": self.confirm,
            "next_flag": lambda: self.list.step(1),
            "show_original": self.original.toggle,
            "profile_axis": self._change_axis,
        }

    # Layout

    def _build(self) -> None:
        words = self.words
        self.marker = Marker()
        self.map = MapPane(words, self.desk)
        self.map.show_base()
        assert self.map.view is not None
        self.view = self.map.view
        self.view.set_overlay(self.marker)
        self.view.hovered.connect(self._point)
        self.profile = ProfileView(words, self.desk.zone)
        self.profile.cursorMoved.connect(self._mark)
        self.profile.stretchChanged.connect(self._choose)
        self.profile.entered.connect(self.confirm)
        self.axis = Button(words.say("Over distance"))
        self.axis.clicked.connect(self._change_axis)
        self.readout = QLabel()
        self.readout.setWordWrap(True)
        self.readout.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.list = ReviewList(words, self.desk.zone)
        self.list.chosen.connect(self._show_run)
        self.original = QCheckBox(words.say("Show the original"))
        self.original.toggled.connect(self._show_original)
        self.pair = SidePair(self._main(), scrolled(self._side()), (words.say("Track"), words.say("Flags and edits")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pair)

    def _main(self) -> QWidget:
        below = QWidget()
        foot = QHBoxLayout()
        gap = theme.SPACES_PX[1]
        foot.setContentsMargins(gap, 0, gap, theme.SPACES_PX[0])
        foot.addWidget(self.readout, 1)
        foot.addWidget(self.axis)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self.profile, 1)
        column.addLayout(foot)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.setChildrenCollapsible(False)
        whole.addWidget(self.map)
        whole.addWidget(below)
        whole.setSizes(list(SHARES))
        whole.setStretchFactor(0, SHARES[0])
        whole.setStretchFactor(1, SHARES[1])
        return whole

    def _side(self) -> QWidget:
        words = self.words
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(*(theme.SPACES_PX[1],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.told)
        column.addWidget(self.list, 1)
        column.addWidget(self.original)
        self.buttons_of_acts = {
            name: self._button(name, label)
            for name, label in (
                ("hide_fixes", words.say("Delete")),
                ("mark_pause", words.say("Pause")),
                ("split_patrol", words.say("Split")),
                ("review_acts", words.say("More…")),
            )
        }
        self.confirm_button = Button(words.say("Looks right"))
        theme.set_kind(self.confirm_button, "primary")
        self.confirm_button.clicked.connect(self.confirm)
        column.addLayout(FlowRow(*self.buttons_of_acts.values(), self.confirm_button))
        return side

    def _button(self, name: str, label: str) -> Button:
        button = Button(label)
        button.clicked.connect(partial(self._press, name))
        return button

    def _press(self, name: str) -> None:
        self.shell.run("menu" if name == "review_acts" else name)

    # What it is

    @property
    def patrol(self) -> str:
        """Id of the patrol that is reviewed."""
        return self.patrols[self._here]

    @property
    def title(self) -> str:
        number = self.review.patrol.number if self.review is not None else ""
        return " · ".join(part for part in (self.words.say("Review"), number) if part)

    def marked(self) -> Marked:
        review = self.review
        number = review.patrol.number if review is not None else ""
        row = ListRow(id=self.patrol, kind="patrol", when="", title=number)
        return Marked(kind="patrol", rows=(row,))

    def can(self, command: str) -> bool:
        if command in self.moves.acts:
            return self.moves.can(command)
        return command in self.acts and self.edits.can(command)

    def panes(self) -> Sequence[QWidget]:
        if self.pair.is_roomy:
            return (self.profile, self.list, self.map)
        return (self.profile, self.map) if self.profile.isVisible() else (self.list,)

    # Reading

    def refresh(self) -> None:
        self.desk.ask(review_of(self.patrol), self._show, owner=self)

    def _show(self, review: Review) -> None:
        if review.patrol.id != self.patrol:
            return
        kept = self.review.original_of(self.profile.cursor_fix) if self.review is not None else None
        is_first = self.review is None or self._wants_fit
        self.review = review
        self.view.update_layer(review.beside)
        self.view.update_layer(review.layer)
        self._show_original(self.original.isChecked())
        self._show_waypoints(review)
        self.profile.set_profile(review.profile)
        self.profile.set_marks(review.marks())
        if kept is not None and (place := review.place_of(kept[0].record, kept[1])) is not None:
            self.profile.set_cursor(place, follow=False)
        if is_first:
            self._wants_fit = False
            self.profile.show_all()
            if review.bounds is not None:
                self.view.fit_bounds(review.bounds)
            else:
                self.view.fit_layers()
        self.list.show_review(review)
        self.original.setVisible(self.list.has_edits)
        self.axis.setEnabled(len(review.profile.axes) > 1)
        self.marker.show(review.profile, self.profile.cursor_fix, self.profile.stretch)
        self._tell_proposal()
        self._read_out()
        self.changed.emit()

    def _tell_proposal(self) -> None:
        if self.review is None:
            return
        words = self.words
        self.told.setText(
            proposal(
                words, self.review, files=self.files, place=(self._here, len(self.patrols)), edits=self.list.edit_count
            )
        )
        is_last = self._here + 1 >= len(self.patrols)
        self.confirm_button.setText(words.say("Looks right") if is_last else words.say("Looks right, next"))

    def _show_waypoints(self, review: Review) -> None:
        from ui.map import MapPoint, PointsLayer

        points = [
            MapPoint(id=one.id, longitude_deg=one.position.longitude_deg, latitude_deg=one.position.latitude_deg,
                     kind="waypoint", label=str(one.number))
            for one in review.waypoints
        ]  # fmt: skip
        self.view.update_layer(PointsLayer("places", points, grouped=len(points) > MOST_ALONE))

    def _show_original(self, is_shown: bool) -> None:
        if self.review is None:
            return
        if is_shown:
            layers = [one for one in self.view.layers if one.id != ORIGINAL]
            below = next((place for place, one in enumerate(layers) if not one.is_base), len(layers))
            self.view.set_layers([*layers[:below], self.review.original, *layers[below:]])
        else:
            self.view.remove_layer(ORIGINAL)

    # Map and profile follow each other

    def _mark(self, fix: int) -> None:
        self.marker.move(fix)
        place = self.marker.place
        if place is not None and not self._is_pointing and not self.marker.is_in_sight(self.view.viewport):
            self.view.set_view(*place, self.view.viewport.zoom)
        self.view.update()
        self._read_out()

    def _choose(self, stretch: Stretch | None) -> None:
        if self.review is not None:
            self.marker.show(self.review.profile, self.profile.cursor_fix, stretch)
        self.view.update()
        self._read_out()
        self.changed.emit()

    def _point(self, longitude_deg: float, latitude_deg: float) -> None:
        """The pointer is over the map: mark the fix below it."""
        if self.review is None or self.profile.stretch is not None:
            return
        found = self.review.profile.near(longitude_deg, latitude_deg)
        if found is None:
            return
        fix, _ = found
        profile = self.review.profile
        x, y = self.view.viewport.project(float(profile.longitude_deg[fix]), float(profile.latitude_deg[fix]))
        at_x, at_y = self.view.viewport.project(longitude_deg, latitude_deg)
        if abs(x - at_x) + abs(y - at_y) <= REACH_PX:
            self._is_pointing = True
            self.profile.set_cursor(fix)
            self._is_pointing = False

    def _show_run(self, place: Stretch) -> None:
        """Show what was chosen in the list on profile and map."""
        if self.review is None:
            return
        self.pair.show_pane(0)
        self.profile.show_stretch(place)
        self.profile.choose(place if place[0] != place[1] else None)
        self.profile.set_cursor(place[1], is_choosing=place[0] != place[1])
        self.view.fit_bounds(bounds_of(self.review.profile, (max(place[0] - 20, 0), place[1] + 20)))

    def _change_axis(self) -> None:
        is_time = self.profile.axis is Axis.TIME
        self.profile.set_axis(Axis.DISTANCE if is_time else Axis.TIME)
        is_time = self.profile.axis is Axis.TIME
        self.axis.setText(self.words.say("Over distance") if is_time else self.words.say("Over time"))

    # Words

    def _read_out(self) -> None:
        told = ""
        if self.review is not None:
            how = Readout(self.desk, self.review)
            stretch = self.profile.stretch
            told = how.of_stretch(stretch) if stretch is not None else how.of_fix(self.profile.cursor_fix)
        self.readout.setText(told)
        self.profile.tell(told)

    def clock_at_cursor(self) -> str:
        """When it was at the cursor."""
        if self.review is None:
            return ""
        return Readout(self.desk, self.review).clock(int(self.review.profile.time_us[self.profile.cursor_fix]))

    def nearest_waypoint(self) -> int:
        """Place of the waypoint that lies nearest to the cursor."""
        if self.review is None or self.marker.place is None:
            return 0
        longitude_deg, latitude_deg = self.marker.place
        apart = [
            abs(one.position.longitude_deg - longitude_deg) + abs(one.position.latitude_deg - latitude_deg)
            for one in self.review.waypoints
        ]
        return apart.index(min(apart)) if apart else 0

    # Going on

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        """Patrols that were taken back meanwhile are reviewed no more."""
        super().hear(touched)
        if not self.desk.is_readable:
            return
        gone = [one for one in self.patrols if self.desk.reader.entry(one).is_hidden]
        if self.patrol in gone:
            self.shell.run("back")
            return
        for one in gone:
            self.drop_patrol(one)

    def add_patrol(self, patrol: str) -> None:
        """One more patrol is to be reviewed, after this one."""
        if patrol not in self.patrols:
            self.patrols.insert(self._here + 1, patrol)
            self._tell_proposal()

    def drop_patrol(self, patrol: str) -> None:
        """A patrol is part of this one now, or was taken back."""
        if patrol in self.patrols and patrol != self.patrol:
            here = self.patrol
            self.patrols.remove(patrol)
            self._here = self.patrols.index(here)
            self._tell_proposal()

    def confirm(self) -> None:
        """This patrol is right: go to the next that was proposed, or back."""
        if self._here + 1 < len(self.patrols):
            self.go_to(self._here + 1)
            return
        self.shell.open_record("patrol", self.patrol)

    def go_to(self, place: int) -> None:
        """Review another of the proposed patrols."""
        self._here = place
        self.review = None
        self._wants_fit = True
        self.profile.set_profile(None)
        self.refresh()
        self.changed.emit()

    def go_back(self) -> bool:
        if self.profile.stretch is None:
            return False
        self.profile.choose(None)
        return True
