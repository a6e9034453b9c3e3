"""Files whose XML declaration is not as it should be, though nothing in them is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from ranger_app.importers.gpx import gpx_reading
from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.sniff import FileKind
from ranger_app.importers.tracks import read_tracks
from ranger_app.importers.tracks_xml import kind_by_root
from tests.made_track_files import tcx, trackpoint

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
BLANKS = ("          ", "\r\n\t", "\ufeff\n")


def gpx(name: str = "Обход", points: int = 100, told: str = "UTF-8") -> str:
    fixes = "\n".join(
        f'<trkpt lat="41.{at:07}" lon="74.5"><time>2026-03-04T09:15:{at % 60:02}Z</time></trkpt>'
        for at in range(points)
    )
    return (
        f'<?xml version="1.0" encoding="{told}"?>\n<gpx><trk><name>{name}</name><trkseg>\n{fixes}</trkseg></trk></gpx>'
    )


@pytest.mark.parametrize("carefully", [True, False])
@pytest.mark.parametrize("blanks", BLANKS)
def test_blanks_before_the_declaration_of_gpx_do_no_harm(blanks: str, carefully: bool) -> None:
    reading = gpx_reading((blanks + gpx()).encode(), name="walk.gpx", carefully=carefully)

    assert (reading.file.tracks[0].name, reading.file.point_count) == ("Обход", 100)
    assert (reading.at_once > 0) is not carefully
    assert "gpx-ill-formed" not in {problem.code for problem in reading.file.problems}


@pytest.mark.parametrize("blanks", BLANKS)
def test_a_strava_tcx_that_begins_with_blanks_is_read(blanks: str) -> None:
    lap = f"<Lap><Track>{trackpoint('2026-03-04T09:15:42Z', '41.2', '74.5')}</Track></Lap>"
    text = DECLARATION.encode() + tcx(f"<Activities><Activity>{lap}</Activity></Activities>")

    file = read_tracks(blanks.encode() + text, name="walk.tcx")

    assert (file.format, file.point_count, file.problems) == ("tcx", 1, ())


def test_an_encoding_told_behind_blanks_is_followed() -> None:
    file = read_tracks((" " + gpx(told="windows-1251")).encode("windows-1251"), name="walk.gpx")

    assert file.tracks[0].name == "Обход"


def test_lines_are_counted_from_the_first_blank_one() -> None:
    broken = ("\n\n" + gpx()).replace('lat="41.0000050"', "lat=<")

    file = read_tracks(broken.encode(), name="walk.gpx")

    assert {problem.code: problem.where for problem in file.problems}["gpx-ill-formed"] == "line 55"


@pytest.mark.parametrize(("told", "encoding"), [("UTF-8", "utf-16"), ("utf-16", "utf-8"), ("utf-16", "utf-8-sig")])
def test_bytes_count_more_than_a_declaration_that_contradicts_them(told: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_bytes(gpx(told=told).encode(encoding))

    file = read_tracks(path, name="walk.gpx")

    assert (file.tracks[0].name, file.point_count) == ("Обход", 100)
    assert kind_by_root(path, name="walk.gpx") is FileKind.GPX
    assert not {problem.code for problem in file.problems} & {"gpx-wrong-encoding", "gpx-ill-formed"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" <?xml", "gpx-not-gpx"),
        (" <?xml version='1.0' encoding='no-such'?><gpx/>", "gpx-encoding-unknown"),
        ("<!-- --> <?xml version='1.0'?><gpx/>", "gpx-not-gpx"),
    ],
)
def test_other_beginnings_are_refused_as_before(text: str, code: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read_tracks(text.encode(), name="walk.gpx")

    assert refused.value.code == code
