"""The people of this station."""

from __future__ import annotations

from db.reader import Entry, Reader, RecordMissingError
from ranger_app.domain.station import Member


def member_from(entry: Entry) -> Member:
    """The person that an officer's or a member's record tells of."""
    values = entry.values
    return Member(
        id=entry.id,
        given_name=str(values.get("given_name", "")),
        family_name=str(values.get("family_name", "")),
        employee_id=str(values.get("employee_id", "")),
        role=str(values.get("role", "")),
    )


def officers(reader: Reader) -> tuple[Member, ...]:
    """Everybody who works at this station, by name."""
    return tuple(sorted(map(member_from, reader.entries("officer")), key=lambda member: (member.name, member.id)))


def members(reader: Reader) -> dict[str, Member]:
    """Officers and SMART employees by id, those who left too: old patrols still name them."""
    entries = (*reader.entries("member", with_hidden=True), *reader.entries("officer", with_hidden=True))
    return {entry.id: member_from(entry) for entry in entries}


def member(reader: Reader, record: str) -> Member | None:
    """One person; ``None`` when nobody here has this id."""
    try:
        return member_from(reader.entry(record, "officer", "member"))
    except RecordMissingError:
        return None
