"""The oracle: the economic model of the specification a second time, in plain loops, to hold the engine against.

It shares no code with the engine, uses nothing but `math`, validates nothing and is not fast. Every function is meant
to be read beside `model.md`; names follow its symbols (X, q, M, r, m, c, k, g, h, κ, μ, a).

Inputs are the dicts that YAML makes of `company.yaml` and `initiatives.yaml`, with a fixed number wherever an uncertain
one may stand. Segments are always in the order promoter, passive, detractor.

Where the specification leaves room, the oracle reads it so:

- Everything runs for `horizon + latest_start` periods; `latest_start` is one year where it is not given.
- An initiative without `start` starts at its `earliest_start`, else in period 0.
- Running cost is paid from the start (whatever the delay) to the last period in which the timeline can be active.
- One-off amounts are paid by period from the start (whatever the delay), within the window of `horizon` periods.
- `per_customer` cost goes with reach and ramp alone, not with success or intensity; `cost_each` goes with the customers
  who are really brought, so there is none on failure, and it scales with intensity. Those put off afterwards were paid.
- One-off and running cost belong to no group: they are in `central_cost` and in the company's totals only.
- Relative levers are multiplied first and the product is held in range afterwards: churn in [0, 1], the rest at ≥ 0.
- A negative share is a move the other way, for newcomers too; the causal share tempers moves of customers only.
- Rows of migration and newcomers are divided by their sum.
- The not-cashable saving is measured per group and period against the baseline under the same policy, and is nothing
  where either has no customers.
- Run-off lies at the factor of period `horizon + latest_start`, so the cash-flow timing θ applies to it too.
- The worth of a customer is before tax.
"""

import math
from dataclasses import dataclass

SEGMENTS = ("promoter", "passive", "detractor")
THREE = range(3)
STRONGEST_SHARE = 1 - 1e-9
LINES = (
    "customers",
    "margin",
    "service",
    "acquisition",
    "initiative_cost",
    "uncashed",
    "cash_flow",
    "bought",
    "recommended",
    "put_off",
    "new",
    "lost",
)


@dataclass(frozen=True)
class Projection:
    """Customers and money by group and period, e.g. `margin["Mobile"][t]`, `customers["Mobile"][t][segment]`.

    Customers have one entry more than there are periods. `uncashed` is after tax; `cash_flow` is after tax and after
    `uncashed`. `initiative_cost` and `cash_flow` of a group hold only what falls on that group (`per_customer` and
    `cost_each`); `central_cost` is the rest, before tax. `total` has every line for the company, central cost included:
    `total["cash_flow"][t]`, `total["customers"][t][segment]`. `terminal` is discounted and part of `npv`.
    """

    customers: dict
    margin: dict
    service: dict
    acquisition: dict
    initiative_cost: dict
    uncashed: dict
    cash_flow: dict
    bought: dict
    recommended: dict
    put_off: dict
    new: dict
    lost: dict
    central_cost: list
    total: dict
    nps: list
    terminal: float
    npv: float


@dataclass(frozen=True)
class Value:
    """With minus without. Present values are after tax, `cost` is undiscounted and before tax.

    `cash_flow` leaves the terminal value out; `npv` and `pv_benefits` have it in. `npv = pv_benefits − pv_costs`.
    """

    cash_flow: list
    npv: float
    pv_costs: float
    pv_benefits: float
    cost: float


def by_segment(entry) -> list:
    """A segment map as a list of three; a scalar means the same for every segment."""
    if isinstance(entry, dict):
        return [float(entry[name]) for name in SEGMENTS]
    return [float(entry)] * 3


def shares(entry) -> list:
    """A segment map of shares, divided by its sum."""
    row = by_segment(entry)
    return [share / sum(row) for share in row]


def migration_of(group: dict) -> list:
    """M[s][s′] of those who stay; by default everyone stays in the segment."""
    if group.get("migration") is None:
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    return [shares(group["migration"][name]) for name in SEGMENTS]


def parameters_of(group: dict) -> dict:
    """Today's parameters of a group under the symbols of the specification."""
    return {
        "q": by_segment(group["churn"]),
        "M": migration_of(group),
        "r": by_segment(group["revenue"]),
        "m": group["gross_margin"],
        "c": by_segment(group.get("contacts", 0)),
        "k": group.get("contact_cost", 0),
        "g": by_segment(group.get("referrals", 0)),
        "h": by_segment(group.get("put_off", 0)),
        "κ": group["acquisition_cost"],
        "μ": shares(group["newcomers"]),
    }


