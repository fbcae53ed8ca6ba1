"""Random companies and portfolios as the dicts that YAML makes of their files, with fixed numbers only.

Always valid by `files.md`, but far from ordinary: the ranges are chosen so that every bound of the model is reached
often enough to matter (nobody bought under *hold*, all prospects put off, churn held at 1, shares held below 1).
"""

from random import Random

SEGMENTS = ("promoter", "passive", "detractor")
GROUP_NAMES = ("Mobile", "North West", "Fixed.Line", "B2B")
DEPARTMENTS = ("Customer service", "IT", "Marketing")
LEVERS = (
    "move",
    "churn",
    "revenue",
    "contacts",
    "contact_cost",
    "referrals",
    "put_off",
    "acquisition_cost",
    "extra_customers",
    "newcomers",
)


def random_case(random: Random) -> tuple[dict, list]:
    """A company and a portfolio that fits it."""
    company = random_company(random)
    return company, random_initiatives(random, company)


def random_company(random: Random) -> dict:
    """A company of one to four groups; every entry with a default is left out now and then."""
    names = random.sample(GROUP_NAMES, random.randint(1, 4))
    company: dict = {
        "company": "Example",
        "currency": "EUR",
        "horizon": random.randint(1, 24),
        "start": "2027-01",
        "discount_rate": random_discount_rate(random),
        "groups": {name: random_group(random) for name in names},
    }
    optional = {
        "periods_per_year": random.choice((12, 4, 1)),
        "latest_start": random.randint(0, 6),
        "tax_rate": number(random, 0, 0.4),
        "timing": random.choice(("start", "mid", "end")),
        "acquisition_policy": random.choice(("hold", "plan")),
        "causal_share": number(random, 0, 1.0),
        "cashable": random.choice((0, number(random, 0, 1), number(random, 0, 1), 1)),
    }
    for key, entry in optional.items():
        if random.random() < 0.8:
            company[key] = entry
    company["terminal_value"] = random.choice(("none", "run-off", "run-off"))
    if company["terminal_value"] == "run-off" and not runs_off(company):
        del company["terminal_value"]
    return company


def random_discount_rate(random: Random):
    """One real rate, or nominal and inflation, now and then with a negative real rate between them."""
    if random.random() < 0.5:
        return number(random, 0, 0.3)
    return {"nominal": number(random, 0.02, 0.2), "inflation": number(random, 0, 0.1)}


def runs_off(company: dict) -> bool:
    """Whether every group surely dies out in value: discounted, the largest share that stays is well below 1."""
    rate = company["discount_rate"]
    real = (1 + rate["nominal"]) / (1 + rate["inflation"]) - 1 if isinstance(rate, dict) else rate
    beta = (1 + real) ** (-1 / company.get("periods_per_year", 4))
    for group in company["groups"].values():
        churn = group["churn"]
        least = min(churn.values()) if isinstance(churn, dict) else churn
        if beta * (1 - least) > 0.98:
            return False
    return True


def random_group(random: Random) -> dict:
    """A group with at least some customers."""
    customers = random_customers(random)
    present = sum(customers.values())
    group: dict = {
        "customers": customers,
        "churn": random_churn(random),
        "revenue": per_segment(random, 10, 2000),
        "gross_margin": number(random, 0.1, 0.9),
        "acquisition_cost": random.choice((0, number(random, 10, 3000), number(random, 10, 3000))),
        "newcomers": random_shares(random, number(random, 0, 1)),
        "planned_acquisitions": random.choice((0, 1, 1, 1)) * number(random, 0, 0.2 * present),
    }
    optional = {
        "migration": {name: random_migration_row(random, name) for name in SEGMENTS},
        "contacts": per_segment(random, 0, 2),
        "contact_cost": number(random, 0, 200),
        "referrals": random_word_of_mouth(random, often=0, seldom=2),
        "put_off": random_word_of_mouth(random, often=2, seldom=0),
        "growth": number(random, -0.02, 0.03),
    }
    for key, entry in optional.items():
        if random.random() < 0.85:
            group[key] = entry
    return group


