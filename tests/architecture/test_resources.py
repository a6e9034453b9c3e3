"""Every shipped file of every kind is read by its reader, and what points somewhere points at something."""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

import gpxpy
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image, ImageCms

from ranger_app.domain import forms, lists
from ranger_app.domain.data_model import AttributeType, is_legal_key, is_legal_name
from ranger_app.domain.definitions import DefinitionError
from ranger_app.domain.demo_data import demo, read_demo
from ranger_app.importers.data_model import read_data_model, station_model
from ranger_app.paths import RESOURCES, resource

TOP = RESOURCES.parent
ICON_WORDS = [
    "patrols", "incidents", "conflict", "cases", "map", "reports", "import", "export", "dossier", "verify",
    "search", "undo", "redo", "add", "edit", "withdraw", "history", "photo", "warning", "info",
    "error", "check", "cancel", "send", "backup", "clock", "officer", "place", "track", "settings",
    "help",
]  # fmt: skip
CYRILLIC = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯқғүұңөһҳҷӣӯіәӨҮҒҚ№−–—«»“”…°±×·"


def names_of(*folder: str, suffix: str) -> list[str]:
    return sorted(path.name for path in resource(*folder).glob(f"*{suffix}"))


@pytest.mark.parametrize("name", names_of("fonts", suffix=".ttf"))
def test_every_font_is_static_free_and_named_as_its_file(name: str) -> None:
    with TTFont(resource("fonts", name)) as font:
        assert "fvar" not in font
        assert font["OS/2"].fsType == 0
        assert f"{font['name'].getDebugName(6)}.ttf" == name
    family = name.rpartition("-")[0]
    assert "SIL OPEN FONT LICENSE" in resource("fonts", f"OFL-{family}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"])
def test_the_fonts_of_the_window_have_every_letter_of_central_asia(name: str) -> None:
    with TTFont(resource("fonts", name)) as font:
        glyphs = font.getBestCmap()

    assert [sign for sign in CYRILLIC + CYRILLIC.lower() if ord(sign) not in glyphs] == []


def test_two_fonts_never_share_a_postscript_name() -> None:
    names = []
    for path in resource("fonts").glob("*.ttf"):
        with TTFont(path) as font:
            names.append(font["name"].getDebugName(6))

    assert len(names) == 6
    assert len(set(names)) == len(names)


