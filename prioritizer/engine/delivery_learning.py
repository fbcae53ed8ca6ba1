"""What recorded outcomes say about delivered ÷ claimed: a mixed model of three levels, company, department and own.

The model is that of `engine/claims.py`, read backwards. With y the ratio of what was delivered to what was claimed and
o = max(1, |claimed| ÷ |usual|),

    y = o^(−b) · ρ + ε,      ρ = μ + department part + own part,      ε ~ N(0, (standard error ÷ |claimed|)²)

μ and b belong to the grade: log of the mean ratio is log μ − b · log o, the regression of log delivered on log claim
against template. The likelihood is that of the ratio itself and not of its logarithm, for two reasons: ρ is normal in
every draw, and harm, a ratio below zero, has no logarithm: here it enters as it is, with its full distance below zero.

Given slopes and spreads everything is Gaussian. The parts are integrated out, the means with them (restricted
likelihood: Patterson & Thompson 1971), and slopes and spreads are where the likelihood is highest, that of the
departments times the spread itself, which keeps it off zero (Chung, Rabe-Hesketh, Dorie, Gelman & Liu 2013): few
departments that happen to agree do not show that all are alike. The present table is the prior of the means: each
grade's mean of this company lies around the table's figure with the company's spread; where the table gives no company
spread the outcomes speak alone. Standard errors of the means include what is unknown of slopes and spreads, to first
order (Kass & Steffey 1989).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import optimize

from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.outcomes import DeliveryLearnt, DepartmentLearnt, GradeLearnt, Learnt, Outcome
from prioritizer.domain.quantity import Grade, Quantity
from prioritizer.domain.record import same_name
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

FEWEST_FOR_SPREAD = 6  # outcomes of a grade from which on it has an own spread of its own
FEWEST_FOR_SLOPE = 4  # outcomes of a grade beyond the usual size from which on its slope is estimated
FEWEST_DEPARTMENTS = 3  # from which on their spread is estimated
FEWEST = 4  # outcomes that together say how far claims miss, where no table does
LEAST_SPREAD, LARGEST_SPREAD = 1e-3, 10.0
STEP = 1e-4  # of slopes and spreads, in finite differences
DIGITS = 6  # of a number that is suggested for the table
AT_THE_END = 1e-6  # so near to the end of what it can be, an estimate has no standard error


@dataclass(frozen=True)
class _Data:
    """Outcomes as arrays, (outcomes,): ratio, its standard error, log o; which grade and department each is of."""

    ratio: Floats
    error: Floats
    log_size: Floats
    grade: Positions
    department: Positions
    grades: tuple[Grade, ...]
    departments: tuple[str, ...]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "_Data":
        grades = tuple(grade for grade in Grade if any(one.grade is grade for one in outcomes))
        names = {same_name(one.department): one.department for one in reversed(outcomes)}
        keys = sorted(names)
        return cls(
            ratio=np.array([one.ratio for one in outcomes]),
            error=np.array([one.error for one in outcomes]),
            log_size=np.log([one.overclaim for one in outcomes]),
            grade=np.array([grades.index(one.grade) for one in outcomes], dtype=np.int64),
            department=np.array([keys.index(same_name(one.department)) for one in outcomes], dtype=np.int64),
            grades=grades,
            departments=tuple(names[key] for key in keys),
        )

    @cached_property
    def of_grade(self) -> Floats:
        """1 where an outcome is of a grade, (outcomes, grades)."""
        return np.eye(len(self.grades))[self.grade]

    def by_department(self, values: Floats) -> Floats:
        """Sums over the outcomes of each department: (outcomes, …) → (departments, …)."""
        found = np.zeros((len(self.departments), *values.shape[1:]))
        np.add.at(found, self.department, values)
        return found


@dataclass(frozen=True)
class _Slots:
    """Which numbers are estimated: for each grade the place of its slope and own spread in θ, −1 where it is held.

    `held_*`: what is held instead. `lows`, `highs`: the bounds of θ.
    """

    slope: Positions
    spread: Positions
    department: int
    held_slope: Floats
    held_spread: Floats
    held_department: float
    lows: Floats
    highs: Floats

    def slopes(self, theta: Floats) -> Floats:
        return _placed(theta, self.slope, self.held_slope)

    def spreads(self, theta: Floats) -> Floats:
        return _placed(theta, self.spread, self.held_spread)

    def department_spread(self, theta: Floats) -> float:
        return float(theta[self.department]) if self.department >= 0 else self.held_department


def _placed(theta: Floats, places: Positions, held: Floats) -> Floats:
    """θ at the places, what is held where there is none."""
    return np.where(places >= 0, theta[places] if len(theta) else held, held)


@dataclass(frozen=True)
class _Prior:
    """Means of the grades' means, and how precisely they are known; precision 0 where outcomes speak alone."""

    means: Floats
    precision: Floats


