"""What this station knows of the SMART office that receives its files; light enough for a window that opens."""

from __future__ import annotations

from collections.abc import Mapping

from db.office import LANGUAGE, MEMBERS, SEEN, TOLD, KnownChoice, known_choices, roster
from db.reader import Reader
from ranger_app.domain.smart_office import LISTS, Choice, Office, training_office


def office_of(reader: Reader, station_id: str) -> Office:
    """The receiving office, as far as it is known here.

    A list that the office told is exact, with what a person added by hand. Until then SMART's training lists count as
    known, and what was seen in files; members and custom patrol attributes are not checked.
    """
    values = reader.entry(station_id, "setting").values
    told = frozenset(name.removeprefix(TOLD) for name, value in values.items() if name.startswith(TOLD) and value)
    known = known_choices(reader)
    lists = {name: _list(name, known, is_told=name in told) for name in LISTS}
    custom = lists["patrol_attribute"][0]
    return Office(
        language=str(values.get(LANGUAGE) or training_office().language),
        transports=lists["transport"][0],
        mandates=lists["mandate"][0],
        teams=lists["team"][0],
        stations=lists["station"][0],
        ranks=lists["rank"][0],
        agencies=lists["agency"][0],
        patrol_attributes=custom if "patrol_attribute" in told else None,
        members=roster(reader) if MEMBERS in told else None,
        told=told,
        others={name: others for name, (_, others) in lists.items() if others},
    )


def _list(
    name: str, known: tuple[KnownChoice, ...], *, is_told: bool
) -> tuple[Mapping[str, Choice], Mapping[str, Choice]]:
    """What the office has, and what it lacks although somebody called it so; entries without a label cannot be found.

    An entry that was seen or typed stands for the training area's of the same key.
    """
    has: dict[str, Choice] = {}
    lacks: dict[str, Choice] = {}
    for one in known:
        if one.list_name != name or not (one.choice.labels or name == "patrol_attribute"):
            continue
        is_had = one.is_active and not (is_told and one.source == SEEN)
        (has if is_had else lacks).setdefault(one.choice.key, one.choice)
    training = getattr(training_office(), LISTS[name]) or {}
    (lacks if is_told else has).update({key: one for key, one in training.items() if key not in has | lacks})
    return has, {key: one for key, one in lacks.items() if key not in has}
