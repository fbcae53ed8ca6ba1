"""One initiative explained: its place and its bridge; with the plan where that is asked for."""

import pytest

import cases
import prioritizer as pr
from prioritizer.errors import UnknownName
from prioritizer.services.explaining import explain
from prioritizer.services.planning import plan

KEEP = cases.initiative("keep", costs={"one_off": 500}, levers=[{"churn": "detractor", "change": -0.3}])
RAISE = cases.initiative("raise", costs={"one_off": 300}, levers=[{"revenue": "all", "change": 0.02}])


def company():
    return cases.company_record(benefit_realisation={"D": {"delivered": 0.7, "cost": 1.1}}, initiatives=[KEEP, RAISE])


def test_it_says_what_the_list_says() -> None:
    found = explain(company(), "keep", draws=100, seed=4)
    row = next(row for row in pr.rank(company(), draws=100, seed=4).initiatives if row.id == "keep")
    assert (found.rank, found.total, found.bridge) == (row.rank, 2, row.bridge)
    assert found.bridge.together is None
    assert list(found.table()["step"][:3]) == ["submitted", "reviewed", "size"]


def test_with_the_plan_it_says_what_is_attributed() -> None:
    found = explain(company(), "keep", draws=100, seed=4, planned=True)
    funded = next(one for one in plan(company(), draws=100, seed=4).funded if one.id == "keep")
    assert (found.bridge.together, found.bridge.last_in) == (funded.attributed, funded.last_in)


def test_a_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean keep"):
        explain(company(), "kep", draws=10)