def periods_of(company: dict) -> int:
    """How many periods are simulated and counted: T + latest start."""
    return company["horizon"] + company.get("latest_start", company.get("periods_per_year", 4))


def discount_rate_of(company: dict) -> float:
    """The real rate per year."""
    rate = company["discount_rate"]
    if isinstance(rate, dict):
        return (1 + rate["nominal"]) / (1 + rate["inflation"]) - 1
    return rate


def factor(company: dict, t: int) -> float:
    """Discount factor of the cash flow of period t."""
    theta = {"start": 0.0, "mid": 0.5, "end": 1.0}[company.get("timing", "mid")]
    years = (t + theta) / company.get("periods_per_year", 4)
    return (1 + discount_rate_of(company)) ** -years


def beta_of(company: dict) -> float:
    """Discount factor of one period."""
    return (1 + discount_rate_of(company)) ** (-1 / company.get("periods_per_year", 4))


def start_of(initiative: dict) -> int:
    """The period it starts in; a plan is not the oracle's job, so the earliest."""
    return initiative.get("start", initiative.get("earliest_start", 0))


def ramp(initiative: dict, horizon: int, t: int) -> float:
    """How much of the full effect is there in period t, measured at the middle of the period."""
    start = start_of(initiative)
    ramp_up = initiative.get("ramp_up", 0)
    duration = initiative.get("duration")
    fade_out = initiative.get("fade_out", 0)
    x = t + 0.5 - (start + initiative.get("delay", 0))
    if x < 0 or t >= start + horizon:
        return 0.0
    if x < ramp_up:
        return x / ramp_up
    if duration is None or x < ramp_up + duration:
        return 1.0
    if x < ramp_up + duration + fade_out:
        return 1 - (x - ramp_up - duration) / fade_out
    return 0.0


def running_until(initiative: dict, horizon: int) -> int:
    """The first period in which no running cost is paid any more."""
    start = start_of(initiative)
    if initiative.get("duration") is None:
        return start + horizon
    begin = start + initiative.get("delay", 0)
    faded = begin + initiative.get("ramp_up", 0) + initiative["duration"] + initiative.get("fade_out", 0)
    return min(faded, start + horizon)


def reach_of(initiative: dict, name: str) -> float:
    """Share of the group's target customers that are touched; 0 for a group the map does not name."""
    reach = initiative.get("reach", 1)
    if isinstance(reach, dict):
        return reach.get(name, 0)
    return reach


def strength_of(initiative: dict, success: dict | None, intensity: dict | None) -> float:
    """What the effect of the levers is multiplied by: 0 on failure, else the intensity, which is 1 by default."""
    if not (success or {}).get(initiative["id"], True):
        return 0.0
    return (intensity or {}).get(initiative["id"], 1.0)


def central_cost_of(initiative: dict, horizon: int, t: int) -> float:
    """One-off and running cost of period t, before tax."""
    costs = initiative.get("costs", {})
    since_start = t - start_of(initiative)
    one_off = costs.get("one_off", 0)
    phased = one_off if isinstance(one_off, dict) else {0: one_off}
    cost = 0.0
    for period, amount in phased.items():
        if int(period) == since_start and since_start < horizon:
            cost += amount
    if since_start >= 0 and t < running_until(initiative, horizon):
        cost += costs.get("running", 0)
    return cost


def per_customer_cost_of(initiative: dict, name: str, horizon: int, t: int, X: list) -> float:
    """amount × reach × ramp × customers present in the segments `of`, before tax, success or not."""
    entry = initiative.get("costs", {}).get("per_customer")
    if not entry:
        return 0.0
    touched = sum(X[s] for s in segments_in(entry.get("of", "all")))
    return entry["amount"] * reach_of(initiative, name) * ramp(initiative, horizon, t) * touched


def segments_in(entry) -> list:
    """Positions of the segments meant by a name, a list of names or `all`."""
    if entry == "all":
        return [0, 1, 2]
    if isinstance(entry, str):
        return [SEGMENTS.index(entry)]
    return [SEGMENTS.index(name) for name in entry]


