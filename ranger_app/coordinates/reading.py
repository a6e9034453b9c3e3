"""Every plausible reading of a text as a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ranger_app.coordinates.beside import without_words
from ranger_app.coordinates.decoded import Decoded
from ranger_app.coordinates.degrees import FORMS, read_angles, require_place
from ranger_app.coordinates.errors import CoordinatesError, CoordinatesUnreadableError
from ranger_app.coordinates.grids import NAMES, read_national, read_utm
from ranger_app.coordinates.letters import plain
from ranger_app.coordinates.links import read_link
from ranger_app.coordinates.mgrs_squares import read_mgrs
from ranger_app.coordinates.systems import DATUMS, degrees_to_wgs84

MOST_SIGNS = 2_000
"""A longer text is no place, nor does it have a link to one; nothing in it is looked at."""

MOST_WITHOUT_LINK = 300
"""A longer text without a link is no place."""

_SHOWN_SIGNS = 60
_DECIMALS = 7


def read_place(text: str, notation: str | None = None, *, shown: str = "") -> tuple[Decoded, ...]:
    """Every place that *text* can mean, the likeliest first, each once; the caller asks when there are several.

    Args:
        text: As it was typed or pasted.
        notation: Id of the one notation to read it in; in all of them when ``None``.
        shown: Id of the notation of the reader's maps: numbers that name no grid are tried in it too, and first.

    Raises:
        CoordinatesError: It can mean none. Facts say what is wrong with what comes nearest to a place.
    """
    told = plain(text[:MOST_SIGNS])
    found: list[Decoded] = []
    errors: list[CoordinatesError] = []
    if told and len(text) <= MOST_SIGNS:
        for reader in _readers(notation, shown):
            try:
                found += reader(told)
            except CoordinatesError as error:
                errors.append(error)
    if found:
        return tuple(_each_once(found))
    if errors:
        raise errors[0]
    shown = " ".join(told.split())
    raise CoordinatesUnreadableError(text=shown[:_SHOWN_SIGNS] + ("…" if len(shown) > _SHOWN_SIGNS else ""))


def _each_once(found: list[Decoded]) -> Iterator[Decoded]:
    """Each place of a notation once; of two readings of it the one that nobody has to confirm."""
    places: dict[tuple[str, float, float], Decoded] = {}
    for one in sorted(found, key=lambda one: one.is_doubtful):
        places.setdefault((one.notation, one.latitude_deg, one.longitude_deg), one)
    for one in found:
        kept = places.pop((one.notation, one.latitude_deg, one.longitude_deg), None)
        if kept is not None:
            yield kept


def _readers(notation: str | None, shown: str) -> Iterator[Callable[[str], list[Decoded]]]:
    if notation is None:
        yield lambda text: _link_or_words(text, shown)
    elif notation in FORMS:
        yield lambda text: [one for one in _in_degrees(text) if one.notation == notation]
    elif notation == "utm":
        yield read_utm
    elif notation == "mgrs":
        yield read_mgrs
    elif notation in DATUMS:
        yield lambda text: _in_named(notation, _without_name(text, notation))
    else:
        raise ValueError(f"there is no notation {notation}")


def _link_or_words(text: str, shown: str) -> list[Decoded]:
    """A link when there is one, with what is written beside it."""
    link, beside = read_link(text)
    if link:
        return link + _written_beside(beside, shown)
    if len(text) > MOST_WITHOUT_LINK:
        return []
    for notation in NAMES:
        rest = _without_name(text, notation)
        if rest != text:
            return _in_named(notation, rest)
    found = _unnamed(text, shown)
    bare = text if found else without_words(text)
    return found if bare == text else _unnamed(bare, shown)


def _written_beside(text: str, shown: str) -> list[Decoded]:
    """What else a message names as a place; its other words are none of our concern."""
    try:
        return _unnamed(text.strip(" ,;:\n"), shown) if len(text) <= MOST_WITHOUT_LINK else []
    except CoordinatesError:
        return []


def _unnamed(text: str, shown: str) -> list[Decoded]:
    found: list[Decoded] = []
    errors: list[CoordinatesError] = []
    for reader in (read_mgrs, read_utm, _in_degrees, lambda told: read_national(told, None, shown)):
        try:
            found += reader(text)
        except CoordinatesError as error:
            errors.append(error)
    if not found and errors:
        raise _nearest(text, errors)
    return found


def _nearest(text: str, errors: list[CoordinatesError]) -> CoordinatesError:
    """What to say where nothing fits: two great numbers were meant for a grid, and not for degrees."""
    is_metres = re.search(r"\d{4}", re.sub(r"[.,]\d+", "", text)) is not None
    return errors[-1] if is_metres else errors[0]


def _without_name(text: str, notation: str) -> str:
    found = re.search(rf"(?<!\w)(?:{NAMES[notation]})(?!\d)", text, re.IGNORECASE)
    return text if found is None else f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;:()")


def _in_degrees(text: str) -> list[Decoded]:
    return [
        Decoded(
            latitude_deg=one.latitude_deg, longitude_deg=one.longitude_deg, notation=FORMS[one.parts], notes=one.notes
        )
        for one in read_angles(text)
    ]  # fmt: skip


def _in_named(notation: str, text: str) -> list[Decoded]:
    """A grid or degrees on the ellipsoid of a system that was named."""
    datum = DATUMS[notation]
    try:
        angles = _in_degrees(text)
    except CoordinatesError:
        if re.search(r"\d{4}", text) is None:
            raise
        angles = []
    placed = []
    for one in angles:
        latitude, longitude = degrees_to_wgs84(datum, one.latitude_deg, one.longitude_deg)
        require_place(latitude, longitude)
        placed.append(
            replace(
                one, latitude_deg=round(latitude, _DECIMALS), longitude_deg=round(longitude, _DECIMALS),
                notation=notation, system=datum.degrees_code, operation=datum.operation, accuracy_m=datum.accuracy_m,
            )
        )  # fmt: skip
    return placed or read_national(text, notation)