def random_customers(random: Random) -> dict:
    """Customers by segment, now and then none in one or two of them."""
    size = random.choice((50, 20_000, 1_000_000))
    customers = {name: random.randint(size // 20, size) for name in SEGMENTS}
    for name in random.sample(SEGMENTS, random.choice((0, 0, 0, 1, 2))):
        customers[name] = 0
    return customers


def random_churn(random: Random):
    """Mostly small, now and then high, seldom everyone or no one."""
    highest = random.choice((0.03, 0.1, 0.1, 0.6))
    churn = per_segment(random, 0, highest)
    if isinstance(churn, dict) and random.random() < 0.1:
        churn[random.choice(SEGMENTS)] = random.choice((0, 1))
    if random.random() < 0.02:
        return 1
    return churn


def random_word_of_mouth(random: Random, often: int, seldom: int):
    """Referrals or put-off per customer, mostly by segment number `often`, now and then so large that bounds bind."""
    strongest = random.choice((0.01, 0.03, 0.15))
    if random.random() < 0.1:
        return number(random, 0, strongest)
    rates = {name: number(random, 0, 0.2 * strongest) for name in SEGMENTS}
    rates[SEGMENTS[often]] = number(random, 0, strongest)
    rates[SEGMENTS[seldom]] = 0
    return rates


def random_migration_row(random: Random, name: str) -> dict:
    """Mostly staying, now and then staying for certain or not at all."""
    stay = random.choice((number(random, 0.6, 0.98), number(random, 0.6, 0.98), number(random, 0, 1), 1))
    others = [other for other in SEGMENTS if other != name]
    first = random.random()
    row = {name: stay, others[0]: (1 - stay) * first, others[1]: (1 - stay) * (1 - first)}
    return rounded_shares(random, row)


def random_shares(random: Random, first: float) -> dict:
    """Shares of the three segments."""
    second = (1 - first) * random.random()
    return rounded_shares(random, dict(zip(SEGMENTS, (first, second, 1 - first - second), strict=True)))


def rounded_shares(random: Random, row: dict) -> dict:
    """The shares to as many digits as people write, so that now and then they miss 1 by a hundred-thousandth."""
    digits = random.choice((5, 12, 12))
    return {name: max(0.0, round(share, digits)) for name, share in row.items()}


def random_initiatives(random: Random, company: dict) -> list:
    """One to six initiatives with ids of their own."""
    return [random_initiative(random, company, f"initiative-{i + 1}") for i in range(random.randint(1, 6))]


def random_initiative(random: Random, company: dict, identity: str) -> dict:
    """Levers, costs or both, at any time and reach; every entry with a default is left out now and then."""
    initiative: dict = {"id": identity, "name": f"The {identity}", "department": random.choice(DEPARTMENTS)}
    initiative.update(random_timeline(random, company))
    optional = {
        "reach": random_reach(random, company),
        "probability_of_success": number(random, 0.05, 1),
        "costs": random_costs(random, company),
    }
    for key, entry in optional.items():
        if random.random() < 0.75:
            initiative[key] = entry
    if "costs" not in initiative or random.random() < 0.9:
        initiative["levers"] = random_levers(random, company)
    return initiative


def random_timeline(random: Random, company: dict) -> dict:
    """Start, delay, ramp-up, duration and fade-out, long ones past the end of the window too."""
    timeline: dict = {}
    latest = latest_start_of(company)
    kind = random.choice(("start", "start", "earliest", "latest", "both", "none"))
    if kind == "start":
        timeline["start"] = random.randint(0, latest)
    if kind in ("earliest", "both"):
        timeline["earliest_start"] = random.randint(0, latest)
    if kind in ("latest", "both"):
        timeline["latest_start"] = random.randint(timeline.get("earliest_start", 0), latest)
    if random.random() < 0.5:
        timeline["delay"] = random.randint(0, 4)
    if random.random() < 0.6:
        timeline["ramp_up"] = random.randint(0, 6)
    if random.random() < 0.5:
        timeline["duration"] = random.randint(1, 8)
        if random.random() < 0.6:
            timeline["fade_out"] = random.randint(0, 5)
    elif random.random() < 0.3:
        timeline["duration"] = None
    return timeline


def latest_start_of(company: dict) -> int:
    """The last period in which anything may start: one year where the company does not say."""
    return company.get("latest_start", company.get("periods_per_year", 4))


def random_reach(random: Random, company: dict):
    """One share for all groups, or one for some of them."""
    if random.random() < 0.4:
        return random.choice((1, number(random, 0, 1)))
    names = list(company["groups"])
    return {name: number(random, 0, 1) for name in random.sample(names, random.randint(1, len(names)))}


def random_costs(random: Random, company: dict) -> dict:
    """One-off at once or phased, running, and per customer of all or some segments."""
    size = customers_of(company)
    costs: dict = {}
    if random.random() < 0.7:
        costs["one_off"] = number(random, 0, 20 * size)
    if random.random() < 0.4:
        periods = random.sample(range(company["horizon"]), random.randint(1, min(4, company["horizon"])))
        costs["one_off"] = {period: number(random, 0, 10 * size) for period in sorted(periods)}
    if random.random() < 0.6:
        costs["running"] = number(random, 0, 3 * size)
    if random.random() < 0.5:
        costs["per_customer"] = {"amount": number(random, 0, 20)}
        if random.random() < 0.6:
            costs["per_customer"]["of"] = random.sample(SEGMENTS, random.randint(1, 3))
    return costs or {"running": number(random, 0, size)}


def customers_of(company: dict) -> float:
    """All customers at the start."""
    return sum(sum(group["customers"].values()) for group in company["groups"].values())


def random_levers(random: Random, company: dict) -> list:
    """One to six levers of any kinds; now and then all of them move customers out of the same segment."""
    if random.random() < 0.15:
        source = random.choice(SEGMENTS)
        return [random_move(random, "move", source) for _ in range(random.randint(2, 3))]
    return [random_lever(random, company, random.choice(LEVERS)) for _ in range(random.randint(1, 6))]


def random_lever(random: Random, company: dict, kind: str) -> dict:
    """A lever of this kind, for better or worse."""
    if kind in ("move", "newcomers"):
        return random_move(random, kind, random.choice(SEGMENTS))
    if kind in ("contact_cost", "acquisition_cost"):
        return {kind: "all", "change": random_change(random)}
    if kind == "extra_customers":
        return random_extra_customers(random, company)
    change = number(random, -1, 0.5) if kind == "referrals" else random_change(random)  # more would explode the base
    return {kind: random.choice((*SEGMENTS, "all")), "change": change}


def random_move(random: Random, kind: str, source: str) -> dict:
    """A share that moves from this segment to another, now and then all of it, or backwards."""
    target = random.choice([name for name in SEGMENTS if name != source])
    ordinary = number(random, -0.3, 0.5)
    share = random.choice((ordinary, ordinary, ordinary, ordinary, number(random, -1, 1), 1, -1))
    return {kind: {"from": source, "to": target}, "share": share}


def random_change(random: Random) -> float:
    """A relative change, now and then to nothing or to a multiple."""
    ordinary = number(random, -0.5, 0.5)
    return random.choice((ordinary, ordinary, ordinary, ordinary, number(random, -1, 1), -1, number(random, 1, 15)))


def random_extra_customers(random: Random, company: dict) -> dict:
    """Customers brought to some groups, now and then more than leave."""
    names = random.sample(list(company["groups"]), random.randint(1, len(company["groups"])))
    most = random.choice((0.01, 0.01, 0.2))
    extra = {name: number(random, 0, most * sum(company["groups"][name]["customers"].values())) for name in names}
    return {"extra_customers": extra, "cost_each": random.choice((0, number(random, 0, 1000)))}


def per_segment(random: Random, low: float, high: float):
    """A segment map, now and then one number for every segment."""
    if random.random() < 0.1:
        return number(random, low, high)
    return {name: number(random, low, high) for name in SEGMENTS}


def number(random: Random, low: float, high: float) -> float:
    """A number between the two as people write it, with six decimals."""
    return round(random.uniform(low, high), 6)
