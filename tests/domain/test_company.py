"""What a company says of itself, what it may leave out, and what it cannot mean."""

import unicodedata

import pytest

import cases
from prioritizer.domain.company import (
    BenefitRealisation,
    Company,
    Correlation,
    DiscountRate,
    Month,
    Policy,
    TerminalValue,
    Timing,
)
from prioritizer.domain.quantity import Grade
from prioritizer.domain.record import PlainScalar


def said(**changes):
    return cases.refusals(Company, cases.company(**changes))


def test_what_is_left_out_has_its_default():
    company = cases.company_record()
    group = company.groups["Mobile"]
    assert company.periods_per_year == 4
    assert company.fiscal_year_start == 1
    assert company.tax_rate.number == 0
    assert (company.timing, company.acquisition_policy) == (Timing.MID, Policy.HOLD)
    assert company.terminal_value is TerminalValue.NONE
    assert (company.causal_share.number, company.cashable.number) == (1, 1)
    assert (company.budget, company.staff, company.correlate, company.initiatives) == ({}, {}, (), ())
    assert (company.hurdle_rate, company.benefit_realisation) == (None, None)
    assert [q.number for _s, q in group.referrals.items()] == [0, 0, 0]
    assert [q.number for _s, q in group.put_off.items()] == [0, 0, 0]
    assert (group.growth.number, group.planned_acquisitions) == (0, None)


@pytest.mark.parametrize("periods_per_year", [1, 4, 12])
def test_the_latest_start_is_a_year_after_the_decision(periods_per_year):
    content = cases.company(periods_per_year=periods_per_year, horizon=20)
    del content["latest_start"]
    company = Company.model_validate(content)
    assert company.latest_start == periods_per_year
    assert company.periods == 20 + periods_per_year


@pytest.mark.parametrize("key", ["company", "currency", "horizon", "start", "discount_rate", "groups"])
def test_what_has_no_default_is_required(key):
    content = cases.company()
    del content[key]
    assert cases.refusals(Company, content) == [f"{key}: missing"]


@pytest.mark.parametrize("key", ["tax_rate", "timing", "budget", "correlate", "periods_per_year", "hurdle_rate"])
def test_a_key_without_a_value_is_as_good_as_none(key):
    assert cases.company_record(**{key: None}) == cases.company_record()


@pytest.mark.parametrize("key", ["company", "currency", "horizon", "start", "discount_rate", "groups"])
def test_a_key_that_is_required_needs_a_value(key):
    assert len(said(**{key: None})) == 1


@pytest.mark.parametrize("key", ["customers", "churn", "revenue", "gross_margin", "acquisition_cost", "newcomers"])
def test_what_a_group_needs_is_required(key):
    content = cases.group()
    del content[key]
    assert said(groups={"Mobile": content}) == [f"groups.Mobile.{key}: missing"]


