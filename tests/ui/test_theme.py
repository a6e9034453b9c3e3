"""The look: what is read can be read, and every token has its place."""

from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import theme
from ui.button import Button
from ui.theme import DARK, LIGHT, Colours

AA_TEXT = 4.5
AA_BORDER = 3.0

TEXT_PAIRS = [
    *product(("text", "quiet_text", "primary", "warning", "danger", "information"), ("ground", "quiet_ground")),
    *product(("text", "quiet_text"), ("selected", "hover")),
    ("primary", "selected"),
    ("on_primary", "primary"),
    ("on_primary", "primary_strong"),
    ("on_danger", "danger"),
    ("text", "warning_ground"),
    ("text", "danger_ground"),
    ("text", "information_ground"),
    ("warning", "warning_ground"),
    ("danger", "danger_ground"),
    ("information", "information_ground"),
]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_every_text_can_be_read_on_its_ground(colours: Colours, text: str, ground: str) -> None:
    assert theme.contrast(getattr(colours, text), getattr(colours, ground)) >= AA_TEXT


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_border_of_a_control_can_be_seen(colours: Colours) -> None:
    assert theme.contrast(colours.edge, colours.ground) >= AA_BORDER
    assert theme.contrast(colours.edge, colours.quiet_ground) >= AA_BORDER


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("what", ["track", "incident", "conflict", "waypoint", "photo", "place", "place_quiet"])
def test_what_matters_on_the_map_stands_out_from_the_land(colours: Colours, what: str) -> None:
    assert theme.contrast(getattr(colours.map, what), colours.map.land) >= AA_TEXT


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["incident", "conflict", "waypoint", "photo", "track"])
def test_a_number_on_a_sign_can_be_read(colours: Colours, kind: str) -> None:
    assert theme.contrast(colours.map.sign_text, getattr(colours.map, kind)) >= AA_TEXT


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_place_left_empty(colours: Colours, touch: bool) -> None:
    sheet = theme.style_sheet(colours, signs="signs", touch=touch)

    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)} <= {
        getattr(colours, name) for name in Colours._fields if name != "map"
    }


def test_the_bundled_font_is_the_one_that_is_used(qapp: QApplication) -> None:
    chosen = theme.font()

    assert theme.load_fonts() == "Noto Sans"
    assert QFontInfo(chosen).family() == "Noto Sans"
    assert QFontInfo(theme.font(bold=True)).bold()
    assert "Noto Naskh Arabic" in QFontDatabase.families()


def test_figures_have_one_width(qapp: QApplication) -> None:
    metrics = QFontMetricsF(theme.font())

    assert len({round(metrics.horizontalAdvance(figure), 3) for figure in "0123456789"}) == 1


@pytest.mark.parametrize(("touch", "least_px"), [(False, theme.TARGET_PX), (True, theme.TOUCH_TARGET_PX)])
def test_what_is_pressed_is_large_enough(qtbot: QtBot, qapp: QApplication, touch: bool, least_px: int) -> None:
    theme.apply(qapp, touch=touch)
    window = QWidget()
    qtbot.addWidget(window)
    button, moment = QPushButton("Import tracks"), QDateTimeEdit()
    theme.inset(moment)
    layout = QVBoxLayout(window)
    layout.addWidget(button)
    layout.addWidget(moment)
    with qtbot.waitExposed(window):
        window.show()

    assert button.height() >= least_px
    assert moment.height() >= least_px


def test_a_kind_changes_how_a_label_looks(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp)
    label = QLabel("Patrols")
    qtbot.addWidget(label)
    label.ensurePolished()
    plain = label.fontInfo().pointSizeF()

    theme.set_kind(label, "title")
    label.ensurePolished()

    assert label.fontInfo().bold()
    assert label.fontInfo().pointSizeF() > plain


def test_dark_is_current_after_it_was_chosen(qapp: QApplication) -> None:
    theme.apply(qapp, dark=True)
    assert theme.current() is DARK

    theme.apply(qapp)
    assert theme.current() is LIGHT


def test_larger_letters_get_higher_buttons(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    monkeypatch.setattr(theme, "BASE_POINTS", theme.BASE_POINTS * 2)
    try:
        theme.apply(app)
        button = Button("Import")
        qtbot.addWidget(button)
        button.show()
        assert button.minimumSizeHint().height() >= button.fontMetrics().height()
        assert "min-height: 30px" not in app.styleSheet()
    finally:
        monkeypatch.undo()
        theme.apply(app)
    assert "min-height: 30px" in app.styleSheet()
