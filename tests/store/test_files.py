"""Company, initiative and scenario files as people keep them: chains, choices, paths, and every complaint at once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.quantity import Beta
from prioritizer.domain.records import RecordsMapping
from prioritizer.domain.scenarios import Differences, Scenario
from prioritizer.store.files import read_alone, read_any, read_company, read_initiatives, read_scenario

ROOT = Path(__file__).parents[2]
A, B, C = cases.initiative("a"), cases.initiative("b"), cases.initiative("c")


def scenario(folder, stem="own", **content):
    """The path of a scenario that extends the base one in a folder."""
    return cases.write(folder, **{stem: {"name": stem.title(), "extends": "base", **content}})


def ids(read):
    return [initiative.id for initiative in read.initiatives]


def said(function, *arguments, folder):
    """The complaints without the folder, which is another one each time."""
    return [sentence.replace(f"{folder}/", "") for sentence in cases.complaints(function, *arguments)]


# The example


def test_the_example_company_is_read_without_complaint():
    company = read_company(ROOT / "data/company.yaml")
    assert list(company.groups) == ["Mobile", "Home internet", "Business"]
    assert len(company.initiatives) == 22
    assert company.discount_rate.real == pytest.approx(0.12 / 1.06)
    assert company.groups["Mobile"].customers.passive.number == 477_000
    assert company.groups["Mobile"].churn.detractor.distribution == Beta(successes=4523, trials=33_500)


def test_the_downturn_differs_as_it_says():
    known = read_scenario(ROOT / "scenarios/downturn.yaml").company
    churn = known.groups["Business"].churn
    assert churn.detractor.multiply == pytest.approx(1.15 * 1.1)
    assert churn.promoter.multiply == pytest.approx(1.1)
    assert known.groups["Mobile"].churn.promoter.multiply == 1
    assert known.discount_rate.real == 0.135
    assert {year: amount.number for year, amount in known.budget.items()} == {"2027": 120e6, "2028": 70e6}


# A file by itself


def test_a_file_alone_is_read_without_those_it_names(tmp_path):
    path = cases.write(tmp_path, company=cases.company(initiatives="gone.yaml"))
    assert isinstance(read_alone(path), Company)
    read = read_alone(scenario(tmp_path, extends="gone"))
    assert isinstance(read, Differences)
    assert read.name == "Own"
    assert [one.id for one in read_alone(cases.write(tmp_path, initiatives=[A]))] == ["a"]
    assert isinstance(read_alone(ROOT / "data/customers-mapping.yaml"), RecordsMapping)


def test_what_a_file_alone_refuses_is_said(tmp_path):
    path = cases.write(tmp_path, company=cases.company(initiatives="gone.yaml", horizon=0))
    (found,) = said(read_alone, path, folder=tmp_path)
    assert found.startswith("company.yaml, line 3, horizon: 0 is not a benefit window.")


# A company and its initiatives


def test_a_company_is_read_with_the_initiatives_that_it_names(tmp_path):
    cases.write_case(tmp_path, [A, B])
    company = read_company(str(tmp_path / "company.yaml"))
    assert ids(company) == ["a", "b"]
    assert company.groups["Mobile"].churn.passive.number == 0.03


def test_a_company_need_not_name_any(tmp_path):
    assert read_company(cases.write(tmp_path, company=cases.company())).initiatives == ()
    assert read_company(cases.write(tmp_path, company=cases.company(initiatives=None))).initiatives == ()


def test_a_path_is_relative_to_the_file_that_names_it(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "scenarios").mkdir()
    cases.write(tmp_path, initiatives=[A])
    cases.write(tmp_path / "data", company=cases.company(initiatives="../initiatives.yaml"))
    path = cases.write(tmp_path / "scenarios", base={"name": "Base", "company": "../data/company.yaml"})
    assert ids(read_scenario(path)) == ["a"]


def test_initiatives_may_stand_in_a_table(tmp_path):
    table = tmp_path / "initiatives.CSV"
    table.write_text("id,name,department,costs.one_off\na,A,IT,5\n", encoding="utf-8")
    assert [one.id for one in read_initiatives(table)] == ["a"]
    company = read_company(cases.write(tmp_path, company=cases.company(initiatives="initiatives.CSV")))
    assert company.initiatives[0].costs.one_off[0].number == 5


def test_everything_wrong_with_a_company_and_its_initiatives_is_said_at_once(tmp_path):
    broken = [
        cases.initiative("a", reach={"Mobile": 1.4}),
        {"id": "b", "name": "B", "costs": {"one_off": -5}},
        "c",
        cases.initiative("d"),
        {"name": "E", "department": "IT", "levers": [{"churn": "detracter", "change": -0.1}]},
    ]
    cases.write_case(tmp_path, broken, horizon=0, tax_rate="25 %")
    found = said(read_company, tmp_path / "company.yaml", folder=tmp_path)
    assert found == [
        "company.yaml, line 3, horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120.",
        "company.yaml, line 46, tax_rate: 25 % is written in percent. Rates are fractions here: did you mean 0.25?",
        'initiatives.yaml, line 10, "a", reach.Mobile: 1.4 is not a share. Give a number from 0 to 1.',
        'initiatives.yaml, line 11, "b", department: is missing. Add it; see docs/files.md.',
        'initiatives.yaml, line 14, "b", costs.one_off: -5 is not an amount. Give a number from 0 to 1e+12.',
        "initiatives.yaml, line 15, initiative 3: c is not a map of keys. "
        "Write it as keys with values; see docs/files.md.",
        "initiatives.yaml, line 24, initiative 5, id: is missing. Add it; see docs/files.md.",
        "initiatives.yaml, line 27, initiative 5, levers.0: detracter is not what churn can be changed for. "
        "Did you mean detractor?",
    ]


def test_initiatives_that_do_not_fit_are_complained_about_in_their_file(tmp_path):
    cases.write_case(tmp_path, [cases.initiative("a", reach={"Mobil": 0.1}, requires=["b"])])
    assert said(read_company, tmp_path / "company.yaml", folder=tmp_path) == [
        'initiatives.yaml, "a", reach.Mobil: Mobil is not a group of the company. Did you mean Mobile?',
        'initiatives.yaml, "a", requires: b is not an initiative. There is none to name.',
    ]


def test_one_file_in_a_list_is_named_as_well(tmp_path):
    cases.write(tmp_path, initiatives=[cases.initiative("a", requires=["b"])])
    path = cases.write(tmp_path, company=cases.company(initiatives=["initiatives.yaml"]))
    (found,) = said(read_company, path, folder=tmp_path)
    assert found.startswith('initiatives.yaml, "a", requires: b is not an initiative.')


@pytest.mark.parametrize("written", [[A], {"a": 1}])
def test_initiatives_written_into_the_company_are_not_passed_over(tmp_path, written):
    path = cases.write(tmp_path, company=cases.company(initiatives=written))
    (found,) = said(read_company, path, folder=tmp_path)
    assert found.endswith(
        "initiatives: is not a path. Name a file with initiatives, like initiatives.yaml, or a list of files."
    )


def test_a_missing_file_of_initiatives_is_named(tmp_path):
    path = cases.write(tmp_path, company=cases.company(initiatives="gone.yaml", horizon=0))
    assert [sentence.split(": ")[0] for sentence in said(read_company, path, folder=tmp_path)] == [
        "company.yaml, line 3, horizon",
        "gone.yaml",
    ]


@pytest.mark.parametrize("content", ["a: 1", "5", "[]", "null"])
def test_initiatives_are_a_list(tmp_path, content):
    path = cases.write(tmp_path, initiatives=content)
    assert said(read_initiatives, path, folder=tmp_path) == [
        "initiatives.yaml: is not a list of initiatives. Begin each initiative with “- id:”; see docs/files.md."
    ]


@pytest.mark.parametrize("content", ["5", "[1, 2]", "just text", "null"])
def test_a_company_is_a_map(tmp_path, content):
    path = cases.write(tmp_path, company=content)
    (found,) = said(read_company, path, folder=tmp_path)
    assert "is not a map of keys" in found


@pytest.mark.parametrize("read", [read_company, read_initiatives, read_scenario, read_any])
def test_a_folder_and_a_missing_file_are_no_files(tmp_path, read):
    missing = tmp_path / "missing.yaml"
    assert cases.complaints(read, tmp_path) == [f"{tmp_path}: is not a file. Give the path of a file."]
    assert cases.complaints(read, missing) == [f"{missing}: there is no such file. Check the path."]
    assert cases.complaints(read, str(missing)) == [f"{missing}: there is no such file. Check the path."]


# What a file is


def test_a_file_is_known_by_its_keys(tmp_path):
    base = cases.write_case(tmp_path, [A])
    assert isinstance(read_any(base), Scenario)
    assert isinstance(read_any(tmp_path / "company.yaml"), Company)
    assert isinstance(read_any(tmp_path / "initiatives.yaml"), tuple)
    assert isinstance(read_any(ROOT / "data/customers-mapping.yaml"), RecordsMapping)


@pytest.mark.parametrize("content", ["5", "text", "'null'"])
def test_what_is_none_of_our_files_is_said_so(tmp_path, content):
    path = cases.write(tmp_path, other=content)
    assert said(read_any, path, folder=tmp_path) == [
        "other.yaml: is no file of ours. Give a company, initiative, scenario or mapping file."
    ]


# Scenarios


def test_a_scenario_without_changes_is_the_company(tmp_path):
    known = read_scenario(cases.write_case(tmp_path, [A, B]))
    assert known.name == "Base"
    assert known.company == read_company(tmp_path / "company.yaml")
    assert known.initiatives == known.company.initiatives


def test_scenarios_extend_one_another_from_the_base_on(tmp_path):
    cases.write_case(tmp_path, [A, B])
    scenario(tmp_path, "worse", change={"groups.Mobile.contact_cost": {"multiply": 2}, "horizon": 8}, exclude=["b"])
    path = scenario(tmp_path, "worst", extends="worse", change={"groups.*.contact_cost": {"add": 1}}, budget={2027: 5})
    known = read_scenario(path)
    assert known.name == "Worst"
    assert known.company.groups["Mobile"].contact_cost.number == 13  # 6 · 2 + 1
    assert (known.company.horizon, known.company.budget["2027"].number, ids(known)) == (8, 5, ["a"])


def test_a_budget_takes_the_place_of_the_companys(tmp_path):
    cases.write_case(tmp_path, budget={2027: 10, 2028: 20})
    known = read_scenario(scenario(tmp_path, budget={2028: 7}))
    assert {year: amount.number for year, amount in known.company.budget.items()} == {"2028": 7}
    assert read_scenario(scenario(tmp_path, budget={})).company.budget == {}


@pytest.mark.parametrize(
    ("content", "chosen"),
    [
        ({}, ["a", "b", "c"]),
        ({"include": "all"}, ["a", "b", "c"]),
        ({"include": ["c", "a"]}, ["a", "c"]),
        ({"exclude": ["b"]}, ["a", "c"]),
        ({"include": ["a", "b"], "exclude": ["b"]}, ["a"]),
        ({"include": []}, []),
        ({"exclude": ["a", "b", "c"]}, []),
    ],
)
def test_initiatives_are_chosen_in_the_order_of_the_company(tmp_path, content, chosen):
    cases.write_case(tmp_path, [A, B, C])
    assert ids(read_scenario(scenario(tmp_path, **content))) == chosen


def test_a_choice_is_among_what_the_extended_scenario_has_kept(tmp_path):
    cases.write_case(tmp_path, [A, B, C])
    scenario(tmp_path, "fewer", exclude=["b"])
    assert said(read_scenario, scenario(tmp_path, extends="fewer", include=["b", "c"]), folder=tmp_path) == [
        "own.yaml, include / exclude: b is not an initiative. Known are: a, c."
    ]


def test_what_is_said_of_one_that_was_left_out_before_does_no_harm(tmp_path):
    cases.write_case(tmp_path, [A, B, C])
    scenario(tmp_path, "fewer", exclude=["b"])
    further = {"exclude": ["b", "c"], "change_initiatives": {"b": {"start": 1}, "a": {"start": 1}}}
    read = read_scenario(scenario(tmp_path, extends="fewer", **further))
    assert [(one.id, one.start) for one in read.initiatives] == [("a", 1)]
    assert said(read_scenario, scenario(tmp_path, extends="fewer", exclude=["d"]), folder=tmp_path) == [
        "own.yaml, include / exclude: d is not an initiative. Known are: a, c."
    ]


def test_who_is_excluded_no_longer_excludes_and_who_is_required_is_missed(tmp_path):
    cases.write_case(
        tmp_path, [cases.initiative("a", excludes=["b", "c"], requires=["d"]), B, C, cases.initiative("d")]
    )
    (a, _c, _d) = read_scenario(scenario(tmp_path, exclude=["b"])).initiatives
    assert a.excludes == ("c",)
    assert said(read_scenario, scenario(tmp_path, exclude=["d"]), folder=tmp_path) == [
        'own.yaml, "a", requires: d is not an initiative. Known are: b, c.'
    ]


def test_initiatives_are_changed_each_or_all(tmp_path):
    cases.write_case(tmp_path, [A, cases.initiative("b", reach={"Mobile": 0.4}), cases.initiative("a.b")])
    known = read_scenario(
        scenario(
            tmp_path,
            change_initiatives={
                "*": {"costs": {"multiply": 1.5}},
                "b": {
                    "costs": {"running": 7},
                    "reach": {"Mobile": {"multiply": 0.5}},
                    "start": 1,
                    "evidence.grade": "A",
                },
                "a.b": {"start": 2},
            },
        )
    )
    a, b, dotted = known.initiatives
    assert [one.costs.one_off[0].number for one in (a, b, dotted)] == [1500, 1500, 1500]
    assert [one.costs.running.number for one in (a, b, dotted)] == [0, 7, 0]
    assert (a.start, b.start, dotted.start) == (None, 1, 2)
    assert (b.reach_of("Mobile").number, b.evidence.grade) == (0.2, "A")


def test_a_policy_may_be_changed_where_its_figures_are_known(tmp_path):
    cases.write_case(tmp_path, groups={"Mobile": cases.group(planned_acquisitions=20)})
    assert read_scenario(scenario(tmp_path, change={"acquisition_policy": "plan"})).company.policies() == (
        Policy.PLAN,
        Policy.HOLD,
    )


def test_everything_wrong_with_a_scenarios_changes_is_said_at_once(tmp_path):
    cases.write_case(tmp_path, [A])
    path = scenario(
        tmp_path,
        change={"groups.Mobil.churn": 0.1, "horizn": 5, "tax_rate": 2},
        budget={"27": 5},
        change_initiatives={"a": {"start": 9, "reach": {"value": 3}}},
    )
    assert said(read_scenario, path, folder=tmp_path) == [
        "own.yaml, groups.Mobil.churn: Mobil is not known here. Did you mean Mobile?",
        "own.yaml, horizn: horizn is not known here. Did you mean horizon?",
        "own.yaml, tax_rate: 2 is not a share. Give a number from 0 to 1: did you mean 0.02 (2 %)?",
        "own.yaml, budget: 27 is not a fiscal year. Write a budget as {2027: 120000000}.",
        'own.yaml, "a", reach: 3 is not a share. Give a number from 0 to 1: did you mean 0.03 (3 %)?',
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"include": ["x"], "exclude": ["y"]}, "include / exclude: x is not an initiative. Known are: call-back."),
        (
            {"change_initiatives": {"call": {"start": 1}}},
            "change_initiatives: call is not an initiative. Did you mean ca",
        ),
        (
            {"change_initiatives": {"call-bck": {}}},
            "change_initiatives: call-bck is not an initiative. Did you mean cal",
        ),
        ({"change_initiatives": {"*": {"strt": 1}}}, '"*", strt: strt is not known here. Did you mean start?'),
        ({"change_initiatives": {"*": {"start": 3}}}, '"call-back", start: 3 is after the company\'s latest start. '),
        ({"change": {"latest_start": -1}}, "latest_start: -1 is not a latest start. Give a whole number of periods fr"),
        ({"chnge": {}}, "line 3, chnge: chnge is not a known key. Did you mean change?"),
        ({"company": "x.yaml"}, "line 3, company: is given beside extends. Only the base scenario names a company fil"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said_in_its_file(tmp_path, content, sentence):
    cases.write_case(tmp_path)
    found = said(read_scenario, scenario(tmp_path, **content), folder=tmp_path)
    assert found[0].startswith(f"own.yaml, {sentence}")


def test_a_fault_of_the_company_is_said_in_the_companys_file(tmp_path):
    cases.write_case(tmp_path, horizon=0)
    assert said(read_scenario, scenario(tmp_path, change={"horizn": 1}), folder=tmp_path) == [
        "company.yaml, line 3, horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120."
    ]


# Chains


@pytest.mark.parametrize(
    ("extends", "missing"), [("gone", "gone.yaml"), ("sub/base", "sub/base.yaml"), ("base.yaml", "base.yaml.yaml")]
)
def test_a_scenario_that_is_not_there_is_named(tmp_path, extends, missing):
    cases.write_case(tmp_path)
    assert said(read_scenario, scenario(tmp_path, extends=extends), folder=tmp_path) == [
        f"{missing}: there is no such file. Check the path."
    ]


def test_a_name_too_long_for_a_file_is_refused(tmp_path):
    (found,) = said(read_scenario, scenario(tmp_path, extends="я" * 200), folder=tmp_path)
    assert found.endswith("cannot be read: File name too long. Check the path and the rights to read it.")


def test_a_company_that_is_not_there_is_named(tmp_path):
    path = cases.write(tmp_path, base={"name": "Base", "company": "gone.yaml"})
    assert said(read_scenario, path, folder=tmp_path) == ["gone.yaml: there is no such file. Check the path."]


def test_a_scenario_does_not_extend_itself(tmp_path):
    remedy = "Let the last of them name a company file instead."
    path = scenario(tmp_path, "one", extends="one")
    assert said(read_scenario, path, folder=tmp_path) == [f"one.yaml, extends: one → one extends itself. {remedy}"]
    scenario(tmp_path, "two", extends="three")
    scenario(tmp_path, "three", extends="one")
    path = scenario(tmp_path, "one", extends="two")
    assert said(read_scenario, path, folder=tmp_path) == [
        f"one.yaml, extends: one → two → three → one extends itself. {remedy}"
    ]


def test_a_circle_that_a_scenario_leads_into_is_found(tmp_path):
    scenario(tmp_path, "two", extends="three")
    scenario(tmp_path, "three", extends="two")
    (found,) = said(read_scenario, scenario(tmp_path, "one", extends="two"), folder=tmp_path)
    assert found.startswith("two.yaml, extends: one → two → three → two extends itself.")


def test_a_chain_has_an_end(tmp_path):
    cases.write_case(tmp_path)
    for n in range(30):
        scenario(tmp_path, f"s{n}", extends="base" if n == 0 else f"s{n - 1}")
    assert read_scenario(tmp_path / "s18.yaml").name == "S18"
    (found,) = said(read_scenario, tmp_path / "s29.yaml", folder=tmp_path)
    assert "is too long a chain of scenarios. Let the last of them name a company file instead." in found


def test_links_to_one_file_are_not_followed_for_ever(tmp_path):
    (tmp_path / "a.yaml").symlink_to(scenario(tmp_path, "b", extends="a"))
    (found,) = said(read_scenario, tmp_path / "a.yaml", folder=tmp_path)
    assert "extends itself" in found
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert said(read_scenario, loop, folder=tmp_path) == ["loop.yaml: there is no such file. Check the path."]


# Anything at all


KEYS = st.sampled_from(["company", "groups", "horizon", "start", "name", "extends", "change", "id", "levers", "x", "a"])
SCALARS = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["1", "0.5", "all", "base", "own", "company.yaml"]))
CONTENT = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)


@settings(max_examples=150, deadline=None)
@given(CONTENT)
def test_any_content_is_read_or_refused_and_nothing_else(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    known, complaints = cases.read_or_refused(read_any, cases.write(folder, own=content))
    assert complaints or known


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["horizon", "groups.*.churn.*", "groups.Mobile", "*", "groups..x", "start", "correlate"])
        | st.text(),
        st.one_of(
            SCALARS,
            st.dictionaries(st.sampled_from(["multiply", "add"]), st.sampled_from(["2", "-1", "1e300", "x", None])),
            CONTENT,
        ),
        max_size=4,
    )
)
def test_any_change_is_made_or_refused_and_nothing_else(tmp_path_factory, change):
    folder = tmp_path_factory.getbasetemp()
    cases.write_case(folder)
    known, complaints = cases.read_or_refused(read_scenario, scenario(folder, change=change))
    assert complaints or known.company.groups


PLACES = st.sampled_from(
    [
        *("costs", "costs.one_off", "costs.one_off.0", "reach", "reach.Mobile", "levers", "levers.churn.detractor"),
        *("levers.*", "levers.extra_customers", "levers.extra_customers.Mobile", "evidence.grade", "delay", "pilot"),
        *("duration", "start"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["*", "a", "b"]),
        st.dictionaries(
            PLACES | st.text(max_size=5),
            CONTENT | st.fixed_dictionaries({"multiply": st.sampled_from([2, -1, 0, "x", None])}) | st.integers(),
            max_size=3,
        ),
        max_size=2,
    )
)
def test_any_change_of_initiatives_is_made_or_refused_and_nothing_else(tmp_path_factory, change):
    folder = tmp_path_factory.getbasetemp()
    extra = cases.initiative("b", levers=[{"extra_customers": {"Mobile": 5}, "cost_each": 2}], reach={"Mobile": 0.5})
    cases.write_case(folder, [A, extra])
    known, complaints = cases.read_or_refused(read_scenario, scenario(folder, change_initiatives=change))
    assert complaints or len(known.initiatives) == 2