WINDOW = "Give a whole number of periods from 1 to 120."
START = "Give a whole number of periods from 0 to 120."


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"periods_per_year": 3}, "periods_per_year: 3 is not a number of periods per year. Use 12 for months, 4 for"),
        ({"periods_per_year": 0}, "periods_per_year: 0 is not a number of periods per year. "),
        ({"horizon": 0}, f"horizon: 0 is not a benefit window. {WINDOW}"),
        ({"horizon": -3}, f"horizon: -3 is not a benefit window. {WINDOW}"),
        ({"horizon": 10**6}, f"horizon: 1000000 is not a benefit window. {WINDOW}"),
        ({"horizon": 121}, f"horizon: 121 is not a benefit window. {WINDOW}"),
        ({"horizon": 1.5}, "horizon: 1.5 is not a whole number. Give a whole number."),
        ({"horizon": None}, "horizon: the value is missing. Give a number."),
        ({"horizon": True}, "horizon: True is not a number. Give a number, without quotes."),
        ({"latest_start": -1}, f"latest_start: -1 is not a latest start. {START}"),
        ({"latest_start": 121}, f"latest_start: 121 is not a latest start. {START}"),
        ({"fiscal_year_start": 0}, "fiscal_year_start: 0 is not a month. Give a number from 1 to 12."),
        ({"fiscal_year_start": 13}, "fiscal_year_start: 13 is not a month. Give a number from 1 to 12."),
        ({"tax_rate": 1.2}, "tax_rate: 1.2 is not a share. Give a number from 0 to 1."),
        ({"tax_rate": {"pert": [0.1, 0.2, 0.3]}}, "tax_rate: a range must be one number. This is a policy, not a fo"),
        ({"hurdle_rate": {"pert": [0.1, 0.2, 0.3]}}, "hurdle_rate: a range must be one number. This is a policy"),
        ({"causal_share": -0.1}, "causal_share: -0.1 is not a share. Give a number from 0 to 1."),
        ({"cashable": 70}, "cashable: 70 is not a share. Give a number from 0 to 1: did you mean 0.7 (70 %)?"),
        ({"timing": "middle"}, "timing: middle is not known here. Did you mean mid?"),
        ({"acquisition_policy": "hodl"}, "acquisition_policy: hodl is not known here. Did you mean hold?"),
        ({"terminal_value": "runoff"}, "terminal_value: runoff is not known here. Did you mean run-off?"),
        ({"budget": {27: 5}}, "budget: 27 is not a fiscal year. Write a budget as {2027: 120000000}."),
        ({"budget": {"2101": 5}}, "budget: 2101 is not a fiscal year. Write a budget as {2027: 120000000}."),
        ({"budget": {"٢٠٢٧": 5}}, "budget: ٢٠٢٧ is not a fiscal year. Write a budget as {2027: 120000000}."),
        ({"budget": {2027: -5}}, "budget.2027: -5 is not an amount. Give a number from 0 to 1e+12."),
        ({"budget": {2027: {"normal": [5, 1]}}}, "budget.2027: a range must be one number. This is a policy"),
        ({"staff": {"IT": "5"}}, "staff.IT: 5 is not a number. Give a number, without quotes."),
        ({"staff": {"IT": 5, "it ": 7}}, "staff: it  is the same name as IT. Give each a name of its own."),
        ({"groups": {}}, "groups: there is no group. Give at least one group of customers."),
        ({"start": "January 2027"}, "start: January 2027 is not a month. Write it as 2027-01."),
        ({"horzon": 5}, "horzon: extra_forbidden"),
    ],
)
def test_what_a_company_cannot_mean_is_refused_with_a_remedy(changes, complaint):
    (found,) = said(**changes)
    assert found.startswith(complaint)


def test_every_complaint_comes_at_once():
    assert len(said(horizon=0, tax_rate=2, timing="x", groups={"A": {**cases.group(), "gross_margin": 1.5}})) == 4


# Months


@pytest.mark.parametrize(
    "text",
    [
        *("2027-1", "2027", "2027-13", "2027-00", "27-01", "126-01", "20266-01", "01/02/2027", "2027-01-01", "2027/01"),
        *("янв 2027", "2027-Jan", "1999-12", "2101-01", "٢٠٢٧-٠١", "", "-2027-01", 2027.01, None),
    ],
)
def test_a_month_is_written_in_one_way(text):
    (found,) = said(start=text)
    assert "is not a month. Write " in found


def test_months_follow_one_another_across_years():
    assert str(Month.model_validate("2027-11").later(3)) == "2028-02"
    assert str(Month.model_validate("2027-01").later(0)) == "2027-01"
    assert str(Month.model_validate(PlainScalar("2027-12")).later(12)) == "2028-12"


