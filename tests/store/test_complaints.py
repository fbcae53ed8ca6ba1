"""What a record refuses, as a person finds it again: file, line, place, value, rule and remedy, all at once."""

import pytest

import cases
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.errors import Complaint, InputError
from prioritizer.store.complaints import collect, known_keys, read_record
from prioritizer.store.strict_yaml import parse_yaml


def said(kind, content, place=(), label=""):
    text = content if isinstance(content, str) else cases.text(content)
    return cases.complaints(read_record, kind, parse_yaml(text, "f.yaml"), place, label)


def at(content, needle):
    """The line of the only place in the text that holds the needle."""
    (line,) = [n for n, text in enumerate(cases.text(content).splitlines(), 1) if needle in text]
    return line


# Complaints


@pytest.mark.parametrize(
    ("complaint", "sentence"),
    [
        (Complaint("is not a share", "Give one."), "is not a share. Give one."),
        (Complaint("is not a share", "Give one.", value="1.4"), "1.4 is not a share. Give one."),
        (Complaint("is missing", "Add it.", "f.yaml", 3, "a.b"), "f.yaml, line 3, a.b: is missing. Add it."),
        (Complaint("is large", "Cut it.", "f.yaml", None, "a", "9"), "f.yaml, a: 9 is large. Cut it."),
        (Complaint("is long", "Cut it.", value="x" * 61), f"{'x' * 59}… is long. Cut it."),
        (Complaint("is long", "Cut it.", value="x" * 60), f"{'x' * 60} is long. Cut it."),
        (Complaint("is odd", "Mend it.", value="a\x1b[31m\nb\u202e"), "a�[31m�b� is odd. Mend it."),
    ],
)
def test_a_complaint_says_where_what_and_how_to_fix_it(complaint, sentence):
    assert str(complaint) == sentence


def test_an_error_holds_every_complaint_in_order():
    error = InputError(Complaint(f"rule {n}", "Fix.") for n in range(3))
    assert [complaint.rule for complaint in error.complaints] == ["rule 0", "rule 1", "rule 2"]
    assert str(error) == "rule 0. Fix.\nrule 1. Fix.\nrule 2. Fix."


def test_steps_are_all_taken_and_their_complaints_collected():
    def refuse(*rules):
        raise InputError([Complaint(rule, "Fix.") for rule in rules])

    assert collect(lambda: 1, lambda: "b") == [1, "b"]
    with pytest.raises(InputError) as caught:
        collect(lambda: refuse("one", "two"), lambda: 1, lambda: refuse("three"))
    assert [complaint.rule for complaint in caught.value.complaints] == ["one", "two", "three"]
    with pytest.raises(ZeroDivisionError):
        collect(lambda: 1 / 0, lambda: refuse("never"))


# Places


def test_what_is_refused_has_its_line_and_place():
    content = cases.company()
    content["groups"]["Mobile"]["churn"]["detractor"] = 1.4
    assert said(Company, content) == [
        f"f.yaml, line {at(content, 'detractor: 1.4')}, groups.Mobile.churn.detractor: "
        "1.4 is not a share. Give a number from 0 to 1."
    ]


def test_what_is_missing_is_looked_for_in_the_map_around_it():
    content = cases.company()
    del content["groups"]["Mobile"]["churn"]["detractor"]
    assert said(Company, content) == [
        f"f.yaml, line {at(content, 'churn:') + 1}, groups.Mobile.churn.detractor: "
        "is missing. Add it; see docs/files.md."
    ]


def test_a_number_inside_a_list_is_complained_about_where_the_quantity_stands():
    content = cases.company()
    content["groups"]["Mobile"]["gross_margin"] = {"pert": [0.5, 0.4, 0.6]}
    (found,) = said(Company, content)
    assert found.startswith(f"f.yaml, line {at(content, 'pert')}, groups.Mobile.gross_margin: [0.5, 0.4, 0.6] are not")


def test_an_item_of_a_list_of_files_has_its_label():
    content = [cases.initiative("a"), cases.initiative("b", reach={"Mobile": 1.4}, start=-1, delay=-1)]
    found = said(Initiative, content, (1,), '"b"')
    assert found == [
        f'f.yaml, line {at(content, "delay: -1")}, "b", delay: '
        "-1 is not a number of periods. Give a number from 0 to 1200.",
        f'f.yaml, line {at(content, "Mobile: 1.4")}, "b", reach.Mobile: 1.4 is not a share. Give a number from 0 to 1.',
    ]


