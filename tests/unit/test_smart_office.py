from __future__ import annotations

import pytest

from ranger_app.domain.smart_office import Choice, Office, OfficeUnreadableError, office_from_json, training_office
from ranger_app.domain.smart_text import is_xml_text, utf16_length, xml_text


def test_the_training_office_is_shipped_and_knows_what_a_new_station_needs() -> None:
    office = training_office()

    assert office.language == "en"
    assert set(office.transports) >= {"foot", "vehicle"}
    assert office.label(office.mandates, "antipoaching") == ("en", "Anti-poaching")
    assert office.label(office.stations, "HQ") == ("en", "HQ")
    assert office.patrol_type("foot") == "GROUND"
    assert office.members is None


def test_a_label_is_said_in_the_language_asked_for_or_the_areas_own() -> None:
    horse = Choice(key="horse", labels={"ky": "Ат", "ru": "Лошадь"}, patrol_type="GROUND")
    office = Office(language="ru", transports={"horse": horse})

    assert office.label(office.transports, "horse", "ky") == ("ky", "Ат")
    assert office.label(office.transports, "horse", "en") == ("ru", "Лошадь")
    assert office.label(office.transports, "yak") == ("ru", "yak")
    assert Office(language="mn").label(office.transports, "horse") == ("ky", "Ат")
    assert office.patrol_type("yak") == "GROUND"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"language": ', ""),
        ("[]", ""),
        ('{"teams": [{}]}', "language"),
        ('{"language": 3}', "language"),
        ('{"language": "en", "colour": 1}', "colour"),
        ('{"language": "en", "teams": 1}', "teams"),
        ('{"language": "en", "teams": [1]}', "teams 1"),
        ('{"language": "en", "teams": [{"key": "a"}]}', "teams 1"),
        ('{"language": "en", "teams": [{"key": "", "labels": {"en": "A"}}]}', "teams 1"),
        ('{"language": "en", "teams": [{"key": "a", "labels": {}}]}', "teams 1"),
        ('{"language": "en", "teams": [{"key": "a", "labels": {"en": 1}}]}', "teams 1"),
        ('{"language": "en", "teams": [{"key": "a", "labels": {"en": "A"}, "patrol_type": "AIR"}]}', "teams 1"),
        (
            '{"language": "en", "transports": [{"key": "a", "labels": {"en": "A"}, "patrol_type": "MIXED"}]}',
            "transports 1",
        ),
        (
            '{"language": "en", "teams": [{"key": "a", "labels": {"en": "A"}}, {"key": "a", "labels": {"en": "B"}}]}',
            "teams 2",
        ),
    ],
)
def test_lists_that_say_something_strange_are_refused_with_their_place(text: str, where: str) -> None:
    with pytest.raises(OfficeUnreadableError) as refused:
        office_from_json(text)

    assert refused.value.facts["where"] == where


def test_what_xml_cannot_carry_is_replaced_and_everything_else_stays() -> None:
    told = "Снежный барс\tبرفانی چیتا\r\n🐆 ok"

    assert is_xml_text(told)
    assert xml_text(told) == told
    assert xml_text("a\x00b\x0bc\ud800d\uffffe") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert not is_xml_text("\x1b")
    assert (utf16_length("барс"), utf16_length("🐆")) == (4, 2)