@pytest.mark.parametrize(
    ("periods_per_year", "start", "names"),
    [
        (4, "2027-01", ["Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028"]),
        (4, "2027-10", ["Q4 2027", "Q1 2028", "Q2 2028", "Q3 2028", "Q4 2028"]),
        (12, "2027-11", ["2027-11", "2027-12", "2028-01", "2028-02", "2028-03"]),
        (1, "2027-07", ["2027", "2028", "2029", "2030", "2031"]),
    ],
)
def test_periods_have_names(periods_per_year, start, names):
    company = cases.company_record(periods_per_year=periods_per_year, start=start)
    assert [company.period_name(period) for period in range(5)] == names


@pytest.mark.parametrize(
    ("periods_per_year", "start", "first_month", "years"),
    [
        (4, "2027-01", 1, [2027, 2027, 2027, 2027, 2028]),
        (4, "2027-01", 4, [2026, 2027, 2027, 2027, 2027]),
        (4, "2027-01", 12, [2026, 2026, 2026, 2026, 2027]),  # the fourth quarter begins in October
        (4, "2027-02", 4, [2026, 2027, 2027, 2027, 2027]),  # February to April lies in both; its first month counts
        (4, "2027-10", 10, [2027, 2027, 2027, 2027, 2028]),
        (12, "2027-11", 1, [2027, 2027, 2028, 2028, 2028]),
        (12, "2027-05", 7, [2026, 2026, 2027, 2027, 2027]),
        (1, "2027-07", 1, [2027, 2028, 2029, 2030, 2031]),
        (1, "2027-07", 10, [2026, 2027, 2028, 2029, 2030]),
    ],
)
def test_a_period_lies_in_the_fiscal_year_of_its_first_month(periods_per_year, start, first_month, years):
    company = cases.company_record(periods_per_year=periods_per_year, start=start, fiscal_year_start=first_month)
    assert [company.fiscal_year(period) for period in range(5)] == years


@pytest.mark.parametrize(
    ("first_month", "year", "name"),
    [(1, 2027, "2027"), (2, 2027, "2027/28"), (12, 2026, "2026/27"), (7, 2099, "2099/00"), (4, 2008, "2008/09")],
)
def test_a_fiscal_year_that_is_no_calendar_year_is_named_after_both(first_month, year, name):
    assert cases.company_record(fiscal_year_start=first_month).fiscal_year_name(year) == name


# The discount rate


@pytest.mark.parametrize(
    ("raw", "real"),
    [
        (0.08, 0.08),
        (0, 0),
        (1, 1),
        (-0.02, -0.02),
        ({"nominal": 0.18, "inflation": 0.06}, 0.1132075471698113),  # 0.12 / 1.06
        ({"nominal": 0.05, "inflation": 0.05}, 0),
        ({"value": {"nominal": 0.05, "inflation": 0.08}, "source": "board", "grade": "B"}, -0.0277777777777778),
    ],
)
def test_the_discount_rate_is_real(raw, real):
    assert DiscountRate.model_validate(raw).real == pytest.approx(real, abs=1e-15)


BELOW = "Give a fraction per year above -1 and up to 1, like 0.08 for 8 %."


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (10, f": 10 is not a discount rate. {BELOW}"),
        (-1, f": -1 is not a discount rate. {BELOW}"),
        (-1.5, f": -1.5 is not a discount rate. {BELOW}"),
        ({"nominal": 8, "inflation": 0.5}, f": 5 is not a discount rate. {BELOW}"),
        (
            {"nominal": 0.1},
            ": {nominal} is not a discount rate. Give one number, or {nominal: …, inflation: …}. It is a",
        ),
        ({"nominal": 0.1, "inflation": -1}, ": -1.0 is not a rate of inflation. Give a fraction above -1, like 0.07."),
        ({"pert": [0.1, 0.2, 0.3]}, ": {pert} is not a discount rate. Give one number, or {nominal"),
        (PlainScalar("8%"), ": 8% is written in percent. Rates are fractions here: did you mean 0.08?"),
        (None, ": the value is missing. Give a number."),
        ({"value": 0.1, "grade": "E"}, "grade: E is not a grade. Use A, B, C or D."),
        ({"value": 0.1, "sorce": "x"}, "sorce: extra_forbidden"),
        (
            {"nominal": 0.2, "inflation": 0.1, "real": 0.5},
            ": 0.5 is not the real rate of its nominal rate and inflation",
        ),
    ],
)
def test_what_is_no_discount_rate_is_refused(raw, complaint):
    (found,) = cases.refusals(DiscountRate, raw)
    assert found.startswith(complaint)


