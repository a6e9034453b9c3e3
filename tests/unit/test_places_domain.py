"""Places as people tell them: addresses, areas, fingerprints, names; and as a device keeps them."""

from __future__ import annotations

import pytest

from ranger_app.domain.places import (
    Area,
    Place,
    PlaceWrongError,
    PlainHttpError,
    area_id,
    connect_address,
    is_this_computer,
    pin_of,
    place_from,
    place_name,
    smart_version,
    user_name,
)

AREA = "0c7f2c62-b5a1-4e1c-bf0f-4f0e5d3c2b1a"
PIN = "ab" * 32


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("connect.example.org", "https://connect.example.org"),
        ("  https://connect.example.org/server/ ", "https://connect.example.org/server"),
        ("connect.example.org:8443/server", "https://connect.example.org:8443/server"),
        ("HTTPS://Connect.Example.org/Server", "https://connect.example.org/Server"),
        ("https://connect.example.org:8443/server/connect/home?a=b#c", "https://connect.example.org:8443/server"),
        ("https://connect.example.org/server/connect/home;jsessionid=1F", "https://connect.example.org/server"),
        ("https://connect.example.org/server/j_security_check", "https://connect.example.org/server"),
        ("https://connect.example.org/server/api/conservationarea", "https://connect.example.org/server"),
        ("https://connect.example.org/api", "https://connect.example.org"),
        ("https://connect.example.org/apiary", "https://connect.example.org/apiary"),
        ("https://заповедник.example/server", "https://заповедник.example/server"),
        ("http://127.0.0.1:8080/server", "http://127.0.0.1:8080/server"),
        ("http://localhost/server", "http://localhost/server"),
        ("http://[::1]:8080/server", "http://[::1]:8080/server"),
    ],
)
def test_the_address_is_what_the_office_wrote_without_what_a_browser_adds(told: str, kept: str) -> None:
    assert connect_address(told) == kept
    assert connect_address(kept) == kept


@pytest.mark.parametrize(
    "told",
    ["", "https://", "ftp://connect.example.org", "https://connect example.org", "https://connect.example.org:x",
     "https://connect.example.org:0", "https://connect.example.org:99999", "https://ex\u200bample.org", "https://a\\b/",
     "https://exa$mple.org", "https://" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(told: str) -> None:
    with pytest.raises(PlaceWrongError) as refused:
        connect_address(told)

    assert refused.value.facts["reason"] == "place-address-wrong"


@pytest.mark.parametrize(
    "told",
    ["https://ranger:ir-bis@connect.example.org/server", "https://ranger:ir-bis@connect.example.org:x/server",
     "ranger:ir-bis@connect.example.org", "ftp://ranger:ir-bis@connect.example.org"],
)  # fmt: skip
def test_a_password_in_the_address_is_refused_and_not_repeated(told: str) -> None:
    with pytest.raises(PlaceWrongError) as refused:
        connect_address(told)

    assert "ir-bis" not in str(refused.value)


@pytest.mark.parametrize("told", ["http://connect.example.org", "http://192.168.0.7/server", "http://localhost.evil/"])
def test_a_password_never_travels_in_plain_http_beyond_this_computer(told: str) -> None:
    with pytest.raises(PlainHttpError):
        connect_address(told)


def test_only_loopback_is_this_computer() -> None:
    assert all(map(is_this_computer, ("localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_this_computer, ("", "0.0.0.0", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org")))


def test_an_area_and_a_fingerprint_are_kept_in_one_spelling() -> None:
    assert area_id(AREA.replace("-", "").upper()) == AREA
    assert pin_of("SHA-256: " + ":".join(["AB"] * 32)) == PIN
    assert pin_of(f" sha256={PIN.upper()} ") == PIN
    with pytest.raises(PlaceWrongError):
        area_id("Kichi-Naryn")
    with pytest.raises(PlaceWrongError):
        pin_of("ab" * 20)


def test_a_name_is_one_line_that_everybody_can_see() -> None:
    assert place_name("  Naryn office ") == "Naryn office"
    for told in ("", "  ", "a\nb", "a\u202eb", "a" * 61):
        with pytest.raises(PlaceWrongError):
            place_name(told)


@pytest.mark.parametrize(
    ("told", "version"), [("8.1.3", "8"), ("7.5.7", "7"), ("6.3.0", "6"), ("4.1", "6"), ("9.0", "8"), ("8", "8"),
                          ("", ""), ("next", "")],
)  # fmt: skip
def test_what_a_server_calls_itself_says_which_files_the_office_reads(told: str, version: str) -> None:
    assert smart_version(told) == version


def test_a_place_is_kept_whole() -> None:
    place = Place(
        name="Naryn office", kind="smart", url="https://connect.example.org/server", user="ranger", area=AREA,
        version="8", told_version="8.1.3", pin=PIN, how="direct", areas=(Area(id=AREA, label="Kichi-Naryn"),),
        read={"patrol": "x"},
    )  # fmt: skip

    assert place_from(place.as_json()) == place


@pytest.mark.parametrize(
    "change",
    [{"url": "http://connect.example.org"}, {"url": "https://connect.example.org/"}, {"kind": "pigeon"},
     {"area": "x"}, {"pin": "x"}, {"version": "9"}, {"how": "x"}, {"name": " a"}, {"areas": [{"id": "x"}]},
     {"read": []}, {"areas": 7}],
)  # fmt: skip
def test_a_place_that_somebody_changed_by_hand_is_not_believed(change: dict[str, object]) -> None:
    told = Place(name="a", kind="smart", url="https://connect.example.org", read={}).as_json()

    with pytest.raises(PlaceWrongError):
        place_from({**told, **change})


@pytest.mark.parametrize("told", ["a:b", "a\u202eb", "a\nb"])
def test_a_user_whom_no_server_could_tell_from_a_password_is_refused(told: str) -> None:
    with pytest.raises(PlaceWrongError):
        user_name(told)
    assert user_name(" naryn.station ") == "naryn.station"