def with_levers(company: dict, name: str, initiatives: list, strengths: dict, t: int) -> dict:
    """The parameters of period t, and beside them `moves` (hazards), `E` and `cost_of_E`."""
    now = parameters_of(company["groups"][name])
    now["moves"] = [[0.0] * 3 for _ in THREE]
    now["E"] = 0.0
    now["cost_of_E"] = 0.0
    newcomers_moves = [[0.0] * 3 for _ in THREE]
    for initiative in initiatives:
        effect = ramp(initiative, company["horizon"], t) * strengths[initiative["id"]]
        phi = reach_of(initiative, name) * effect
        for lever in initiative.get("levers", []):
            if "move" in lever:
                add_move(now["moves"], lever["move"], phi * lever["share"] * company.get("causal_share", 1))
            elif "newcomers" in lever:
                add_move(newcomers_moves, lever["newcomers"], phi * lever["share"])
            elif "extra_customers" in lever:
                brought = effect * lever["extra_customers"].get(name, 0)
                now["E"] += brought
                now["cost_of_E"] += brought * lever.get("cost_each", 0)
            else:
                multiply(now, lever, 1 + phi * lever["change"])
    hold_in_range(now)
    now["μ"] = moved(now["μ"], newcomers_moves)
    return now


def multiply(now: dict, lever: dict, by: float) -> None:
    """Apply a relative lever."""
    for word, symbol in (("churn", "q"), ("revenue", "r"), ("contacts", "c"), ("referrals", "g"), ("put_off", "h")):
        if word in lever:
            for s in segments_in(lever[word]):
                now[symbol][s] *= by
    if "contact_cost" in lever:
        now["k"] *= by
    if "acquisition_cost" in lever:
        now["κ"] *= by


def hold_in_range(now: dict) -> None:
    """Churn stays a probability; nothing else falls below zero."""
    now["q"] = [min(1.0, max(0.0, value)) for value in now["q"]]
    for symbol in ("r", "c", "g", "h"):
        now[symbol] = [max(0.0, value) for value in now[symbol]]
    now["k"] = max(0.0, now["k"])
    now["κ"] = max(0.0, now["κ"])


def add_move(hazards: list, move: dict, share: float) -> None:
    """Add the hazard −ln(1 − share) of a move; a negative share moves the other way."""
    source, target = SEGMENTS.index(move["from"]), SEGMENTS.index(move["to"])
    if share < 0:
        source, target, share = target, source, -share
    share = min(share, STRONGEST_SHARE)
    hazards[source][target] += -math.log1p(-share)


def moved(amounts: list, hazards: list) -> list:
    """All moves at once: of each amount 1 − exp(−Z) leaves, split by the hazards that add up to Z."""
    result = [amounts[s] * math.exp(-sum(hazards[s])) for s in THREE]
    for s in THREE:
        Z = sum(hazards[s])
        for target in THREE:
            if hazards[s][target] > 0:
                result[target] += amounts[s] * -math.expm1(-Z) * hazards[s][target] / Z
    return result


def one_period(group: dict, policy: str, now: dict, t: int, X: list) -> dict:
    """One period of one group: customers who come and go, money before tax, and the customers of the next period."""
    S = [X[s] * (1 - now["q"][s]) for s in THREE]
    G = sum(now["g"][s] * X[s] for s in THREE)
    E = now["E"]
    put_off_by_word = sum(now["h"][s] * X[s] for s in THREE)
    if policy == "plan":
        H = min(put_off_by_word, group["planned_acquisitions"] + E + G)
        A = group["planned_acquisitions"]
    else:
        target = sum(by_segment(group["customers"])) * (1 + group.get("growth", 0)) ** (t + 1)
        needed = max(0.0, target - sum(S))
        H = min(put_off_by_word, needed + E + G)
        A = max(0.0, needed + H - G - E)
    N = A + E + G - H
    migrated = [sum(S[s] * now["M"][s][target] for s in THREE) for target in THREE]
    stayed = moved(migrated, now["moves"])
    return {
        "margin": sum(now["m"] * now["r"][s] * X[s] for s in THREE),
        "service": sum(now["k"] * now["c"][s] * X[s] for s in THREE),
        "acquisition": now["κ"] * A,
        "bought": A,
        "recommended": G,
        "put_off": H,
        "new": N,
        "lost": sum(now["q"][s] * X[s] for s in THREE),
        "next": [stayed[s] + N * now["μ"][s] for s in THREE],
    }


