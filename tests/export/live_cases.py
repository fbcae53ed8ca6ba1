"""Random companies as workbooks, and what the engine says of them."""

import random
from dataclasses import dataclass
from datetime import date

from oracles import companies
from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.changes import apply
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ExtraCustomers, Initiative
from prioritizer.domain.scenarios import Change, Scenario
from prioritizer.engine.sampling import means
from prioritizer.engine.valuation import irr
from prioritizer.export.live.book import Book, Contents, book_of
from prioritizer.services.evaluation import evaluate

ON = date(2026, 11, 25)
Path = tuple[str, ...]
MODERATE = 120  # periods × groups × pages


@dataclass
class Case:
    """A company with its initiatives, and the workbook of its list."""

    company: Company
    initiatives: tuple[Initiative, ...]
    book: Book


def records(seed: int) -> tuple[Company, tuple[Initiative, ...]]:
    company, listed = companies.random_case(random.Random(seed))
    return Company.model_validate(company), tuple(Initiative.model_validate(one) for one in listed)


def small_ones(count: int) -> list[int]:
    """The first seeds whose companies make a workbook of moderate size: what is proved does not hang on it."""
    found: list[int] = []
    seed = 1000
    while len(found) < count:
        company, initiatives = records(seed)
        if initiatives and company.periods * len(company.groups) * (len(initiatives) + 2) <= MODERATE:
            found.append(seed)
        seed += 1
    return found


def case_of(company: Company, initiatives: tuple[Initiative, ...]) -> Case:
    scenario = Scenario(name="Random", company=company, initiatives=initiatives)
    ranking = evaluate(scenario, draws=8, seed=1).ranking
    contents = Contents(
        company=company,
        initiatives=initiatives,
        ranking=ranking,
        rate_of=lambda flow: irr(flow, company.periods_per_year),
        plan=None,
        means=means(all_numbers(company, initiatives)),
        names={},
        spreads={},
        answer="=1+1 is an answer that looks like a formula",
        conventions=(),
    )
    return Case(company, initiatives, book_of(contents, ON))


def changeable(company: Company, initiatives: tuple[Initiative, ...]) -> list[tuple[str, str, Path]]:
    """Inputs that may be changed: the place on the page of inputs, whose it is, and its path there."""
    found: list[tuple[str, str, Path]] = []
    for name in company.groups:
        for key in ("churn", "revenue", "contacts", "referrals", "put_off", "customers"):
            found += [
                (f"groups.{name}.{key}.{segment}", "", ("groups", name, key, segment))
                for segment in ("promoter", "passive", "detractor")
            ]
        found += [
            (f"groups.{name}.{key}", "", ("groups", name, key))
            for key in ("gross_margin", "acquisition_cost", "contact_cost", "growth")
        ]
    for one in initiatives:
        head = f"initiatives.{one.id}"
        found += [
            (f"{head}.{key}", one.id, tuple(key.split("."))) for key in ("probability_of_success", "costs.running")
        ]
        for name, lever in one.named_levers():
            if not isinstance(lever, ExtraCustomers):
                found.append((f"{head}.levers.{name}", one.id, ("levers", *name.split("."))))
    return found


def changed(case: Case, seed: int, count: int = 5) -> tuple[dict[str, float], Company, tuple[Initiative, ...]]:
    """Some inputs anew: by their places, and the company and initiatives with them."""
    rng = random.Random(seed)
    inputs = {place: value for place, value in values_of(case.book).items() if value}
    possible = [one for one in changeable(case.company, case.initiatives) if one[0] in inputs]
    company, initiatives = case.company, list(case.initiatives)
    new: dict[str, float] = {}
    for place, whose, path in rng.sample(possible, min(count, len(possible))):
        value = inputs[place] * rng.uniform(0.5, 0.98)
        new[place] = value
        change = [Change(path=path, value=value)]
        if not whose:
            company = apply(company, change)
        else:
            at = next(k for k, one in enumerate(initiatives) if one.id == whose)
            initiatives[at] = apply(initiatives[at], change)
    return new, company, tuple(initiatives)


def values_of(book: Book) -> dict[str, float]:
    """The value of each input, by its place."""
    places = {entry.row: entry.content for entry in book.given.page.entries if entry.column == 0}
    numbers = {entry.row: entry.content for entry in book.given.page.entries if entry.column == 2}
    return {places[row]: value for row, value in numbers.items() if isinstance(value, float) and row in places}


def cell_of(book: Book, place: str) -> str:
    """The address of an input on its page."""
    row = next(entry.row for entry in book.given.page.entries if entry.column == 0 and entry.content == place)
    return f"C{row + 1}"