@dataclass(frozen=True)
class _Fit:
    """Everything Gaussian, given slopes and spreads.

    `means`, `covariance`: of the grades' means. `parts`, `part_variance`: of the departments, given the means;
    `leverage`: by how much a department's part falls when a grade's mean rises, (departments, grades).
    `misfit`: −2 log of the restricted likelihood.
    """

    means: Floats
    covariance: Floats
    parts: Floats
    part_variance: Floats
    leverage: Floats
    misfit: float


def _fit(data: _Data, prior: _Prior, slots: _Slots, theta: Floats) -> _Fit:
    """Integrate out the parts and the means. Ratios are divided by o^(−b), so that only ρ and noise are left."""
    shrunk = -slots.slopes(theta)[data.grade] * data.log_size  # log of o^(−b)
    rho = data.ratio * np.exp(-shrunk)
    noise = slots.spreads(theta)[data.grade] ** 2 + (data.error * np.exp(-shrunk)) ** 2
    between = slots.department_spread(theta) ** 2

    weights = data.of_grade / noise[:, None]
    in_departments = data.by_department(weights)  # (departments, grades)
    total = in_departments.sum(axis=1)
    pull = between / (1 + between * total)
    off = (rho - prior.means[data.grade]) / noise
    off_by_department = data.by_department(off)

    information = np.diag(weights.sum(axis=0)) - in_departments.T @ (pull[:, None] * in_departments)
    precision = information + np.diag(prior.precision)
    towards = weights.T @ (rho - prior.means[data.grade]) - in_departments.T @ (pull * off_by_department)
    covariance = np.linalg.inv(precision)
    moved = covariance @ towards
    means = prior.means + moved
    distance = float(off @ (off * noise) - pull @ off_by_department**2 - towards @ moved)
    known = prior.precision > 0
    spread_out = float(
        np.log(noise).sum()
        + np.log1p(between * total).sum()
        + 2 * shrunk.sum()
        + np.linalg.slogdet(precision)[1]
        - np.log(prior.precision[known]).sum()
    )
    return _Fit(
        means=means,
        covariance=covariance,
        parts=pull * (off_by_department - in_departments @ moved),
        part_variance=pull,
        leverage=pull[:, None] * in_departments,
        misfit=distance + spread_out,
    )


def _unlikeliness(data: _Data, prior: _Prior, slots: _Slots, theta: Floats) -> float:
    """What is lowest at the estimate: the misfit less twice the log of the departments' spread, where that is free."""
    apart = 2 * float(np.log(theta[slots.department])) if slots.department >= 0 else 0.0
    return _fit(data, prior, slots, theta).misfit - apart


def learn(outcomes: Sequence[Outcome], table: BenefitRealisation | None) -> DeliveryLearnt:
    """What outcomes suggest for a table; None stands for a company that takes claims as they are.

    What outcomes are too few to tell stays as it is: the mean of a grade without any, a slope on fewer than 4 outcomes
    beyond the usual size, an own spread on fewer than 6 outcomes, the departments' spread on fewer than 3 departments.

    Raises:
        InputError: there are no outcomes, or too few for any spread, and the table has none either.
    """
    if not outcomes:
        remedy = _("Record what was delivered of at least one claim.")
        raise InputError([Complaint(_("there are no outcomes"), remedy)])
    present = table or BenefitRealisation()
    data = _Data.of(outcomes)
    slots = _slots(data, present)
    prior = _prior(data, table)
    theta = _most_likely(data, prior, slots)
    return _Learning(data, prior, slots, present, theta).result()


