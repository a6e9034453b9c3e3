"""How people are named on the command line and in forms: ``Family, Given``."""

from __future__ import annotations

ROLES = ("ranger", "community_ranger", "inspector", "station_head", "viewer")


def split_name(name: str) -> tuple[str, str]:
    """Family and given name of ``Family, Given``; without a comma all of it is the family name."""
    family, _, given = name.partition(",")
    return family.strip(), given.strip()
