"""What direct JSON says of observations: values by the type of their attribute, files in base64."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.direct_office import Employees
from ranger_app.domain.preflight_values import geometry_of
from ranger_app.domain.preflight_versions import is_geometry
from ranger_app.domain.records import Attachment, Observation, Value
from ranger_app.domain.shape import shape_from
from ranger_app.domain.smart_text import xml_text

Content = Callable[[Attachment], bytes]
"""Loads the bytes of a file."""


class ObservationTeller:
    """Tells observations and files as the protocol has them.

    Args:
        model: The data model of the receiving office.
        people: Its ids of its people.
        ids: Makes the id under which the office gets something, from its kind and our id.
        files: Attachment id to the name under which it goes.
    """

    def __init__(
        self, model: DataModel, people: Employees, ids: Callable[[str, str], str], files: Mapping[str, str],
        content: Content,
    ) -> None:  # fmt: skip
        self._model = model
        self._people = people
        self._ids = ids
        self._files = files
        self._content = content

    def groups(self, observations: Sequence[Observation]) -> list[dict[str, Any]]:
        """All observations of one place in their groups, in the order of the first of each."""
        groups: dict[int, list[dict[str, Any]]] = {}
        for one in observations:
            groups.setdefault(one.group, []).append(self._observation(one))
        return [{"observations": told} for told in groups.values()]

    def files(self, attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
        """Files with all their bytes."""
        return [
            {
                "filename": self._files[one.id],
                "data": base64.b64encode(self._content(one)).decode("ascii"),
                **({"signatureType": one.signature_type} if one.signature_type else {}),
            }
            for one in attachments
        ]

    def _observation(self, one: Observation) -> dict[str, Any]:
        observer = "" if one.observer is None else self._people.uuid(one.observer)
        attributes = {key: self._value(one, key, value) for key, value in one.attributes.items()}
        files = self.files(one.attachments)
        return {
            "observationUuid": self._ids("observation", one.id),
            "category": one.category,
            **({"observer": observer} if observer else {}),
            "attributes": {key: told for key, told in attributes.items() if told is not None},
            **({"attachments": files} if files else {}),
        }

    def _value(self, one: Observation, key: str, value: Value) -> Any:
        """The value as JSON; nothing for a choice of nothing, and for a shape that the protocol has no word for."""
        attribute = self._model.attribute(key)
        if is_geometry(self._model, one, key) and (told := geometry_of(value)) is not None:
            shape = shape_from(told[1])
            return shape and {"type": "Feature", "geometry": shape, "properties": {"source": told[0]}}
        match value:
            case tuple():
                return list(value) or None
            case str() if attribute is not None and attribute.type is AttributeType.TREE:
                return value if value.endswith(".") else f"{value}."
            case str():
                return xml_text(value)
            case _:
                return number_in_json(value)


def number_in_json(value: bool | int | Decimal) -> bool | int | float:
    """Yes or no as it is; a number as one that JSON has, whole where it is whole."""
    if isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
