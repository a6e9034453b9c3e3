"""The look of the window: colours, type, sizes, and the one style sheet made from them.

No colour and no size is written anywhere else in ``ui``. A widget says what it is with :func:`set_kind`, and the style
sheet knows the rest. Labels: ``title``, ``heading``, ``caption``, ``quiet``, ``code``, ``warning``, ``danger``,
``information``. Buttons: ``primary``, ``danger``, ``plain``, ``rail``. Frames: ``rail``, ``strip``, ``bar``, ``card``,
``banner-warning``, ``banner-danger``, ``banner-information``. Line edits: ``wrong``.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, QTemporaryDir
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from ranger_app.paths import resource
from ui.style_sheet import SIGNS, TEMPLATE, sign_svg

BASE_POINTS = 10.5
"""Size of ordinary text."""

ORDINARY_PX = 14
"""The same at 96 dots an inch."""

ORDINARY_LINE_PX = 19
"""Height of a line of ordinary text at 96 dots an inch."""

LINE_ROOM_PX = 3
"""What a button needs above and below a line of its text."""

TITLE_FACTOR = 1.25
"""A page title against ordinary text."""

CAPTION_FACTOR = 0.9
"""Captions, codes and small labels against ordinary text."""

SPACES_PX = (4, 8, 12, 16, 24)
"""The steps of spacing; layouts use these and nothing between."""

CORNER_PX = 6
TARGET_PX = 32
"""Smallest height of what can be pressed."""

TOUCH_TARGET_PX = 44
"""The same for cold fingers, with the touch option."""

FOCUS_PX = 2
STYLE_CHOSEN = "styleChosen"
"""Property of an application that was started in the style: asking for it again makes Python learn all of QStyle."""

RAIL_PX = 128
STRIP_PX = 36
ICON_PX = 18

PAPER_GROUND = "#FFFFFF"
"""What is printed on."""

FONT_FAMILY = "Noto Sans"
ARABIC_FAMILY = "Noto Naskh Arabic"
FONT_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoNaskhArabic-Bold.ttf",
    "NotoNastaliqUrdu-Regular.ttf",
    "NotoNastaliqUrdu-Bold.ttf",
)


FIRST_FONTS = 2
"""So many of them hold the letters of every window; a name in another script may come a moment later."""


class MapColours(NamedTuple):
    """Colours of the map, as ``#RRGGBB``.

    Attributes:
        unknown: Where the base map has no data.
        halo: Around letters and beside lines, so that they can be read on anything.
        selection: Around what is chosen.
    """

    unknown: str
    land: str
    water: str
    shore: str
    glacier: str
    glacier_edge: str
    river: str
    province: str
    border: str
    graticule: str
    place: str
    place_quiet: str
    halo: str
    area: str
    track: str
    incident: str
    conflict: str
    waypoint: str
    photo: str
    sign_text: str
    selection: str
    furniture: str


class Colours(NamedTuple):
    """One palette: every colour of the window by what it is for, as ``#RRGGBB``.

    Attributes:
        ground: Behind forms and lists.
        quiet_ground: Behind the rail, the status strip, headings and what cannot be edited.
        line: Between parts; never the only border of a control.
        edge: Border of what can be edited or pressed, at least 3:1 against both grounds.
        on_primary: Text on the primary colour.
        selected: Ground of the chosen row; ordinary text stands on it.
        hover: Ground under the pointer.
    """

    ground: str
    quiet_ground: str
    text: str
    quiet_text: str
    line: str
    edge: str
    primary: str
    primary_strong: str
    on_primary: str
    selected: str
    hover: str
    warning: str
    warning_ground: str
    danger: str
    danger_ground: str
    on_danger: str
    information: str
    information_ground: str
    map: MapColours


LIGHT = Colours(
    ground="#FFFFFF",
    quiet_ground="#F4F6F2",
    text="#171B17",
    quiet_text="#4A524A",
    line="#C9D0C6",
    edge="#7B857A",
    primary="#1E5B3A",
    primary_strong="#164529",
    on_primary="#FFFFFF",
    selected="#DCE9DF",
    hover="#EBF0E9",
    warning="#8A4B00",
    warning_ground="#FDF3E3",
    danger="#9B1C1C",
    danger_ground="#FCECEA",
    on_danger="#FFFFFF",
    information="#1B4B82",
    information_ground="#EAF1F9",
    map=MapColours(
        unknown="#E9EBE8",
        land="#F5F3EA",
        water="#C9DCE6",
        shore="#9DB9C8",
        glacier="#EDF4F5",
        glacier_edge="#C4D9E0",
        river="#A3C2D2",
        province="#CBC4B4",
        border="#8C7B70",
        graticule="#C3C6BB",
        place="#33382F",
        place_quiet="#5D6358",
        halo="#FBFAF5",
        area="#4E7A2E",
        track="#1E5B3A",
        incident="#9B1C1C",
        conflict="#8A4B00",
        waypoint="#1B4B82",
        photo="#5A3A78",
        sign_text="#FFFFFF",
        selection="#F2B705",
        furniture="#3B423A",
    ),
)

DARK = Colours(
    ground="#141814",
    quiet_ground="#1D231E",
    text="#E9EEE7",
    quiet_text="#AEB8AC",
    line="#3B453C",
    edge="#7D897D",
    primary="#8CCBA6",
    primary_strong="#B2E0C5",
    on_primary="#0C2115",
    selected="#24402F",
    hover="#262E27",
    warning="#F2B866",
    warning_ground="#33260F",
    danger="#F5A3A0",
    danger_ground="#3B1B1B",
    on_danger="#2B0808",
    information="#9FC6F0",
    information_ground="#182A3D",
    map=MapColours(
        unknown="#0F120F",
        land="#1F251F",
        water="#16303D",
        shore="#2F5263",
        glacier="#3A4A50",
        glacier_edge="#5B7078",
        river="#305769",
        province="#454A3D",
        border="#8A7A6C",
        graticule="#39423A",
        place="#D9DED4",
        place_quiet="#A3AB9F",
        halo="#171C17",
        area="#9CC77A",
        track="#8CCBA6",
        incident="#F08A86",
        conflict="#F2B866",
        waypoint="#9FC6F0",
        photo="#CDB0EA",
        sign_text="#121512",
        selection="#FFE066",
        furniture="#C4CCC1",
    ),
)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def load_fonts(*, is_first_page: bool = False) -> str:
    """Register the bundled fonts and return the family to use; needs a ``QGuiApplication``.

    Does nothing the second time. Where the bundled file is missing (a checkout without fonts) the system's own family
    is returned, and pictures differ from machine to machine.

    Args:
        is_first_page: Only the letters that every window has; the others are due when it is painted.
    """
    for name in FONT_FILES[:FIRST_FONTS] if is_first_page else FONT_FILES:
        path = resource("fonts", name)
        if name not in _bundled and path.is_file() and QFontDatabase.addApplicationFont(str(path)) >= 0:
            _bundled.add(name)
    return FONT_FAMILY if FONT_FILES[0] in _bundled else QGuiApplication.font().family()


_bundled: set[str] = set()


def font(*, factor: float = 1.0, bold: bool = False) -> QFont:
    """The window's font in one of its three sizes, with figures of one width."""
    chosen = QFont(load_fonts(is_first_page=True))
    chosen.setPointSizeF(BASE_POINTS * factor)
    chosen.setBold(bold)
    _even_figures(chosen)
    return chosen


