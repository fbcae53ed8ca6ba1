"""Templates put to use: usual sizes where a lever says none, and a start in a company's periods, groups and money."""

import pytest

import cases
from prioritizer.domain.company import Company
from prioritizer.domain.scenarios import check
from prioritizer.errors import InputError
from prioritizer.evidence.library import templates as known_templates
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import rank
from prioritizer.services.form_reading import id_for, read_form
from prioritizer.services.form_starts import begun_from, template_of_form
from prioritizer.services.runs import identify
from prioritizer.services.templates import for_company, template_list, template_of

MOVE = {"move": {"from": "detractor", "to": "passive"}, "share": 0.18}
CLAIM = {"levers": [MOVE], "template": "close-the-loop"}
TABLE = {"D": {"delivered": 0.8, "slope": 1}}


def company(**changes: object) -> Company:
    return cases.company_record(**changes)


@pytest.mark.parametrize("periods", [1, 4, 12])
@pytest.mark.parametrize("id_", sorted(known_templates()))
def test_a_template_is_an_initiative_of_any_company(id_: str, periods: int) -> None:
    groups = {"North West": cases.group(), "Süd": cases.group()}
    known = company(groups=groups, periods_per_year=periods, horizon=20)
    template = known_templates()[id_]
    assert check(known, [for_company(template, known)]) == []
    form = begun_from(template, company(groups=groups, periods_per_year=periods, horizon=20, currency="RUB"), "Sales")
    made = read_form(form, known)
    assert (made.id, made.department, made.template) == (id_for(template.name, ()), "Sales", id_)
    assert made.evidence.sources == template.facts


def test_a_lever_without_a_usual_size_has_its_template_s() -> None:
    (made,) = as_scenario(company(), [cases.initiative_record(**CLAIM)]).initiatives
    assert made.levers[0].usual.number == 0.09


def test_a_lever_s_own_usual_size_stays() -> None:
    own = cases.initiative_record(**{**CLAIM, "levers": [{**MOVE, "usual": 0.05}]})
    (made,) = as_scenario(company(), [own]).initiatives
    assert made.levers[0].usual.number == 0.05


def test_what_everybody_usually_gets_counts_for_each_segment() -> None:
    levers = [{"contacts": "promoter", "change": -0.2}, {"churn": "all", "change": -0.2}]
    claim = cases.initiative_record(levers=levers, template="customer-community")
    (made,) = as_scenario(company(), [claim]).initiatives
    assert [lever.usual and lever.usual.number for lever in made.levers] == [-0.1, None]


def test_the_usual_share_is_turned_into_the_company_s_periods() -> None:
    monthly = company(periods_per_year=12)
    (made,) = as_scenario(monthly, [cases.initiative_record(**CLAIM)]).initiatives
    assert made.levers[0].usual.number == pytest.approx(1 - 0.91 ** (1 / 3), rel=1e-3)


def test_the_usual_size_changes_what_is_believed_of_a_claim_as_one_that_is_written_out() -> None:
    doubting = company(benefit_realisation=TABLE)
    written = cases.initiative_record(levers=[{**MOVE, "usual": 0.09}])
    lent, alone = cases.initiative_record(**CLAIM), cases.initiative_record(levers=[MOVE])
    profits = [rank(doubting, [each], seed=1, draws=20).initiatives[0].npv.mean for each in (written, lent, alone)]
    assert profits[0] == profits[1]
    assert profits[1] < profits[2]


def test_the_identity_of_a_run_covers_what_a_template_lends() -> None:
    scenario = as_scenario(company(), [cases.initiative_record(**CLAIM)])
    bare = scenario.model_copy(update={"initiatives": (cases.initiative_record(**CLAIM),)})
    assert identify(scenario, 20, 1, point=False).id != identify(bare, 20, 1, point=False).id


