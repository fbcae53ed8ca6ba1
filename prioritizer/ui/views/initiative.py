"""One initiative: the questions that people ask about it, from top to bottom."""

from collections.abc import Callable, Sequence

import streamlit as st

from prioritizer.domain.results import RankedInitiative
from prioritizer.language import _
from prioritizer.services import benefits, certainty, effects, reasons
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import inputs_of
from prioritizer.services.meanings import Figure
from prioritizer.ui.bridge import bridge
from prioritizer.ui.cash_flow_lines import show_initiative as show_cash_flow_lines
from prioritizer.ui.charts.chart import Chart
from prioritizer.ui.charts.chart import show as show_chart
from prioritizer.ui.charts.correlations import rank_correlations
from prioritizer.ui.charts.money import cash_flow
from prioritizer.ui.charts.uncertainty import distribution, tornado
from prioritizer.ui.claim_bridge import show_initiative as show_claim_bridge
from prioritizer.ui.explained import explained, input_table
from prioritizer.ui.facts import facts_in_lines
from prioritizer.ui.markup import Element, element, show, table
from prioritizer.ui.views.funding import funding
from prioritizer.words import chance, money, money_range, people, percent, scale_of, sign, unit_of, years

DRAWN = 8  # inputs in a chart; its table has all


def panel(evaluation: Evaluation, row: RankedInitiative, on_close: Callable[[], None]) -> None:
    """The initiative beside the list."""
    st.button(_("Back to the list"), on_click=on_close, key="close", type="tertiary", icon=":material/arrow_back:")
    _headline(evaluation, row)
    _what_does_it_do(evaluation, row)
    _what_does_it_bring(evaluation, row)
    _how_sure_are_we(evaluation, row)
    _why_here(evaluation, row)
    _where_from(evaluation, row)


def _question(text: str) -> Element:
    return element("h3", text, class_="question")


def _said(text: str) -> Element | None:
    return element("p", text, class_="said") if text else None


def _show(*elements: Element | None) -> None:
    show(*(one for one in elements if one is not None))


def _headline(evaluation: Evaluation, row: RankedInitiative) -> None:
    company = evaluation.scenario.company
    currency = sign(company.currency)
    scale = scale_of([row.npv.mean, row.npv.p5 or 0.0, row.npv.p95 or 0.0])
    spread = _("projected profit; 90 %: {range} {unit}").format(
        range=money_range(row.npv.p5, row.npv.p95, scale), unit=unit_of(scale, currency)
    )
    place = _("Rank {rank} of {total}").format(rank=row.rank, total=len(evaluation.ranking.initiatives))
    _show(
        element("div", f"{place} · {row.department}", class_="eyebrow"),
        element("h2", row.name, class_="panel-name", tabindex="-1", data_panel="1"),
        explained(Figure.PROFIT, money(row.npv.mean, currency), company, name=spread, class_="figure big"),
        _said(_("It must be done, whatever its rank.") if evaluation.initiative(row.id).mandatory else ""),
        _said(reasons.why_here(evaluation.ranking, row)),
        _figures(evaluation, row),
    )


def _figures(evaluation: Evaluation, row: RankedInitiative) -> Element:
    company = evaluation.scenario.company
    currency = sign(company.currency)
    never = _("never")
    shown = [
        (Figure.LOSS, chance(row.probability_of_loss)),
        (Figure.COST, money(row.cost, currency)),
        (Figure.ROI, percent(row.roi)),
        (Figure.PAYBACK, never if row.payback_years is None else _("{n} years").format(n=years(row.payback_years))),
        (Figure.IRR, _("none") if row.irr is None else percent(row.irr)),
        (Figure.PEAK_FUNDING, money(row.peak_funding, currency)),
        (Figure.KEPT, people(row.kept)),
    ]
    return element("div", *(explained(figure, value, company) for figure, value in shown), class_="figures")


def _customers(evaluation: Evaluation, row: RankedInitiative) -> tuple[benefits.YearOfCustomers, ...]:
    projection = evaluation.projection
    projected = next(known for known in projection.initiatives if known.id == row.id)
    return benefits.customers_by_year(evaluation.scenario.company, projected, projection.baseline)


def _what_does_it_do(evaluation: Evaluation, row: RankedInitiative) -> None:
    company, proposed = evaluation.scenario.company, evaluation.initiative(row.id)
    levers = effects.levers_in_words(company, proposed)
    items = [
        element("li", lever.text, element("span", lever.counted, class_="counted") if lever.counted else None)
        for lever in levers
    ]
    _show(
        _question(_("What does it do?")),
        _said(proposed.description),
        element("ul", *items, class_="said") if items else _said(_("It changes nothing for customers; it only costs.")),
        _said(effects.reach_in_words(company, proposed)) if items else None,
        _said(effects.timing_in_words(company, proposed)),
        _said(effects.success_in_words(proposed)),
    )


