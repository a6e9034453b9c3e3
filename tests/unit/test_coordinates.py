"""Places as people write them, tables of what really comes from receivers, maps, chats and keyboards."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyproj import Proj

from ranger_app.coordinates import (
    NOTATIONS,
    CoordinatesError,
    CoordinatesUnreadableError,
    Decoded,
    notation_of,
    read_place,
    tell_place,
)
from ranger_app.i18n import Words
from ranger_app.messages import say_error

WORDS = Words("en")


def place(one: Decoded) -> tuple[float, float]:
    return one.latitude_deg, one.longitude_deg


def only(text: str, notation: str | None = None) -> Decoded:
    found = read_place(text, notation)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "text",
    ["41.201111, 74.501234", "41.201111,74.501234", "41.201111 74.501234", "41,201111 74,501234",
     "41,201111, 74,501234", "41,201111,74,501234", "41.201111; 74.501234", "41.201111/74.501234",
     "41.201111\n74.501234", "41.201111\t74.501234", "(41.201111, 74.501234)", "41.201111 74,501234",
     "N41.201111 E74.501234", "41.201111°N 74.501234°E", "41.201111 N, 74.501234 E", "E74.501234 N41.201111",
     "С41.201111 В74.501234", "41,201111 С 74,501234 В", "C41.201111 B74.501234", "с41.201111 е74.501234",
     "41.201111 с.ш. 74.501234 в.д.", "41,201111° с. ш., 74,501234° в. д.", "широта 41.201111 долгота 74.501234",
     "Широта: 41,201111; Долгота: 74,501234", "lat 41.201111 lon 74.501234", "lon=74.501234, lat=41.201111",
     "{lat: 41.201111, lng: 74.501234}", "Latitude: 41.201111 Longitude: 74.501234", "φ 41.201111 λ 74.501234",
     "Координаты: 41.201111, 74.501234", "WGS84 41.201111 74.501234", "WGS-84: 41.201111 74.501234",
     "41.201111 north 74.501234 east", "северной широты 41.201111 восточной долготы 74.501234",
     "+41.201111+074.501234/", "+41.201111 +74.501234", "41.201111\u00a0\u200e74.501234", "۴۱٫۲۰۱۱۱۱، ۷۴٫۵۰۱۲۳۴",
     "شمال 41.201111 مشرق 74.501234", "41.201111 градусов 74.501234 градусов",
     "41.201111, 74.501234 ± 8 m", "41.201111, 74.501234 (±8 м)", "41.201111 N, 74.501234 E, 2900 m",
     "41,201111 74,501234, высота 2900 м н.у.м.", "41.201111, 74.501234, alt: 2900.5 m",
     "Location: 41.201111, 74.501234", "\U0001f4cd 41.201111, 74.501234", "\u26fa\ufe0f: 41.201111, 74.501234",
     "41.201111 түндүк кеңдик, 74.501234 чыгыш узундук", "41.201111 солтүстік ендік 74.501234 шығыс бойлық"],
)  # fmt: skip
def test_decimal_degrees_are_understood_however_they_are_written(text: str) -> None:
    found = only(text)

    assert place(found) == (41.201111, 74.501234)
    assert found.notation == "dd"
    assert not found.is_doubtful


@pytest.mark.parametrize(
    "text",
    ["N41 12.060 E074 30.075", "41°12.060'N 74°30.075'E", "41° 12.060′ N, 74° 30.075′ E", "41 12.060 74 30.075",
     "41 12,060 74 30,075", "41°12,060' с.ш. 74°30,075' в.д.", "41:12.060 74:30.075", "N 41º12.060’ E 74º30.075’",
     "4112.060,N,07430.075,E", "N4112.060 E07430.075", "С41 12.060 В74 30.075",
     "41 deg 12.060 min N 74 deg 30.075 min E",
     "41 градус 12,060 минут северной широты, 74 градуса 30,075 минуты восточной долготы", "+4112.060+07430.075/",
     "N 41°12.060' / E 074°30.075'"],
)  # fmt: skip
def test_degrees_and_minutes_are_understood(text: str) -> None:
    found = only(text)

    assert place(found) == (41.201, 74.50125)
    assert found.notation == "ddm"


@pytest.mark.parametrize(
    "text",
    ["41°12'03.6\"N 74°30'04.5\"E", "41°12’03,6″ с.ш., 74°30’04,5″ в.д.", "41°12'03,6'' 74°30'04,5''",
     "N 41°12′03.6″, E 74°30′04.5″", "41 12 03.6 74 30 04.5", "41:12:03.6, 74:30:04.5",
     "41º12´03.6˝N 74º30´04.5˝E", "41 12 03,6 N 74 30 04,5 E", "N411203.6 E0743004.5", "+411203.6+0743004.5/",
     "41˚ 12‘ 03.6“ N 74˚ 30‘ 04.5“ E", "41o12'03.6\" 74o30'04.5\"",
     "41 град. 12 мин. 03,6 сек. с.ш. 74 град. 30 мин. 04,5 сек. в.д.",
     "41°12'03.6\"С 74°30'04.5\"В", "Lat N 41°12'03.6\" Lon E 74°30'04.5\""],
)  # fmt: skip
def test_degrees_minutes_and_seconds_are_understood_with_every_kind_of_quote(text: str) -> None:
    found = only(text)

    assert place(found) == (41.201, 74.50125)
    assert found.notation == "dms"


@pytest.mark.parametrize(
    "text",
    ["Местоположение: 41.2011, 74.5012 (точность 8м)", "41.2011, 74.5012 точность: ±8 метров",
     "Лагерь у реки - 41.2011, 74.5012", "Meet us at 41.2011 N 74.5012 E, bring water!",
     "Моё место: 41,2011 74,5012 (accuracy 8 m)", "Точка N41.2011 E74.5012 у брода"],
)  # fmt: skip
def test_words_beside_a_place_are_left_out(text: str) -> None:
    found = only(text)

    assert place(found) == (41.2011, 74.5012)
    assert not found.is_doubtful


@pytest.mark.parametrize(
    "text",
    ["Пулково: 41.2011, 74.5012", "долгота: 74.5012, 41.2011", "Лагерь 3: 41.2011, 74.5012", "СК 41.2011, 74.5012",
     "южнее 41.2011, 74.5012"],
)  # fmt: skip
def test_words_that_could_tell_an_axis_or_a_system_are_not_left_out(text: str) -> None:
    with pytest.raises(CoordinatesUnreadableError):
        read_place(text)


@pytest.mark.parametrize(
    "text",
    ["43Т DF 58180 61202", "МГРС 43т DF 58180 61202", "Координаты MGRS: 43ТDF 58180 61202",
     "Точка 43Т DF 58180 61202"],
)  # fmt: skip
def test_mgrs_is_read_in_letters_that_look_the_same(text: str) -> None:
    found = only(text)

    assert place(found) == pytest.approx((41.20111, 74.50123), abs=1e-5)
    assert not found.is_doubtful


def test_mgrs_in_letters_that_only_sound_the_same_has_to_be_confirmed() -> None:
    found = only("43Т ДФ 58180 61202")

    assert place(found) == pytest.approx((41.20111, 74.50123), abs=1e-5)
    assert found.notes == ("by-sound",)
    assert found.is_doubtful


def test_south_and_west_are_negative_in_both_alphabets() -> None:
    for text in ("S41.5 W74.25", "Ю41.5 З74.25", "41.5 ю.ш. 74.25 з.д.", "-41.5, -74.25", "−41.5 −74.25"):
        assert place(only(text)) == (-41.5, -74.25)


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("geo:41.2,74.5", 41.2, 74.5),
        ("geo:41.2,74.5,2900;crs=wgs84;u=35", 41.2, 74.5),
        ("geo:0,0?q=41.2,74.5(Camp)", 41.2, 74.5),
        ("https://maps.google.com/?q=41.2,74.5", 41.2, 74.5),
        ("https://maps.google.com/maps?q=41.2,74.5&ll=41.3,74.6&z=16", 41.2, 74.5),
        ("https://www.google.com/maps/search/?api=1&query=41.2%2C74.5", 41.2, 74.5),
        ("https://www.google.com/maps/place/41%C2%B012'00.0%22N+74%C2%B030'00.0%22E/@41.3,74.6,17z/data=!3m1!8m2!3d41.2!4d74.5",
         41.2, 74.5),
        ("https://www.google.com/maps/place/41.2,74.5", 41.2, 74.5),
        ("https://www.google.com/maps/dir/?api=1&destination=41.2,74.5", 41.2, 74.5),
        ("https://www.openstreetmap.org/?mlat=41.2&mlon=74.5#map=15/41.3/74.6", 41.2, 74.5),
        ("https://yandex.ru/maps/?ll=74.6%2C41.3&pt=74.5,41.2,pm2rdm&z=15", 41.2, 74.5),
        ("https://yandex.ru/maps/10309/bishkek/?whatshere%5Bpoint%5D=74.5%2C41.2&whatshere%5Bzoom%5D=15", 41.2, 74.5),
        ("https://yandex.kz/maps/?rtext=~41.2%2C74.5&rtt=auto", 41.2, 74.5),
        ("https://2gis.kg/bishkek/geo/74.5,41.2?m=74.6,41.3/16", 41.2, 74.5),
        ("https://maps.apple.com/?ll=41.2,74.5&q=Dropped%20Pin", 41.2, 74.5),
        ("https://example.org/here?lat=41.2&lng=74.5", 41.2, 74.5),
        ("Лагерь здесь: https://maps.google.com/?q=41.2,74.5, приезжайте", 41.2, 74.5),
    ],
)  # fmt: skip
def test_links_from_chats_name_their_place(text: str, latitude: float, longitude: float) -> None:
    found = only(text)

    assert place(found) == (latitude, longitude)
    assert found.notes == ("from-link",)


@pytest.mark.parametrize(
    "text",
    ["https://yandex.ru/maps/?ll=74.5%2C41.2&z=15", "https://www.google.com/maps/@41.2,74.5,15z",
     "https://www.openstreetmap.org/#map=15/41.2/74.5", "https://2gis.kg/bishkek?m=74.5,41.2/16"],
)  # fmt: skip
def test_the_middle_of_what_a_map_shows_is_a_place_only_when_somebody_says_so(text: str) -> None:
    found = only(text)

    assert place(found) == (41.2, 74.5)
    assert found.is_doubtful


def test_a_longitude_that_was_written_first_is_asked_about() -> None:
    as_written, turned = read_place("74.501234, 41.201111")

    assert place(as_written) == (74.501234, 41.201111)
    assert place(turned) == (41.201111, 74.501234)
    assert turned.is_doubtful
    beyond_the_pole = only("104.9, 47.9")
    assert place(beyond_the_pole) == (47.9, 104.9)
    assert beyond_the_pole.is_doubtful


UNREADABLE = "This is no place that can be read: {}."
BEYOND_POLE = "{} is no latitude: it is beyond the pole. Latitudes go from -90 to 90."
SIXTY = "{} cannot be minutes or seconds: they stay below 60."
ZERO = "A place of exactly 0, 0 is what a receiver without a fix says; nobody was there."
NO_ZONE = "There is no zone {}: zones go from {} to {}."
OUTSIDE = "These numbers lie outside the area of {}."
UNEVEN = "An MGRS reference has as many digits for the easting as for the northing, five each at most: {} has not."
REFUSED = [
    ("", UNREADABLE.format("–")),
    ("by the river", UNREADABLE.format("by the river")),
    ("41.2", UNREADABLE.format("41.2")),
    ("41.2 74.5 3", UNREADABLE.format("41.2 74.5 3")),
    ("N41 N74", UNREADABLE.format("N41 N74")),
    ("41.2N 74.5N", UNREADABLE.format("41.2N 74.5N")),
    ("E41 74", UNREADABLE.format("E41 74")),
    ("-41.2 S 74.5 E", UNREADABLE.format("-41.2 S 74.5 E")),
    ("41.5°12' 74°30'", UNREADABLE.format("41.5°12' 74°30'")),
    ("91, 10", BEYOND_POLE.format("91")),
    ("N 95.5 E 74.5", BEYOND_POLE.format("95.5")),
    ("10, 181", "181 is no longitude. Longitudes go from -180 to 180."),
    ("41 75.5 74 30.0", SIXTY.format("75.5")),
    ("41°12'60\" 74°30'04\"", SIXTY.format("60")),
    ("0, 0", ZERO),
    ("0°00'00\"N 0°00'00\"E", ZERO),
    ("geo:0,0", ZERO),
    ("https://maps.google.com/?q=0,0", ZERO),
    ("https://maps.app.goo.gl/abcDEF123",
     "The link to maps.app.goo.gl has no coordinates in it. Open it, and copy the coordinates that it shows."),
    ("geo:41.2,74.5;crs=nad27", "The link is written in the system nad27, which cannot be read."),
    ("61T 458181 4561203", NO_ZONE.format(61, 1, 60)),
    ("61TDF1212", NO_ZONE.format(61, 1, 60)),
    ("43O 458181 4561203", "UTM has no band O: bands are C to X, without I and O."),
    ("43T 458181 3561203", "The letter does not fit: 43T is not where the northing is, at latitude 32.19."),
    ("458181 4561203",
     "These look like an easting and a northing, but the zone is missing: write it before them, such as 43T."),
    ("4563082 23458215", NO_ZONE.format(23, 10, 19)),
    ("СК-42 9963082 13458215", OUTSIDE.format("SK-42")),
    ("Kyrg-06 3298706 6577651", OUTSIDE.format("Kyrg-06")),
    ("9898706 9877651", "These numbers lie in no grid that is known here. Write the name of the grid before them."),
    ("43T DF 581 61202", UNEVEN.format("58161202")),
    ("43TDF123", UNEVEN.format("123")),
    ("43TDZ1212", "There is no square 43TDZ1212 in MGRS."),
    ("9ESE", "There is no square 09ESE in MGRS."),
    ("43T FA 12345 67890", "There is no square 43TFA in MGRS."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_no_place_is_told_in_words_that_say_why(text: str, said: str) -> None:
    with pytest.raises(CoordinatesError) as refused:
        read_place(text)

    assert say_error(WORDS, refused.value) == said


def test_a_text_of_a_whole_page_is_not_looked_at() -> None:
    with pytest.raises(CoordinatesUnreadableError):
        read_place("41.2 74.5 " * 5000)


@pytest.mark.parametrize(
    "text",
    ["43T 458181 4561203", "43 T 0458181 4561203", "43T 458181mE 4561203mN", "43T E458181 N4561203",
     "43Т 458181 4561203",
     "UTM 43T 458181 4561203", "43N 458181 4561203", "UTM zone 43 N, 458181, 4561203", "43T 458 181 4 561 203",
     "43T 4561203 458181", "43T 4561203N 458181E", "UTM: 43 North 458181 4561203", "43т 458181 4561203"],
)  # fmt: skip
def test_utm_is_understood_with_its_band_or_its_hemisphere(text: str) -> None:
    found = only(text)

    assert place(found) == pytest.approx((41.2011148, 74.5012375), abs=1e-7)
    assert found.notation == "utm"


def test_s_is_a_band_of_the_north_and_the_southern_hemisphere() -> None:
    band, hemisphere = read_place("43S 458181 3873000")

    assert band.latitude_deg == pytest.approx(34.9987, abs=1e-4)
    assert hemisphere.latitude_deg == pytest.approx(-55.2877, abs=1e-4)
    assert (band.zone, hemisphere.zone) == ("43 N", "43 S")


def test_published_places_are_found() -> None:
    tower = only("17N 630084 4833438")  # the CN Tower, as encyclopaedias have it: 43°38'33.24"N 79°23'13.7"W
    honolulu = only("4QFJ12345678")  # as there: near 21°18'34"N 157°55'01"W

    assert place(tower) == pytest.approx((43.642567, -79.387139), abs=2e-5)
    assert place(honolulu) == pytest.approx((21.30944, -157.91694), abs=3e-4)
    assert honolulu.cell_m == 10.0


@pytest.mark.parametrize(
    ("text", "cell_m", "easting_m", "northing_m"),
    [
        ("43T DF 58180 61202", 1.0, 458_180.5, 4_561_202.5),
        ("43TDF5818061202", 1.0, 458_180.5, 4_561_202.5),
        ("43tdf 58180 61202", 1.0, 458_180.5, 4_561_202.5),
        ("MGRS 43T DF 5818 6120", 10.0, 458_185.0, 4_561_205.0),
        ("43T DF 581 612", 100.0, 458_150.0, 4_561_250.0),
        ("43ТDF 58 61", 1_000.0, 458_500.0, 4_561_500.0),
        ("43TDF56", 10_000.0, 455_000.0, 4_565_000.0),
        ("43TDF", 100_000.0, 450_000.0, 4_550_000.0),
    ],
)
def test_a_shortened_mgrs_reference_is_the_middle_of_its_square_and_says_how_wide_it_is(
    text: str, cell_m: float, easting_m: float, northing_m: float
) -> None:
    longitude, latitude = Proj("EPSG:32643")(easting_m, northing_m, inverse=True)

    found = only(text)

    assert found.cell_m == cell_m
    assert place(found) == pytest.approx((latitude, longitude), abs=1.1e-7)
    assert ("middle-of-cell" in found.notes) == (cell_m > 1)


def test_a_square_that_two_bands_share_is_named_after_either() -> None:
    (band_t,), (band_s,) = (read_place(f"43{band} FE 00000 00000", "mgrs") for band in "TS")

    assert (band_t.latitude_deg, band_t.longitude_deg) == (band_s.latitude_deg, band_s.longitude_deg)
    assert band_t.latitude_deg == pytest.approx(39.744, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["4563082 13458215", "X=4563082 Y=13458215", "Х=4563082 У=13458215", "Х 4563082, У 13458215", "13458215 4563082",
     "СК-42 4563082 13458215", "СК42: 4563082, 13458215", "CK-42 4563082 13458215", "SK-42 X 4563082 Y 13458215",
     "Пулково 1942 г. 4563082 13458215", "Pulkovo 1942 4563082 13458215", "СК-42 зона 13 4563082 458215",
     "СК-42, зона 13, X=4563082 Y=13458215", "Гаусс-Крюгер 4563082 13458215", "СК-42 x 4 563 082 y 13 458 215",
     "EPSG:28413 4563082 13458215", "Y=13458215 X=4563082", "4563082,0 13458215,0"],
)  # fmt: skip
def test_soviet_grids_are_understood_with_the_zone_in_the_easting(text: str) -> None:
    found = only(text)

    assert place(found) == pytest.approx((41.201111, 74.501234), abs=1e-5)
    assert (found.notation, found.zone, found.system) == ("sk42", "13", "EPSG:28413")
    assert (found.operation, found.accuracy_m) == ("EPSG:15865", 4.5)


def test_where_sk_95_is_in_use_numbers_without_a_name_are_asked_about() -> None:
    old, new = read_place("5963078 13458235")

    assert (old.notation, new.notation) == ("sk42", "sk95")
    assert only("СК-95 5963078 13458235").operation == "EPSG:5043"
    assert only("5963078 13458235", "sk42").notation == "sk42"


def test_degrees_on_the_edge_of_a_soviet_map_are_not_those_of_a_receiver() -> None:
    found = only("СК-42 41°12'03.6\" 74°30'04.5\"")

    assert place(found) == pytest.approx((41.2012326, 74.5006366), abs=1e-6)
    assert (found.notation, found.system, found.operation) == ("sk42", "EPSG:4284", "EPSG:15865")


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Kyrg-06 E 3298706 N 4577651", "3"), ("Кырг-06 3298706 4577651", "3"), ("4577651 3298706", "3"),
     ("Kyrg-06 зона 3 298706 4577651", "3")],
)  # fmt: skip
def test_the_grid_of_kyrgyzstan_is_understood(text: str, zone: str) -> None:
    found = only(text)

    assert place(found) == pytest.approx((41.201111, 74.501234), abs=1e-5)
    assert (found.notation, found.zone, found.operation) == ("kyrg06", zone, "EPSG:9768")


@pytest.mark.parametrize(
    ("text", "latitude", "longitude", "zone"),
    [("Kalianpur I E 2954255 N 695081", 30.5, 70.2, "I"), ("Kalianpur IIa E 1844031 N 945341", 26.0, 65.0, "IIa"),
     ("Kalianpur 43N E 428177 N 4006161", 36.2, 74.2, "43N")],
)  # fmt: skip
def test_the_grids_of_pakistan_are_understood(text: str, latitude: float, longitude: float, zone: str) -> None:
    found = next(one for one in read_place(text) if one.zone == zone)

    assert place(found) == pytest.approx((latitude, longitude), abs=1e-5)
    assert (found.notation, found.operation, found.accuracy_m) == ("kalianpur", "EPSG:1247", None)


def test_numbers_that_lack_a_zone_are_no_place_in_pakistan_unless_its_maps_are_used() -> None:
    with pytest.raises(CoordinatesError) as refused:
        read_place("2954255 695081")
    (found,) = read_place("2954255 695081", shown="kalianpur")

    assert refused.value.code == "zone-missing"
    assert place(found) == pytest.approx((30.5, 70.2), abs=1e-5)


def test_the_grid_of_the_readers_maps_comes_first() -> None:
    first, second = read_place("4563082 13458215", shown="sk95")

    assert (first.notation, second.notation) == ("sk95", "sk42")
    assert [one.notation for one in read_place("41.2, 74.5", shown="sk95")] == ["dd"]


def test_a_zone_without_a_hemisphere_is_asked_about() -> None:
    north, south = read_place("UTM zone 43, Easting: 458181, Northing: 4561203")

    assert (north.zone, south.zone) == ("43 N", "43 S")
    assert north.latitude_deg == pytest.approx(41.2011148)


def test_a_russian_letter_beside_a_zone_is_a_hemisphere_and_no_band() -> None:
    assert only("43 С 458181 4561203").zone == "43 N"
    assert only("43 Ю 458181 4561203").zone == "43 S"
    assert only("UTM 43 South 458181 3873000").zone == "43 S"


def test_a_place_beside_a_link_is_read_too() -> None:
    same = "41.2, 74.5 https://maps.google.com/?q=41.2,74.5"
    other = "41.3, 74.6 https://maps.google.com/?q=41.2,74.5"

    view = "41.2, 74.5 https://yandex.ru/maps/?ll=74.5%2C41.2&z=15"

    assert place(only(same)) == (41.2, 74.5)
    assert not only(view).is_doubtful
    assert [place(one) for one in read_place(other)] == [(41.2, 74.5), (41.3, 74.6)]


def test_kml_has_the_longitude_first_and_the_height_last() -> None:
    as_written, turned = read_place("74.501234,41.201111,2900")

    assert place(turned) == (41.201111, 74.501234)
    assert as_written.latitude_deg == 74.501234


@pytest.mark.parametrize(
    "text",
    ["41.2, 74.5\n41.3, 74.6", "04.03.2026 09:15", "41.12.03 74.30.04", "996555123456", "41,201 74 м", "63078 58215"],
)
def test_what_only_looks_like_a_place_is_none(text: str) -> None:
    with pytest.raises(CoordinatesError):
        read_place(text)


@pytest.mark.parametrize("notation", [one.id for one in NOTATIONS])
def test_every_notation_tells_its_example(notation: str) -> None:
    latitude, longitude = (30.5, 70.2) if notation == "kalianpur" else (41.201111, 74.501234)

    assert tell_place(latitude, longitude, notation) == notation_of(notation).example


def test_a_place_where_a_notation_does_not_reach_is_told_in_decimal_degrees() -> None:
    for notation in ("sk42", "sk95", "kyrg06", "kalianpur", "utm", "something"):
        assert tell_place(-85.0, 10.0, notation) == "-85.000000, 10.000000"


def test_the_notation_that_was_asked_for_is_the_only_one_read() -> None:
    with pytest.raises(CoordinatesError):
        read_place("41.2, 74.5", "mgrs")
    with pytest.raises(CoordinatesError):
        read_place("41.2, 74.5", "dms")

    assert only("41 12.060 74 30.075", "ddm").notation == "ddm"


def test_reading_degrees_and_links_loads_neither_pyproj_nor_mgrs() -> None:
    code = (
        "import sys; from ranger_app.coordinates import read_place, tell_place\n"
        "read_place('41.2, 74.5'); read_place('geo:41.2,74.5'); tell_place(41.2, 74.5, 'dms')\n"
        "sys.exit(bool({'pyproj', 'mgrs', 'numpy'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_page_of_notations_has_their_examples_and_operations() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "formats" / "coordinates.md").read_text(encoding="utf-8")

    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if line.startswith("| `")}
    for one in NOTATIONS:
        assert f"`{one.example}`" in rows[one.id]
        assert one.operation in rows[one.id]


@pytest.mark.parametrize(
    "piece", ["1 ", "1", "1,", "1.", "1°", "N1 ", "41.2, 74.5 ", "1 234 ", "43T ", "Х 1 ", "https://a.b/?q=1,",
     "!3d1", "С. Ш. ", "\u200e", "=", "4563078 "],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    begin = time.process_time()
    with contextlib.suppress(CoordinatesError):
        read_place((piece * 2000)[:2000])

    assert time.process_time() - begin < 0.5
