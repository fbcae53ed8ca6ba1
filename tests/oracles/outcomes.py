"""Delivered ÷ claimed from outcomes, without the engine: closed forms, dense matrices, sums over a grid.

Nothing here shares code with the engine. An outcome is a tuple (ratio, error of the ratio, overclaim, grade,
department).
"""

import numpy as np


def balanced(table: np.ndarray) -> dict[str, np.ndarray | float]:
    """One grade, as many outcomes in every department, exactly measured: the analysis of variance.

    The restricted likelihood of a balanced design hangs on two sums of squares alone (Searle, Casella & McCulloch 1992,
    Variance Components, section 3.7); times the departments' spread it is highest where a fine search finds it.

    Args:
        table: ratios, (departments, outcomes).
    """
    departments, each = table.shape
    means = table.mean(axis=1)
    within = ((table - means[:, None]) ** 2).sum()
    between = each * ((means - table.mean()) ** 2).sum()

    def unlikely(spread, part):
        of_mean = spread**2 + each * part**2
        return (
            departments * (each - 1) * np.log(spread**2)
            + within / spread**2
            + (departments - 1) * np.log(of_mean)
            + between / of_mean
            - 2 * np.log(part)
        )

    low, high = np.array([0.01, 0.001]), np.array([1.0, 1.0])
    for _zoom in range(40):
        axes = [np.linspace(a, b, 21) for a, b in zip(low, high, strict=True)]
        levels = unlikely(axes[0][:, None], axes[1][None, :])
        place = np.array(np.unravel_index(levels.argmin(), levels.shape))
        best = np.array([axes[0][place[0]], axes[1][place[1]]])
        width = (high - low) / 3
        low, high = np.maximum(best - width / 2, 1e-6), best + width / 2
    spread, part = best
    shrink = each * part**2 / (each * part**2 + spread**2)
    return {
        "mean": float(table.mean()),
        "variance_of_mean": float((spread**2 / each + part**2) / departments),
        "spread": float(spread),
        "department_spread": float(part),
        "department_means": table.mean() + shrink * (means - table.mean()),
    }


def matrices(outcomes, slopes, spreads, between):
    """Ratios, the design of the grades' means and the covariance of everything else, on the scale of the ratio."""
    grades = sorted(slopes)
    y = np.array([ratio for ratio, *_rest in outcomes])
    design = np.zeros((len(outcomes), len(grades)))
    covariance = np.zeros((len(outcomes), len(outcomes)))
    for i, (_ratio, error, size, grade, department) in enumerate(outcomes):
        kept = size ** -slopes[grade]
        design[i, grades.index(grade)] = kept
        for j, (_other, _error, other_size, other_grade, other_department) in enumerate(outcomes):
            if department == other_department:
                covariance[i, j] += between**2 * kept * other_size ** -slopes[other_grade]
        covariance[i, i] += (spreads[grade] * kept) ** 2 + error**2
    return y, design, covariance


def log_density(y, mean, covariance):
    """Of a normal vector."""
    off = y - mean
    sign, size = np.linalg.slogdet(2 * np.pi * covariance)
    assert sign > 0
    return -0.5 * (size + off @ np.linalg.solve(covariance, off))


def log_likelihood_with_prior(outcomes, slopes, spreads, between, prior_means, prior_spread):
    """The means integrated out by adding their prior's covariance to that of the ratios."""
    y, design, covariance = matrices(outcomes, slopes, spreads, between)
    means = np.array([prior_means[grade] for grade in sorted(slopes)])
    return log_density(y, design @ means, covariance + prior_spread**2 * design @ design.T)


def log_likelihood_of_one_grade(outcomes, slope, spread, between):
    """The one mean integrated out by summing over a fine grid of it, without any prior."""
    (grade,) = {outcome[3] for outcome in outcomes}
    y, design, covariance = matrices(outcomes, {grade: slope}, {grade: spread}, between)
    grid = np.linspace(-15, 15, 20_001)
    off = y[None, :] - grid[:, None] * design[:, 0]
    logs = -0.5 * ((off @ np.linalg.inv(covariance)) * off).sum(axis=1)
    top = logs.max()
    integral = np.exp(logs - top).sum() * (grid[1] - grid[0])
    return float(top + np.log(integral) - 0.5 * np.linalg.slogdet(covariance)[1])


def posterior_of_means(outcomes, slopes, spreads, between, prior_means=None, prior_spread=None):
    """Means and covariance of the grades' means by generalised least squares; a prior counts as more observations."""
    y, design, covariance = matrices(outcomes, slopes, spreads, between)
    if prior_means is not None:
        grades = sorted(slopes)
        y = np.concatenate([y, [prior_means[grade] for grade in grades]])
        design = np.vstack([design, np.eye(len(grades))])
        more = np.eye(len(grades)) * prior_spread**2
        covariance = np.block(
            [[covariance, np.zeros((len(outcomes), len(grades)))], [np.zeros((len(grades), len(outcomes))), more]]
        )
    precise = np.linalg.inv(covariance)
    found = np.linalg.inv(design.T @ precise @ design)
    return found @ design.T @ precise @ y, found


def best_department_means(outcomes, slopes, spreads, between):
    """What each department is to be expected to deliver at its mix of grades, and the standard error.

    By the joint normal distribution of means (nearly unknown before), parts and ratios.
    """
    grades, departments = sorted(slopes), sorted({outcome[4] for outcome in outcomes})
    y = np.array([ratio for ratio, *_rest in outcomes])
    vague = 1e3
    unknown = len(grades) + len(departments)
    before = np.diag([vague**2] * len(grades) + [between**2] * len(departments))
    weights = np.zeros((len(outcomes), unknown))
    noise = np.zeros(len(outcomes))
    for i, (_ratio, error, size, grade, department) in enumerate(outcomes):
        kept = size ** -slopes[grade]
        weights[i, grades.index(grade)] = kept
        weights[i, len(grades) + departments.index(department)] = kept
        noise[i] = (spreads[grade] * kept) ** 2 + error**2
    joint = weights @ before @ weights.T + np.diag(noise)
    gain = before @ weights.T @ np.linalg.inv(joint)
    after, left = gain @ y, before - gain @ weights @ before
    asked = np.zeros((len(departments), unknown))
    for k, department in enumerate(departments):
        own = [outcome for outcome in outcomes if outcome[4] == department]
        for *_rest, grade, _department in own:
            asked[k, grades.index(grade)] += 1 / len(own)
        asked[k, len(grades) + k] = 1
    return asked @ after, np.sqrt(np.diag(asked @ left @ asked.T))