def beside_type(width_px: int) -> int:
    """A width that was chosen for ordinary type, in the type of this window: larger letters need more room."""
    return round(width_px * max(QFontMetrics(QGuiApplication.font()).height() / ORDINARY_LINE_PX, 1.0))


def type_scale() -> float:
    """How much larger than ordinary the letters of this window are, in quarters; never less than 1."""
    return max(round(QFontInfo(QGuiApplication.font()).pixelSize() / ORDINARY_PX * 4) / 4, 1.0)


def pixel_font(size_px: int, *, bold: bool = False) -> QFont:
    """A font for painting, in drawing units, the same on every machine."""
    # the second one by name, or letters that the first lacks would come from whatever the machine has
    chosen = QFont([load_fonts(), ARABIC_FAMILY])
    chosen.setPixelSize(size_px)
    chosen.setBold(bold)
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    _even_figures(chosen)
    return chosen


def _even_figures(chosen: QFont) -> None:
    chosen.setFeature(QFont.Tag("tnum"), 1)


def qt_palette(colours: Colours) -> QPalette:
    """The palette that Fusion draws with."""
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.ground),
        (role.WindowText, colours.text),
        (role.Base, colours.ground),
        (role.AlternateBase, colours.quiet_ground),
        (role.ToolTipBase, colours.quiet_ground),
        (role.ToolTipText, colours.text),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.quiet_text),
        (role.Button, colours.quiet_ground),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.danger),
        (role.Link, colours.information),
        (role.Highlight, colours.selected),
        (role.HighlightedText, colours.text),
        (role.Mid, colours.line),
        (role.Accent, colours.primary),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.edge))
    return palette


