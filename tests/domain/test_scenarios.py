"""What a scenario says, and whether initiatives fit the company and each other."""

import pytest

import cases
from prioritizer.domain.record import PlainScalar
from prioritizer.domain.scenarios import Change, Differences, check, check_links, path_of, require_fit
from prioritizer.errors import InputError


def complaints(*initiatives, **company):
    """What is said of initiatives, given as maps, in a company."""
    records = [cases.initiative_record(**{"id_": content.pop("id"), **content}) for content in initiatives]
    return [str(complaint) for complaint in check(cases.company_record(**company), records)]


# Paths


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("horizon", ("horizon",)),
        ("groups.Mobile.churn.detractor", ("groups", "Mobile", "churn", "detractor")),
        ('groups."North West".churn', ("groups", "North West", "churn")),
        ('groups."Fixed.Line".churn.*', ("groups", "Fixed.Line", "churn", "*")),
        ("groups.North West.churn", ("groups", "North West", "churn")),
        ('"a.b"', ("a.b",)),
    ],
)
def test_a_path_is_split_at_its_points_outside_quotes(text, parts):
    assert path_of(text) == parts


@pytest.mark.parametrize("text", ["", ".", "a..b", ".a", "a.", 'a."b', 'a."".c', '"'])
def test_a_path_without_a_part_between_two_points_is_none(text):
    (found,) = cases.refusals(Differences, {"name": "S", "company": "c.yaml", "change": {text: 1}})
    assert found.endswith('is not a path. Write it as groups."North West".churn.detractor.')
    assert found.startswith(f"change.0: {text}".strip())


# What a scenario file says


def differences(**content):
    return Differences.model_validate({"name": "S", "company": "company.yaml", **content})


def test_what_is_left_out_changes_nothing():
    plain = differences()
    assert (plain.change, plain.exclude, plain.change_initiatives) == ((), (), {})
    assert (plain.budget, plain.include) == (None, None)


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (0.1, {"value": 0.1}),
        ({"multiply": 2}, {"multiply": 2.0}),
        ({"add": PlainScalar("300")}, {"add": 300.0}),
        ({"multiply": 0.5, "add": -1}, {"multiply": 0.5, "add": -1.0}),
        ({"pert": [1, 2, 3]}, {"value": {"pert": [1, 2, 3]}}),
        ({}, {"value": {}}),
        (None, {"value": None}),
    ],
)
def test_a_change_replaces_or_scales(value, change):
    (known,) = differences(change={"horizon": value}).change
    assert known == Change(path=("horizon",), **change)
    assert known.replaces == ("value" in change)


def test_costs_and_reach_may_be_nested_and_others_are_replaced_as_a_whole():
    known = differences(
        change_initiatives={
            "*": {"costs": {"running": {"multiply": 2}, "one_off": 5}, "start": 3},
            "a": {"reach": {"North.West": 0.3}, "evidence": {"grade": "A"}, "evidence.note": "x", "staff": {"IT": 2}},
            "b": {"costs": {"multiply": 1.1}, "reach": {"value": 0.5, "source": "x"}},
        }
    )
    assert known.change_initiatives == {
        "*": (
            Change(path=("costs", "running"), multiply=2.0),
            Change(path=("costs", "one_off"), value=5),
            Change(path=("start",), value=3),
        ),
        "a": (
            Change(path=("reach", "North.West"), value=0.3),
            Change(path=("evidence",), value={"grade": "A"}),
            Change(path=("evidence", "note"), value="x"),
            Change(path=("staff",), value={"IT": 2}),
        ),
        "b": (Change(path=("costs",), multiply=1.1), Change(path=("reach",), value={"value": 0.5, "source": "x"})),
    }


@pytest.mark.parametrize("word", ["all", PlainScalar("all"), None])
def test_all_initiatives_are_included_unless_some_are_named(word):
    assert differences(include=word).include is None
    assert differences(include=["b", "a"]).include == ("b", "a")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"name": "S"}, ["company: is missing. Name a company file, or the scenario that this one extends."]),
        ({"company": "c.yaml"}, ["name: missing"]),
        (
            {"name": "S", "company": "c.yaml", "extends": "base"},
            ["company: is given beside extends. Only the base scenario names a company file; change it with change."],
        ),
        ({"name": "S", "extends": "base", "chnge": {}}, ["chnge: extra_forbidden"]),
        ({"name": "S", "extends": "base", "include": "a"}, ["include: tuple_type"]),
        ({"name": "S", "extends": "base", "exclude": "a"}, ["exclude: tuple_type"]),
        ({"name": "S", "extends": "base", "change": 5}, ["change: tuple_type"]),
        (
            {"name": "S", "extends": "base", "change": {"horizon": {"multiply": PlainScalar("x")}}},
            [
                "change.0.multiply: x is not a number. "
                "Write digits with a decimal point, without separators or units, like 1234.5."
            ],
        ),
        (
            {"name": "S", "extends": "base", "change_initiatives": {"a": 5}},
            ['change_initiatives: a is not a map of changes. Write it as "*": {costs: {multiply: 1.1}}.'],
        ),
    ],
)
def test_what_a_scenario_cannot_mean_is_refused(content, said):
    assert cases.refusals(Differences, content) == said


# Initiatives and the company