def walk(company: dict, name: str, initiatives: list, policy: str, strengths: dict) -> dict:
    """One group through all periods: every line but `uncashed` and `cash_flow`, as a list by period."""
    group = company["groups"][name]
    X = by_segment(group["customers"])
    lines: dict = {line: [] for line in LINES}
    lines["customers"].append(X)
    for t in range(periods_of(company)):
        now = with_levers(company, name, initiatives, strengths, t)
        period = one_period(group, policy, now, t, X)
        for line in ("margin", "service", "acquisition", "bought", "recommended", "put_off", "new", "lost"):
            lines[line].append(period[line])
        cost = now["cost_of_E"]
        for initiative in initiatives:
            cost += per_customer_cost_of(initiative, name, company["horizon"], t, X)
        lines["initiative_cost"].append(cost)
        X = period["next"]
        lines["customers"].append(X)
    return lines


def add_money(company: dict, lines: dict, baseline: dict) -> None:
    """Fill in `uncashed` and `cash_flow` of one group, both after tax."""
    tax = company.get("tax_rate", 0)
    for t in range(periods_of(company)):
        uncashed = max(0.0, saving(lines, baseline, t)) * (1 - company.get("cashable", 1)) * (1 - tax)
        before_tax = lines["margin"][t] - lines["service"][t] - lines["acquisition"][t] - lines["initiative_cost"][t]
        lines["uncashed"].append(uncashed)
        lines["cash_flow"].append(before_tax * (1 - tax) - uncashed)


def saving(lines: dict, baseline: dict, t: int) -> float:
    """Customers with × (service cost per customer without − with), before tax; 0 where either has no customers."""
    present, present_without = sum(lines["customers"][t]), sum(baseline["customers"][t])
    if present == 0 or present_without == 0:
        return 0.0
    return present * (baseline["service"][t] / present_without - lines["service"][t] / present)


def simulate(
    company: dict,
    initiatives: list,
    policy: str | None = None,
    success: dict | None = None,
    intensity: dict | None = None,
) -> Projection:
    """The company with these initiatives together; with none of them, the baseline.

    Args:
        policy: `hold` or `plan`; the company's own where not given.
        success: by id, whether its levers work; its costs are spent either way. All succeed where not named, whatever
            their probability of success.
        intensity: by id, what the effect of its levers is multiplied by; 1 where not named.
    """
    policy = policy or company.get("acquisition_policy", "hold")
    strengths = {each["id"]: strength_of(each, success, intensity) for each in initiatives}
    groups = {}
    for name in company["groups"]:
        baseline = walk(company, name, [], policy, {})
        groups[name] = walk(company, name, initiatives, policy, strengths)
        add_money(company, groups[name], baseline)
    central = [
        sum(central_cost_of(each, company["horizon"], t) for each in initiatives) for t in range(periods_of(company))
    ]
    total = totals(company, groups, central)
    terminal = terminal_of(company, groups)
    npv = sum(flow * factor(company, t) for t, flow in enumerate(total["cash_flow"])) + terminal
    return Projection(
        **{line: {name: lines[line] for name, lines in groups.items()} for line in LINES},
        central_cost=central,
        total=total,
        nps=[nps(customers) for customers in total["customers"]],
        terminal=terminal,
        npv=npv,
    )


def totals(company: dict, groups: dict, central: list) -> dict:
    """Every line summed over groups, with central cost in `initiative_cost` and, after tax, in `cash_flow`."""
    total = {}
    for line in LINES[1:]:
        total[line] = [sum(lines[line][t] for lines in groups.values()) for t in range(periods_of(company))]
    total["customers"] = [
        [sum(lines["customers"][t][s] for lines in groups.values()) for s in THREE]
        for t in range(periods_of(company) + 1)
    ]
    for t, cost in enumerate(central):
        total["initiative_cost"][t] += cost
        total["cash_flow"][t] -= cost * (1 - company.get("tax_rate", 0))
    return total


def terminal_of(company: dict, groups: dict) -> float:
    """Run-off of those present at the end, discounted and after tax; 0 where it is not chosen."""
    if company.get("terminal_value") != "run-off":
        return 0.0
    end = periods_of(company)
    money = 0.0
    for name, lines in groups.items():
        V = run_off_worth(company, name)
        money += sum(lines["customers"][end][s] * V[s] for s in THREE)
    return money * factor(company, end) * (1 - company.get("tax_rate", 0))


