"""A priority list as files, and their names."""

import csv
import datetime
import io

import openpyxl
import pytest
from export.rankings import FIGURES, changed, ranking

from prioritizer.services.reporting import as_csv, file_name, list_as_csv, list_as_xlsx

DAY = datetime.date(2027, 2, 28)


@pytest.fixture(scope="module")
def known():
    return ranking("Call back", "=1+1")


def test_the_list_as_csv_is_that_of_the_command_line(known):
    text = list_as_csv(known)
    assert text == as_csv(known)
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["rank"], first["name"], first["profit"], first["p5"]) == ("1", "Call back", "1234.625", "-350.5")
    assert second["name"] == "'=1+1"


def test_the_list_as_a_workbook(known):
    sheet = openpyxl.load_workbook(io.BytesIO(list_as_xlsx(known, "The answer.", DAY)))["Priority list"]
    assert [sheet["A1"].value, sheet["B5"].value, sheet["D5"].value] == ["The answer.", "Call back", 1234.625]
    assert list_as_xlsx(known, "The answer.", DAY) == list_as_xlsx(known, answer="The answer.", on=DAY)


@pytest.mark.parametrize("export", [list_as_csv, lambda known: list_as_xlsx(known, "", DAY)])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_no_number_is_never_exported(known, export, value):
    with pytest.raises(ValueError, match=r"initiatives\.0\.roi is (nan|inf)"):
        export(changed(known, roi=value))
    with pytest.raises(ValueError, match=r"initiatives\.0\.npv\.p50 is"):  # a figure that the workbook does not show
        export(changed(known, npv=FIGURES["npv"].model_copy(update={"p50": value})))


@pytest.mark.parametrize(
    ("company", "scenario", "name"),
    [
        ("Example Telecom", "Base", "prioritizer-example-telecom-base-{id}.xlsx"),
        ("Société Générale", "Price  war!", "prioritizer-societe-generale-price-war-{id}.xlsx"),
        ("Пример Телеком", "База", "prioritizer-company-scenario-{id}.xlsx"),
        ("../../etc/passwd", "..\\x:y", "prioritizer-etc-passwd-x-y-{id}.xlsx"),
        ("=1+1", "<script>alert(1)</script>", "prioritizer-1-1-script-alert-1-script-{id}.xlsx"),
        ("\u202egnp", "CON", "prioritizer-gnp-con-{id}.xlsx"),
        ("x" * 200, "a " * 100, "prioritizer-" + "x" * 40 + "-" + "a-" * 19 + "a-{id}.xlsx"),
    ],
)
def test_a_file_is_named_after_its_run_in_plain_letters(known, company, scenario, name):
    run = known.run.model_copy(update={"company": company, "scenario": scenario})
    named = known.model_copy(update={"run": run})
    assert file_name(named, "xlsx") == name.format(id=known.run.id)
    assert file_name(named, ".csv") == name.format(id=known.run.id).replace(".xlsx", ".csv")


def test_another_run_has_another_name(known):
    other = ranking("Call back")
    assert (other.run.company, other.run.scenario) == (known.run.company, known.run.scenario)
    assert file_name(other, "xlsx") != file_name(known, "xlsx")
