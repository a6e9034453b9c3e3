"""Data models on the command line: taken in, listed, chosen, shown, written for the office, refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ranger_app.importers.data_model import data_model_from_bytes, extension_model, station_model
from tests.command_line import CommandLine

MODELS = Path(__file__).parents[1] / "data" / "smart" / "models"
DEFAULT = MODELS / "default_datamodel_8.1.3.xml"
NAMIBIA = MODELS / "site_namibia_waterberg_1.1.xml"


def broken(*lines: str) -> bytes:
    return "\n".join((
        '<DataModel xmlns="http://www.smartconservationsoftware.org/xml/1.1/datamodel">',
        '<languages><languages code="en"/></languages>', *lines, "</DataModel>",
    )).encode()  # fmt: skip


def test_a_station_holds_several_models_and_one_is_in_use(ranger: CommandLine) -> None:
    ours = ranger.answer("import", "model", NAMIBIA)["model_id"]
    ranger.answer("import", "model", DEFAULT)

    def in_use() -> list[str]:
        return [row["name"] for row in ranger.answer("model", "list")["models"] if row["current"]]

    assert in_use() == [DEFAULT.name]
    assert ranger.answer("model", "use", ours)["name"] == NAMIBIA.name
    assert in_use() == [NAMIBIA.name]
    assert ranger.answer("model", "use", "default")["id"] == "default"
    assert in_use() == ["default"]
    assert ranger.answer("model", "use", DEFAULT.name)["current"] is True
    assert [row["version"] for row in ranger.answer("model", "list")["models"]] == ["1.2", "1.1", "1.2"]


def test_a_model_that_nobody_knows_is_not_used(ranger: CommandLine) -> None:
    ran = ranger("model", "use", "nothing", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "[model-unknown] This station has no data model nothing.\n"


def test_the_same_model_twice_is_kept_once(ranger: CommandLine) -> None:
    first = ranger.answer("import", "model", NAMIBIA)

    assert ranger.answer("import", "model", NAMIBIA) == first
    assert len(ranger.answer("model", "list")["models"]) == 2


def test_what_a_model_knows_is_shown(ranger: CommandLine) -> None:
    ranger.answer("import", "model", NAMIBIA)

    shown = ranger.answer("model", "show")

    assert (len(shown["categories"]), len(shown["attributes"])) == (100, 218)
    people = next(row for row in shown["categories"] if row["hkey"] == "humanactivity.people.peoplearrestedorfined.")
    links = {row["key"]: row for row in people["attributes"]}
    assert links["casestatus"] == {"key": "casestatus", "active": True, "inherited": False}
    assert links["infraction"] == {"key": "infraction", "active": False, "inherited": True}
    by_key = {row["key"]: row for row in shown["attributes"]}
    assert [option["key"] for option in by_key["casestatus"]["options"]] == ["new", "pending", "finalized"]
    assert by_key["offence"]["options"][1]["key"] == "poachingandfirearms.possesionofelephanttuskorrhinohorn."


@pytest.mark.parametrize("version", ["1.2", "1.1"])
def test_an_offices_model_goes_out_as_it_came_in(ranger: CommandLine, version: str) -> None:
    ranger.answer("import", "model", NAMIBIA)
    out = ranger.folder / "out.xml"

    done = ranger.answer("export", "model", out, "--version", version)

    assert done["files"] == [str(out)]
    assert (done["version"], done["categories"], done["attributes"]) == (version, 100, 218)
    written = data_model_from_bytes(out.read_bytes()).model
    original = data_model_from_bytes(NAMIBIA.read_bytes()).model
    assert written.attributes == original.attributes
    assert written.hkeys() == original.hkeys()


def test_our_extension_goes_out_alone_and_joined(ranger: CommandLine) -> None:
    ranger.answer("import", "model", DEFAULT)
    alone, joined = ranger.folder / "alone.xml", ranger.folder / "joined.xml"

    ranger.answer("export", "model", alone, "--extension")
    ranger.answer("export", "model", joined, "--merged")

    assert data_model_from_bytes(alone.read_bytes()).model == extension_model()
    both = data_model_from_bytes(joined.read_bytes()).model
    assert (both.attributes, both.hkeys()) == (station_model().attributes, station_model().hkeys())
    assert all(both.links(hkey) == station_model().links(hkey) for hkey in both.hkeys())
    assert ranger("export", "model", joined, "--merged", "--extension").code == 2


def test_a_package_goes_out_with_its_pictures(ranger: CommandLine) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("model.xml", DEFAULT.read_bytes())
        files.writestr("icons/trap.svg", "<svg/>")
    delivered = ranger.write("office.zip", package.getvalue())
    ranger.answer("import", "model", delivered)
    first, second = ranger.folder / "first.zip", ranger.folder / "second.zip"

    ranger.answer("export", "model", first)
    ranger.answer("export", "model", second)

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as files:
        assert files.read("icons/trap.svg") == b"<svg/>"
        assert files.read("datamodel.xml") == DEFAULT.read_bytes()


def test_a_model_that_smart_would_refuse_is_refused_with_every_place(ranger: CommandLine) -> None:
    office = ranger.write("office.xml", broken(
        '<attributes><attribute key="a" isrequired="false" type="COLOUR"><names language_code="en" value="A"/>',
        '</attribute></attributes><categories><category key="c"><names language_code="en" value="C"/>',
        '<attributes attributekey="gone" isactive="true"/></category></categories>',
    ))  # fmt: skip

    ran = ranger("import", "model", office, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"[model-broken] {office} breaks rules of SMART, which would refuse the whole data model: 2. "
        "Nothing was taken. "
        "[model-type-unknown] office.xml, line 3, attribute a: Attributes of the type COLOUR are not known to SMART. "
        "[model-link-broken] office.xml, line 5, category c.: The attribute gone is used there and defined nowhere.\n"
    )
    assert len(ranger.answer("model", "list")["models"]) == 1


def test_an_ill_formed_key_is_kept_named_and_refused_only_on_writing(ranger: CommandLine) -> None:
    office = ranger.write("office.xml", broken(
        '<attributes><attribute key="species" isrequired="false" type="TREE"><names language_code="en" value="A"/>',
        '<tree key="panthera_rl" isactive="true"><names language_code="en" value="Panthera"/>',
        '<children key="pantherapardusssp.saxicolor_rl15961" isactive="true">',
        '<names language_code="en" value="Panthera pardus ssp. saxicolor"/></children></tree></attribute></attributes>',
    ))  # fmt: skip

    done = ranger("import", "model", office, "--json")
    ran = ranger("export", "model", ranger.folder / "out.xml", "--json")

    assert done.code == 1
    (problem,) = done.answer["problems"]
    assert (problem["code"], problem["count"]) == ("model-key-illegal", 1)
    assert problem["where"].startswith("line 5, attribute species, answer panthera_rl.pantherapardusssp.saxicolor")
    assert ran.code == 3
    assert ran.out == ""
    assert ran.err.startswith("[model-unwritable] The data model has keys that SMART refuses: 1.")
    assert "pantherapardusssp.saxicolor_rl15961" in ran.err
    assert not (ranger.folder / "out.xml").exists()


def test_a_hundred_million_bytes_are_refused_without_being_read(ranger: CommandLine) -> None:
    huge = ranger.folder / "huge.xml"
    with huge.open("wb") as stream:
        stream.write(b'<DataModel a="')
        stream.truncate(100_000_000)

    ran = ranger("import", "model", huge)

    assert ran.code == 3
    assert ran.err.startswith("[model-too-large]")
