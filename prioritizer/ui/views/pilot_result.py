"""A pilot's result: what it measured, what is then believed, and the way into the initiative."""

import streamlit as st

from prioritizer.domain.initiatives import ExtraCustomers, Initiative
from prioritizer.domain.typed import number_typed
from prioritizer.errors import InputError
from prioritizer.language import _
from prioritizer.services.access import Action, may
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import input_names, period_word
from prioritizer.services.pilot_results import (
    AfterPilot,
    Measured,
    after_results,
    claimed_size,
    levers_of,
    with_believed,
)
from prioritizer.services.shared import place_of
from prioritizer.services.submitting import Saving, initiative_of, save, saving, told_before
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded, show_error
from prioritizer.ui.markup import element, show, table
from prioritizer.words import NOTHING, money, people, percent, share, sign


@guarded
def pilot_result(evaluation: Evaluation) -> None:
    """What a pilot measured, what is then believed, and the way into the initiative."""
    title = _("Enter a pilot\u2019s result")
    initiatives = {one.id: one for one in evaluation.scenario.initiatives if one.levers}
    show(element("h2", title, class_="chart-title"))
    with st.expander(_("What did it measure?")):
        chosen = initiatives[
            st.selectbox(
                _("Initiative"), list(initiatives), format_func=lambda id_: initiatives[id_].name, key="result-of"
            )
        ]
        names = input_names(evaluation.scenario.company, [chosen])
        lever = st.selectbox(
            _("Lever"),
            levers_of(chosen),
            format_func=lambda key: names[f"initiatives.{chosen.id}.levers.{key}"],
            key=f"result-lever-{chosen.id}",
        )
        unit = _unit(evaluation, chosen, lever)
        claimed = _in_unit(claimed_size(chosen, lever), chosen, lever)
        size = st.text_input(
            _("Measured size, {unit} (claimed: {claimed})").format(unit=unit, claimed=claimed),
            key=f"result-size-{chosen.id}-{lever}",
        )
        error = st.text_input(_("Standard error, {unit}").format(unit=unit), key=f"result-error-{chosen.id}-{lever}")
        if size.strip() and error.strip():
            _believed(evaluation, chosen, lever, size, error)


def _is_count(initiative: Initiative, lever: str) -> bool:
    known = dict(initiative.named_levers())
    return lever not in known or isinstance(known[lever], ExtraCustomers)


def _unit(evaluation: Evaluation, initiative: Initiative, lever: str) -> str:
    period = period_word(evaluation.scenario.company, 1)
    return _("customers a {period}").format(period=period) if _is_count(initiative, lever) else _("% at full effect")


def _believed(evaluation: Evaluation, initiative: Initiative, lever: str, size: str, error: str) -> None:
    percent_ = not _is_count(initiative, lever)
    try:
        measured = Measured(
            initiative=initiative.id,
            lever=lever,
            size=number_typed(size, percent_),
            standard_error=number_typed(error, percent_),
        )
        assert evaluation.inputs is not None
        after = after_results(evaluation.scenario.initiatives, evaluation.inputs, [measured]).initiatives[0]
    except InputError as refused:
        show_error(refused)
        return
    names = input_names(evaluation.scenario.company, [initiative])
    rows = [
        (
            names[f"initiatives.{initiative.id}.levers.{row.lever}"],
            *(
                NOTHING if one is None else _in_unit(one, initiative, row.lever)
                for one in (row.claimed, row.expected, row.measured, row.after)
            ),
        )
        for row in after.levers
    ]
    title = _("What is believed then")
    headings = (_("Lever"), _("Claimed"), _("Expected before"), _("Measured"), _("Believed now"))
    success = _("Probability of success: {before} before, {after} now.").format(
        before=percent(after.success_before), after=percent(after.success_after)
    )
    place = place_of(evaluation, after.initiative)
    then = _(
        "On the list it would earn {profit} and stand at {rank} of {total}. Its evidence is graded A then, and "
        "finance's table of delivered ÷ claimed counts it so, its costs too."
    ).format(profit=money(place.npv.mean, sign(evaluation.run.currency)), rank=place.rank, total=place.total)
    show(table(headings, rows, title), element("p", f"{success} {then}", class_="said"))
    if after.levers and _turned(after):
        show(
            element(
                "p", _("What was measured has the opposite sign of the claim."), class_="field-complaint", role="alert"
            )
        )
    if session.here().is_workspace and not session.is_uploaded():
        _put_into(after, (f"result-size-{initiative.id}-{lever}", f"result-error-{initiative.id}-{lever}"))
    else:
        show(element("p", _("Write what is believed into the file of the initiatives, with grade A."), class_="quiet"))


def _in_unit(size: float, initiative: Initiative, lever: str) -> str:
    return people(size) if _is_count(initiative, lever) else share(size)


def _turned(after: AfterPilot) -> bool:
    """Whether something was measured to act against its claim."""
    return any(row.measured is not None and row.measured * row.claimed < 0 for row in after.levers)


def _put_into(after: AfterPilot, fields: tuple[str, ...]) -> None:
    """A button for those who may edit the initiative."""
    who, id_ = session.person(), after.initiative.id
    if not may(who, Action.EDIT, after.initiative.department):
        said = _("The department may put it into the initiative; the claim stays in its earlier versions.")
        show(element("p", said, class_="quiet"))
        return
    does = saving(session.workspace(), id_, who.id)
    known = initiative_of(session.workspace(), id_, who.id)
    said = _("Graded A; what was claimed stays in its earlier versions.")
    show(element("p", f"{said} {told_before(does)}".strip(), class_="quiet"))
    if does is not Saving.REFUSED:
        label, given = _("Put it into the initiative"), (known.content, known.version, after, fields)
        st.button(label, key="put-result", type="primary", on_click=_put, args=given)


def _put(known: Initiative, version: int, after: AfterPilot, fields: tuple[str, ...]) -> None:
    """Save what is believed on top of the version that was seen, and empty the fields: it counts once."""
    path, who = session.workspace(), session.person().id

    def change() -> None:
        save(path, with_believed(known, after), version, who, _("Result of a pilot"))

    act(change, *fields, said=_("The result stands in the initiative."))
