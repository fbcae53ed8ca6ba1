"""One initiative explained, and the assumption register."""

from typing import TYPE_CHECKING

from prioritizer.domain.explanation import Explanation
from prioritizer.domain.register import Register
from prioritizer.language import _
from prioritizer.services.certainty import (
    correlation_in_words,
    drivers_in_words,
    evidence_in_words,
    influences_in_words,
)
from prioritizer.words import (
    NOTHING,
    chance,
    figure,
    money,
    money_range,
    scale_of,
    share,
)

if TYPE_CHECKING:
    from prioritizer.services.evaluation import Evaluation
from prioritizer.terminal.bridges import bridge_lines
from prioritizer.terminal.tables import foot, table

MOST_INPUTS = 12  # of one initiative; more stand in CSV and JSON


def explanation_table(found: Explanation, evaluation: "Evaluation") -> str:
    """One initiative: its profit over the draws, what that hangs on, and on what its claim rests."""
    currency, npv = found.run.currency, found.npv
    scale = scale_of([npv.mean, npv.p5 or 0.0, npv.p95 or 0.0])
    unit = " ".join(part for part in (scale.word, currency) if part)
    said = _("{name}: rank {rank} of {total}, projected profit {profit}").format(
        name=found.name, rank=found.rank, total=found.total, profit=money(npv.mean, currency)
    )
    spread = _("90 %: {range} {unit}; half of all draws: {middle}; chance of a loss {loss}").format(
        range=money_range(npv.p5, npv.p95, scale),
        unit=unit,
        middle=money_range(npv.p25, npv.p75, scale),
        loss=chance(found.probability_of_loss),
    )
    influences = influences_in_words(evaluation, found.id)
    headings = (
        (_("Input"), "left"),
        (_("from 5th …"), "right"),
        (_("… to 95th percentile"), "right"),
        (_("Profit, {unit}: from …").format(unit=unit), "right"),
        (_("… to"), "right"),
        (_("Rank correlation"), "right"),
        (_("Drawn together with"), "left"),
    )
    rows = [
        [
            one.name,
            one.low,
            one.high,
            figure(one.profit_low / scale.divisor),
            figure(one.profit_high / scale.divisor),
            one.correlation,
            one.joined,
        ]
        for one in influences[:MOST_INPUTS]
    ]
    switching = [[one.name, one.mean, one.switch] for one in drivers_in_words(evaluation, found.id)]
    switch_headings = ((_("Input"), "left"), (_("expected"), "right"), (_("profit is zero at"), "right"))
    more = len(influences) - MOST_INPUTS
    evidence = " ".join(part for part in (evidence_in_words(evaluation.initiative(found.id)), found.note) if part)
    return "\n".join(
        [
            said,
            *([spread] if npv.p5 is not None else []),
            *([found.why] if found.why else []),
            "",
            *([table(headings, rows)] if rows else []),
            *([_("{n} more inputs move it less; --format csv has them all.").format(n=more)] if more > 0 else []),
            *(["", table(switch_headings, switching)] if switching else []),
            *_break_even_note(found.break_even_causal_share),
            evidence,
            "",
            *bridge_lines(found.bridge, found.run.currency),
            foot(found.run),
            "",
        ]
    )


def _break_even_note(share_: float | None) -> list[str]:
    return [] if share_ is None else [_("Break-even causal share: {share}").format(share=share(share_))]


def register_table(found: Register) -> str:
    """The register: every number with its card and its influence."""
    currency = found.run.currency
    scale = scale_of([one.swing or 0.0 for one in found.assumptions])
    unit = " ".join(part for part in (scale.word, currency) if part)
    of = _("what is planned") if found.is_plan else _("what is worth doing")
    weak = sum(one.is_weak for one in found.assumptions)
    said = _("{count} assumptions, {weak} of them weakly supported; profit of {of} at the means: {profit}").format(
        count=len(found.assumptions), weak=weak, of=of, profit=money(found.profit, currency)
    )
    headings = (
        (_("Input"), "left"),
        (_("Of"), "left"),
        (_("Value"), "right"),
        (_("90 %: from … to"), "right"),
        (_("Swing, {unit}").format(unit=unit), "right"),
        (_("Rank correlation"), "right"),
        (_("Grade"), "left"),
        (_("Source"), "left"),
        (_("Owner"), "left"),
    )
    rows = [
        [
            one.name,
            one.initiative or one.group or _("company"),
            one.value,
            one.spread or _("certain"),
            NOTHING if one.swing is None else figure(one.swing / scale.divisor),
            correlation_in_words(one.correlation),
            one.grade or NOTHING,
            one.source or _("no source given"),
            one.owner or NOTHING,
        ]
        for one in found.assumptions
    ]
    return "\n".join([said, "", table(headings, rows), foot(found.run), ""])