def test_a_changed_discount_rate_keeps_its_card():
    rate = DiscountRate.model_validate({"value": 0.08, "source": "board", "owner": "treasurer"}).changed(1.5, 0.01)
    assert rate.real == pytest.approx(0.13)
    assert (rate.source, rate.owner) == ("board", "treasurer")


# Delivered ÷ claimed


def test_a_grade_that_the_table_leaves_out_is_taken_as_claimed():
    table = BenefitRealisation.model_validate({"B": {"delivered": 0.75}})
    taken = {grade: table.of(grade).delivered.number for grade in Grade}
    assert taken == {Grade.A: 1, Grade.B: 0.75, Grade.C: 1, Grade.D: 1}
    b = table.of(Grade.B)
    assert [number.number for number in (b.slope, b.spread, b.cost, b.delay)] == [0, 0, 1, 0]
    assert (table.shared.company.number, table.shared.department.number) == (0, 0)


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"A": {}}, "A.delivered: missing"),
        (
            {"A": {"delivered": 0.9, "delay": 0.5}},
            "A.delay: 0.5 is not a whole number of periods. Give a whole number.",
        ),
        ({"A": {"delivered": 0.9, "slope": 1.5}}, "A.slope: 1.5 is not a share. Give a number from 0 to 1."),
        (
            {"A": {"delivered": -2}},
            "A.delivered: -2 is not a relative change. Give a number from -1 to 1000: did you mean -0.02 (-2 %)?",
        ),
        ({"A": {"delivered": {"normal": [1, 0.2]}}}, "A.delivered: a range must be one number. This is a policy"),
        ({"A": {"delivered": 0.9, "spread": -0.1}}, "A.spread: -0.1 is not a factor. "),
        ({"E": {"delivered": 0.9}}, "E: extra_forbidden"),
        ({"shared": {"company": -1}}, "shared.company: -1 is not a factor. "),
    ],
)
def test_what_the_table_cannot_mean_is_refused(raw, complaint):
    (found,) = cases.refusals(BenefitRealisation, raw)
    assert found.startswith(complaint)


# Correlations


@pytest.mark.parametrize("rho", [1, -1, 1.2, -3])
def test_a_correlation_lies_between_minus_one_and_one(rho):
    assert cases.refusals(Correlation, {"names": ["a", "b"], "rho": rho}) == [
        f": {rho:g} is not a correlation. Give a number between -1 and 1."
    ]


def test_a_correlation_names_something_once():
    assert cases.refusals(Correlation, {"names": [], "rho": 0.5}) == [
        ": names names nothing. Name at least one uncertain number."
    ]
    assert cases.refusals(Correlation, {"names": ["a", "A"], "rho": 0.5}) == [
        "names: A stands twice. Name each one once."
    ]


# Groups


@pytest.mark.parametrize(
    ("first", "second"),
    [("Mobile", "mobile"), ("Mobile", "Mobile "), ("STRASSE", "straße"), ("Office", "Oﬃce"), ("Café", "Cafe\u0301")],
)
def test_two_groups_do_not_share_a_name_that_looks_the_same(first, second):
    assert said(groups={first: cases.group(), second: cases.group()}) == [
        f"groups: {second} is the same name as {first}. Give each a name of its own."
    ]


def test_letters_of_two_alphabets_are_two_names():
    company = cases.company_record(
        groups={"Loyalty": cases.group(), "L\N{CYRILLIC SMALL LETTER O}yalty": cases.group()}
    )
    assert len(company.groups) == 2


