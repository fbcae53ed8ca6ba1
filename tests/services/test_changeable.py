"""What may be changed, in words; and what of a link fits a scenario."""

from pathlib import Path

import pytest

from cases import company, group, initiative
from prioritizer.domain.change_lines import IS, PLUS, TIMES, change_by, change_of, line_of
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.services.cases import as_scenario
from prioritizer.services.changeable import changeable, fitting, how_in_words, in_words, value_today
from prioritizer.services.what_if import scenario_under

ROOT = Path(__file__).parents[2]


def scenario(**changes: object) -> Scenario:
    """Two groups, one with a dot in its name, two budgets, and an initiative with every kind of lever."""
    levers = [
        {"churn": "detractor", "change": -0.1},
        {"move": {"from": "detractor", "to": "passive"}, "share": 0.05},
        {"extra_customers": {"North.West": 20}, "cost_each": 50},
    ]
    listed = [
        initiative("call-back", levers=levers, reach={"North.West": 0.5}, costs={"one_off": {1: 900}, "running": 10}),
        initiative("audit", name="Initiative call-back", levers=[]),
    ]
    groups = {"Mobile": group(), "North.West": group(churn={"promoter": 0.01, "passive": 0.02, "detractor": 0.2})}
    made = company(groups=groups, budget={2027: 5e6, 2028: 4e6}, **changes)
    return as_scenario(Company.model_validate(made), [Initiative.model_validate(one) for one in listed])


def test_everything_that_may_be_changed_can_be_changed_by_a_line() -> None:
    example = as_scenario(ROOT / "scenarios/base.yaml")
    for known in (changeable(example), changeable(scenario())):
        assert len({one.name for one in known.values()}) == len(known)
        for path, one in known.items():
            for how in one.ways:
                change = change_by(path, how, 1.0)
                assert change_of(line_of(change)) == change
    for path in changeable(scenario()):
        scenario_under(scenario(), WhatIf(changes=(change_by(path, TIMES, 1.0),)))


@pytest.mark.parametrize(
    ("path", "name", "today"),
    [
        ("discount_rate", "Discount rate", "8.0 %"),
        ("causal_share", "Causal share", "100.0 %"),
        ("budget.2027", "Budget of 2027", "5.00 million €"),
        ("budget.*", "Budget of every year", "4.00 million € to 5.00 million €"),
        ("groups.*.churn.detractor", "Churn: detractors, every group", "12.0 % to 20.0 %"),
        ("groups.Mobile.churn.*", "Churn: every segment, Mobile", "1.0 % to 12.0 %"),
        ('groups."North.West".churn.passive', "Churn: passives, North.West", "2.0 %"),
        ("groups.*.churn.*", "Churn: every segment, every group", "1.0 % to 20.0 %"),
        ("initiatives.*.costs", "All costs, every initiative", ""),
        ("initiatives.audit.costs", "All costs, Initiative call-back (initiatives.audit.costs)", ""),
        ("initiatives.*.costs.running", "Running cost per period, every initiative", "0 € to 10.0 €"),
        ('initiatives."call-back".reach."North.West"', "Reach, North.West, Initiative call-back", "50.0 %"),
        ('initiatives."call-back".levers.churn.detractor', "Change of churn: detractors, Initiative call-back", "-10"),
    ],
)
def test_names_and_values_of_today(path: str, name: str, today: str) -> None:
    found = changeable(scenario())[change_of(f"{path}*1").path]
    assert found.name == name
    assert value_today(scenario(), found).replace("\xa0", " ").replace("−", "-").startswith(today)


@pytest.mark.parametrize(
    ("line", "how", "now"),
    [
        ("groups.Mobile.churn.detractor*1.5", "× 1.5", "18.0 %"),
        ("groups.Mobile.churn.detractor=0.2", "is 20.0 %", "20.0 %"),
        ("groups.Mobile.churn.detractor+0.01", "+1 point", "13.0 %"),
        ("groups.Mobile.churn.detractor+-0.02", "-2 points", "10.0 %"),
        ("groups.Mobile.acquisition_cost+50", "+50.0 €", "200 €"),
        ("groups.Mobile.acquisition_cost=99", "is 99.0 €", "99.0 €"),
        ("initiatives.audit.costs*1.1", "× 1.1", ""),
    ],
)
def test_a_change_in_words(line: str, how: str, now: str) -> None:
    change, before = change_of(line), scenario()
    one = changeable(before)[change.path]
    said = in_words(before, scenario_under(before, WhatIf(changes=(change,))), change, one)
    assert (
        said.how.replace("\xa0", " ").replace("−", "-")
        == how
        == how_in_words(before, change, one).replace("\xa0", " ").replace("−", "-")
    )
    assert said.now.replace("\xa0", " ") == now


def test_percent_is_asked_for_shares_only_where_they_are_said() -> None:
    known = changeable(scenario())
    churn, cost = known["groups", "Mobile", "churn", "detractor"], known["groups", "Mobile", "acquisition_cost"]
    assert [churn.is_in_percent(how) for how in (IS, PLUS, TIMES)] == [True, True, False]
    assert not any(cost.is_in_percent(how) for how in (IS, PLUS, TIMES))


def said_of(*lines: str) -> tuple[list[str], list[str]]:
    made, complaints = fitting(scenario(), lines, changeable(scenario()))
    return [line_of(one) for one in made], [f"{one.value} {one.rule}" for one in complaints]


GOOD = "groups.Mobile.churn.detractor*1.3"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("nonsense", "nonsense is not a change"),
        ("groups.Nowhere.churn.detractor*1.3", "groups.Nowhere.churn.detractor*1.3 changes nothing that is here"),
        ("initiatives.audit.costs=5", "initiatives.audit.costs=5 changes nothing that is here"),  # can only be scaled
        ("acquisition_policy=1", "acquisition_policy=1 changes nothing that is here"),
        (GOOD.replace("1.3", "2"), "groups.Mobile.churn.detractor*2 is changed twice"),
        ("groups.Mobile.gross_margin=7", "7 is not a share"),
    ],
)
def test_what_does_not_fit_is_named_and_left_out(wrong: str, said: str) -> None:
    assert said_of(GOOD, wrong) == ([GOOD], [said])


def test_what_fits_together_only_is_taken_together() -> None:
    row = ["groups.Mobile.newcomers.promoter=0.35", "groups.Mobile.newcomers.passive=0.45"]
    assert said_of(*row) == (row, [])
    assert said_of(GOOD, row[0])[0] == [GOOD]


def test_there_is_an_end_to_the_changes_of_a_link() -> None:
    paths = [path for path, one in changeable(scenario()).items() if len(one.numbers) == 1][:25]
    lines = [line_of(change_by(path, TIMES, 1.0)) for path in paths]
    made, complaints = said_of(*lines)
    assert made == lines[:20]
    assert complaints == ["25 is more than 20 changes"]
