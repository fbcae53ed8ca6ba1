"""What a comparison of scenarios says, in words."""

import math

from prioritizer.domain.comparison import Comparison, PlanElsewhere
from prioritizer.domain.learning import Value
from prioritizer.language import _, ngettext
from prioritizer.words import figure, money, people, sign

SAME = 1e-9  # of a difference: an error that is rounding


def answer(found: Comparison) -> str:
    """The answer in one sentence, without its full stop: what is planned whatever comes, and what never is."""
    total, scenarios = len(found.initiatives), sum(one.feasible for one in found.outcomes)
    always = sum(one.times_funded == scenarios for one in found.initiatives)
    never = sum(one.times_funded == 0 for one in found.initiatives)
    return ngettext(
        "{always} of {total} initiatives is planned in all {scenarios} scenarios, {never} in none",
        "{always} of {total} initiatives are planned in all {scenarios} scenarios, {never} in none",
        always,
    ).format(always=always, total=total, scenarios=scenarios, never=never)


def safest(found: Comparison) -> str:
    """Which plan loses least wherever one ends up, as far as each can be carried out everywhere."""
    names = {one.id: one.name for one in found.outcomes}
    possible = [at for at, one in enumerate(found.outcomes) if one.feasible]
    fitting = []
    for plan in found.plans:
        regrets = [plan.regrets[at] for at in possible]
        if None not in regrets and not any(plan.over_budget[at] for at in possible):
            fitting.append((max((one or 0.0 for one in regrets), default=0.0), plan.id))
    if not fitting:
        return _("No plan can be carried out in every scenario: the table below says what each would bring elsewhere.")
    regret, id_ = min(fitting)
    return _("The plan of “{name}” fits all scenarios and loses least: nowhere more than {amount} of profit.").format(
        name=names[id_], amount=money(max(regret, 0.0), sign(found.outcomes[0].run.currency))
    )


def money_apart(value: Value, divisor: float) -> str:
    """A difference of money on a scale, with its standard error: "+12.3 ± 0.2"."""
    return _with_error(_signed(figure(value.value / divisor)), error_figure(value.standard_error / divisor), value)


def points_apart(value: Value) -> str:
    """A difference in points of NPS, with its standard error."""
    shown = f"{value.value:+z.1f}".replace("-", "−").replace("+0.0", "0.0")
    return _with_error(shown, error_figure(value.standard_error), value)


def people_apart(value: Value) -> str:
    """A difference in customers, with its standard error."""
    if abs(value.value) < 0.5 and value.standard_error < 0.5:
        return people(0.0)
    return _with_error(_signed(people(value.value)), people(value.standard_error), value)


def elsewhere(plan: PlanElsewhere, at: int, divisor: float) -> tuple[str, str]:
    """What a plan loses in a scenario, and by how much it is over the budgets there; empty where it fits."""
    regret, over = plan.regrets[at], plan.over_budget[at]
    if regret is None:
        return _("not possible"), ""
    said = _("over by {amount}").format(amount=figure(over / divisor)) if over > 0 else ""
    return figure(0.0 if abs(regret) < divisor * 1e-9 else regret / divisor), said


def error_figure(error: float) -> str:
    """A standard error with two significant digits."""
    if error == 0:
        return "0"
    return f"{error:.{max(0, 1 - math.floor(math.log10(error)))}f}"


def _signed(shown: str) -> str:
    return shown if shown[:1] in ("−", "0") and not shown.startswith("0.") else f"+{shown}"


def _with_error(change: str, error: str, value: Value) -> str:
    """A difference that is the same in every draw has no error."""
    same = value.standard_error <= SAME * abs(value.value)
    return change if same else _("{change} ± {error}").format(change=change, error=error)
