"""In which inputs scenarios differ: every input that a scenario may change has its row, in words written by hand."""

from pathlib import Path

import pytest

import prioritizer as pr
from prioritizer.domain.comparison import Differing
from prioritizer.services.parameters import differing
from tests.cases import group, initiative, write_case

Said = dict[str, tuple[str, ...]]


def rows(folder: Path, *changed: str, **company: object) -> tuple[Differing, ...]:
    """What differs between a base of three initiatives and scenarios that are written as they differ from it."""
    listed = [
        initiative(
            "a", reach={"Mobile": 0.5, "Fixed": {"pert": [0.2, 0.4, 0.6]}}, costs={"one_off": 1000, "running": 5}
        ),
        initiative("b"),
        initiative("c", excludes=["b"]),
    ]
    base = write_case(folder, listed, groups={"Mobile": group(), "Fixed": group()}, **company)
    files = [base]
    for place, one in enumerate(changed):
        files.append(folder / f"other-{place}.yaml")
        files[-1].write_text(f"name: Other {place}\nextends: base\n{one}\n", encoding="utf-8")
    return differing([pr.read_scenario(file) for file in files])


def said(folder: Path, *changed: str, **company: object) -> Said:
    return {row.name: row.values for row in rows(folder, *changed, **company)}


COMPANY = {
    "horizon: 5": {"Periods of benefit": ("4", "5")},
    "latest_start: 1": {"Latest start, in periods": ("2", "1")},
    "start: 2028-01": {"First month": ("2027-01", "2028-01")},
    "fiscal_year_start: 4": {"First month of the fiscal year": ("1", "4")},
    "periods_per_year: 12": {"Periods in a year": ("4", "12")},
    "timing: end": {"When in its period money flows": ("mid", "end")},
    "terminal_value: run-off": {"What customers at the end count for": ("none", "run-off")},
    "hurdle_rate: 0.2": {"Hurdle rate, real, per year": ("–", "20.0 %")},
    "tax_rate: 0.2": {"Tax on profit": ("0.0 %", "20.0 %")},
    "discount_rate: 0.0804": {"Discount rate, real, per year": ("0.08", "0.0804")},
    "causal_share: 0.5": {"Causal share": ("100.0 %", "50.0 %")},
    "cashable: 0.4": {"Cashable share": ("100.0 %", "40.0 %")},
    "staff: {IT: 3}": {"People of IT": ("–", "3")},
    "correlate: [{names: [groups.*.churn.*], rho: 0.3}]": {
        "Numbers that are high together": ("none", "groups.*.churn.*: 0.3")
    },
    "benefit_realisation: {D: {delivered: 0.5}, shared: {company: 0.1}}": {
        "Delivered ÷ claimed, grade D": ("1.00", "0.500"),
        "How far all claims miss together": ("0", "0.100"),
    },
    "groups.Fixed.gross_margin: 0.4": {"Gross margin, Fixed": ("50.0 %", "40.0 %")},
    "groups.Fixed.newcomers: {promoter: 0.3, passive: 0.5, detractor: 0.2}": {
        "Share of newcomers: promoters, passives, Fixed": ("25.0 % / 55.0 %", "30.0 % / 50.0 %")
    },
    "groups.Mobile.migration.promoter: {promoter: 0.8, passive: 0.18, detractor: 0.02}": {
        "Migration from promoters: promoters, passives, Mobile": ("90.0 % / 8.0 %", "80.0 % / 18.0 %")
    },
}


@pytest.mark.parametrize("change", COMPANY)
def test_what_is_changed_of_the_company_has_its_row(tmp_path: Path, change: str) -> None:
    assert said(tmp_path, f"change: {{{change}}}") == COMPANY[change]