def style_sheet(colours: Colours, *, signs: str, touch: bool = False, line_px: int = ORDINARY_LINE_PX) -> str:
    """The one style sheet, made from the tokens.

    Args:
        signs: Folder of the drawings that :func:`apply` writes.
        line_px: Height of a line of text.
    """
    tokens = _named(colours)
    tokens |= {f"s{number}": f"{step}px" for number, step in enumerate(SPACES_PX, start=1)}
    return TEMPLATE.substitute(
        tokens,
        signs=signs,
        corner=f"{CORNER_PX}px",
        # the border of one pixel on each side belongs to the target; larger letters need a higher one
        target=f"{max(TOUCH_TARGET_PX if touch else TARGET_PX, line_px + LINE_ROOM_PX) - 2}px",
        focus=f"{FOCUS_PX}px",
        title=f"{BASE_POINTS * TITLE_FACTOR:.2f}pt",
        caption=f"{BASE_POINTS * CAPTION_FACTOR:.2f}pt",
        rail=f"{RAIL_PX}px",
        strip=f"{STRIP_PX}px",
    )


def _named(colours: Colours) -> dict[str, str]:
    return {name: colour for name, colour in colours._asdict().items() if name != "map"}


def _written_signs(colours: Colours) -> str:
    """Write the small drawings into a folder that lives as long as the program, and return it."""
    folder = QTemporaryDir()
    for name in SIGNS:
        Path(folder.filePath(f"{name}.svg")).write_text(sign_svg(name, _named(colours)), encoding="utf-8")
    _sign_folders.append(folder)
    return folder.path()


_sign_folders: list[QTemporaryDir] = []


def apply(app: QApplication, *, dark: bool = False, touch: bool = False) -> None:
    """Give the whole application its style, font, palette and style sheet."""
    chosen = DARK if dark else LIGHT
    if app.property(STYLE_CHOSEN) is None:
        app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(qt_palette(chosen))
    line_px = beside_type(ORDINARY_LINE_PX)
    app.setStyleSheet(style_sheet(chosen, signs=_written_signs(chosen), touch=touch, line_px=line_px))
    _current[:] = [chosen]


def current() -> Colours:
    """The palette in use; light before :func:`apply` was called."""
    return _current[0]


_current = [LIGHT]


def set_kind(widget: QWidget, kind: str) -> None:
    """Say what *widget* is, so that the style sheet can draw it; may be called again when that changes."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # the style reads it when the widget is first shown
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def inset(box: QAbstractSpinBox) -> None:
    """Give a number or date field the same inner margin as a line edit; a style sheet cannot reach it there."""
    box.lineEdit().setTextMargins(SPACES_PX[1], 0, SPACES_PX[1], 0)


def as_it_stands(text: str) -> str:
    """*text* for a label that has a field, or a box that is ticked: there Qt would take an ampersand for a key."""
    return text.replace("&", "&&")
