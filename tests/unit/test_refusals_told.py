"""A file that is refused says why and where, in words that a clerk can pass on to who sent it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.importers.data_model import read_data_model
from ranger_app.importers.employees import read_employees
from ranger_app.importers.office_metadata import metadata_bytes, read_metadata
from ranger_app.importers.smart_package import opened_package
from ranger_app.messages import facts_in, say_error
from ranger_app.messages.reasons import REASONS
from ranger_app.paths import resource

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "smart" / "samples"
MODEL = resource("models", "default_datamodel_8.1.3.xml")
REAL = SAMPLES / "SMART_000006_001.xml"
HEAD = "employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank"


def smart(path: Path) -> object:
    with opened_package(path) as package:
        return list(package.readings())


def lists(path: Path) -> object:
    return read_metadata(metadata_bytes(path), file=str(path))


def first_lines(path: Path, count: int) -> str:
    return "".join(path.read_text("utf-8").splitlines(keepends=True)[:count])


CASES: list[tuple[Callable[[Path], object], str, str, str]] = [
    (smart, (SAMPLES / "smart_patrol_sample.malformed.xml").read_text("utf-8"), "smart-not-smart",
     "in line 2, patrol does not stand in SMART's namespace."),
    (smart, MODEL.read_text("utf-8"), "smart-not-smart",
     "it is a data model, which is taken in with Station › Import data model."),
    (smart, '<gpx xmlns="http://www.topografix.com/GPX/1/1"/>', "smart-not-smart", "taken in with Import tracks."),
    (smart, "<office/>", "smart-not-smart", "in line 1, it begins with office."),
    (smart, "", "smart-not-smart", "it is empty."),
    (smart, first_lines(REAL, 60), "smart-xml-broken",
     "is damaged at line 61: the file ends early, at line 61: the rest of it is cut off."),
    (read_data_model, REAL.read_text("utf-8"), "model-not-a-model",
     "it is a SMART patrol, which is taken in with Import SMART files."),
    (read_data_model, first_lines(MODEL, 500), "model-not-a-model",
     "the file ends early, at line 501: the rest of it is cut off."),
    (read_data_model, first_lines(MODEL, 500)[:-9], "model-not-a-model", "the file ends early, at line 500"),
    (read_data_model, "<DataModel><a></DataModel>", "model-not-a-model", "is no XML, or is damaged, at line 1."),
    (lists, '{"patrolMetadata":\n[1 2]}', "metadata-unreadable", "the JSON is damaged at line 2, column 4."),
    (lists, "{}", "metadata-unreadable", "it has neither patrolMetadata nor patrolLegMetadata."),
    (read_employees, "employee_id,given_name,gender,start_date,birth_date\n1,A,M,2015-01-01,\n", "employees-unreadable",
     "these columns are missing: family_name, end_date, agency, rank."),
    (read_employees, HEAD.replace("given_name,family_name", "family_name,given_name") + "\n", "employees-unreadable",
     "its columns stand in another order than SMART's: employee_id, given_name"),
    (read_employees, "a,b\n1,2\n", "employees-unreadable", "it has 2 columns, and SMART's list has nine: employee_id"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "content", "code", "said"), CASES)
def test_a_refused_file_says_why_and_where(
    tmp_path: Path, read: Callable[[Path], object], content: str, code: str, said: str
) -> None:
    path = tmp_path / "from the office.txt"
    path.write_text(content, "utf-8")

    with pytest.raises(RangerAppError) as refused:
        read(path)

    told = say_error(Words("en"), refused.value)
    assert refused.value.code == code
    assert "from the office.txt" in told
    assert said in told
    assert "–" not in told


def test_every_reason_is_filled_by_the_facts_that_come_with_it() -> None:
    known = {"line", "column", "name", "namespace", "columns", "count", "told", "part", "datum"}

    assert {fact for reason in REASONS.values() for fact in facts_in(reason)} <= known
