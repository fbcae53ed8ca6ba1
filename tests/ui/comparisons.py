"""A comparison by hand: three scenarios, four initiatives."""

from prioritizer.domain.company import Policy
from prioritizer.domain.comparison import (
    Apart,
    Comparison,
    Differing,
    InitiativeAcross,
    PlanElsewhere,
    ScenarioOutcome,
)
from prioritizer.domain.learning import Value
from prioritizer.domain.results import Estimate, Run


def run_of(id_: str, scenario: str) -> Run:
    return Run(
        id=id_,
        model_version="2",
        scenario=scenario,
        seed=1,
        draws=1000,
        currency="RUB",
        policy=Policy.HOLD,
        company="Example",
    )


def outcome(id_: str, name: str, profit: float, funded: tuple[str, ...], **more: object) -> ScenarioOutcome:
    told: dict[str, object] = {
        "id": id_,
        "name": name,
        "run": run_of(f"run-{id_}", name),
        "profit": Estimate(mean=profit, p5=profit - 100e6, p95=profit + 150e6, standard_error=1e6),
        "probability_of_loss": 0.04,
        "cost": 90e6,
        "budget": 120e6,
        "nps_now": 8.0,
        "nps_end": 12.34,
        "nps_without": 9.0,
        "customers_now": 2_000_000.0,
        "customers_end": 2_010_000.0,
        "customers_without": 2_000_000.0,
        "funded": funded,
        "listed": 4,
        "complete": True,
    }
    return ScenarioOutcome.model_validate({**told, **more})


def across(id_: str, name: str, ranks: tuple[int | None, ...], funded: tuple[bool, ...]) -> InitiativeAcross:
    return InitiativeAcross(
        id=id_,
        name=name,
        department="Service",
        ranks=ranks,
        profits=tuple(None if rank is None else 50e6 / rank for rank in ranks),
        funded=funded,
        regret_funded=tuple(0.0 if one else 7.5e6 for one in funded),
        regret_left_out=tuple(31e6 if one else 0.0 for one in funded),
    )


THREE = Comparison(
    outcomes=(
        outcome("base", "Base", 300e6, ("call", "app")),
        outcome(
            "downturn",
            "Downturn <b>",
            220e6,
            ("call",),
            differences=Apart(
                profit=Value(value=-80e6, standard_error=1.5e6),
                cost=Value(value=-10e6, standard_error=0.0),
                nps=Value(value=-0.52, standard_error=0.031),
                customers=Value(value=-12_345.0, standard_error=210.0),
            ),
        ),
        outcome(
            "broken",
            "Broken",
            0.0,
            (),
            conflict=("Do “Call back”", "Spend no more than 1 million ₽ in 2027"),
        ),
    ),
    initiatives=(
        across("call", "Call back", (1, 1, 1), (True, True, False)),
        across("app", "An app", (2, 4, 2), (True, False, False)),
        across("shop", "A shop", (3, 2, None), (False, False, False)),
    ),
    plans=(
        PlanElsewhere(id="base", profits=(300e6, 205e6, None), regrets=(0.0, 15e6, None), over_budget=(0.0, 4e6, 0.0)),
        PlanElsewhere(id="downturn", profits=(270e6, 220e6, None), regrets=(30e6, 0.0, None), over_budget=(0, 0, 0)),
        PlanElsewhere(id="broken", profits=(None, None, None), regrets=(None, None, None), over_budget=(0, 0, 0)),
    ),
    differing=(
        Differing(
            places=("groups.Mobile.churn.detractor",),
            name="Churn of detractors, Mobile",
            values=("8.0 %", "9.2 %", "8.0 %"),
            numbers=(0.08, 0.092, 0.08),
        ),
    ),
)
