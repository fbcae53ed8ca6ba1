"""Plans of hundreds of random companies, held against the model in plain loops and every selection at every start."""

import random

import pytest

from oracles import companies, model, portfolio
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.scenarios import Scenario, check
from prioritizer.services.planner import planner
from prioritizer.services.plans import plan_of

MOST_STARTS = 3
ALIKE = 1e-9  # of the turnover


def random_case(seed: int) -> tuple[dict, list[dict]]:
    """A company that limits money and people, with initiatives that are linked in every way."""
    rng = random.Random(seed)
    company, listed = companies.random_case(rng)
    last = companies.latest_start_of(company)
    for one in listed:
        if rng.random() < 0.6:
            one.pop("start", None)
            one["earliest_start"] = rng.randint(0, last)
            one["latest_start"] = rng.randint(one["earliest_start"], min(last, one["earliest_start"] + MOST_STARTS - 1))
        elif "start" not in one:
            one.pop("earliest_start", None)
            one.pop("latest_start", None)
        one["staff"] = {name: rng.randint(1, 6) for name in rng.sample(("IT", "Sales"), rng.randint(0, 2))}
        one["mandatory"] = rng.random() < 0.12
    for place, one in enumerate(listed[1:], start=1):
        if link := rng.choice(("requires", "excludes", None)):
            one[link] = [listed[rng.randrange(place)]["id"]]
    company["staff"] = {"IT": rng.randint(0, 9), "Sales": rng.randint(2, 9)}
    company["fiscal_year_start"] = rng.choice((1, 4, 9))
    spent = sum(sum(costs(company, one, starts_of(company, one)[0])) for one in listed)
    company["budget"] = {year: rng.uniform(0.05, 0.5) * spent for year in rng.sample((2026, 2027, 2028, 2029), 2)}
    return company, listed


def starts_of(company: dict, one: dict) -> list[int]:
    """The starts that an initiative may have, as files.md says."""
    if "start" in one or not {"earliest_start", "latest_start"} & one.keys():
        return [one.get("start", 0)]
    first = one.get("earliest_start", 0)
    return list(range(first, one.get("latest_start", companies.latest_start_of(company)) + 1))


def at(one: dict, start: int) -> dict:
    """An initiative that starts in a period."""
    rest = {key: entry for key, entry in one.items() if key not in ("earliest_start", "latest_start")}
    return {**rest, "start": start}


def costs(company: dict, one: dict, start: int) -> list[float]:
    """What an initiative is expected to cost by period, before tax."""
    put, p = at(one, start), one.get("probability_of_success", 1)
    won, lost = (
        model.simulate(company, [put], success={one["id"]: success}).total["initiative_cost"]
        for success in (True, False)
    )
    return [p * mine + (1 - p) * other for mine, other in zip(won, lost, strict=True)]


def takes(company: dict, record: Company, one: dict, start: int) -> list[float]:
    """What an initiative takes of each budget, then of each department in each period."""
    by_period = costs(company, one, start)
    money = [
        sum(cost for period, cost in enumerate(by_period) if record.fiscal_year(period) == year)
        for year in sorted(company["budget"])
    ]
    until = model.running_until(at(one, start), company["horizon"])
    people = [
        one["staff"].get(name, 0) * (start <= period < until)
        for name in company["staff"]
        for period in range(model.periods_of(company))
    ]
    return money + people


@pytest.mark.parametrize("seed", range(200))
def test_no_selection_at_any_start_is_worth_more(seed: int) -> None:
    """By values alone; the joint profit of the plan is the oracle's, and its shares sum to it."""
    company_file, files = random_case(seed)
    company = Company.model_validate(company_file)
    initiatives = tuple(Initiative.model_validate(one) for one in files)
    if check(company, initiatives):
        pytest.skip("the links contradict each other")
    options = [starts_of(company_file, one) for one in files]
    table = {
        (place, start): (
            model.point_value_alone(company_file, at(files[place], start)).npv,
            takes(company_file, company, files[place], start),
        )
        for place, starts in enumerate(options)
        for start in starts
    }
    limits = [company_file["budget"][year] for year in sorted(company_file["budget"])]
    limits += [count for count in company_file["staff"].values() for _period in range(company.periods)]
    requires, excludes = (links(files, key) for key in ("requires", "excludes"))
    must = [place for place, one in enumerate(files) if one["mandatory"]]
    best = portfolio.best_plan(
        options,
        lambda plan: sum(table[one, start][0] for one, start in plan.items()),
        lambda one, start: table[one, start][1],
        limits,
        requires,
        excludes,
        must,
    )
    plan = plan_of(planner(Scenario(name="Base", company=company, initiatives=initiatives), point=True))
    assert plan.feasible == (best is not None)
    if best is None:
        assert plan.funded == ()
        return
    turnover = sum(map(abs, model.simulate(company_file, []).total["margin"])) + 1
    assert plan.program_value == pytest.approx(best[0], rel=1e-6, abs=ALIKE * turnover)
    place = {one["id"]: position for position, one in enumerate(files)}
    chosen = {place[one.id]: one.start for one in plan.funded}
    assert portfolio.allowed(chosen, requires, excludes, must)
    assert portfolio.fits([table[one, start][1] for one, start in chosen.items()], limits)
    assert plan.joint == pytest.approx(joint(company_file, files, plan), rel=1e-9, abs=ALIKE * turnover)
    assert sum(one.attributed for one in plan.funded) == pytest.approx(plan.joint, rel=1e-9, abs=ALIKE * turnover)


def links(files: list[dict], key: str) -> list[tuple[int, int]]:
    """Pairs of positions of what requires or excludes what."""
    place = {one["id"]: position for position, one in enumerate(files)}
    return [(place[one["id"]], place[other]) for one in files for other in one.get(key, ())]


def joint(company: dict, files: list[dict], plan: Plan) -> float:
    """What the oracle makes of the funded together; one alone is its own."""
    starts = {one.id: one.start for one in plan.funded}
    put = [at(one, starts[one["id"]]) for one in files if one["id"] in starts]
    if len(put) == 1:
        return model.point_value_alone(company, put[0]).npv
    return model.point_value_together(company, put).npv if put else 0.0


def test_the_cases_have_every_kind_of_demand() -> None:
    listed = [one for seed in range(60) for one in random_case(seed)[1]]
    kinds = {
        key for one in listed for key in ("requires", "excludes", "latest_start", "mandatory", "staff") if one.get(key)
    }
    assert kinds == {"requires", "excludes", "latest_start", "mandatory", "staff"}