@pytest.mark.parametrize("word", ["all", "*", "value", "cost_each", "pert", "range", "beta", "normal"])
def test_no_group_is_named_like_the_word_for_every_group(word):
    assert said(groups={word: cases.group()}) == [
        f"groups: {word} is a word of the files, not a name. Give the group another name."
    ]


def test_a_company_without_customers_is_nothing_to_project():
    nobody = cases.group(customers=0)
    assert said(groups={"A": nobody, "B": nobody}) == [
        ": there are no customers: nothing to project. Give the customers of at least one group."
    ]
    assert cases.company_record(groups={"A": nobody, "B": cases.group()}).groups["A"].customers.passive.number == 0


def test_policy_plan_needs_to_know_what_is_planned():
    planned = cases.group(planned_acquisitions=20)
    assert said(acquisition_policy="plan", groups={"A": planned, "B": cases.group()}) == [
        ": groups.B.planned_acquisitions is missing. "
        "Policy plan needs it: give the customers that are to be bought per period."
    ]


def test_policies_are_computed_where_their_figures_are_known():
    planned, unplanned = cases.group(planned_acquisitions=20), cases.group()
    both = cases.company_record(groups={"A": planned})
    assert both.can_plan
    assert both.policies() == (Policy.HOLD, Policy.PLAN)
    plan = cases.company_record(acquisition_policy="plan", groups={"A": planned})
    assert plan.policies() == (Policy.PLAN, Policy.HOLD)
    hold = cases.company_record(groups={"A": planned, "B": unplanned})
    assert not hold.can_plan
    assert hold.policies() == (Policy.HOLD,)


# Names


@pytest.mark.parametrize(
    "name", ["NA", "None", "NULL", "nan", "True", "1E5", "00123", "2026-01-02", "yes", "=1+1", "<b>x</b>", "{{7*7}}"]
)
def test_a_name_is_kept_exactly_as_it_is_written(name):
    assert cases.company_record(company=PlainScalar(name)).company == name
    assert list(cases.company_record(groups={name: cases.group()}).groups) == [name]


def test_emoji_and_other_alphabets_are_names():
    for name in ("👨‍👩‍👧 семья", "𝒜", "İstanbul", "日本", "a\u202eb"):
        assert cases.company_record(company=name).company == name


def test_spaces_at_the_ends_do_not_count_and_letters_are_composed():
    assert cases.company_record(company="  Cafe\u0301 \n").company == unicodedata.normalize("NFC", "Café")


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b", "\ufeff\u2060", "\u00a0", "\u200b \u200b"])
def test_a_name_holds_something_to_see(nothing):
    assert said(company=nothing) == ["company: is empty. Give a name."]


@pytest.mark.parametrize("control", ["a\x00b", "a\x1f", "\x01a", "a\x7f", "a\x85b", "\x9fa", "a\x1cb", "a\rb"])
def test_control_characters_are_refused_wherever_they_stand(control):
    (found,) = said(company=control)
    assert found.endswith(" holds control characters. Remove them.")


def test_half_a_character_is_refused():
    (found,) = said(company="a\ud800")
    assert "holds control characters. Remove them." in found


@pytest.mark.parametrize("name", ["two\nlines", "a\tb"])
def test_a_name_stands_on_one_line(name):
    assert said(company=name) == [f"company: {name} runs over more than one line. Write it on one line."]


@pytest.mark.parametrize("length", [201, 10**6])
def test_a_name_is_not_longer_than_people_read(length):
    (found,) = said(company="x" * length)
    assert found.endswith(f"is {length} characters long. Use at most 200 characters.")
    assert cases.company_record(company="x" * 200).company == "x" * 200


@pytest.mark.parametrize("value", [5, True, 1.5, ["a"], {"a": 1}])
def test_a_name_is_text(value):
    (found,) = said(company=value)
    assert found.endswith("is not text. Write it as text; put it in quotes if it looks like a number.")
