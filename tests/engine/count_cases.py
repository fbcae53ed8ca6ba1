"""Mappings and counts of customer records, and what is estimated from them."""

from prioritizer.domain.records import Oddities, RecordCounts, RecordsMapping, Sums, Tally
from prioritizer.engine.estimation import estimate

Q1 = 2026 * 4
PANEL = {
    "customer": "id",
    "period": "quarter",
    "periods_per_year": 4,
    "score": {"column": "nps", "scale": "0-10"},
    "revenue": {"column": "billed", "per": "month"},
    "currency": "EUR",
}
PICTURE = {
    "customer": "id",
    "periods_per_year": 4,
    "observed_months": 3,
    "score": {"column": "nps", "scale": "0-10"},
    "active": {"column": "status", "active": ["1"], "left": ["0"]},
}


def mapping(start=PANEL, **changes) -> RecordsMapping:
    return RecordsMapping.model_validate({**start, **changes})


def tallies(outcomes, period=Q1, **more):
    """Tallies of a period: by score (left, stayed)."""
    return tuple(
        Tally(period=period, score=score, left=left, stayed=stayed, present=left + stayed, **more)
        for score, (left, stayed) in outcomes.items()
    )


DETERMINISTIC = tallies({2: (100, 0), 8: (0, 100), 10: (0, 200), None: (30, 70)})
ORDINARY = tallies({2: (10, 90), 8: (6, 94), 10: (4, 196), None: (20, 80)})


def sums_of(customers):
    """Sums of customers, each a list of amounts."""
    totals, rows = [sum(amounts) for amounts in customers], [len(amounts) for amounts in customers]
    pairs = list(zip(totals, rows, strict=True))
    return Sums(
        customers=len(customers),
        rows=sum(rows),
        total=sum(totals),
        squares=sum(s * s for s, _n in pairs),
        cross=sum(s * n for s, n in pairs),
        squared_rows=sum(n * n for _s, n in pairs),
    )


def records(*groups, periods=(Q1, Q1 + 1), **oddities) -> RecordCounts:
    return RecordCounts(
        files=("a.csv",), rows=1, customers=1, periods=periods, groups=groups, oddities=Oddities(**oddities)
    )


def found(counts, meaning=None):
    """Figures and gaps by their dotted place, and the notices by kind."""
    findings = estimate(counts, meaning or mapping())
    figures = {".".join(figure.place): figure for figure in findings.figures}
    gaps = {".".join(gap.place): gap for gap in findings.gaps}
    return figures, gaps, [(notice.kind, notice.group, notice.text) for notice in findings.notices]