def test_what_concerns_the_whole_stands_at_its_first_line():
    content = [cases.initiative("a"), cases.initiative("b", start=-1)]
    assert said(Initiative, content, (1,), '"b"') == [
        f'f.yaml, line {at(content, "id: b")}, "b": -1 is before the decision. Give start as a period from 0 on.'
    ]


def test_all_complaints_come_in_the_order_of_the_record():
    content = cases.company(horizon=0, timing="x", tax_rate=2)
    content["groups"]["Mobile"]["newcomers"]["passive"] = "half"
    found = said(Company, content)
    assert [sentence.split(": ")[0].split(", ")[-1] for sentence in found] == [
        "horizon",
        "tax_rate",
        "timing",
        "groups.Mobile.newcomers.passive",
    ]


# Unknown keys


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"horizn": 5}, "horizn: horizn is not a known key. Did you mean horizon?"),
        (
            {"groups": {"Mobile": cases.group(chrun=1)}},
            "groups.Mobile.chrun: chrun is not a known key. Did you mean churn?",
        ),
        (
            {"groups": {"Mobile": cases.group(contacts={**cases.group()["contacts"], "detracter": 1})}},
            "groups.Mobile.contacts.detracter: detracter is not a known key. Did you mean detractor?",
        ),
        (
            {"benefit_realisation": {"A": {"delivered": 1, "spred": 0.1}}},
            "benefit_realisation.A.spred: spred is not a known key. Did you mean spread?",
        ),
        (
            {"benefit_realisation": {"shared": {"departments": 0.1}}},
            "benefit_realisation.shared.departments: departments is not a known key. Did you mean department?",
        ),
        (
            {"correlate": [{"names": ["a"], "rh": 0.5, "rho": 0.5}]},
            "correlate.0.rh: rh is not a known key. Did you mean rho?",
        ),
        (
            {"discount_rate": {"value": 0.1, "sorce": "x"}},
            "discount_rate.sorce: sorce is not a known key. Did you mean source?",
        ),
        ({"xyzzy": 5}, "xyzzy: xyzzy is not a known key. Known are: company, currency, periods_per_year, "),
    ],
)
def test_an_unknown_key_of_a_company_is_refused_with_the_nearest(change, sentence):
    (found,) = said(Company, cases.company(**change))
    assert f", {sentence}" in found


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"evidense": {}}, "evidense: evidense is not a known key. Did you mean evidence?"),
        ({"evidence": {"grad": "A"}}, "evidence.grad: grad is not a known key. Did you mean grade?"),
        ({"costs": {"oneoff": 5}}, "costs.oneoff: oneoff is not a known key. Did you mean one_off?"),
        (
            {"costs": {"per_customer": {"amount": 5, "off": "all"}}},
            "costs.per_customer.off: off is not a known key. Did you mean of?",
        ),
        (
            {"pilot": {"customers": 1, "cost": 1, "periods": 1, "weeks": 2}},
            "pilot.weeks: weeks is not a known key. Known are: customers, cost, periods.",
        ),
        (
            {"levers": [{"churn": "all", "change": 0.1, "usul": 0.1}]},
            "levers.0.usul: usul is not a known key. Did you mean usual?",
        ),
        (
            {"levers": [{"churn": "all", "change": 0.1, "share": 0.1}]},
            "levers.0.share: share is not a known key. Known are: change, usual.",
        ),
        (
            {"levers": [{"extra_customers": {"Mobile": 5}, "cost_eac": 1}]},
            "levers.0.cost_eac: cost_eac is not a known key. Did you mean cost_each?",
        ),
        (
            {"levers": [{"move": {"from": "detractor", "to": "passive", "form": "x"}, "share": 0.1}]},
            "levers.0.move.form: form is not a known key. Did you mean from?",
        ),
        (
            {"levers": [{"newcomers": {"from": "detractor", "to": "passive"}, "share": 0.1, "shares": 0.2}]},
            "levers.0.shares: shares is not a known key. Did you mean share?",
        ),
    ],
)
def test_an_unknown_key_of_an_initiative_is_refused_with_the_nearest(change, sentence):
    (found,) = said(Initiative, cases.initiative(**change))
    assert f", {sentence}" in found