def _what_does_it_bring(evaluation: Evaluation, row: RankedInitiative) -> None:
    company = evaluation.scenario.company
    currency = sign(company.currency)
    by_year = benefits.money_by_year(company, row)
    _show(_question(_("What does it bring?")))
    show_chart(
        cash_flow(
            [year.year for year in by_year],
            [year.benefits for year in by_year],
            [year.costs for year in by_year],
            currency,
            benefits.payback_year(company, row),
        ),
        key="cash-flow",
    )
    show_cash_flow_lines(evaluation, row.id)
    _show(_customer_table(evaluation, row))
    _show(
        bridge(
            None,
            benefits.sources_in_words(row),
            (_("Projected profit"), row.npv.mean),
            currency,
            _("Where the profit comes from"),
            _("Present values; solid adds, hatched takes away"),
        )
    )


def _customer_table(evaluation: Evaluation, row: RankedInitiative) -> Element:
    headings = (_("By the end of"), _("kept in the year"), _("promoters"), _("passives"), _("detractors"))
    rows = [
        (year.year, *(_more(count) for count in (year.kept, year.promoters, year.passives, year.detractors)))
        for year in _customers(evaluation, row)
    ]
    title = _("Customers more or fewer than without it")
    return element("div", element("h3", title, class_="chart-title"), table(headings, rows, title))


def _more(count: float) -> str:
    text = people(count)
    return text if text == "0" or count < 0 else f"+{text}"


def _how_sure_are_we(evaluation: Evaluation, row: RankedInitiative) -> None:
    currency = sign(evaluation.run.currency)
    spread = evaluation.distribution(row.id)
    influences = certainty.influences_in_words(evaluation, row.id)
    proposed = evaluation.initiative(row.id)
    _show(_question(_("How sure are we?")))
    show_chart(
        distribution(spread.edges, spread.counts, row.npv.mean, row.probability_of_loss or 0.0, currency),
        key="distribution",
    )
    if influences:
        show_chart(influence_chart(influences, currency, DRAWN), key="drivers")
        show_chart(correlations_chart(influences, DRAWN), key="correlations")
        _show(switching_table(certainty.drivers_in_words(evaluation, row.id)))
    _show(
        _said(certainty.break_even_in_words(evaluation.break_even_causal_share(row.id))),
        _said(certainty.evidence_in_words(proposed)),
        _said(proposed.evidence.note),
        facts_in_lines(proposed.evidence.sources) if proposed.evidence.sources else None,
    )


def influence_chart(
    influences: Sequence[certainty.InfluenceInWords], currency: str, most: int, title: str | None = None
) -> Chart:
    """How far inputs move a profit; the table has the rank correlations too."""
    rows = [(one.name, one.low, one.high, one.profit_low, one.profit_high) for one in influences]
    columns = {
        _("Rank correlation"): [one.correlation for one in influences],
        _("Drawn together with"): [one.joined for one in influences],
    }
    return tornado(rows, influences[0].profit, currency, title=title, most=most, columns=columns)


def correlations_chart(influences: Sequence[certainty.InfluenceInWords], most: int) -> Chart:
    """How closely the draws of inputs go with those of a profit, the closest first."""
    closest = sorted(influences, key=lambda one: -abs(one.strength))
    return rank_correlations(
        [(one.name, one.strength, one.error, one.correlation, one.joined) for one in closest], most=most
    )


def switching_table(drivers: tuple[certainty.DriverInWords, ...]) -> Element:
    """At which value of an input a profit would be zero."""
    title = _("At which value would the profit be zero?")
    headings = (_("Input"), _("expected"), _("profit is zero at"))
    rows = [(driver.name, driver.mean, driver.switch) for driver in drivers]
    return element("div", element("h3", title, class_="chart-title"), table(headings, rows, title))


def _why_here(evaluation: Evaluation, row: RankedInitiative) -> None:
    ranking = evaluation.ranking
    proposed = evaluation.initiative(row.id)
    _show(
        _question(_("Why does it stand here?")),
        _said(reasons.place_in_words(ranking, row)),
        _said(reasons.other_policy_in_words(ranking, row)),
        _said(_links(evaluation, proposed.requires, _("It needs {names}."))),
        _said(_links(evaluation, proposed.excludes, _("It cannot be done together with {names}."))),
    )
    show_claim_bridge(evaluation, row.id)
    funding(evaluation, row.id)


def _links(evaluation: Evaluation, ids: tuple[str, ...], sentence: str) -> str:
    names = ", ".join(f"“{evaluation.initiative(id_).name}”" for id_ in ids)
    return sentence.format(names=names) if names else ""


def _where_from(evaluation: Evaluation, row: RankedInitiative) -> None:
    lines = inputs_of(evaluation.scenario.company, evaluation.initiative(row.id))
    title = _("Where do the numbers come from?")
    summary = _("{count} inputs with their sources").format(count=len(lines))
    _show(
        _question(title),
        element("details", element("summary", summary), input_table(lines, title), class_="more"),
    )