def nps(customers: list) -> float | None:
    """Net Promoter Score in points, −100 … 100; none for no one."""
    if sum(customers) == 0:
        return None
    return 100 * (customers[0] - customers[2]) / sum(customers)


def value(
    company: dict,
    initiatives: list,
    policy: str | None = None,
    success: dict | None = None,
    intensity: dict | None = None,
) -> Value:
    """With these initiatives together minus without any of them."""
    having = simulate(company, initiatives, policy, success, intensity)
    without = simulate(company, [], policy)
    costs = having.total["initiative_cost"]
    after_tax = 1 - company.get("tax_rate", 0)
    npv = having.npv - without.npv
    pv_costs = sum(cost * after_tax * factor(company, t) for t, cost in enumerate(costs))
    return Value(
        cash_flow=[a - b for a, b in zip(having.total["cash_flow"], without.total["cash_flow"], strict=True)],
        npv=npv,
        pv_costs=pv_costs,
        pv_benefits=npv + pv_costs,
        cost=sum(costs),
    )


def point_value_alone(company: dict, initiative: dict, policy: str | None = None) -> Value:
    """p × with success + (1 − p) × without success, in every figure."""
    p = initiative.get("probability_of_success", 1)
    yes = value(company, [initiative], policy, success={initiative["id"]: True})
    no = value(company, [initiative], policy, success={initiative["id"]: False})
    return Value(
        cash_flow=[p * a + (1 - p) * b for a, b in zip(yes.cash_flow, no.cash_flow, strict=True)],
        npv=p * yes.npv + (1 - p) * no.npv,
        pv_costs=p * yes.pv_costs + (1 - p) * no.pv_costs,
        pv_benefits=p * yes.pv_benefits + (1 - p) * no.pv_benefits,
        cost=p * yes.cost + (1 - p) * no.cost,
    )


def point_value_together(company: dict, initiatives: list, policy: str | None = None) -> Value:
    """All together, the intensity of each being its probability of success."""
    intensity = {each["id"]: each.get("probability_of_success", 1) for each in initiatives}
    return value(company, initiatives, policy, intensity=intensity)


def customer_worth(company: dict, group: str, policy: str | None = None) -> list:
    """V by segment: what a customer is worth at today's parameters, beginning of period, before tax.

    Under `hold` only differences between segments mean something. Valid while customers are bought (`hold`) or come
    (`plan`), and while the prospects put off are not all that there are.
    """
    policy = policy or company.get("acquisition_policy", "hold")
    beta = beta_of(company)
    p = parameters_of(company["groups"][group])
    matrix, reward = [], []
    for s in THREE:
        row = []
        for target in THREE:
            if policy == "hold":
                follows = (1 - p["q"][s]) * (p["M"][s][target] - p["μ"][target])
            else:
                follows = (1 - p["q"][s]) * p["M"][s][target] + (p["g"][s] - p["h"][s]) * p["μ"][target]
            row.append((1 if s == target else 0) - beta * follows)
        matrix.append(row)
        earned = p["m"] * p["r"][s] - p["k"] * p["c"][s]
        if policy == "hold":
            earned += p["κ"] * (p["g"][s] - p["h"][s]) + p["κ"] * (1 - p["q"][s])
        reward.append(earned)
    return solve(matrix, reward)


def run_off_worth(company: dict, group: str) -> list:
    """V by segment of a customer who is there at the end, before tax: margin less service until gone."""
    beta = beta_of(company)
    p = parameters_of(company["groups"][group])
    matrix = [
        [(1 if s == target else 0) - beta * (1 - p["q"][s]) * p["M"][s][target] for target in THREE] for s in THREE
    ]
    return solve(matrix, [p["m"] * p["r"][s] - p["k"] * p["c"][s] for s in THREE])


def solve(matrix: list, right: list) -> list:
    """The solution of three linear equations, by Gaussian elimination with the largest pivot first."""
    rows = [[*matrix[i], right[i]] for i in THREE]
    for column in THREE:
        pivot = max(range(column, 3), key=lambda i: abs(rows[i][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for i in range(column + 1, 3):
            times = rows[i][column] / rows[column][column]
            rows[i] = [below - times * above for below, above in zip(rows[i], rows[column], strict=True)]
    solution = [0.0, 0.0, 0.0]
    for i in (2, 1, 0):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, 3))
        solution[i] = (rows[i][3] - known) / rows[i][i]
    return solution