OWN = {
    "requires: [b]": {"Initiative a: Requires": ("none", "Initiative b")},
    "excludes: [b]": {"Initiative a: Excludes": ("none", "Initiative b")},
    "staff: {IT: 3}": {"Initiative a: People of IT": ("–", "3")},
    "department: IT": {"Initiative a: Department": ("Customer service", "IT")},
    "mandatory: true": {"Initiative a: Must be done": ("no", "yes")},
    "start: 1": {"Initiative a: Start, in periods from the decision": ("0", "1")},
    "earliest_start: 0": {"Initiative a: Start, in periods from the decision": ("0", "0–2")},
    "evidence: {grade: B}": {"Initiative a: Evidence grade": ("D", "B")},
    "probability_of_success: 0.5": {"Initiative a: Probability of success": ("100.0 %", "50.0 %")},
    "levers: [{churn: detractor, change: -0.1, usual: -0.05}, {churn: passive, change: -0.1}]": {
        "Initiative a: Change of churn: detractors: usual size": ("–", "−5.0 %"),
        "Initiative a: Change of churn: passives": ("–", "−10.0 %"),
    },
    "costs: {one_off: {0: 1000, 1: 7}, running: 5}": {
        "Initiative a: One-off cost, 1 period after its start": ("–", "7.00 €")
    },
    "pilot: {customers: 500, cost: 90, periods: 2}": {
        "Initiative a: Customers of the pilot": ("–", "500"),
        "Initiative a: Cost of the pilot": ("–", "90.0 €"),
        "Initiative a: Periods of the pilot": ("–", "2"),
    },
}


@pytest.mark.parametrize("change", OWN)
def test_what_is_changed_of_an_initiative_has_its_row(tmp_path: Path, change: str) -> None:
    assert said(tmp_path, f"change_initiatives: {{a: {{{change}}}}}") == OWN[change]


def test_what_differs_alike_is_one_row_of_factors(tmp_path: Path) -> None:
    changed = "change: {'groups.*.churn.detractor': {multiply: 1.25}}\nchange_initiatives:\n"
    changed += "  '*': {costs: {multiply: 1.1}}\n  a: {reach: {multiply: 1.2}}"
    [churn, reach, costs] = rows(tmp_path, changed)
    assert (churn.name, churn.values) == ("Churn: detractors, all groups", ("×1", "×1.25"))
    assert churn.places == ("groups.Mobile.churn.detractor", "groups.Fixed.churn.detractor")
    assert churn.numbers == (1.0, 1.25)
    assert (costs.name, costs.values) == ("Costs, all initiatives", ("×1", "×1.1"))
    assert (reach.name, reach.values) == ("Initiative a: Reach", ("×1", "×1.2"))


def test_what_is_gone_from_a_list_neither_splits_a_row_nor_makes_one(tmp_path: Path) -> None:
    """The costs of all are one row although one is not on a list; its links go with it."""
    found = said(tmp_path, "change_initiatives: {'*': {costs: {multiply: 1.1}}}", "exclude: [b]")
    assert found == {
        "Initiatives on the list": ("all", "all", "without Initiative b"),
        "Costs, all initiatives": ("×1", "×1.1", "×1"),
    }


def test_a_number_that_is_missing_is_not_taken_for_one_that_is_alike(tmp_path: Path) -> None:
    """Both have the initiative, so that a cost that is not there is a difference of its own."""
    (tmp_path / "other").mkdir()
    one = write_case(tmp_path, [initiative("a"), initiative("b"), initiative("c")])
    dearer = {"costs": {"one_off": 1100}}
    other = write_case(
        tmp_path / "other",
        [initiative("a", **dearer), initiative("b", **dearer), initiative("c", costs={"running": 3})],
    )
    found = differing([pr.read_scenario(one), pr.read_scenario(other)])
    assert {row.name: row.values for row in found} == {
        "Costs, Initiative a, Initiative b": ("×1", "×1.1"),
        "Initiative c: One-off cost at its start": ("1,000 €", "–"),
        "Initiative c: Running cost per period": ("0 €", "3.00 €"),
    }


def test_values_that_read_alike_are_told_apart_by_their_ranges(tmp_path: Path) -> None:
    """A PERT on 0.4, 0.5, 0.6 is a Beta(3, 3), whose 5th percentile is 0.189."""
    [(name, values)] = said(tmp_path, "change: {groups.Fixed.gross_margin: {pert: [0.4, 0.5, 0.6]}}").items()
    assert name == "Gross margin, Fixed"
    assert values == ("50.0 %", "50.0 % (43.8 % to 56.2 %)")


def test_scenarios_of_different_groups_are_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = write_case(tmp_path, groups={"Mobile": group()})
    other = write_case(tmp_path / "other", groups={"Mobile": group(), "Fixed": group()})
    names = [row.name for row in differing([pr.read_scenario(one), pr.read_scenario(other)])]
    assert "Churn: detractors, Fixed" in names
    assert not any("groups." in name for name in names)
