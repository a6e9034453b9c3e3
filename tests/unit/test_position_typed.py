"""What a person typed in another notation stays with the position, and the dossier says by what it became WGS 84."""

from __future__ import annotations

from typing import Any

import pytest

from db.fields import position
from exporters.dossier.story import place_of
from ranger_app.domain.forms import check_document, form_of_kind
from ranger_app.domain.records import Position, PositionSource
from ranger_app.i18n import Words
from ranger_app.services.documents import position_document
from ranger_app.services.incident_fields import position_fields

TYPED: dict[str, Any] = {
    "latitude_deg": 41.2011, "longitude_deg": 74.5012, "accuracy_m": None, "source": "map",
    "typed": "X 4563082 Y 13458215", "operation": "EPSG:15865",
}  # fmt: skip


def test_it_comes_back_as_it_was_given() -> None:
    stored = position_fields(TYPED)

    assert (stored["position_typed"], stored["position_operation"]) == ("X 4563082 Y 13458215", "EPSG:15865")
    assert position_document(position(stored)) == TYPED


def test_a_position_without_it_is_told_as_ever() -> None:
    plain = {name: value for name, value in TYPED.items() if name not in ("typed", "operation")}

    assert position_document(position(position_fields(plain))) == plain


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("EPSG:15865", ", to WGS 84 by EPSG:15865, accurate to 4.5 m"),
        ("EPSG:1247", ", to WGS 84 by EPSG:1247, whose accuracy is not known"),
        ("", ""),
    ],
)
def test_the_dossier_says_from_what_and_by_which_operation(operation: str, said: str) -> None:
    where = Position(
        latitude_deg=41.2011, longitude_deg=74.5012, source=PositionSource.MAP, typed="X 4563082 Y 13458215",
        operation=operation,
    )  # fmt: skip

    told = "41.201100, 74.501200 (WGS 84), read off the map; typed as X 4563082 Y 13458215"
    assert place_of(where, Words("en")) == told + said


def test_what_was_typed_is_a_text() -> None:
    document = {"kind": "poaching", "position": {**TYPED, "typed": 7}, "fields": {}}

    problems = check_document(form_of_kind("poaching"), document)

    assert [(one.code, one.where) for one in problems] == [("field-type", "position.typed")]