def test_the_keys_of_a_place_are_known():
    assert known_keys(Initiative, ("levers", 0, "lever:move", "move")) == ["from", "to"]
    assert known_keys(Company, ("groups", "Mobile", "migration", "passive")) == ["promoter", "passive", "detractor"]
    assert known_keys(Initiative, ("id",)) == []


# Words for what is no map, no list


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        (Company, {"groups": 5}, "groups: 5 is not a map of keys. Write it as keys with values; see docs/files.md."),
        (
            Company,
            {"groups": [1]},
            "groups: […] is not a map of keys. Write it as keys with values; see docs/files.md.",
        ),
        (Company, {"groups": {"A": None}}, "groups.A: is not a map of keys. Write it as keys with values; see docs"),
        (Company, {"correlate": {"a": 1}}, "correlate: {…} is not a list. Write it as a list, like [a, b]."),
        (Company, {"budget": "much"}, "budget: much is not a map of keys. Write it as keys with values; see docs"),
        (Initiative, {"costs": 5}, "costs: 5 is not a map of keys. Write it as keys with values; see docs/files.md."),
        (Initiative, {"levers": 5}, "levers: 5 is not a list. Write it as a list, like [a, b]."),
        (Initiative, {"requires": "b"}, "requires: b is not a list. Write it as a list, like [a, b]."),
    ],
)
def test_what_should_be_a_map_or_a_list_is_said_to_be_none(kind, change, sentence):
    content = cases.company(**change) if kind is Company else cases.initiative(**change)
    (found,) = said(kind, content)
    assert f", {sentence}" in found


def test_an_empty_name_is_complained_about_at_its_map():
    content = cases.company(groups={"Mobile": cases.group(), " ": cases.group()})
    (found,) = said(Company, content)
    assert found.endswith("is empty. Give a name.")
    assert "[key]" not in found


def test_a_place_is_shown_without_what_a_terminal_would_obey():
    (found,) = said(Company, cases.text(cases.company()) + f'"a\\e[31m\\n{"b" * 100}": 1\n')
    assert found.partition(" is not a known key.")[0] == f"f.yaml, line 45, a�[31m�{'b' * 52}…: a�[31m�{'b' * 52}…"


# Every message is ours


JUNK = ["", "x", "-1", "1e99", "nan", "5 %", "true", None, [], [1], {}, {"x": 1}, {"value": None}, {"pert": [3, 1]}]


def places(content, path=()):
    """Every place in a map of maps and lists."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


def with_junk(content, path, junk):
    if not path:
        return junk
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[path[0]] = with_junk(content[path[0]], path[1:], junk)
    return copy


FULL = cases.initiative(
    levers=[
        {"move": {"from": "detractor", "to": "passive"}, "share": 0.1, "usual": 0.05},
        {"churn": "all", "change": -0.1},
        {"extra_customers": {"Mobile": 5}, "cost_each": 9},
    ],
    costs={"one_off": {"0": 5}, "running": 1, "per_customer": {"amount": 1, "of": ["passive"]}},
    reach={"Mobile": 0.5},
    evidence={"grade": "A", "note": "x", "sources": ["y"]},
    pilot={"customers": 1, "cost": 1, "periods": 1},
    requires=["b"],
    delay=1,
    duration=2,
    fade_out=1,
    mandatory=True,
)
WHOLE = cases.company(
    correlate=[{"names": ["a", "b"], "rho": 0.5}],
    benefit_realisation={"A": {"delivered": 1}, "shared": {"company": 0.1}},
    budget={"2027": 5},
    staff={"IT": 1},
    discount_rate={"value": {"nominal": 0.1, "inflation": 0.02}, "source": "x"},
    timing="mid",
)
THEIRS = ("Input should", "Value error", "pydantic", "Field required", "validation error", "Extra inputs", "Traceback")


@pytest.mark.parametrize(("kind", "content"), [(Company, WHOLE), (Initiative, FULL)])
def test_whatever_stands_anywhere_is_read_or_refused_in_our_words(kind, content):
    refused = 0
    for path in places(content):
        for junk in JUNK:
            document = parse_yaml(cases.text(with_junk(content, path, junk)), "f.yaml")
            _record, complaints = cases.read_or_refused(read_record, kind, document)
            refused += bool(complaints)
            for complaint in complaints:
                assert not any(word in str(complaint) for word in THEIRS), (path, junk, str(complaint))
                assert complaint.line
    assert refused > 300