def test_the_colour_profile_is_srgb_and_its_licence_lies_beside() -> None:
    path = resource("colour", "sRGB.icc")
    profile = ImageCms.getOpenProfile(str(path)).profile

    assert profile.profile_description is not None
    assert "sRGB" in profile.profile_description
    assert profile.xcolor_space.strip() == "RGB"
    assert profile.version < 4.5
    assert path.stat().st_size < 10_000
    assert "zlib/libpng" in resource("colour", "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names_of("icons", suffix=".svg"))
def test_every_icon_is_drawn_in_the_colour_of_the_text(name: str) -> None:
    root = etree.parse(resource("icons", name)).getroot()

    assert etree.QName(root).localname == "svg"
    assert root.get("stroke") == "currentColor"
    assert root.get("viewBox") == "0 0 24 24"
    assert f"| {name} |" in resource("icons", "README.md").read_text(encoding="utf-8")


def test_there_is_an_icon_for_everything_that_needs_one() -> None:
    assert set(ICON_WORDS) <= {path.stem for path in resource("icons").glob("*.svg")}
    assert "ISC License" in resource("icons", "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names_of("smart", "xsd", suffix=".xsd"))
def test_every_schema_of_smart_is_a_schema(name: str) -> None:
    etree.XMLSchema(etree.parse(resource("smart", "xsd", name)))

    original = TOP / "tests" / "data" / "smart" / "xsd" / name
    assert original.read_bytes() == resource("smart", "xsd", name).read_bytes()


@pytest.mark.parametrize("name", names_of("models", suffix=".xml"))
def test_every_model_is_one_that_smart_takes_whole(name: str) -> None:
    path = resource("models", name)
    reading = read_data_model(path)

    assert reading.problems == ()
    etree.XMLSchema(etree.parse(resource("smart", "xsd", "SmartDataModel-1.2-corrected.xsd"))).assertValid(
        etree.parse(path)
    )
    model = reading.model
    keys = [hkey.split(".")[-2] for hkey in model.hkeys()] + [attribute.key for attribute in model.attributes]
    keys += [item.key for attribute in model.attributes for item in attribute.items]
    keys += [node.key for attribute in model.attributes for _, node in attribute.walk()]
    assert all(is_legal_key(key) for key in keys)
    assert all(is_legal_name(name) for attribute in model.attributes for _, name in attribute.names)


def test_every_species_with_a_key_stands_in_the_tree_of_a_new_station() -> None:
    tree = station_model().attribute("species")

    assert tree is not None
    assert [taxon.id for taxon in lists.taxa() if taxon.smart and tree.node(taxon.smart) is None] == []


def test_every_taxon_has_names_a_source_and_a_date() -> None:
    taxa = lists.taxa()

    assert len({taxon.id for taxon in taxa}) == sum(
        len(lists.taxa_of(path.stem)) for path in resource("species").glob("*.toml")
    )
    assert len(lists.taxa_of("cami")) == 17
    for taxon in taxa:
        assert taxon.source
        assert taxon.as_of
        assert "en" in {name.language for name in taxon.names}
        assert len({status.authority for status in taxon.statuses}) == len(taxon.statuses)
        assert taxon.is_draft or taxon.source != "general knowledge"


def test_a_taxon_is_called_as_the_reader_calls_it() -> None:
    argali = lists.taxon("argali")

    assert argali is not None
    assert (argali.name("ru"), argali.name("tg")) == ("Аргали, архар", "Argali")
    assert lists.Taxon(id="x", scientific="Ovis x").name("ru") == "Ovis x"
    assert lists.taxon("unicorn") is None


def test_every_list_is_read_and_names_taxa_that_exist() -> None:
    for listed in lists.option_lists():
        assert listed.source
        assert [option.taxon for option in listed.options if option.taxon and lists.taxon(option.taxon) is None] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id = 'other'\nsource = ''\noptions = [{ key = 'a', label = 'A' }]", "file's name"),
        ("id = 'few'\nsource = ''", "no options"),
        ("id = 'few'\nsource = ''\noptions = [{ key = 'a', label = 'A' }, { key = 'a', label = 'B' }]", "twice"),
        ("id = 'few'\nsource = ''\noptions = [{ key = 'a', label = 'A', colour = 1 }]", "unknown key colour"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "few.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as raised:
        lists.read_option_list(path)

    assert reason in str(raised.value.facts["reason"])


def test_every_form_is_read_and_shows_every_field_in_a_section() -> None:
    shipped = {path.stem for path in resource("forms").glob("*.toml")}

    assert shipped == {*forms.INCIDENT_KINDS, "common"}
    assert forms.common_form().record == ""
    for form in forms.forms():
        assert form.kind == form.id
        assert form.record in {"incident", "conflict"}
        assert all(field.is_question for field in form.fields)
        assert not {field.id for field in form.fields} & {field.id for field in forms.common_form().fields}


def test_every_word_of_the_forms_is_known_to_the_catalogue() -> None:
    words = forms.words_of_forms()

    assert {"Poaching incident", "When it happened", "Wire neck snare", "Ear tag or brand"} <= set(words)
    assert len(set(words)) == len(words)
    assert all(word == word.strip() for word in words)


def test_a_new_station_loses_nothing_that_the_forms_say_to_smart() -> None:
    model = station_model()
    for form in forms.forms():
        for rule in form.observations:
            assert rule.category in model.hkeys()
            linked = {attribute.key: attribute for attribute in model.attributes_of(rule.category)}
            for told in rule.attributes:
                assert told.key in linked
                answers = [*told.values.values(), *([told.otherwise] if told.otherwise else [])]
                for answer in map(str, answers):
                    if linked[told.key].type is AttributeType.TREE:
                        assert linked[told.key].node(answer) is not None
                    else:
                        assert linked[told.key].item(answer) is not None


def test_the_demo_names_files_that_are_there_and_says_what_is_made_up() -> None:
    sample = demo()

    for track in sample.tracks:
        told = track.file.read_text(encoding="utf-8")
        assert (sample.notice in told) is track.is_made_up
    for incident in sample.incidents:
        assert incident.file.read_text(encoding="utf-8").count(sample.notice) >= 4
    for picture in resource("demo").glob("*.jpg"):
        with Image.open(picture) as image:
            exif = image.getexif()
            assert str(exif[0x010E]).startswith(sample.notice)
            assert exif.get_ifd(0x8769)[0x9011] == "+06:00"
            assert exif.get_ifd(0x8825)[1] == "N"
            assert max(image.size) > 1600


@pytest.mark.parametrize("lacking", ["[station]", "made_up_walk.gpx"])
def test_a_demo_without_its_parts_is_refused(tmp_path: Path, lacking: str) -> None:
    path = tmp_path / "demo.toml"
    text = resource("demo", "demo.toml").read_text(encoding="utf-8")
    path.write_text(text.replace(lacking, "[other]" if lacking == "[station]" else "gone.gpx"), encoding="utf-8")

    with pytest.raises(DefinitionError):
        read_demo(path)


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo_walk", TOP / "packaging" / "make_demo_walk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_demo_walk", module)
    spec.loader.exec_module(module)
    return module


def test_the_made_up_walk_is_the_same_whenever_it_is_made(generator: ModuleType) -> None:
    assert generator.walk_gpx() == resource("demo", "made_up_walk.gpx").read_text(encoding="utf-8")


def test_the_made_up_pictures_can_be_drawn_again(generator: ModuleType, tmp_path: Path) -> None:
    for picture in generator.PICTURES:
        generator.draw(picture, tmp_path / picture.name)

        with Image.open(tmp_path / picture.name) as made, Image.open(resource("demo", picture.name)) as shipped:
            assert made.size == shipped.size
            assert made.getexif().get_ifd(0x8825) == shipped.getexif().get_ifd(0x8825)


def test_the_made_up_walk_crosses_local_midnight_in_camp() -> None:
    track = gpxpy.parse(resource("demo", "made_up_walk.gpx").read_text(encoding="utf-8")).tracks[0]
    times = [point.time for segment in track.segments for point in segment.points]
    days = {(time + dt.timedelta(hours=6)).date() for time in times if time is not None}

    assert len(times) > 2_000
    assert days == {dt.date(2026, 3, 4), dt.date(2026, 3, 5)}
    silences = [later - earlier for earlier, later in itertools.pairwise(times) if earlier and later]
    assert dt.timedelta(0) < min(silences) <= max(silences) < dt.timedelta(minutes=15)
