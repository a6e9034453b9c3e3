"""The window's style sheet with places for the tokens of :mod:`ui.theme`."""

from __future__ import annotations

import string
from collections.abc import Mapping

TEMPLATE = string.Template("""
QMainWindow, QDialog, QStackedWidget, QScrollArea, QScrollArea > QWidget > QWidget { background: $ground; }
QLabel { background: transparent; }
QLabel[kind="title"] { font-size: $title; font-weight: bold; }
QLabel[kind="heading"] { font-weight: bold; }
QLabel[kind="caption"] { font-size: $caption; color: $quiet_text; }
QLabel[kind="quiet"] { color: $quiet_text; }
QLabel[kind="code"] { font-size: $caption; color: $quiet_text; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="danger"] { color: $danger; }
QLabel[kind="information"] { color: $information; }

QFrame[kind="rail"] { background: $quiet_ground; border: none; border-right: 1px solid $line; }
QFrame[kind="strip"] { background: $quiet_ground; border: none; border-top: 1px solid $line; }
QFrame[kind="bar"] { background: $ground; border: none; border-bottom: 1px solid $line; }
QFrame[kind="card"] { background: $ground; border: 1px solid $line; border-radius: $corner; }
QFrame[kind="banner-warning"] { background: $warning_ground; border: 1px solid $warning; border-radius: $corner; }
QFrame[kind="banner-danger"] { background: $danger_ground; border: 1px solid $danger; border-radius: $corner; }
QFrame[kind="banner-information"] {
    background: $information_ground; border: 1px solid $information; border-radius: $corner;
}

QPushButton, QToolButton {
    background: $quiet_ground; border: 1px solid $edge; border-radius: $corner;
    min-height: $target; padding: 0 $s3;
}
QToolButton { padding: 0 $s2; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $selected; }
QPushButton:focus, QToolButton:focus { border: $focus solid $primary; }
QPushButton:disabled, QToolButton:disabled { color: $edge; border-color: $line; }
QPushButton[kind="primary"] {
    background: $primary; color: $on_primary; border-color: $primary; font-weight: bold;
}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed { background: $primary_strong; }
QPushButton[kind="primary"]:focus { border: $focus solid $text; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $edge; border-color: $line; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_ground; }
QPushButton[kind="plain"], QToolButton[kind="plain"] { background: transparent; border-color: transparent; }
QPushButton[kind="plain"]:hover, QToolButton[kind="plain"]:hover { background: $hover; }
QPushButton[kind="plain"]:focus, QToolButton[kind="plain"]:focus { border-color: $primary; }
QPushButton[kind="rail"], QToolButton[kind="rail"] {
    background: transparent; border: $focus solid transparent; text-align: left; padding: 0 $s3;
}
QPushButton[kind="rail"]:hover, QToolButton[kind="rail"]:hover { background: $hover; }
QPushButton[kind="rail"]:checked, QToolButton[kind="rail"]:checked {
    background: $selected; color: $primary; font-weight: bold;
}
QPushButton[kind="rail"]:focus, QToolButton[kind="rail"]:focus { border-color: $primary; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: $ground; border: 1px solid $edge; border-radius: $corner; padding: 0 $s2;
    selection-background-color: $primary; selection-color: $on_primary;
}
QLineEdit { min-height: $target; }
QLineEdit > QToolButton, QLineEdit > QToolButton:hover {
    background: transparent; border: none; min-height: 0; padding: 0;
}
QPlainTextEdit, QTextEdit { padding: $s1 $s1; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: $focus solid $primary; }
QLineEdit:read-only, QPlainTextEdit:read-only, QTextEdit:read-only,
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { background: $quiet_ground; color: $quiet_text; }
QLineEdit[kind="wrong"], QPlainTextEdit[kind="wrong"] { border: $focus solid $danger; }
QComboBox, QAbstractSpinBox {
    background: $ground; border: 1px solid $edge; border-radius: $corner; min-height: $target; padding: 0 $s2;
    selection-background-color: $primary; selection-color: $on_primary;
}
QComboBox { background: $quiet_ground; }
QComboBox:editable { background: $ground; }
QComboBox:focus, QAbstractSpinBox:focus { border: $focus solid $primary; }
QComboBox:disabled, QAbstractSpinBox:disabled, QAbstractSpinBox:read-only {
    background: $quiet_ground; color: $quiet_text;
}
QComboBox::drop-down { border: none; width: $s5; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url($signs/down.svg); width: $s3; height: $s3; }
QAbstractSpinBox::up-arrow { image: url($signs/up.svg); width: $s3; height: $s3; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; border: none; background: transparent; width: $s5;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QDateEdit[calendarPopup="true"]::drop-down, QDateTimeEdit[calendarPopup="true"]::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; border: none; width: $s5;
}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { min-height: 0; border: none; padding: 0; background: transparent; }
QCheckBox, QRadioButton { min-height: $target; spacing: $s2; border: 1px solid transparent; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $primary; border-radius: $corner; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: $s4; height: $s4; border: 1px solid $edge; border-radius: $s1; background: $ground;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $primary; border-color: $primary; image: url($signs/check.svg);
}
QRadioButton::indicator:checked { border-color: $primary; image: url($signs/dot.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $quiet_ground; border-color: $line; }

QAbstractItemView {
    background: $ground; alternate-background-color: $quiet_ground; border: 1px solid $line;
    selection-background-color: $selected; selection-color: $text; outline: none; gridline-color: $line;
}
QAbstractItemView:focus { border-color: $primary; }
QListView::item, QTreeView::item { padding: $s2; border: 1px solid transparent; }
QTableView::item { padding: 0 $s2; border: 1px solid transparent; }
QAbstractItemView::item:selected { background: $selected; color: $text; }
QAbstractItemView::item:hover:!selected { background: $hover; }
QListView::item:focus, QTreeView::item:focus, QTableView::item:focus { border: 1px solid $primary; }
QHeaderView::section {
    background: $quiet_ground; color: $quiet_text; border: none; border-bottom: 1px solid $line;
    min-height: $target; padding: 0 $s2;
}
QTableCornerButton::section { background: $quiet_ground; border: none; border-bottom: 1px solid $line; }

QTabBar::tab {
    background: transparent; border: none; border-bottom: $focus solid transparent;
    min-height: $target; padding: 0 $s3; color: $quiet_text;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $primary; }
QTabBar::tab:hover { background: $hover; }
QTabBar::tab:focus { background: $selected; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QGroupBox {
    border: 1px solid $line; border-radius: $corner; margin-top: $s4; padding: $s3 $s2 $s2 $s2; font-weight: bold;
}
QGroupBox::title { subcontrol-origin: margin; left: $s2; padding: 0 $s1; color: $text; }

QProgressBar {
    background: $quiet_ground; border: 1px solid $edge; border-radius: $corner; text-align: center;
    min-height: $s4; max-height: $s4;
}
QProgressBar::chunk { background: $selected; border-radius: $corner; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollBar:vertical { background: transparent; width: $s3; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $s3; margin: 0; }
QScrollBar::handle { background: $line; border-radius: $s1; margin: 2px; }
QScrollBar::handle:vertical { min-height: $s5; }
QScrollBar::handle:horizontal { min-width: $s5; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $ground; border: 1px solid $edge; padding: $s1 0; }
QMenu::item { min-height: $target; padding: 0 $s5 0 $s3; }
QMenu::item:selected { background: $selected; }
QMenu::separator { height: 1px; background: $line; margin: $s1 0; }
QMenuBar { background: $quiet_ground; border-bottom: 1px solid $line; }
QMenuBar::item { padding: $s1 $s2; background: transparent; }
QMenuBar::item:selected { background: $selected; }
QToolTip { background: $quiet_ground; color: $text; border: 1px solid $edge; padding: $s1; }
""")
"""Where tokens go, as ``$name``; every name is a field of ``Colours`` or a size."""

SIGNS = {
    "check": '<path d="M3 8.5l3.2 3.2L13 4.8" stroke="$on_primary"/>',
    "dot": '<circle cx="8" cy="8" r="4" fill="$primary" stroke="none"/>',
    "down": '<path d="M4 6l4 4 4-4" stroke="$text"/>',
    "up": '<path d="M4 10l4-4 4 4" stroke="$text"/>',
}
"""The small drawings inside controls, by name; a style sheet can only take them from files."""

_SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>'
)


def sign_svg(name: str, colours: Mapping[str, str]) -> str:
    """One of :data:`SIGNS` as a whole SVG file in *colours*."""
    return string.Template(_SIGN.format(drawing=SIGNS[name])).substitute(colours)
