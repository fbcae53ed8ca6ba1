"""What each figure means: its name, the term of art, how it is computed in words, and from which inputs."""

from dataclasses import dataclass
from enum import StrEnum

from prioritizer.domain.company import Company, Policy, Timing
from prioritizer.language import _
from prioritizer.services.inputs import period_word
from prioritizer.words import count, rate, share


class Figure(StrEnum):
    """The figures that explain themselves."""

    PROFIT = "profit"
    LOSS = "loss"
    ROI = "roi"
    IRR = "irr"
    PAYBACK = "payback"
    COST = "cost"
    PEAK_FUNDING = "peak_funding"
    TOGETHER = "together"
    RANK = "rank"
    NPS = "nps"
    CHURN = "churn"
    MOVING = "moving"
    LOSING = "losing"
    KEPT = "kept"


@dataclass(frozen=True)
class Meaning:
    """A figure explained: `term` is the term of art, `inputs` what it depends on."""

    name: str
    term: str
    meaning: str
    formula: str
    inputs: str


def meaning_of(what: Figure, company: Company) -> Meaning:
    """What a figure means at this company."""
    return {
        Figure.PROFIT: _profit,
        Figure.LOSS: _loss,
        Figure.ROI: _roi,
        Figure.IRR: _irr,
        Figure.PAYBACK: _payback,
        Figure.COST: _cost,
        Figure.PEAK_FUNDING: _peak_funding,
        Figure.TOGETHER: _together,
        Figure.RANK: _rank,
        Figure.NPS: _nps,
        Figure.CHURN: _churn,
        Figure.MOVING: _moving,
        Figure.LOSING: _losing,
        Figure.KEPT: _kept,
    }[what](company)


def _rate(company: Company) -> str:
    rate = company.discount_rate
    real = _("discount rate {rate} a year, real").format(rate=share(rate.real))
    if rate.nominal is None or rate.inflation is None:
        return real
    split = _("{real} ({nominal} nominal at {inflation} inflation)")
    return split.format(real=real, nominal=share(rate.nominal), inflation=share(rate.inflation))


def _conventions(company: Company) -> str:
    timing = {
        Timing.START: _("money counts at the start of each {period}"),
        Timing.MID: _("money counts in the middle of each {period}"),
        Timing.END: _("money counts at the end of each {period}"),
    }[company.timing].format(period=period_word(company))
    tax = _("tax {rate}").format(rate=rate(company.tax_rate.number))
    return f"{_rate(company)}; {tax}; {timing}"


def _profit(company: Company) -> Meaning:
    return Meaning(
        name=_("Projected profit"),
        term=_("incremental net present value (NPV), mean over the draws"),
        meaning=_(
            "What the company earns more, over the whole horizon and after tax, if it does this initiative alone "
            "than if "
            "it does nothing. In today's prices."
        ),
        formula=_(
            "For each draw: cash flow with the initiative − cash flow without it, {period} by {period}, each "
            "divided by "
            "(1 + discount rate)^years and summed. Cash flow = margin − service cost − cost of winning customers "
            "− cost of "
            "the initiative − savings not paid out, less tax. The figure is the mean over all draws; the range "
            "leaves out "
            "the lowest and the highest 5 in 100."
        ).format(period=period_word(company)),
        inputs=_conventions(company),
    )


def _loss(company: Company) -> Meaning:
    return Meaning(
        name=_("Chance of a loss"),
        term=_("probability of a negative NPV"),
        meaning=_("In how many of 100 draws the initiative costs more than it brings."),
        formula=_("Draws with a projected profit below zero ÷ all draws."),
        inputs=_("All uncertain numbers, each drawn from its range."),
    )


def _roi(company: Company) -> Meaning:
    return Meaning(
        name=_("ROI"),
        term=_("return on investment; profitability index − 1"),
        meaning=_("What each unit of money spent brings beyond itself: 100 % means that it comes back twice."),
        formula=_(
            "(Present value of benefits − present value of costs) ÷ present value of costs, of the expected cash flow."
        ),
        inputs=_conventions(company),
    )


def _irr(company: Company) -> Meaning:
    hurdle = company.hurdle_rate
    return Meaning(
        name=_("IRR"),
        term=_("internal rate of return, real, per year"),
        meaning=_(
            "The discount rate at which the initiative would earn exactly nothing. Given only where there is one."
        ),
        formula=_("The rate at which the expected cash flow has a present value of zero."),
        inputs=_("The expected cash flow.")
        if hurdle is None
        else _("The expected cash flow; hurdle rate {rate}.").format(rate=rate(hurdle.number)),
    )


