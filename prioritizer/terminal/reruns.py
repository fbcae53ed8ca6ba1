"""A run made again, as a person reads it in a terminal: amounts to the cent."""

from prioritizer.domain.reruns import Figure, Rerun, Value
from prioritizer.language import _, ngettext
from prioritizer.terminal.tables import foot, table
from prioritizer.words import NOTHING, chance, moment

MOST_SHOWN = 40
LARGE, DECIMALS = 100_000, 9


def verdict(found: Rerun) -> str:
    """What came of it, in one sentence."""
    total, differing = len(found.figures), len(found.differing)
    if found.same and not total:
        return _("Run {run} has the same id again.").format(run=found.run)
    if found.same:
        said = ngettext(
            "Run {run} is reproduced to the cent: {total} figure is the same.",
            "Run {run} is reproduced to the cent: all {total} figures are the same.",
            total,
        )
        return said.format(run=found.run, total=total)
    if differing:
        said = ngettext(
            "Run {run} is not reproduced: {differing} of {total} figures differs, {place}.",
            "Run {run} is not reproduced: {differing} of {total} figures differ, first {place}.",
            differing,
        )
        return said.format(run=found.run, differing=differing, total=total, place=found.differing[0].place)
    if total:
        said = _("Run {run} is not reproduced: its {total} figures are the same, what is said of it is not.")
        return said.format(run=found.run, total=total)
    return _("Run {run} is not shown to be reproduced.").format(run=found.run)


def rerun_table(found: Rerun) -> str:
    """What came of it, what differs, and what the run comes to now."""
    published = [
        _("Published {moment} by {who}, decision {decision}.").format(
            moment=moment(one.at), who=one.who, decision=one.decision
        )
        for one in found.published
    ]
    parts = [verdict(found), *published, *found.remarks, ""]
    return "\n".join(
        [*parts, *_differing(found), f"{found.now.answer}.", "", _initiatives(found), foot(found.again), ""]
    )


def _differing(found: Rerun) -> list[str]:
    if not found.differing:
        return []
    headings = (
        (_("Differs"), "left"),
        (_("then"), "right"),
        (_("now"), "right"),
        (_("now less then"), "right"),
    )
    rows = [[one.place, _exact(one.then), _exact(one.now), _exact(_apart(one))] for one in found.differing]
    more = len(rows) - MOST_SHOWN
    shown = [table(headings, rows[:MOST_SHOWN])]
    if more > 0:
        said = ngettext("{more} more figure differs: see JSON.", "{more} more figures differ: see JSON.", more)
        shown.append(said.format(more=more))
    return shown


def _apart(one: Figure) -> Value:
    if isinstance(one.then, int | float) and isinstance(one.now, int | float):
        return one.now - one.then
    return None


def _exact(value: Value) -> str:
    """A figure with the decimals that are compared."""
    if value is None:
        return NOTHING
    if isinstance(value, str | bool | int):
        return str(value)
    if abs(value) >= LARGE:
        return _to_the_cent(value)
    return f"{value:,.{DECIMALS}f}".rstrip("0").rstrip(".").replace("-", "−")


def _initiatives(found: Rerun) -> str:
    currency = found.again.currency
    headings = (
        ("#", "right"),
        (_("Initiative"), "left"),
        (_("Projected profit, {unit}").format(unit=currency), "right"),
        (_("90 %: from"), "right"),
        (_("to"), "right"),
        (_("Chance of a loss"), "right"),
        (_("Cost, {unit}").format(unit=currency), "right"),
    )
    rows = [
        [
            str(one.rank),
            one.id,
            *map(_to_the_cent, (one.profit, one.p5, one.p95)),
            chance(one.probability_of_loss),
            _to_the_cent(one.cost),
        ]
        for one in found.now.initiatives
    ]
    together = ["", _("worth doing together"), _to_the_cent(found.now.profit), "", "", "", _to_the_cent(found.now.cost)]
    return table(headings, [*rows, together])


def _to_the_cent(amount: float | None) -> str:
    return NOTHING if amount is None else f"{amount:z,.2f}".replace("-", "−")
