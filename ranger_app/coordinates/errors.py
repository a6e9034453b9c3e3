"""Why a text is no place."""

from __future__ import annotations

from ranger_app.errors import RangerAppError


class CoordinatesError(RangerAppError):
    """A text cannot be taken as a place; facts say what is wrong with it."""

    code = "coordinates-unreadable"


class CoordinatesUnreadableError(CoordinatesError):
    """No notation has this shape."""

    code = "coordinates-unreadable"


class LatitudeOutOfRangeError(CoordinatesError):
    """Beyond a pole."""

    code = "latitude-out-of-range"


class LongitudeOutOfRangeError(CoordinatesError):
    """More than half around the Earth."""

    code = "longitude-out-of-range"


class SixtiethsOutOfRangeError(CoordinatesError):
    """Sixty minutes or seconds, or more."""

    code = "sixtieths-out-of-range"


class ZeroPlaceError(CoordinatesError):
    """Exactly 0, 0."""

    code = "coordinates-zero"


class LinkWithoutPlaceError(CoordinatesError):
    """A web address in which no coordinates stand."""

    code = "link-without-place"


class LinkSystemError(CoordinatesError):
    """A geo: address of another system than WGS 84."""

    code = "link-system-unknown"


class ZoneUnknownError(CoordinatesError):
    """No such zone."""

    code = "zone-unknown"


class ZoneMissingError(CoordinatesError):
    """An easting and a northing, but of which zone."""

    code = "zone-missing"


class BandDisagreesError(CoordinatesError):
    """The letter of the band and the northing name different latitudes."""

    code = "band-disagrees"


class BandUnknownError(CoordinatesError):
    """No band has this letter."""

    code = "band-unknown"


class GridUnknownError(CoordinatesError):
    """No grid has these numbers."""

    code = "grid-unknown"


class GridOutsideError(CoordinatesError):
    """The numbers lie outside the area of the grid."""

    code = "grid-outside"


class MgrsUnevenError(CoordinatesError):
    """The easting and the northing of an MGRS reference have not the same number of digits."""

    code = "mgrs-uneven"


class MgrsUnknownError(CoordinatesError):
    """No square has this name."""

    code = "mgrs-unknown"
