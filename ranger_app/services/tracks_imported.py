"""What an import of tracks answers: what is new, what was here, what was refused, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from ranger_app.problem import Problem


@dataclass(frozen=True, slots=True)
class KnownContent:
    """A file with other bytes than any here, whose fixes or waypoints are here all the same.

    Attributes:
        file: The one that came.
        repeats: Names of the files that told the same before.
        patrols: Ids of the patrols that these are in.
        points, waypoints: How many of it are here.
        is_whole: Whether nothing in it was new, so that it was not kept either.
    """

    file: str
    repeats: tuple[str, ...]
    patrols: tuple[str, ...]
    points: int
    waypoints: int
    is_whole: bool

    def problem(self) -> Problem:
        """The same in words."""
        if self.repeats == (self.file,) and not self.points:
            return Problem(code="waypoints-repeated", file=self.file, count=self.waypoints)
        return Problem(
            code="fixes-known" if self.is_whole else "fixes-partly-known",
            file=self.file,
            count=max(self.points, 1),
            facts={"points": self.points, "waypoints": self.waypoints, "repeats": ", ".join(self.repeats)},
        )


@dataclass(slots=True)
class TracksImported:
    """What an import stored and found.

    Attributes:
        patrols: Ids of the patrols that the files are in now, those of known files too.
        files: How many files were read, known ones too.
        tracks, points, waypoints: Counted in the files given, duplicates too.
        new_points, new_waypoints: Of these, what was not here before.
        duplicates: Files that hold nothing new: their very bytes, or all their fixes, are in a patrol already.
        known: What was known by its fixes; files known by their bytes are not among them.
        dated: Names of files among them whose tracks or waypoints were given a day, or another one.
        assumed: Fields of the new legs that nobody stated.
        refused: Files that could not be read, among *problems* with their code.
        ignored: How many files in folders and archives are nothing that holds tracks.
    """

    patrols: list[str] = field(default_factory=list)
    files: int = 0
    tracks: int = 0
    points: int = 0
    waypoints: int = 0
    new_points: int = 0
    new_waypoints: int = 0
    duplicates: list[str] = field(default_factory=list)
    known: list[KnownContent] = field(default_factory=list)
    dated: list[str] = field(default_factory=list)
    assumed: tuple[str, ...] = ()
    refused: list[str] = field(default_factory=list)
    ignored: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add_patrol(self, patrol: str) -> None:
        if patrol not in self.patrols:
            self.patrols.append(patrol)
