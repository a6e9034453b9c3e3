"""FIT files are read: our columns beside fitdecode alone, which only takes the same files apart."""

from __future__ import annotations

from typing import Any

import fitdecode

from ranger_app.importers.tracks import read_tracks
from tests.benchmarks.measuring import ROOT, Row, medians

ROUNDS = 5
CORPUS = ROOT / "tests" / "data" / "tracks" / "fitdecode"
FASTEST: dict[str, Any] = {
    "processor": None,
    "check_crc": fitdecode.CrcCheck.DISABLED,
    "error_handling": fitdecode.ErrorHandling.IGNORE,
}
"""fitdecode without anything that can be left out."""

USUAL: dict[str, Any] = {"check_crc": fitdecode.CrcCheck.READONLY, "error_handling": fitdecode.ErrorHandling.IGNORE}
"""fitdecode as it comes, but for its warnings."""


def run() -> list[Row]:
    """Every file of the corpus that has fixes."""
    contents = [path.read_bytes() for path in sorted(CORPUS.glob("*.fit")) if read_tracks(path, name="").point_count]
    fixes = sum(read_tracks(content, name="").point_count for content in contents)
    ours, bare, usual = medians(
        ROUNDS,
        lambda: [read_tracks(content, name="walk.fit") for content in contents],
        lambda: [take_apart(content, FASTEST) for content in contents],
        lambda: [take_apart(content, USUAL) for content in contents],
    )
    what = f"{fixes:,} fixes in {len(contents)} files of all kinds of watches, as columns, checksums verified"
    return [
        Row(what=f"{what}; beside fitdecode that leaves out all it can, checksums too",
            ours=f"{ours:.2f} s", peer=f"{bare:.2f} s", measured=ours / bare, limit=1.2),
        Row(what=f"{what}; beside fitdecode as it comes",
            ours=f"{ours:.2f} s", peer=f"{usual:.2f} s", measured=ours / usual, limit=1.2),
    ]  # fmt: skip


def take_apart(content: bytes, options: dict[str, Any]) -> int:
    """How many frames fitdecode finds before the file ends or breaks."""
    frames = 0
    try:
        with fitdecode.FitReader(content, **options) as reader:
            for _ in reader:
                frames += 1
    except fitdecode.FitError:
        pass
    return frames
