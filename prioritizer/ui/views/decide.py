"""Decide: what executives set for the list, and which of the approved initiatives they fund."""

from collections.abc import Mapping

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.process import Status
from prioritizer.language import _, ngettext
from prioritizer.services import decisions, directions, submitting
from prioritizer.services.answers import answer
from prioritizer.services.benefits import budgets_by_year
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.shared import SharedList, under_way_of
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import Element, element, markdown_literal, show, table
from prioritizer.words import chance, in_column, moment, money, scale_of, sign, unit_of


def view() -> None:
    """The page."""
    _page()


@guarded
def _page() -> None:
    shared = session.shared_list()
    evaluation = session.evaluation_of(shared.scenario)
    open_ = decisions.decidable(shared)
    said = ngettext("{count} initiative to decide on", "{count} initiatives to decide on", len(open_)).format(
        count=len(open_)
    )
    show(element("h1", said, class_="answer"))
    left, right = st.columns([3, 2], gap="large")
    with left:
        guarded(_funding)(shared, evaluation, open_)
        _earlier()
    with right:
        guarded(_budgets)(evaluation.scenario.company)
        guarded(_must_dos)()
    foot(evaluation.run)


def _funding(shared: SharedList, evaluation: Evaluation, open_: tuple[str, ...]) -> None:
    """A box for each initiative on which can be decided, in the order of the list, and the decision."""
    ranking = evaluation.ranking
    currency = sign(evaluation.run.currency)
    rows = [row for row in ranking.initiatives if row.id in open_]
    if not rows:
        show(
            element(
                "p", _("Nothing is approved yet. What finance approves will stand here to be funded."), class_="empty"
            )
        )
        return
    for row in rows:
        standing = shared.standings[row.id]
        before = standing.funded if standing.status is Status.DECIDED else row.id in ranking.worth_doing
        said = _("projected profit {profit}, cost {cost}; {state}").format(
            profit=money(row.npv.mean, currency), cost=money(row.cost, currency), state=standing.words
        )
        label = f"{row.rank}\\. {markdown_literal(row.name)}"
        with st.container(gap=None, key=f"funding-{row.id}"):
            st.checkbox(label, value=before, key=_box(row.id))
            show(element("p", said, class_="quiet under-box"))
    ticked = _ticked(open_)
    _say_together(evaluation, ticked, len(rows))
    _against_budgets(shared, evaluation, ticked)
    st.text_area(_("Why"), key=WHY, height=68, help=_("Everybody reads it beside the list."))
    said = answer(ranking, sign(evaluation.run.currency))
    st.button(
        _("Decide and publish the list"),
        key="publish",
        type="primary",
        on_click=_publish,
        args=(shared.origin.run, open_, said),
    )


WHY = "decision-why"


def _box(id_: str) -> str:
    return f"fund-{id_}"


def _ticked(ids: tuple[str, ...]) -> list[str]:
    """Those whose boxes are ticked."""
    return [id_ for id_ in ids if st.session_state.get(_box(id_))]


def _publish(run: str, open_: tuple[str, ...], said: str) -> None:
    """Decide on what stood on the page; what was ticked stays where it cannot be done."""
    path, who, why = session.workspace(), session.person().id, st.session_state.get(WHY, "")
    funded = _ticked(open_)
    done = _("Decided: {n} of {total} funded. The list is published.").format(n=len(funded), total=len(open_))
    act(lambda: decisions.publish(path, run, funded, said, who, why, open_), WHY, said=done)


def _say_together(evaluation: Evaluation, funded: list[str], total: int) -> None:
    """What is ticked brings together, beside what is under way already."""
    if not funded:
        show(element("p", _("Nothing is ticked."), class_="said"))
        return
    company = evaluation.scenario.company
    together = evaluation.together(funded)
    said = _("{n} of {total} ticked: for {cost} they earn {profit} together; chance of a loss {chance}.").format(
        n=len(funded),
        total=total,
        cost=money(together.cost, sign(company.currency)),
        profit=money(together.npv.mean, sign(company.currency)),
        chance=chance(together.probability_of_loss),
    )
    show(element("p", said, class_="said"))


