"""How people are named on the command line and in forms: ``Family, Given``."""

from __future__ import annotations

from ranger_app.domain.typed_text import typed_text

ROLES = ("ranger", "community_ranger", "inspector", "station_head", "viewer")


def split_name(name: str) -> tuple[str, str]:
    """Family and given name of ``Family, Given``, in NFC; without a comma all of it is the family name."""
    family, _, given = typed_text(name).partition(",")
    return family.strip(), given.strip()