def _payback(company: Company) -> Meaning:
    return Meaning(
        name=_("Pays back"),
        term=_("payback period, undiscounted, from the decision"),
        meaning=_("The date from which all that was spent has come back and stays back."),
        formula=_(
            "Sum the expected cash flow from the start; the time from which the sum never falls below zero again."
        ),
        inputs=_("The expected cash flow after tax; run-off at the end does not count."),
    )


def _cost(company: Company) -> Meaning:
    return Meaning(
        name=_("Cost"),
        term=_("total cost, before tax, undiscounted"),
        meaning=_("All that the initiative costs within its benefit window, as a budget would count it."),
        formula=_(
            "One-off cost + running cost × {periods} + cost per customer × customers touched; all times the cost "
            "factor of "
            "its evidence grade."
        ).format(periods=period_word(company, 2)),
        inputs=_("The initiative's own costs and, per customer, its reach."),
    )


def _peak_funding(company: Company) -> Meaning:
    return Meaning(
        name=_("Peak funding"),
        term=_("maximum cash exposure, after tax"),
        meaning=_("The most money that is out at any time before it comes back."),
        formula=_("The lowest point of the summed expected cash flow."),
        inputs=_("The expected cash flow after tax."),
    )


def _together(company: Company) -> Meaning:
    return Meaning(
        name=_("Together"),
        term=_("joint incremental NPV"),
        meaning=_(
            "What the initiatives worth doing earn when they are done at the same time. They share customers, so "
            "it is not "
            "the sum of what each earns alone."
        ),
        formula=_(
            "As projected profit, with all of them at once: relative changes multiply, and moves out of one "
            "segment compete "
            "for the same customers."
        ),
        inputs=_conventions(company),
    )


def _rank(company: Company) -> Meaning:
    return Meaning(
        name=_("Rank"),
        term=_("rank by mean projected profit"),
        meaning=_("The place on the list. Sorting and filtering never change it."),
        formula=_("1 for the highest projected profit, and so on."),
        inputs=_("The projected profit of every initiative on the list."),
    )


def _nps(company: Company) -> Meaning:
    return Meaning(
        name=_("Net Promoter Score"),
        term=_("NPS, −100 to 100 points (Reichheld 2003)"),
        meaning=_("How many more customers recommend the company than speak against it."),
        formula=_("100 × (promoters − detractors) ÷ all customers, of the expected customers."),
        inputs=_("Customers by segment, churn, migration and the segments of newcomers."),
    )


def _churn(company: Company) -> Meaning:
    return Meaning(
        name=_("Churn"),
        term=_("churn rate per {period}").format(period=period_word(company)),
        meaning=_("The share of customers who leave during a {period}.").format(period=period_word(company)),
        formula=_("Customers who left ÷ customers at the start; an input with a range, shown at its mean."),
        inputs=_("Churn by group and segment, with the sources on their cards."),
    )


def _moving(company: Company) -> Meaning:
    return Meaning(
        name=_("What moving a customer is worth"),
        term=_("difference of marginal customer values, before tax"),
        meaning=_(
            "What the company gains when one customer changes segment once and then behaves like all others there."
        ),
        formula=_("Worth of a customer in the new segment − worth of one in the old segment."),
        inputs=_worth_inputs(company),
    )


def _losing(company: Company) -> Meaning:
    if company.acquisition_policy is Policy.HOLD:
        formula = _(
            "Cost of winning another customer + what the lost one would have been worth − what the new one is worth on "
            "average."
        )
    else:
        formula = _("What the lost customer would have been worth; nobody is bought in his place.")
    return Meaning(
        name=_("What losing a customer costs"),
        term=_("marginal cost of churn, before tax"),
        meaning=_(
            "What the company loses when one customer leaves at the end of a {period} who would have stayed."
        ).format(period=period_word(company)),
        formula=formula,
        inputs=_worth_inputs(company),
    )


def _worth_inputs(company: Company) -> str:
    policy = {
        Policy.HOLD: _("customers are bought to hold the base (policy hold)"),
        Policy.PLAN: _("customers are bought by plan (policy plan)"),
    }[company.acquisition_policy]
    return _("At the mean of every number; {policy}; {rate}.").format(policy=policy, rate=_rate(company))


def _kept(company: Company) -> Meaning:
    years = count(company.periods / company.periods_per_year)
    return Meaning(
        name=_("Customers kept"),
        term=_("avoided churn, expected"),
        meaning=_("How many customers fewer leave within {years} years than without the initiative.").format(
            years=years
        ),
        formula=_("Customers who leave without it − customers who leave with it, mean over the draws."),
        inputs=_("Churn and moves between segments, with and without the initiative."),
    )