def _prior(data: _Data, table: BenefitRealisation | None) -> _Prior:
    spread = table.shared.company.number if table else 0.0
    means = [table.of(grade).delivered.number if table else 0.0 for grade in data.grades]
    precision = 1 / spread**2 if spread else 0.0
    return _Prior(np.array(means) if spread else np.zeros(len(means)), np.full(len(data.grades), precision))


def _slots(data: _Data, present: BenefitRealisation) -> _Slots:
    """What can be estimated, and what is held."""
    held = [present.of(grade) for grade in data.grades]
    lows: list[float] = []
    highs: list[float] = []

    def slot(low: float, high: float) -> int:
        lows.append(low)
        highs.append(high)
        return len(lows) - 1

    slopes, spreads = [], []
    for place, known in enumerate(held):
        sizes = data.log_size[data.grade == place]
        slopes.append(slot(0.0, 1.0) if np.count_nonzero(sizes > 0) >= FEWEST_FOR_SLOPE and np.ptp(sizes) > 0 else -1)
        enough = np.count_nonzero(data.grade == place) >= FEWEST_FOR_SPREAD
        spreads.append(slot(LEAST_SPREAD, LARGEST_SPREAD) if enough else (-1 if known.spread.number else -2))
    if -2 in spreads:
        pooled = [place for place, spread in enumerate(spreads) if spread == -2]
        count = int(np.isin(data.grade, pooled).sum())
        if count < FEWEST and all(spread < 0 for spread in spreads):
            rule = _("are too few to tell how far claims miss: {count}").format(count=count)
            remedy = _("Record at least {n}, or give the company's table with its spreads.").format(n=FEWEST)
            raise InputError([Complaint(rule, remedy, place=_("outcomes"))])
        shared = slot(LEAST_SPREAD, LARGEST_SPREAD)
        spreads = [shared if spread == -2 else spread for spread in spreads]
    several = len(data.departments) >= FEWEST_DEPARTMENTS and len(data.ratio) > len(data.departments) + 1
    department = slot(LEAST_SPREAD, LARGEST_SPREAD) if several else -1
    return _Slots(
        slope=np.array(slopes, dtype=np.int64),
        spread=np.array(spreads, dtype=np.int64),
        department=department,
        held_slope=np.array([known.slope.number for known in held]),
        held_spread=np.array([max(known.spread.number, LEAST_SPREAD) for known in held]),
        held_department=present.shared.department.number,
        lows=np.array(lows),
        highs=np.array(highs),
    )


def _most_likely(data: _Data, prior: _Prior, slots: _Slots) -> Floats:
    """Slopes and spreads at the highest restricted likelihood, searched for from several starts."""
    if not len(slots.lows):
        return np.zeros(0)
    wide = float(np.std(data.ratio)) or 0.3
    found = []
    for slope, share in ((0.2, 0.3), (0.7, 0.7), (0.0, 0.05)):
        start = np.full(len(slots.lows), wide)
        start[slots.slope[slots.slope >= 0]] = slope
        if slots.department >= 0:
            start[slots.department] = wide * share
        start = np.clip(start, slots.lows + STEP, slots.highs - STEP)
        found.append(
            optimize.minimize(
                lambda theta: _unlikeliness(data, prior, slots, theta),
                start,
                method="L-BFGS-B",
                bounds=list(zip(slots.lows, slots.highs, strict=True)),
                options={"ftol": 1e-12, "maxiter": 300},
            )
        )
    best: Floats = min(found, key=lambda one: float(one.fun)).x
    return best


