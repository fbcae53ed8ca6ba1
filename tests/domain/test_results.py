"""Results as tables."""

from prioritizer.domain.company import Policy
from prioritizer.domain.results import COMPANY, GroupSeries, Projected, Projection, Run

FLOW = (5.0, 6.0)
SERIES = GroupSeries(
    group="Mobile",
    promoter=(30.0, 31.0, 32.0),
    passive=(50.0, 51.0, 52.0),
    detractor=(20.0, 21.0, 22.0),
    lost=(7.0, 8.0),
    nps=(10.0, 11.0, None),
    margin=FLOW,
    service=FLOW,
    acquisition=FLOW,
    cash_flow=FLOW,
)
BASELINE = Projected(
    id=None,
    name="baseline",
    groups=(SERIES,),
    nps=(10.0, 11.0, None),
    customers=(100.0, 103.0, 106.0),
    lost=(17.0, 18.0),
    initiative_cost=FLOW,
    uncashed=FLOW,
    cash_flow=FLOW,
)
RUN = Run(
    id="1",
    model_version="1",
    scenario="S",
    seed=1,
    draws=1,
    currency="RUB",
    policy=Policy.HOLD,
    company="C",
)


def test_a_projection_as_a_table_has_who_is_lost_in_every_period_but_not_at_the_end() -> None:
    projection = Projection(
        run=RUN, periods=("Q1 2027", "Q2 2027"), baseline=BASELINE, initiatives=(), together=None, worth_doing=None
    )
    table = projection.table().set_index(["group", "period"])
    assert table.loc["Mobile", "lost"].iloc[:2].tolist() == [7, 8]
    assert table.loc[COMPANY, "lost"].iloc[:2].tolist() == [17, 18]
    assert table["lost"].isna().tolist() == [False, False, True] * 2
    assert table.loc["Mobile", "customers"].tolist() == [100, 103, 106]
    assert list(table.columns[:7]) == ["case", "promoter", "passive", "detractor", "customers", "lost", "nps"]
