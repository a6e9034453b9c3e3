"""``coordinates TEXT``: what a text means as a place, for scripts and for people at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import CommandLine


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, capsys, monkeypatch)


def test_a_place_in_any_notation_is_answered_in_all_of_them(line: CommandLine) -> None:
    ran = line("coordinates", "--json", "СК-42", "4563082", "13458215")

    assert ran.code == 0
    (reading,) = ran.answer["readings"]
    assert (round(reading["latitude_deg"], 5), round(reading["longitude_deg"], 5)) == (41.20111, 74.50124)
    assert (reading["notation"], reading["zone"], reading["system"]) == ("sk42", "13", "EPSG:28413")
    assert (reading["operation"], reading["accuracy_m"], reading["cell_m"]) == ("EPSG:15865", 4.5, None)
    assert reading["told"]["mgrs"].startswith("43T DF 581")
    assert "kalianpur" not in reading["told"]


def test_a_text_of_two_meanings_is_answered_with_both_and_needs_a_look(line: CommandLine) -> None:
    ran = line("coordinates", "74.5, 41.2", "--tell", "dms")

    assert ran.code == 1
    assert ran.out.splitlines() == [
        "74°30′00.00″ N, 41°12′00.00″ E  Decimal degrees",
        "41°12′00.00″ N, 74°30′00.00″ E  Decimal degrees · the longitude written first",
    ]
    assert ran.err == "This can mean more than one place; none was chosen.\n"


def test_the_middle_of_a_map_in_a_link_needs_a_look(line: CommandLine) -> None:
    ran = line("coordinates", "https://yandex.ru/maps/?ll=74.5%2C41.2&z=15")

    assert ran.code == 1
    assert (
        ran.out == "41.200000, 74.500000  Decimal degrees · from a link · the middle of the map that the link shows\n"
    )
    assert ran.err == "This is perhaps not what was meant; look at the place first.\n"


def test_a_letter_s_that_cannot_be_the_band_needs_a_look(line: CommandLine) -> None:
    ran = line("coordinates", "43S 458181 4561203")

    assert ran.code == 1
    assert "the northing is not in band S, 32° to 40° N" in ran.out
    assert ran.err == "This is perhaps not what was meant; look at the place first.\n"
    assert line("coordinates", "UTM 43 South 458181 4561203").code == 0


def test_south_and_west_are_no_options(line: CommandLine) -> None:
    assert line("coordinates", "-41.5,", "-74.25").out == "-41.500000, -74.250000  Decimal degrees\n"


def test_a_shortened_reference_says_how_wide_its_square_is(line: CommandLine) -> None:
    told = line("coordinates", "43TDF58").out

    assert told == "41.415292, 74.461540  MGRS · zone 43T · the middle of a square of 10 km\n"


def test_what_is_no_place_is_refused_in_words(line: CommandLine) -> None:
    ran = line("coordinates", "--json", "0,", "0")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[coordinates-zero] A place of exactly 0, 0 is what a receiver without a fix says")


def test_an_unknown_notation_is_wrong_usage(line: CommandLine) -> None:
    assert line("coordinates", "41.2, 74.5", "--notation", "osgb").code == 2
