"""What can be wrong with map files; the words stand in :mod:`ranger_app.messages.maps`."""

from __future__ import annotations

from typing import ClassVar

from ranger_app.errors import Fact, RangerAppError


class MapFileRefusedError(RangerAppError):
    """A file of maps was not taken, or cannot be shown."""

    code = "map-file-refused"
    reason: ClassVar[str] = ""
    """Key of the reason that is told where none is given; empty when the sentence tells none."""

    def __init__(self, file: str, **facts: Fact) -> None:
        reason = {"reason": self.reason} if self.reason and "reason" not in facts else {}
        super().__init__(file=file, **reason, **facts)


class MapNotAMapError(MapFileRefusedError):
    """The content is no map that is known here."""

    code = "map-not-a-map"
    reason = "map-unknown-content"


class MapDamagedError(MapFileRefusedError):
    """The file breaks off, or does not hold what it says."""

    code = "map-damaged"
    reason = "map-content-wrong"


class MapVectorTilesError(MapFileRefusedError):
    """The tiles are not pictures."""

    code = "map-vector-tiles"


class MapOtherProjectionError(MapFileRefusedError):
    """The map is in a projection that cannot be shown."""

    code = "map-other-projection"


class MapFileMissingError(MapFileRefusedError):
    """The file is not where it was: a stick was pulled out, or it was moved."""

    code = "map-file-missing"


class MapTooLargeError(MapFileRefusedError):
    """The file holds, or claims, more than any map does."""

    code = "map-too-large"


class MapNoRoomError(MapFileRefusedError):
    """The station's disk does not take a copy."""

    code = "map-no-room"


class MapNotWrittenError(MapFileRefusedError):
    """The folder that the copy goes to cannot be written; the map may be whole."""

    code = "map-not-written"


class MapNeedsGisError(MapFileRefusedError):
    """Reading this kind of file takes libraries that are not installed."""

    code = "map-needs-gis"


class MapFileNameError(MapFileRefusedError):
    """The library that has to read it cannot be told its name."""

    code = "map-file-name"


class MapNameTakenError(MapFileRefusedError):
    """Another map has this name."""

    code = "map-name-taken"


class MapThereAlreadyError(MapFileRefusedError):
    """The same file is a map of the station already."""

    code = "map-there-already"


class MapNameUnknownError(MapFileRefusedError):
    """No map has this name."""

    code = "map-name-unknown"


class MapPartMissingError(MapFileRefusedError):
    """A file that belongs to it does not lie beside it."""

    code = "map-part-missing"


class MapDatumUnknownError(MapFileRefusedError):
    """The sheet does not say which ellipsoid its degrees are on, so that somebody has to."""

    code = "map-datum-unknown"


class MapNoPlaceError(MapFileRefusedError):
    """The picture does not say where on Earth it lies."""

    code = "map-no-place"


class MapOutsideError(MapFileRefusedError):
    """By the system that it names, it lies where no map is drawn."""

    code = "map-outside"


class MapOwnFileError(MapFileRefusedError):
    """It lies in the station's own folder of maps, where removing another map may delete it."""

    code = "map-own-file"


class MapCalibrationError(MapFileRefusedError):
    """The places by which a sheet was calibrated do not fit each other."""

    code = "map-calibration-wrong"


class MapPictureNotReadError(MapFileRefusedError):
    """The picture of a sheet is in a format that is not read here."""

    code = "map-picture-not-read"
