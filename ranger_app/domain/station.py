"""Who we are: the station and its people, loaded alone when a window opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person as SMART knows its employees; also an officer of this station.

    Attributes:
        id: Record id of the officer or member.
        role: ``ranger``, ``community_ranger``, ``inspector``, ``station_head`` or ``viewer``; empty for a member only.
    """

    id: str
    given_name: str
    family_name: str
    employee_id: str = ""
    role: str = ""

    @property
    def name(self) -> str:
        """``Family, Given`` as the command line writes people."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Who we are: the station of this folder.

    Attributes:
        area_id: The conservation area's short id, prefix of every number (``KG-NAR``).
        short_code: First four base32 characters of the open station log's id.
        timezone: IANA name.
        language: The language new officers see first.
    """

    id: str
    name: str
    area_id: str
    area_name: str = ""
    timezone: str = "UTC"
    language: str = "en"
    short_code: str = ""
    default_mandate: str = "antipoaching"
