"""The library: every fact and template loads, rests on what is there, and is refused where it is not right."""

import pytest

from prioritizer.domain.evidence import FactGrade
from prioritizer.domain.initiatives import ExtraCustomers
from prioritizer.errors import InputError
from prioritizer.evidence.library import TEMPLATES, facts, read_facts, read_template, templates
from prioritizer.evidence.strict import Read

FROM_THE_ARTICLES = {
    "nps-scale": ("standard", 2013, []),
    "lift-detractor-tenure": ("C", 2013, [4]),
    "sms-survey": ("C", 2013, [15, 2_000_000]),
    "sms-response-bias": ("C", 2013, []),
    "community-calls": ("D", 2013, [0.20]),
    "community-contact-cost": ("D", 2013, [0.10]),
    "community-negative": ("D", 2013, [0.25]),
    "online-first": ("C", 2012, [0.60]),
    "automatic-answers": ("D", 2012, [0.80]),
    "satisfied-pay": ("D", 2012, [0.86, 0.25]),
    "leave-after-bad-service": ("D", 2012, [0.67]),
    "leave-for-service": ("D", 2012, [0.89]),
    "keep-cheaper": ("D", 2012, []),
    "jive-calls": ("D", 2012, [0.85, 0.50, 0.96]),
    "jive-search-time": ("D", 2012, [0.50]),
    "jive-saving": ("D", 2012, [100]),
    "facebook-desk": ("C", 2012, [5]),
    "loss-costs-cac": ("method", None, []),
    "nps-by-channel-city": ("method", None, []),
    "nps-team-target": ("method", None, []),
    "one-centre": ("method", None, []),
}
BETTER_FOUNDED = {
    "experience-retention": ("C", 2014, [0.43, 0.74]),
    "satisfaction-drifts": ("B", 2020, [0.44, 0.57, 0.82, 0.49]),
    "satisfaction-performance": ("B", 2020, [0.101, 0.349]),
    "referral-intent": ("B", 2007, [0.81, 0.30, 0.12]),
    "retention-backfires": ("A", 2016, [0.06, 0.10]),
    "segment-worth-dell": ("C", 2006, [-57, 328, 210]),
    "it-projects-overrun": ("C", 2012, [0.45, 0.07, 0.56, 0.17]),
    "experiments-succeed": ("B", 2009, []),
}
KINDS = {
    *("close-the-loop", "customer-community", "knowledge-community", "social-desk", "omni-channel", "social-crm"),
    *("one-script", "setup-help", "self-service-faq", "keep-your-promise", "information-standard"),
    *("operational-standard", "after-sale-standard", "contact-data", "new-contact-channel", "sales-channel"),
    "retention-pricing",
}
FACT = """
- id: one
  statement: Something was found.
  findings: [{what: left, value: 0.1, unit: share of customers}]
  source: A report
  year: 2020
  interest: None.
  grade: C
  good_for: A first guess.
  not_for: Anything else.
  levers: [churn]
"""
TEMPLATE = """
line: It does something.
groups: Any group.
periods_per_year: 4
currency: EUR
initiative:
  id: one
  name: One
  department: IT
  levers: [{churn: all, change: -0.1, usual: -0.1}]
  template: one
  evidence: {sources: [nps-scale]}
"""


