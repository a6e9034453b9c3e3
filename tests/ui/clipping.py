"""What is wrong in a window: words and buttons that have less room than they need, controls without a name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from ui.elided_label import ElidedLabel

SPARE_PX = 1
FOCUS_PX = 2
"""A focused control wants a wider border than it is given room for; its words do not need it."""

TALLEST = "ÅЙgjЩ|"
"""Letters that reach up and down as far as any."""


def clipped(window: QWidget) -> Iterator[str]:
    """Name every visible word or button that is cut off, by itself or by what it stands in."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QLabel):
            why = _label(widget)
        elif isinstance(widget, QLineEdit):
            why = _line(widget)
        elif isinstance(widget.parentWidget(), QTabBar):
            continue  # the arrows by which more tabs than there is room for are brought into sight
        elif isinstance(widget, QAbstractButton | QComboBox | QTabBar):
            why = _control(widget)
        else:
            continue
        if why := why or _outside(widget, window):
            yield f"{type(widget).__name__} {_name(widget)[:60]!r} {why}"


def nameless(window: QWidget) -> Iterator[str]:
    """Name every control in sight that says nothing to a screen reader."""
    for widget in window.findChildren(QWidget):
        if (
            isinstance(widget, QLineEdit | QComboBox | QPlainTextEdit | QAbstractItemView)
            and widget.isVisible()
            and not widget.accessibleName()
            and not isinstance(widget, QHeaderView)
            and not isinstance(widget.parent(), QComboBox)
        ):
            yield f"{type(widget).__name__} has no name for screen readers"


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (str(text()) if callable(text) else "")


def _label(label: QLabel) -> str:
    if not label.text():
        return ""
    if label.wordWrap():
        needs = label.heightForWidth(label.width())
        longest = max((label.fontMetrics().horizontalAdvance(word) for word in label.text().split()), default=0)
        if label.height() + SPARE_PX < needs:
            return f"is {label.height()} high and needs {needs}"
        return "" if label.width() + SPARE_PX >= min(longest, 400) else f"has a word of {longest} in {label.width()}"
    needs = label.sizeHint().width()
    return "" if label.width() + SPARE_PX >= needs else f"is {label.width()} wide and needs {needs}"


def _line(line: QLineEdit) -> str:
    needs = line.fontMetrics().tightBoundingRect(TALLEST).height() + 2 * FOCUS_PX
    return "" if line.height() >= needs else f"is {line.height()} high and needs {needs}"


def _control(widget: QWidget) -> str:
    hint = widget.minimumSizeHint()
    if isinstance(widget, QAbstractButton):
        hint = widget.sizeHint()
    if isinstance(widget, QTabBar):
        hint = widget.minimumSizeHint() if widget.usesScrollButtons() else widget.sizeHint()
    if widget.width() + FOCUS_PX < hint.width() or widget.height() + FOCUS_PX < hint.height():
        return f"is {widget.width()}x{widget.height()} and needs {hint.width()}x{hint.height()}"
    return ""


def _outside(widget: QWidget, window: QWidget) -> str:
    """Whether a part lies outside of what holds it; what a scroll bar can bring into sight is inside."""
    box = QRect(QPoint(0, 0), widget.size())
    inner, above = widget, widget.parentWidget()
    while above is not None and inner is not window:
        box.translate(inner.pos())
        area = above.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
            return _beside(box, above) if not area.horizontalScrollBar().isVisible() else ""
        if not above.rect().adjusted(-SPARE_PX, -SPARE_PX, SPARE_PX, SPARE_PX).contains(box):
            return f"reaches out of {type(above).__name__} {above.accessibleName()!r}"
        inner, above = above, above.parentWidget()
    return ""


def _beside(box: QRect, viewport: QWidget) -> str:
    """Inside a scroll area one can only be cut off sideways."""
    if box.left() < -SPARE_PX or box.right() > viewport.width() + SPARE_PX:
        return "reaches beyond its scroll area sideways"
    return ""
