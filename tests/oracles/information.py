"""The oracle of what information is worth: closed forms, customers of two arms one by one, every policy tried.

Shares no code with the engine; plain loops and the model of `oracles.model` only.
"""

import math
from collections import Counter
from itertools import combinations, product

from oracles import model, portfolio

# Expected largest of n independent standard normals (H. L. Harter, Expected values of normal order statistics,
# Biometrika 48 (1961) 151–165, table 1).
LARGEST_NORMAL = {1: 0.0, 2: 0.56418958, 3: 0.84628438, 4: 1.02937537, 5: 1.16296447, 10: 1.53875273}


def density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def below(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def normal_above_zero(mean: float, deviation: float) -> float:
    """E max(0, X) of a normal X: the unit normal loss integral (H. Raiffa, R. Schlaifer, Applied Statistical Decision
    Theory, 1961, chapter 5)."""
    if not deviation:
        return max(0.0, mean)
    z = mean / deviation
    return deviation * density(z) + mean * below(z)


def worth_of_knowing(mean: float, deviation: float) -> float:
    """What it is worth to know, or to expect with this deviation, an option that competes with doing nothing."""
    return normal_above_zero(mean, deviation) - max(0.0, mean)


def chance_of_success(prior: float, shown: float, effect: float, noise: float) -> float:
    """Bayes' rule where the result is normal around `effect` on success and around 0 on failure."""
    won = prior * density((shown - effect) / noise)
    lost = (1 - prior) * density(shown / noise)
    return won / (won + lost)


def variance(values: list) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def two_arms(measure, customers: int, repeats: int) -> float:
    """The variance of the difference between the means of two arms, times the customers of both together.

    Args:
        measure: what `count` customers show, with the initiative or without, one after the other: a list.
    """
    half = customers // 2
    found = [sum(measure(half, True)) / half - sum(measure(half, False)) / half for _repeat in range(repeats)]
    return variance(found) * customers


def best_response(selections, profit, chances, commitment) -> float:
    """The highest expected profit of a commitment with a policy, which names a selection for each answer.

    Args:
        profit: of a selection by answer; chances: of each answer; commitment: what of a selection may not depend on it.
    """
    best = -math.inf
    for policy in product(selections, repeat=len(chances)):
        if len({commitment(one) for one in policy}) == 1:
            best = max(best, sum(chance * profit(policy[answer], answer) for answer, chance in enumerate(chances)))
    return best


def sets_of(names):
    """Every set of names, the empty one first."""
    for size in range(len(names) + 1):
        yield from combinations(names, size)


class Tests:
    """A company whose initiatives succeed or fail; a pilot shows which, whatever its customers. Everything is tried.

    Costs are one-off and fall into the first fiscal year, whose budget is `budget`.
    """

    def __init__(self, company: dict, files: list, budget: float, outcomes: list):
        """`outcomes`: whether each initiative succeeds, a tuple for each draw."""
        self.company, self.files, self.budget = company, files, budget
        self.chances = {one: count / len(outcomes) for one, count in sorted(Counter(outcomes).items())}
        self.known: dict = {}

    def profit(self, plan: tuple, outcome: tuple) -> float:
        """The joint profit of a plan, pairs of initiative and start."""
        if (plan, outcome) not in self.known:
            put = [{**self._bare(self.files[one]), "start": start} for one, start in plan]
            success = {self.files[one]["id"]: bool(outcome[one]) for one, _start in plan}
            self.known[plan, outcome] = model.value(self.company, put, success=success).npv if put else 0.0
        return self.known[plan, outcome]

    @staticmethod
    def _bare(file: dict) -> dict:
        return {key: entry for key, entry in file.items() if not key.endswith("_start")}

    def plans(self, tested: tuple) -> list:
        """Every plan within the budget, what is tested after the last answer."""
        spent = sum(self.files[one]["pilot"]["cost"] for one in tested)
        if spent > self.budget:
            return []
        begin = self.begin(tested)
        options = []
        for one, file in enumerate(self.files):
            first, last = file.get("earliest_start", 0), file.get("latest_start", 0)
            starts = range(max(first, begin) if one in tested else first, last + 1)
            options.append([None, *starts])
        found = []
        for picks in product(*options):
            plan = tuple((one, start) for one, start in enumerate(picks) if start is not None)
            cost = sum(self.files[one]["costs"]["one_off"] for one, _start in plan)
            must = [one for one, file in enumerate(self.files) if file.get("mandatory")]
            if cost <= self.budget - spent + 1e-9 and portfolio.allowed({one for one, _start in plan}, (), (), must):
                found.append(plan)
        return found

    def begin(self, tested: tuple) -> int:
        return max(
            (max(self.files[o]["pilot"]["periods"], self.files[o].get("earliest_start", 0)) for o in tested), default=0
        )

    def worth(self, tested: tuple) -> float:
        """What is earned with some pilots, their costs taken off; minus infinity where they cannot be paid."""
        begin, plans = self.begin(tested), self.plans(tested)
        by_answer: dict = {}
        for outcome, chance in self.chances.items():
            by_answer.setdefault(tuple(outcome[one] for one in tested), []).append((outcome, chance))
        best = -math.inf
        for early in {self.early(plan, begin) for plan in plans}:
            same = [plan for plan in plans if self.early(plan, begin) == early]
            total = sum(
                max(sum(chance * self.profit(plan, outcome) for outcome, chance in listed) for plan in same)
                for listed in by_answer.values()
            )
            best = max(best, total)
        spent = sum(self.files[one]["pilot"]["cost"] for one in tested)
        return best - spent * model.factor(self.company, 0)

    def gain(self, tested: tuple) -> float:
        """What pilots bring beyond the best plan that knows no more: today's, or one that starts as late as theirs."""
        fixed = [
            sum(chance * self.profit(plan, outcome) for outcome, chance in self.chances.items())
            for plan in self.plans(tested)
        ]
        return self.worth(tested) - max(self.worth(()), *fixed) if tested and fixed else 0.0

    @staticmethod
    def early(plan: tuple, begin: int) -> tuple:
        """What of a plan starts before the answers."""
        return tuple((one, start) for one, start in plan if start < begin)
