"""From what was submitted to what is on the list: the bridge of each initiative, and of several together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from prioritizer.domain.bridges import Bridge, InitiativeBridge, PortfolioBridge
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Funded
from prioritizer.domain.results import Ranking
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.claim_profits import claim_profits, claimed_profits
from prioritizer.language import _

PLANNED, WORTH_DOING = "planned", "worth doing"
TO_THE_LIST = ("submitted", "reviewed", "size", "delivered", "uncertainty", "listed", "disappointment")
Claims = Mapping[str, Initiative]  # initiatives as their departments submitted them, where finance has its own figures


class StepInWords(NamedTuple):
    """A step of a bridge: the field of the record, what people call it, what it means, and its amount."""

    key: str
    name: str
    meaning: str
    amount: float


def bridges_of(
    scenario: Scenario, listed: Sequence[float], claims: Claims | None = None
) -> tuple[InitiativeBridge, ...]:
    """The bridge of every initiative of a scenario from its claim to its list value, in the order of the scenario.

    `listed`: the list value of each.
    """
    company, initiatives, known = scenario.company, scenario.initiatives, claims or {}
    profits = claim_profits(company, initiatives)
    submitted = profits.claimed.copy()
    places = [place for place, one in enumerate(initiatives) if one.id in known]
    if places:
        submitted[places] = claimed_profits(company, [known[initiatives[place].id] for place in places])
    rows = zip(initiatives, submitted, profits.claimed, profits.sized, profits.delivered, listed, strict=True)
    return tuple(
        InitiativeBridge(
            id=one.id,
            name=one.name,
            submitted=float(claim),
            reviewed=float(reviewed - claim),
            size=float(sized - reviewed),
            delivered=float(delivered - sized),
            uncertainty=float(value - delivered),
            listed=float(value),
            disappointment=float(claim - value),
        )
        for one, claim, reviewed, sized, delivered, value in rows
    )


def with_bridges(scenario: Scenario, ranking: Ranking, claims: Claims | None = None) -> Ranking:
    """A list on which every initiative has its bridge, and those worth doing have theirs together."""
    values = {row.id: row.npv.mean for row in ranking.initiatives}
    found = {one.id: one for one in bridges_of(scenario, [values[one.id] for one in scenario.initiatives], claims)}
    rows = tuple(row.model_copy(update={"bridge": found[row.id]}) for row in ranking.initiatives)
    chosen = [found[id_] for id_ in ranking.worth_doing]
    together = _together(chosen, ranking.worth_doing_together.npv.mean, WORTH_DOING) if chosen else None
    return ranking.model_copy(update={"initiatives": rows, "bridge": together})


def bridge_of_plan(
    bridges: Iterable[InitiativeBridge], funded: Sequence[Funded], joint: float
) -> PortfolioBridge | None:
    """The bridge of what a plan would fund, each initiative's led on to its attributed profit; None of nothing.

    `bridges`: from the claim to the list value, of all initiatives.
    """
    known = {one.id: one for one in bridges}
    rows = [_led_on(known[one.id], one) for one in funded]
    return _together(rows, joint, PLANNED) if rows else None


def _led_on(bridge: InitiativeBridge, one: Funded) -> InitiativeBridge:
    more = {
        "moved": one.alone - bridge.listed,
        "overlap": one.attributed - one.alone,
        "together": one.attributed,
        "last_in": one.last_in,
    }
    return InitiativeBridge(**{**dict(bridge), **more})


def _together(bridges: Sequence[InitiativeBridge], joint: float, kind: str) -> PortfolioBridge:
    """The bridge of several: the sums of theirs, and what they bring together beyond the sum alone."""
    sums = {field: sum(getattr(one, field) for one in bridges) for field in TO_THE_LIST}
    moved = sum(one.moved or 0.0 for one in bridges)
    alone = sums["listed"] + moved
    return PortfolioBridge(
        **sums, moved=moved, overlap=joint - alone, together=joint, kind=kind, initiatives=tuple(bridges)
    )


def steps_to_the_list(bridge: Bridge) -> tuple[StepInWords, ...]:
    """The steps from the submitted profit to the list value, in words; that of finance's figures where there is one."""
    steps = (
        StepInWords(
            "reviewed", _("Finance's figures"), _("finance's own figures instead of the department's"), bridge.reviewed
        ),
        StepInWords("size", _("Size"), _("claims beyond the usual size are believed less"), bridge.size),
        StepInWords(
            "delivered",
            _("Delivered ÷ claimed"),
            _("what such claims have delivered; their costs and delays too"),
            bridge.delivered,
        ),
        StepInWords(
            "uncertainty", _("Uncertainty"), _("mean of the draws less every number at its mean"), bridge.uncertainty
        ),
    )
    return tuple(step for step in steps if step.amount or step.key != "reviewed")


def steps_in_the_plan(bridge: Bridge) -> tuple[StepInWords, ...]:
    """The steps from the list value to what it brings among others; none where it is in no portfolio."""
    if bridge.overlap is None:
        return ()
    moved = bridge.moved or 0.0
    start = StepInWords("moved", _("Another start"), _("the plan starts at another time than the list"), moved)
    meaning = (
        _("what they bring together beyond the sum of each alone")
        if isinstance(bridge, PortfolioBridge)
        else _("what it brings with the others beyond what it brings alone")
    )
    overlap = StepInWords("overlap", _("Overlap"), meaning, bridge.overlap)
    return (start, overlap) if abs(moved) > _nothing(bridge) else (overlap,)


def _nothing(bridge: Bridge) -> float:
    """Less than this is what rounding leaves of nothing."""
    return 1e-9 * max(abs(bridge.listed), abs(bridge.submitted), abs(bridge.together or 0.0))


def submitted_in_words() -> str:
    """What the amount is called from which a bridge sets out."""
    return _("Submitted")


def listed_in_words(bridge: Bridge) -> str:
    """What the list value is called."""
    return _("On the list, each alone") if isinstance(bridge, PortfolioBridge) else _("On the list")


def together_in_words(bridge: Bridge) -> str:
    """What the amount is called to which a bridge leads in a portfolio."""
    return _("Together") if isinstance(bridge, PortfolioBridge) else _("Attributed in the plan")