def _against_budgets(shared: SharedList, evaluation: Evaluation, ticked: list[str]) -> None:
    """What is ticked, and what is under way already, against the budget of each fiscal year."""
    company = evaluation.scenario.company
    under_way = [*under_way_of(shared.standings)]
    chosen, others = (evaluation.together(ids) if ids else None for ids in (ticked, under_way))
    years = budgets_by_year(company, chosen, others)
    if not years:
        return
    scale = scale_of(amount or 0.0 for one in years for amount in (one.cost, one.under_way, one.budget, one.left))
    title = _("What is ticked against the budgets, {unit}").format(unit=unit_of(scale, sign(company.currency)))
    lines = []
    for one in years:
        amounts = (one.cost, *((one.under_way,) if under_way else ()), one.budget)
        left = in_column(None if one.left is None else one.left / scale.divisor)
        is_over = one.left is not None and one.left < 0
        lines.append(
            (
                one.year,
                *(in_column(None if amount is None else amount / scale.divisor) for amount in amounts),
                element("strong", _("{amount}: too much").format(amount=left)) if is_over else left,
            )
        )
    headings = (_("Year"), _("Ticked"), *((_("Under way"),) if under_way else ()), _("Budget"), _("Left"))
    show(element("h2", title, class_="chart-title"), table(headings, lines, title))


def _earlier() -> None:
    """Every decision so far."""
    known = decisions.decisions(session.workspace(), session.person().id)
    if not known:
        return
    title = _("Decisions so far")
    seen = submitting.initiatives_seen(session.workspace(), session.person().id)
    names = {version.id: version.content.name for version in seen}
    lines = [
        (
            one.id,
            moment(one.at),
            session.name_of(one.who),
            _named(one.content.funded, names),
            one.why,
            one.content.run,
        )
        for one in reversed(known)
    ]
    headings = (_("No."), _("When"), _("Who"), _("Funded"), _("Why"), _("Run"))
    show(element("h2", title, class_="chart-title"), table(headings, lines, title, text_columns=(0, 1, 2, 3, 4, 5)))


def _named(ids: tuple[str, ...], names: Mapping[str, str]) -> Element:
    """Initiatives by their names as far as these are known, each with its id behind it."""
    if not ids:
        return element("span", _("nothing"))
    return element("div", *(element("div", names.get(id_, id_), title=id_) for id_ in ids))


def _budgets(company: Company) -> None:
    """What may be spent in each fiscal year."""
    show(element("h2", _("Budgets"), class_="chart-title"))
    known = directions.budgets(session.workspace(), session.person().id)
    with st.form("budgets", border=False):
        for year in known.years:
            st.text_input(
                _("{year}, {currency}").format(year=year, currency=sign(company.currency)),
                directions.amount_text(known.amounts.get(year)),
                key=f"budget-{year}",
            )
        st.form_submit_button(_("Set the budgets"), on_click=_set_budgets, args=(known.years, known.version))


def _set_budgets(years: tuple[str, ...], read: int) -> None:
    path, who = session.workspace(), session.person().id
    typed = {year: st.session_state.get(f"budget-{year}", "") for year in years}
    act(lambda: directions.set_budgets(path, typed, read, who), said=_("The budgets are set."))


def _must_dos() -> None:
    """What has to be done whatever its profit, and what is not to be looked at."""
    show(element("h2", _("Must-dos and exclusions"), class_="chart-title"))
    known = directions.directions(session.workspace(), session.person().id)
    with st.form("directions", border=False):
        for key, label, chosen in (
            ("must", _("Must be done"), known.must),
            ("out", _("Left out of the list"), known.out),
        ):
            st.multiselect(
                label,
                list(known.names),
                default=list(chosen),
                format_func=lambda id_: known.names[id_],
                key=f"{key}-ids",
            )
        st.form_submit_button(_("Set must-dos and exclusions"), on_click=_direct, args=(known.mark,))


def _direct(mark: str) -> None:
    path, who = session.workspace(), session.person().id
    must, out = st.session_state.get("must-ids", []), st.session_state.get("out-ids", [])
    act(lambda: directions.direct(path, must, out, mark, who), said=_("Must-dos and exclusions are set."))
