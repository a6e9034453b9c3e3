"""Our extension of SMART's data model holds the names of its table, and the table says where each is from."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from ranger_app.domain.data_model import is_legal_name
from ranger_app.importers.data_model import extension_model, station_model
from ranger_app.paths import resource

ROOT = Path(__file__).resolve().parents[2]


def rows() -> list[dict[str, str]]:
    with resource("models", "extension_names.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_extension_is_what_its_table_makes_of_it() -> None:
    checked = subprocess.run(
        [sys.executable, "packaging/extension_names.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert (checked.returncode, checked.stdout) == (0, "")


def test_every_name_has_a_source_and_says_whether_somebody_checked_it() -> None:
    told = rows()

    assert len(told) > 200
    assert len({(row["english"], row["language"]) for row in told}) == len(told)
    for row in told:
        assert row["source"]
        assert row["state"] in {"", "draft"}
        assert is_legal_name(row["text"])
        assert row["state"] == "draft" or row["source"] not in {"general knowledge", "the program's own words"}


def test_no_row_of_the_table_names_what_the_extension_lacks() -> None:
    model = extension_model()
    named = {name for attribute in model.attributes for _, name in attribute.names[:1]}
    named |= {item.names[0][1] for attribute in model.attributes for item in attribute.items}
    named |= {node.names[0][1] for attribute in model.attributes for _, node in attribute.walk()}
    named |= {model.path(hkey)[-1].names[0][1] for hkey in model.hkeys()}

    assert [row["english"] for row in rows() if row["english"] not in named] == []


def test_the_extension_adds_case_fields_to_what_the_default_has() -> None:
    model = station_model()
    keys = {
        hkey: {link.key for link in model.links(hkey)}
        for hkey in ("humanactivity.people.", "animals.carcass.", "humanwildlifeconflict.livestockloss.")
    }

    assert keys["humanactivity.people."] >= {"nameornames", "casenumber", "casestatus", "fineamountlocal"}
    assert keys["animals.carcass."] >= {"species", "evidencebagnumber"}
    assert keys["humanwildlifeconflict.livestockloss."] >= {"typeofdomesticanimal", "casenumber", "casestatus"}
    assert model.label(model.path("humanwildlifeconflict.livestockloss.")[-1], "ru") == "Потеря скота"


def test_the_animals_of_central_asia_stand_in_the_tree() -> None:
    tree = extension_model().attribute("species")

    assert tree is not None
    found = {node.names[0][1].partition(" (")[0] for _, node in tree.walk()}
    assert found >= {
        "Panthera uncia", "Ovis ammon", "Capra sibirica", "Marmota menzbieri", "Pseudois nayaur", "Otis tarda",
        "Falco cherrug", "Pantholops hodgsonii", "Equus kiang", "Felis margarita", "Vulpes corsac",
    }  # fmt: skip
