"""Names in the scripts of the field: every letter is in the bundled fonts, and none lies on another."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QTextLayout

from tests.ui.map_samples import NARYN
from ui.map import LabelsLayer, MapName, MapPoint, PointsLayer, VectorLayer, VectorStyle, render_map
from ui.map.labels import LabelPlacer, Lettering, boxes_around, outlines, text_size
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

NAMES = {
    "Russian": "Пограничная застава № 7",
    "Kazakh": "Қарқаралы ұлттық паркі, Үңгір, Әулие",
    "Kyrgyz": "Ысык-Көл району, Өрүктү, Тоң",
    "Tajik": "Ҷиргатол, Қӯрғонтеппа, ғарб",
    "Uzbek": "Чотқол, Ҳисор, Ўрикзор",
    "Urdu": "وادی ہنزہ نیشنل پارک، گلگت بلتستان",
    "Mixed": "مارخور conservancy 12",
}


@pytest.mark.parametrize("text", NAMES.values(), ids=list(NAMES))
def test_every_letter_is_in_the_bundled_fonts(text: str) -> None:
    layout = QTextLayout(text, Lettering(12).font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()

    runs = layout.glyphRuns()

    families = {run.rawFont().familyName() for run in runs}
    assert all(family.startswith("Noto") for family in families), families
    assert all(glyph != 0 for run in runs for glyph in run.glyphIndexes())


def test_urdu_letters_are_joined() -> None:
    """Letters of a word are narrower joined than each alone."""
    joined, _, _ = text_size(Lettering(24), "بلتستان")
    apart = sum(text_size(Lettering(24), letter)[0] for letter in "بلتستان")

    assert joined < 0.8 * apart
    assert outlines(Lettering(24), "بلت").boundingRect() != outlines(Lettering(24), "ب ل ت").boundingRect()


@pytest.mark.parametrize("text", NAMES.values(), ids=list(NAMES))
def test_writing_stays_in_its_box(text: str) -> None:
    """Or names that do not collide would lie on each other all the same."""
    for lettering in (Lettering(12), Lettering(14, bold=True)):
        width, height, ascent = text_size(lettering, text)
        written = outlines(lettering, text).boundingRect().translated(0, ascent)
        assert QRectF(-1.5, -1.5, width + 3, height + 3).contains(written)


def test_a_thousand_names_at_one_place_lie_nowhere_on_each_other() -> None:
    random = np.random.default_rng(8)
    placer = LabelPlacer(QRectF(0, 0, 640, 480))
    placed: list[QRectF] = []
    for x, y in random.uniform((0, 0), (640, 480), (1000, 2)).tolist():
        width, height = random.uniform((20, 12), (160, 24)).tolist()
        box = placer.place(boxes_around(QPointF(x, y), width, height, 4.0), whole=True)
        if box is not None:
            placed.append(box)

    assert len(placed) > 30
    edges = np.array([(box.left(), box.top(), box.right(), box.bottom()) for box in placed])
    across = (edges[:, None, 0] < edges[None, :, 2]) & (edges[None, :, 0] < edges[:, None, 2])
    down = (edges[:, None, 1] < edges[None, :, 3]) & (edges[None, :, 1] < edges[:, None, 3])
    assert (across & down).sum() == len(placed), "each only on itself"
    assert edges.min() >= 0
    assert edges[:, 2].max() <= 640


def ink(image: QImage) -> NDArray[np.bool_]:
    """Where something was drawn."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    drawn: NDArray[np.bool_] = pixels != int(LIGHT.map.unknown[1:], 16) + 0xFF000000
    return drawn


def test_the_dot_of_a_town_is_not_drawn_on_other_writing() -> None:
    """An own layer is above the names of the base map: what it writes comes first."""
    from ranger_app.maps.vector_file import POINT, VectorMap

    posts = VectorMap(
        name="Posts",
        longitude_deg=np.array([75.97]),
        latitude_deg=np.array([41.403]),
        starts=np.array([0]),
        owners=np.array([0]),
        shapes=np.array([POINT], np.int8),
        attributes={"name": ["A post with a long name that reaches far"]},
    )
    own = VectorLayer("own", posts, style=VectorStyle(label="name"))
    town = MapName(kind="town", rank=1, longitude_deg=76.0, latitude_deg=41.4, name="Ат-Баши")
    names = LabelsLayer("names", lambda: [town], is_base=True)

    alone, both = render_map([own], NARYN), render_map([names, own], NARYN)

    middle = (slice(232, 248), slice(312, 328))
    assert (ink(both)[middle] == ink(alone)[middle]).all()
    assert ink(both).sum() > ink(alone).sum(), "its name is written all the same"


def test_a_place_with_an_urdu_label_is_drawn_the_same_twice() -> None:
    layer = PointsLayer("marks", [MapPoint(id="1", longitude_deg=76.0, latitude_deg=41.4, label=NAMES["Urdu"])])

    assert render_map([layer], NARYN, 300) == render_map([layer], NARYN, 300)
