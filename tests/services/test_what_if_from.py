"""A scenario as a what-if, and what no what-if can say."""

from pathlib import Path

from prioritizer.domain.change_lines import change_of
from prioritizer.domain.company import Policy
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.whatif import WhatIf
from prioritizer.services.cases import as_scenario
from prioritizer.services.runs import identify
from prioritizer.services.what_if import differences_of, scenario_under
from prioritizer.services.what_if_from import Said, what_if_of
from prioritizer.store.files import read_alone

ROOT = Path(__file__).parents[2]


def test_a_scenario_of_the_example_is_the_same_run_as_a_what_if() -> None:
    differences = read_alone(ROOT / "scenarios/downturn.yaml")
    assert isinstance(differences, Differences)
    said = what_if_of(differences)
    assert said.unsaid == ()
    what_if = WhatIf(changes=tuple(map(change_of, said.lines)), without=said.without)
    under = scenario_under(as_scenario(ROOT / "scenarios/base.yaml"), what_if)
    expected = as_scenario(ROOT / "scenarios/downturn.yaml")
    assert identify(under, 10, 1, point=False).id == identify(expected, 10, 1, point=False).id


def test_a_what_if_that_was_saved_comes_back() -> None:
    base = as_scenario(ROOT / "scenarios/base.yaml")
    lines = ("groups.*.churn.detractor*1.3", "budget.*=5", "initiatives.*.costs*1.1")
    left_out = base.initiatives[0].id
    what_if = WhatIf(policy=Policy.PLAN, without=(left_out,), changes=tuple(map(change_of, lines)))
    said = what_if_of(differences_of(base, what_if, "Tried", extends="base"))
    assert said == Said(lines=lines, without=(left_out,), policy=Policy.PLAN)


def test_what_no_line_can_say_is_named() -> None:
    raw = {
        "name": "Odd",
        "extends": "base",
        "change": {
            "groups.Mobile.churn.passive": {"multiply": 2, "add": 0.1},
            "causal_share": {"range": [0.1, 0.2, 0.3]},
            "terminal_value": "run-off",
            "cashable": 0.5,
        },
        "budget": {2027: 5},
        "include": ["a"],
        "change_initiatives": {"a": {"requires": ["b"]}},
    }
    said = what_if_of(Differences.model_validate(raw))
    assert said.lines == ("cashable=0.5", 'budget."2027"=5')
    assert said.unsaid == (
        "include",
        "groups.Mobile.churn.passive",
        "causal_share",
        "terminal_value",
        "initiatives.a.requires",
    )
