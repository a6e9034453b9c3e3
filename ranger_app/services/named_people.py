"""People whom a document names, by id or as ``Family, Given``; who is not known yet is recorded with the change."""

from __future__ import annotations

from collections.abc import Iterable

from db.officers import members
from db.reader import Reader
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.people import split_name
from ranger_app.services.officers import person_named


class NamedPeople:
    """Ids of the people whom one document names."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._new: dict[str, str] = {}

    def id_of(self, change: ChangeBuilder, name: str, near: Iterable[str] = ()) -> str:
        """The person of this id or name; of two with one name the one among the ids *near*."""
        people = members(self._reader)
        if name in people:
            return name
        for one in near:
            if one in people and people[one].name == name:
                return one
        known = person_named(self._reader, name)
        if known is not None:
            return known.id
        if name not in self._new:
            family, given = split_name(name)
            self._new[name] = change.create("member", {"family_name": family, "given_name": given}, record=new_id())
        return self._new[name]
