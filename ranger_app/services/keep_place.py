"""A place is kept or forgotten, and its password with it: no password goes to another server than it was told for."""

from __future__ import annotations

from ranger_app.domain.places import Place, PlaceKindLaterError, PlaceMissingError, server_of
from ranger_app.services.passwords import Kept, Passwords
from ranger_app.services.places import Places


class KeepPlace:
    """Keep a place, new or changed."""

    def __init__(self, places: Places, passwords: Passwords) -> None:
        self._places = places
        self._passwords = passwords

    def __call__(self, place: Place, password: str | None = None) -> Kept | None:
        """Keep *place* and, where it was told, its password; answers where that is now.

        Without a new password the one that is known stays, unless the place is another server's or user's now.

        Raises:
            PlaceKindLaterError: Nothing can be exchanged with its kind yet; nothing was kept.
            OSError: The disk does not take it.
        """
        if place.kind != "smart":
            raise PlaceKindLaterError(kind=place.kind)
        before = self._known(place.name)
        if before is not None and not is_same_account(before, place):
            self._passwords.forget(before.name, before.user)
        kept = self._passwords.put(place.name, place.user, password) if password and place.user else None
        self._places.put(place)
        return kept

    def forget(self, name: str) -> None:
        """Forget a place and its password.

        Raises:
            PlaceMissingError: There is none of this name.
            OSError: The disk does not take it.
        """
        known = self._known(name)
        if known is not None:
            self._passwords.forget(known.name, known.user)
        self._places.remove(name)

    def _known(self, name: str) -> Place | None:
        try:
            return self._places.get(name)
        except PlaceMissingError:
            return None


def is_same_account(one: Place, other: Place) -> bool:
    """Whether the same user signs in at the same server."""
    return (server_of(one.url), one.user) == (server_of(other.url), other.user)