def test_initiatives_that_fit_are_not_complained_about():
    fits = {"id": "a", "reach": {"Mobile": 0.1}, "start": 2, "costs": {"one_off": {0: 1, 3: 2}}, "requires": ["b"]}
    assert complaints(fits, {"id": "b", "excludes": ["c"]}, {"id": "c"}) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"reach": {"Mobil": 0.1}},
            '"a", reach.Mobil: Mobil is not a group of the company. Did you mean Mobile?',
        ),
        (
            {"levers": [{"extra_customers": {"Mobile": 5, "Fixed": 6}}]},
            '"a", levers.0.extra_customers.Fixed: Fixed is not a group of the company. Known are: Mobile.',
        ),
        (
            {"start": 3},
            '"a", start: 3 is after the company\'s latest start. '
            "Give a period from 0 to 2, or raise the company's latest_start.",
        ),
        (
            {"earliest_start": 1, "latest_start": 9},
            '"a", latest_start: 9 is after the company\'s latest start. '
            "Give a period from 0 to 2, or raise the company's latest_start.",
        ),
        (
            {"costs": {"one_off": {4: 5}}},
            '"a", costs.one_off.4: 4 is after the initiative\'s benefit window. Give periods from 0 to 3.',
        ),
    ],
)
def test_an_initiative_that_does_not_fit_the_company_is_complained_about(content, said):
    assert complaints({"id": "a", **content}) == [said]


@pytest.mark.parametrize("reach", [0.5, {"all": 0.5}])
def test_all_is_a_group_of_every_company(reach):
    assert complaints({"id": "a", "reach": reach}) == []


@pytest.mark.parametrize("twin", ["a", "A", "ａ"])
def test_two_initiatives_do_not_share_an_id_that_looks_the_same(twin):
    assert complaints({"id": "a"}, {"id": twin}) == [
        f'"{twin}", id: {twin} stands twice. Give each initiative an id of its own.'
    ]


def test_an_unknown_prerequisite_is_complained_about_with_the_nearest_name():
    found = complaints({"id": "keep-promises"}, {"id": "b", "requires": ["keep-promise"], "excludes": ["zzz"]})
    assert found == [
        '"b", requires: keep-promise is not an initiative. Did you mean keep-promises?',
        '"b", excludes: zzz is not an initiative. Known are: keep-promises.',
    ]


@pytest.mark.parametrize("length", [2, 3, 50])
def test_a_circle_of_prerequisites_is_complained_about_once_and_written_out(length):
    ids = [f"i{n}" for n in range(length)]
    links = zip(ids, [*ids[1:], ids[0]], strict=True)
    found = check_links([cases.initiative_record(id_, requires=[needed]) for id_, needed in links])
    assert [(c.place, c.rule, c.remedy) for c in found] == [
        ('"i0", requires', "is a circle", "Remove one of these prerequisites.")
    ]
    assert found[0].value == " → ".join([*ids, "i0"])


def test_a_circle_that_others_lead_into_is_found_once():
    tail = [{"id": "t1", "requires": ["t2"]}, {"id": "t2", "requires": ["x"]}]
    assert complaints(*tail, {"id": "x", "requires": ["y"]}, {"id": "y", "requires": ["x"]}) == [
        '"x", requires: x → y → x is a circle. Remove one of these prerequisites.'
    ]


def test_two_circles_through_one_initiative_are_both_found():
    found = complaints(
        {"id": "hub", "requires": ["a", "b"]}, {"id": "a", "requires": ["hub"]}, {"id": "b", "requires": ["hub"]}
    )
    assert found == [
        '"hub", requires: hub → a → hub is a circle. Remove one of these prerequisites.',
        '"hub", requires: hub → b → hub is a circle. Remove one of these prerequisites.',
    ]


def test_a_diamond_is_no_circle():
    sides = [{"id": side, "requires": ["root"]} for side in ("left", "right")]
    assert complaints({"id": "top", "requires": ["left", "right"]}, *sides, {"id": "root"}) == []


def test_ten_thousand_prerequisites_in_a_row_are_walked_without_recursion():
    plain = cases.initiative_record("0")
    chain = [
        plain.model_copy(update={"id": str(n), "requires": (str(n + 1),) if n < 9_999 else ()}) for n in range(10_000)
    ]
    assert check_links(chain) == []
    closed = [*chain[:-1], chain[-1].model_copy(update={"requires": ("5000",)})]
    (found,) = check_links(closed)
    assert found.value.startswith("5000 → 5001 → ")
    assert found.value.endswith(" → 9999 → 5000")


def test_two_mandatory_initiatives_do_not_exclude_each_other():
    must = {"mandatory": True}
    assert complaints({"id": "a", **must, "excludes": ["b"]}, {"id": "b", **must}) == [
        '"a", excludes: b is excluded, and both are mandatory. Make one of the two optional, or allow both.'
    ]
    assert complaints({"id": "a", **must, "excludes": ["b"]}, {"id": "b"}) == []


def test_require_fit_raises_all_of_it_at_once():
    misfit = cases.initiative_record("a", reach={"x": 0.1}, start=9, requires=["y"])
    with pytest.raises(InputError) as caught:
        require_fit(cases.company_record(), [misfit])
    assert [complaint.place for complaint in caught.value.complaints] == ['"a", reach.x', '"a", start', '"a", requires']


def test_the_nearest_name_does_not_depend_on_the_order_of_a_set():
    ids = ["delta", "alpha", "omega"]
    records = [*(cases.initiative_record(id_) for id_ in ids), cases.initiative_record("z", requires=["1234567"])]
    assert [complaint.remedy for complaint in check_links(records)] == ["Known are: delta, alpha, omega."]