def complaints(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_facts(Read(text, "facts.yaml"))
    return [str(complaint) for complaint in caught.value.complaints]


def template_complaints(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_template(Read(text, "one.yaml"), "one", facts())
    return [str(complaint) for complaint in caught.value.complaints]


@pytest.mark.parametrize("id_", [*FROM_THE_ARTICLES, *BETTER_FOUNDED])
def test_a_fact_is_there_as_it_was_published(id_: str) -> None:
    grade, year, values = {**FROM_THE_ARTICLES, **BETTER_FOUNDED}[id_]
    fact = facts()[id_]
    assert (fact.grade, fact.year) == (grade, year)
    assert [finding.value for finding in fact.findings if finding.value is not None] == values


def test_there_are_no_other_facts() -> None:
    assert set(facts()) == {*FROM_THE_ARTICLES, *BETTER_FOUNDED}


def test_digital_experiments_succeed_between_one_in_twelve_and_one_in_three() -> None:
    finding = facts()["experiments-succeed"].findings[0]
    assert (finding.low, finding.high) == (pytest.approx(1 / 12, abs=1e-3), pytest.approx(1 / 3, abs=1e-3))


def test_a_figure_of_somebody_who_sells_is_no_better_than_its_source() -> None:
    for fact in facts().values():
        sold = any(word in fact.interest for word in ("sell", "sold", "suppliers"))
        assert not sold or fact.grade in (FactGrade.C, FactGrade.D), fact.id


def test_every_kind_of_initiative_has_its_template() -> None:
    assert set(templates()) == KINDS == {path.stem for path in TEMPLATES.glob("*.yaml")}


@pytest.mark.parametrize("id_", sorted(KINDS))
def test_a_template_says_where_its_numbers_come_from(id_: str) -> None:
    initiative = templates()[id_].initiative
    sizes = [lever.size for lever in initiative.levers if not isinstance(lever, ExtraCustomers)]
    per_customer = [initiative.costs.per_customer.amount] if initiative.costs.per_customer else []
    numbers = [*sizes, *initiative.costs.one_off.values(), *per_customer]
    uncertain = [number for number in (*initiative.reach.values(), initiative.costs.running) if not number.is_fixed]
    assert initiative.levers
    assert all(number.source for number in [*numbers, *uncertain])
    assert set(initiative.evidence.sources) <= set(facts())
    assert initiative.evidence.sources


@pytest.mark.parametrize("id_", sorted(KINDS))
def test_the_usual_size_lies_within_the_range_of_its_lever(id_: str) -> None:
    for lever in templates()[id_].initiative.levers:
        if not isinstance(lever, ExtraCustomers):
            low, _middle, high = lever.size.distribution.ends
            assert low < lever.usual.number < high


def test_a_fact_of_its_own_is_read() -> None:
    assert read_facts(Read(FACT, "facts.yaml"))["one"].findings[0].value == 0.1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  year: 2020\n", "  year: 2020\n  yaer: 2020\n", "yaer"),
        ("  year: 2020\n", "  year: 2020\n  year: 2021\n", "facts.yaml, line 7, 0.year: year stands twice"),
        ("year: 2020", "year: 20", "20 is not a year"),
        ("grade: C", "grade: E", "E is not a grade of a fact. Use A, B, C, D, standard or method."),
        ("[churn]", "[chrun]", "chrun is not a kind of lever. Did you mean churn?"),
        ("value: 0.1", "low: 0.1", "left is neither a value nor a range"),
        ("value: 0.1", "value: 0.1, low: 0, high: 1", "left is neither a value nor a range"),
        ("value: 0.1", "low: 0.2, high: 0.1", "0.2 … 0.1 is not in order"),
        ("  not_for: Anything else.\n", "", "0.not_for"),
        ("source: A report", 'source: ""', "is empty"),
    ],
)
def test_a_fact_that_is_not_right_is_refused(old: str, new: str, said: str) -> None:
    assert any(said in complaint for complaint in complaints(FACT.replace(old, new)))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = FACT.replace("grade: C", "grade: E") + FACT.replace("year: 2020", "year: 20").replace("id: one", "id: two")
    assert len(complaints(wrong)) == 2
    assert complaints(FACT + FACT) == ["facts.yaml, line 13, id: one stands twice. Give each fact an id of its own."]


def test_what_is_no_list_or_no_yaml_is_refused() -> None:
    assert complaints("one: 1") == ["facts.yaml: is not a list of facts. Begin each fact with “- id:”."]
    assert "cannot be read as YAML" in complaints("- [")[0]
    assert "is empty" in complaints("# nothing")[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[nps-scale]", "[nps-scael]", "nps-scael is not a fact of the library. Did you mean nps-scale?"),
        ("  template: one\n", "", "is not its own template"),
        ("id: one", "id: other", "is not its own template"),
        (", usual: -0.1}", "}", "churn.all has no usual size"),
        ("  name: One\n", "  name: One\n  reach: {Mobile: 0.1}\n", "names a group of one company"),
        ("  name: One\n", "  name: One\n  mandatory: true\n", "is tied to initiatives of one company"),
        ("periods_per_year: 4", "periods_per_year: 5", "5 is not a number of periods in a year"),
        ("change: -0.1", "change: -10", "-10 is not a relative change"),
        ("line: It", "lien: It", "lien"),
    ],
)
def test_a_template_that_is_not_right_is_refused(old: str, new: str, said: str) -> None:
    assert any(said in complaint for complaint in template_complaints(TEMPLATE.replace(old, new)))


def test_a_template_that_changes_something_twice_is_refused() -> None:
    twice = "{churn: all, change: -0.1, usual: -0.1}"
    assert "changes the same thing twice" in template_complaints(TEMPLATE.replace(twice, f"{twice}, {twice}"))[0]


def test_a_template_is_called_as_its_file() -> None:
    with pytest.raises(InputError, match="one is not the file's name"):
        read_template(Read(TEMPLATE, "two.yaml"), "two", facts())
