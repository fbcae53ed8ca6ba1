"""Makes customer records for the example company whose truth is known.

    python data/generate_customers.py --customers 24000 --periods 6 --seed 1

Draws a panel from the numbers in truth.yaml: one row for each customer and quarter in which the customer was there at
the start. Within a quarter things happen in the order of the model: the customer is asked for a score, is served and
billed, and leaves or stays; those who stay may change segment, and newcomers join at the end so that each group keeps
its size. The segment itself is not written, as no company knows it: only the score of those who answered.

The same numbers, seed and numpy give the same records.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

HERE = Path(__file__).parent
SEGMENTS = ("promoter", "passive", "detractor")
MONTHS_PER_PERIOD = 3

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Group:
    """What is true of one group, per quarter; axes in the order of SEGMENTS."""

    name: str
    opening: Floats  # shares of the customers at the start, sums to 1
    churn: Floats
    migration: Floats  # from (row) to (column), rows sum to 1
    revenue: Floats  # RUB per customer
    contacts: Floats  # per customer
    newcomers: Floats  # shares, sums to 1


@dataclass(frozen=True)
class Survey:
    """Who answers, and with which score."""

    response_rate: float
    scores: Floats  # shares of the scores 0 … 10 within each segment, shape (3, 11)


@dataclass(frozen=True)
class Truth:
    groups: tuple[Group, ...]
    sample: dict[str, float]  # share of the sampled customers by group
    survey: Survey
    revenue_spread: float  # standard deviation ÷ mean
    first_period: str
    longest_tenure: int  # quarters


def main() -> None:
    asked = arguments()
    truth = read_truth(HERE / "truth.yaml")
    write(records(truth, asked.customers, asked.periods, asked.seed), asked.out)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make customer records for the example company.")
    parser.add_argument("--customers", type=int, default=24_000, help="customers present in each quarter")
    parser.add_argument("--periods", type=int, default=6, help="quarters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE / "customers.parquet")
    return parser.parse_args()


def read_truth(path: Path) -> Truth:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    how = raw["records"]
    return Truth(
        groups=tuple(as_group(name, numbers) for name, numbers in raw["groups"].items()),
        sample=how["sample"],
        survey=Survey(how["response_rate"], np.array([as_scores(how["scores"][s]) for s in SEGMENTS])),
        revenue_spread=how["revenue_spread"],
        first_period=how["first_period"],
        longest_tenure=how["longest_tenure"],
    )


def as_group(name: str, numbers: dict) -> Group:
    def by_segment(entry: dict) -> Floats:
        return np.array([entry[segment] for segment in SEGMENTS], dtype=float)

    customers = by_segment(numbers["customers"])
    return Group(
        name=name,
        opening=customers / customers.sum(),
        churn=by_segment(numbers["churn"]),
        migration=np.array([by_segment(numbers["migration"][segment]) for segment in SEGMENTS]),
        revenue=by_segment(numbers["revenue"]),
        contacts=by_segment(numbers["contacts"]),
        newcomers=by_segment(numbers["newcomers"]),
    )


def as_scores(shares: dict[int, float]) -> list[float]:
    return [shares.get(score, 0.0) for score in range(11)]


def records(truth: Truth, customers: int, periods: int, seed: int) -> pa.Table:
    """All rows, by group, quarter and customer. Each group has random numbers and customer numbers of its own."""
    rows = []
    for index, group in enumerate(truth.groups):
        size = round(customers * truth.sample[group.name])
        random = np.random.default_rng([seed, index])
        rows += panel(group, truth, size, periods, random, first_id=(index + 1) * 1_000_000)
    return as_table({name: np.concatenate([row[name] for row in rows]) for name in rows[0]})


def panel(
    group: Group, truth: Truth, size: int, periods: int, random: np.random.Generator, first_id: int
) -> list[Columns]:
    """One group's rows, quarter by quarter."""
    ids = first_id + np.arange(size)
    segments = pick(np.tile(group.opening, (size, 1)), random)
    tenure = MONTHS_PER_PERIOD * stayed_for(group.churn[segments], truth.longest_tenure, random)
    rows = []
    for period in range(periods):
        left = random.random(size) < group.churn[segments]
        rows.append(
            {
                "customer": ids,
                "period": np.full(size, label(truth.first_period, period)),
                "group": np.full(size, group.name),
                "score": answers(truth.survey, segments, random),
                "active": 1 - left.astype(np.int64),
                "revenue": billed(group.revenue[segments], truth.revenue_spread, random),
                "contacts": random.poisson(group.contacts[segments]),
                "tenure_months": tenure,
            }
        )
        stayed = ~left
        joined = int(left.sum())
        newest = ids.max()
        ids = np.concatenate([ids[stayed], newest + 1 + np.arange(joined)])
        moved = pick(group.migration[segments[stayed]], random)
        segments = np.concatenate([moved, pick(np.tile(group.newcomers, (joined, 1)), random)])
        tenure = np.concatenate([tenure[stayed] + MONTHS_PER_PERIOD, np.zeros(joined, dtype=np.int64)])
    return rows


def stayed_for(churn: Floats, longest: int, random: np.random.Generator) -> Whole:
    """Whole quarters since joining, at least one: geometric, cut off at the longest possible."""
    reached = random.random(len(churn)) * (1 - (1 - churn) ** longest)
    return np.ceil(np.log1p(-reached) / np.log1p(-churn)).astype(np.int64).clip(1, longest)


def pick(shares: Floats, random: np.random.Generator) -> Whole:
    """One column for each row, with the probabilities in the row."""
    return (random.random((len(shares), 1)) > shares.cumsum(axis=1)[:, :-1]).sum(axis=1)


def answers(survey: Survey, segments: Whole, random: np.random.Generator) -> Floats:
    """The score of each customer, NaN where there was no answer."""
    scores = pick(survey.scores[segments], random).astype(float)
    return np.where(random.random(len(segments)) < survey.response_rate, scores, np.nan)


def billed(mean: Floats, spread: float, random: np.random.Generator) -> Whole:
    """Revenue in whole roubles, gamma-distributed."""
    shape = spread**-2
    return np.rint(random.gamma(shape, mean / shape)).astype(np.int64)


def label(first: str, later: int) -> str:
    """The quarter that lies `later` quarters after the first, like 2026-Q3."""
    year, quarter = first.split("-Q")
    count = int(year) * 4 + int(quarter) - 1 + later
    return f"{count // 4}-Q{count % 4 + 1}"


def as_table(columns: Columns) -> pa.Table:
    types = {
        "customer": pa.int32(),
        "period": pa.string(),
        "group": pa.string(),
        "score": pa.int8(),
        "active": pa.int8(),
        "revenue": pa.int32(),
        "contacts": pa.int16(),
        "tenure_months": pa.int16(),
    }
    # from_pandas: NaN, which stands for no answer, becomes an empty cell.
    return pa.table({name: pa.array(columns[name], type=kind, from_pandas=True) for name, kind in types.items()})


def write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd", compression_level=12, write_page_checksum=True)


if __name__ == "__main__":
    main()