@dataclass(frozen=True)
class _Learning:
    """A fit at its most likely slopes and spreads, and what is unknown of it."""

    data: _Data
    prior: _Prior
    slots: _Slots
    present: BenefitRealisation
    theta: Floats

    def at(self, theta: Floats) -> _Fit:
        return _fit(self.data, self.prior, self.slots, theta)

    @cached_property
    def fit(self) -> _Fit:
        return self.at(self.theta)

    @cached_property
    def free(self) -> Positions:
        """Where θ is not at the end of what it can be."""
        inside = (self.theta > self.slots.lows + AT_THE_END) & (self.theta < self.slots.highs - AT_THE_END)
        return np.flatnonzero(inside)

    @cached_property
    def covariance(self) -> Floats | None:
        """Of θ where it is free: twice the inverse of the second derivatives there; None where it is not positive."""
        free, steps = self.free, np.eye(len(self.theta)) * STEP
        if not len(free):
            return np.zeros((0, 0))

        def misfit(*moves: Floats) -> float:
            moved = np.clip(self.theta + np.sum(moves, axis=0), self.slots.lows, self.slots.highs)
            return _unlikeliness(self.data, self.prior, self.slots, moved)

        curved = np.array(
            [
                [
                    misfit(steps[i], steps[j])
                    - misfit(steps[i], -steps[j])
                    - misfit(-steps[i], steps[j])
                    + misfit(-steps[i], -steps[j])
                    for j in free
                ]
                for i in free
            ]
        ) / (4 * STEP**2)
        if np.linalg.eigvalsh(curved).min() <= 0:
            return None
        return np.asarray(2 * np.linalg.inv(curved), dtype=float)

    def error_of(self, place: int) -> float | None:
        """The standard error of a number of θ."""
        where = np.flatnonzero(self.free == place)
        if place < 0 or self.covariance is None or not len(where):
            return None
        return float(np.sqrt(self.covariance[where[0], where[0]]))

    def variance(self, given: Floats, read: Callable[[_Fit], Floats]) -> Floats:
        """Variance of what is read from a fit: that given θ, and what θ being unknown adds to first order."""
        if self.covariance is None or not len(self.free):
            return given
        slopes = []
        for place in self.free:
            step = np.zeros(len(self.theta))
            step[place] = STEP
            slopes.append((read(self.at(self.theta + step)) - read(self.at(self.theta - step))) / (2 * STEP))
        moved = np.array(slopes)
        return given + np.einsum("ki,kl,li->i", moved, self.covariance, moved)

    def result(self) -> DeliveryLearnt:
        counts = self.data.of_grade.sum(axis=0)
        grades = {grade: self._grade(place) for place, grade in enumerate(self.data.grades)}
        rows = tuple(grades.get(grade) or self._unseen(grade) for grade in Grade)
        company, department = self._company(counts), self._department_spread()
        return DeliveryLearnt(
            outcomes=len(self.data.ratio),
            harmful=int(np.count_nonzero(self.data.ratio < 0)),
            grades=rows,
            company=company,
            department=department,
            departments=self._departments(),
            suggested=_suggested(self.present, rows, company, department),
            notes=self._notes(rows),
        )

    def _grade(self, place: int) -> GradeLearnt:
        grade = self.data.grades[place]
        known, mine = self.present.of(grade), self.data.grade == place
        variance = self.variance(np.diag(self.fit.covariance), lambda fit: fit.means)
        slope, spread = self.slots.slope[place], self.slots.spread[place]
        return GradeLearnt(
            grade=grade.value,
            outcomes=int(mine.sum()),
            harmful=int(np.count_nonzero(self.data.ratio[mine] < 0)),
            delivered=Learnt(
                present=known.delivered.number,
                suggested=float(np.clip(self.fit.means[place], *known.delivered.bounds)),
                standard_error=float(np.sqrt(variance[place])),
            ),
            slope=self._learnt(known.slope, slope),
            spread=self._learnt(known.spread, spread),
        )

    def _learnt(self, present: Quantity, place: int) -> Learnt:
        """A number of θ; the present one where it is held."""
        if place < 0:
            return Learnt(present=present.number, suggested=present.number)
        return Learnt(
            present=present.number, suggested=float(self.theta[place]), standard_error=self.error_of(int(place))
        )

    def _unseen(self, grade: Grade) -> GradeLearnt:
        known = self.present.of(grade)
        as_it_is = {
            key: Learnt(present=getattr(known, key).number, suggested=getattr(known, key).number)
            for key in ("delivered", "slope", "spread")
        }
        return GradeLearnt(grade=grade.value, outcomes=0, harmful=0, **as_it_is)

    def _company(self, counts: Floats) -> Learnt:
        """What is still unknown of the mean of a grade, which all its claims share: root mean square over outcomes."""
        left = self.variance(np.diag(self.fit.covariance), lambda fit: fit.means)
        return Learnt(
            present=self.present.shared.company.number, suggested=float(np.sqrt(counts @ left / counts.sum()))
        )

    def _department_spread(self) -> Learnt:
        return self._learnt(self.present.shared.department, self.slots.department)

    def _departments(self) -> tuple[DepartmentLearnt, ...]:
        data, fit = self.data, self.fit
        counts = data.by_department(np.ones(len(data.ratio)))
        mix = data.by_department(data.of_grade) / counts[:, None]
        gap = mix - fit.leverage
        given = np.einsum("dg,gh,dh->d", gap, fit.covariance, gap) + fit.part_variance
        variance = self.variance(given, lambda other: mix @ other.means + other.parts)
        raw = data.by_department(data.ratio) / counts
        return tuple(
            DepartmentLearnt(
                department=name,
                outcomes=int(counts[place]),
                raw=float(raw[place]),
                mean=float(mix[place] @ fit.means + fit.parts[place]),
                standard_error=float(np.sqrt(variance[place])),
                company=float(mix[place] @ fit.means),
            )
            for place, name in enumerate(data.departments)
        )

    def _notes(self, rows: Sequence[GradeLearnt]) -> tuple[str, ...]:
        """What outcomes could not tell, in words."""
        said = [
            _("Cost factors and delays stay as they are: outcomes say what was delivered, not at what cost or when.")
        ]
        if kept := [row.grade for row in rows if not row.outcomes]:
            said.append(_("No outcomes of grade {grades}: as it is.").format(grades=", ".join(kept)))
        if kept := [row.grade for place, row in self._seen(rows) if self.slots.slope[place] < 0]:
            said.append(
                _("Fewer than {n} outcomes beyond the usual size of grade {grades}: the slope as it is.").format(
                    n=FEWEST_FOR_SLOPE, grades=", ".join(kept)
                )
            )
        if kept := [row.grade for row in rows if 0 < row.outcomes < FEWEST_FOR_SPREAD]:
            said.append(
                _(
                    "Fewer than {n} outcomes of grade {grades}: the spread as it is, or that of such grades together."
                ).format(n=FEWEST_FOR_SPREAD, grades=", ".join(kept))
            )
        if self.slots.department < 0:
            said.append(_("Too few departments to tell their spread: as it is."))
        if self.covariance is None:
            said.append(_("Slopes and spreads are hardly told apart: their standard errors are not known."))
        return tuple(said)

    def _seen(self, rows: Sequence[GradeLearnt]) -> list[tuple[int, GradeLearnt]]:
        return list(enumerate(row for row in rows if row.outcomes))


def _suggested(
    present: BenefitRealisation, rows: Sequence[GradeLearnt], company: Learnt, department: Learnt
) -> BenefitRealisation:
    """The table with the suggested numbers."""
    grades = {
        row.grade: present.of(Grade(row.grade)).model_copy(
            update={
                key: _put(getattr(present.of(Grade(row.grade)), key), getattr(row, key))
                for key in ("delivered", "slope", "spread")
            }
        )
        for row in rows
    }
    shared = present.shared.model_copy(
        update={
            "company": _put(present.shared.company, company),
            "department": _put(present.shared.department, department),
        }
    )
    return present.model_copy(update={**grades, "shared": shared})


def _put(number: Quantity, learnt: Learnt) -> Quantity:
    """A number of the table with what outcomes suggest in its place; as it is where they suggest nothing else."""
    if learnt.suggested == learnt.present:
        return number
    low, high = number.bounds
    return number.at(round(min(max(learnt.suggested, low), high), DIGITS))