def test_a_template_and_a_fact_that_nobody_knows_are_refused_with_the_nearest() -> None:
    wrong = cases.initiative_record(template="close-the-lop", evidence={"sources": ["jive-cals", "Report 7"]})
    with pytest.raises(InputError) as caught:
        as_scenario(company(), [wrong])
    assert [str(complaint) for complaint in caught.value.complaints] == [
        '"call-back", template: close-the-lop is not a template. Did you mean close-the-loop?',
        '"call-back", evidence.sources: jive-cals is not a fact of the library. Did you mean jive-calls? '
        "Other sources belong into the evidence note.",
        '"call-back", evidence.sources: Report 7 is not a fact of the library. prioritizer evidence lists its facts. '
        "Other sources belong into the evidence note.",
    ]


def test_in_another_rhythm_a_template_means_the_same() -> None:
    """Close the loop per month: 3 times as many periods, a third of the yearly amounts, the same share in a year."""
    monthly = for_company(known_templates()["close-the-loop"], company(periods_per_year=12))
    assert monthly.ramp_up.number == 9
    assert monthly.costs.running.distribution.mode == 500_000
    assert monthly.costs.one_off[0].distribution.mode == 8_000_000
    assert monthly.costs.per_customer.amount.distribution.p50 == pytest.approx(62 / 3, abs=0.01)
    assert monthly.levers[0].share.distribution.p50 == pytest.approx(0.030949, abs=1e-5)
    assert monthly.levers[1].change.distribution.p50 == -0.06
    assert monthly.pilot.periods == 6


def test_customers_that_it_brings_are_in_proportion_to_each_group() -> None:
    groups = {
        "Small": cases.group(),
        "Large": cases.group(customers={"promoter": 3000, "passive": 4000, "detractor": 3000}),
    }
    (lever,) = for_company(known_templates()["sales-channel"], company(groups=groups)).levers
    brought = {group: number.distribution.p50 for group, number in lever.extra_customers.items()}
    assert brought == {"Small": 4, "Large": 40}  # 0.4 % of 1,000 and of 10,000


def test_a_form_begins_with_the_figures_of_a_template_and_without_its_note() -> None:
    template = template_of("close-the-loop")
    assert template is not None
    form = begun_from(template, company(currency="RUB"), "Sales")
    assert (form.id, form.department, form.note, form.grade) == ("", "Sales", "", "C")
    assert (form.reach["all"].low, form.reach["all"].likely, form.reach["all"].high) == ("12", "20", "30")
    assert form.per_customer.likely == "62"
    assert form.levers[1].size.likely == "6"
    assert form.sources.splitlines()[0] == "lift-detractor-tenure"
    assert template_of_form(form) == template


def test_in_another_currency_amounts_stay_empty() -> None:
    template = template_of("sales-channel")
    assert template is not None
    form = begun_from(template, company(), "Sales")
    assert form.one_off.is_blank
    assert form.running.is_blank
    assert form.levers[0].cost_each.is_blank
    with pytest.raises(InputError) as caught:
        read_form(form, company())
    assert {complaint.place for complaint in caught.value.complaints} == {
        *("one_off.likely", "running.likely", "levers.0.cost_each.likely"),
    }


def test_what_is_untouched_keeps_its_source_and_what_is_typed_loses_it() -> None:
    template = template_of("retention-pricing")
    assert template is not None
    known = company(currency="RUB")
    form = begun_from(template, known, "Sales")
    row = form.levers[0].model_copy(update={"size": form.levers[0].size.model_copy(update={"likely": "16"})})
    read = read_form(form.model_copy(update={"levers": (row, *form.levers[1:])}), known)
    assert read.levers[0].change.source is None
    assert read.levers[1].change.source == "retention-backfires: churn can rise; to be replaced by your own"


def test_every_template_has_its_line() -> None:
    listed = template_list()
    assert len(listed.templates) == 17
    assert list(listed.table().columns) == ["id", "name", "line", "levers", "facts"]
    assert listed.templates[1].levers == ("Move from detractors to passives", "Change of contacts: detractors")
