"""What differs between a department's figures and finance's, in words."""

import cases
from prioritizer.services.figures_beside import beside


def initiative(**changes):
    return cases.initiative_record("one", **changes)


def test_only_what_differs_is_named() -> None:
    finance = initiative(costs={"one_off": {"pert": [1000, 2000, 3000]}}, reach=0.5)
    found = beside(initiative(), finance, cases.company_record())
    assert [(line.name, line.department) for line in found] == [
        ("Reach in every group", "100.0 %"),
        ("One-off cost at its start", "1,000 €"),
    ]
    assert [line.finance.split(" (")[0] for line in found] == ["50.0 %", "2.00 thousand €"]


def test_what_only_one_of_them_counts_is_named_too() -> None:
    finance = initiative(costs={"one_off": 1000, "running": 50})
    (line,) = beside(initiative(), finance, cases.company_record())
    assert line.name == "Running cost per period"
    assert line.finance == "50.0 €"


def test_the_same_figures_leave_nothing_to_say() -> None:
    assert beside(initiative(), initiative(name="Other"), cases.company_record()) == ()
