"""Worth of cash flows and customers, against textbooks, numpy-financial and simulations in plain loops."""

import math
from fractions import Fraction

import numpy as np
import numpy_financial
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prioritizer.engine.valuation import (
    customer_worth,
    discount_factors,
    irr,
    irr_or_reason,
    lifetime_value,
    loss_cost,
    npv,
    payback,
    peak_funding,
    period_rate,
)

AMOUNTS = st.integers(-1000, 1000)
FLOWS = st.lists(AMOUNTS, min_size=1, max_size=12)
RATES = st.floats(-0.5, 3.0)
FREQUENCIES = st.sampled_from([1, 4, 12])
TIMINGS = st.sampled_from([("start", 0.0), ("mid", 0.5), ("end", 1.0)])


def present_value(flow, rate, periods_per_year=1, offset=0.0):
    """Summed in plain loops."""
    total = 0.0
    for t, amount in enumerate(flow):
        total += amount / (1 + rate) ** ((t + offset) / periods_per_year)
    return total


# Rates and present values


def test_rates_convert_by_compounding():
    """model.md, "Units of time"."""
    assert period_rate(0.10, 12) == pytest.approx(0.007974, abs=5e-7)
    assert -period_rate(-0.24, 12) == pytest.approx(0.022610, abs=5e-7)
    assert period_rate(0.21, 0.5) == pytest.approx(0.4641)


def test_discount_factors_by_hand():
    assert discount_factors(0.21, 3, 2) == pytest.approx([1, 1 / 1.1, 1 / 1.21])
    assert discount_factors(0.21, 2, 1, "mid") == pytest.approx([1 / 1.1, 1 / 1.331])
    assert discount_factors(0.25, 2, 1, "end") == pytest.approx([0.8, 0.64])
    assert discount_factors([0.25, 1.0], 3) == pytest.approx(np.array([[1, 0.8, 0.64], [1, 0.5, 0.25]]))


def test_npv_of_brealey_and_myers():
    """R. A. Brealey, S. C. Myers, Principles of Corporate Finance, chapter on net present value and its rivals."""
    assert npv([-1000, 1500], 0.10) == pytest.approx(364, abs=0.5)
    assert npv([1000, -1500], 0.10) == pytest.approx(-364, abs=0.5)
    assert npv([1000, -3000, 2500], 0.10) == pytest.approx(339, abs=0.5)


@given(FLOWS, RATES, FREQUENCIES, TIMINGS)
def test_npv_agrees_with_a_loop(flow, rate, frequency, timing):
    word, offset = timing
    expected = present_value(flow, rate, frequency, offset)
    assert npv(flow, rate, frequency, word) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(FLOWS, RATES)
def test_npv_agrees_with_numpy_financial(flow, rate):
    assert npv(flow, rate) == pytest.approx(numpy_financial.npv(rate, flow), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([], 0.1), "cash_flow: It has no periods"),
        (([1, math.nan], 0.1), r"cash_flow\[1\]: nan"),
        (([[1, 2]], 0.1), "cash_flow: .* not the right shape"),
        ((["a"], 0.1), "cash_flow: These are not numbers"),
        (([1], -1.0), "rate: -1 is −100 % or less"),
        (([1], 0.1, 0), "periods_per_year: 0"),
        (([1], 0.1, 4, "middle"), "timing: middle is not known"),
    ],
)
def test_npv_refuses_what_cannot_be(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        npv(*arguments)


# Internal rate of return


@pytest.mark.parametrize(
    ("flow", "rate"),
    [
        ([-4000, 2000, 4000], 0.2808),  # Brealey and Myers
        ([-1000, 1500], 0.50),  # Brealey and Myers, lending …
        ([1000, -1500], 0.50),  # … or borrowing
        ([-100, 39, 59, 55, 20], 0.28095),  # the documentation of numpy-financial
    ],
)
def test_irr_of_the_textbooks(flow, rate):
    assert irr(flow) == pytest.approx(rate, abs=5e-5)


@pytest.mark.parametrize(
    "flow",
    [
        [-4000, 25000, -25000],  # Brealey and Myers, pitfall 2
        [-1600, 10000, -10000],  # the oil pump of J. H. Lorie, L. J. Savage, Journal of Business 28 (1955) 229–239
    ],
)
def test_irr_of_two_rates_is_refused_with_both(flow):
    assert irr(flow) is None
    assert "25.0%, 400.0%" in irr_or_reason(flow).reason


def test_irr_without_any_rate():
    """Brealey and Myers, pitfall 2: +1000, −3000, +2500 has a present value above zero at every rate."""
    assert irr([1000, -3000, 2500]) is None
    assert "no rate" in irr_or_reason([1000, -3000, 2500]).reason


def test_irr_without_a_way_in_or_out():
    assert "never invests" in irr_or_reason([0, 5, 7]).reason
    assert "never earns" in irr_or_reason([-5, 0, -7]).reason
    assert "never invests" in irr_or_reason([0, 0]).reason
    assert irr([0, 5]) is irr([-5, 0]) is irr([0, 0]) is None


def test_irr_of_norstrom():
    """−1 + 3v − v² is zero at v = (3 ± √5)/2: 161.8 % and −61.8 %. Cumulated −1, 2, 1 turns once: the first counts."""
    assert irr([-1, 3, -1]) == pytest.approx((3 + math.sqrt(5)) / 2 - 1)
    assert irr_or_reason([-1, 3, -1]).reason is None


def test_irr_per_year_compounds():
    assert irr([-100, 102], 4) == pytest.approx(1.02**4 - 1)
    assert irr([-100, 0, 0, 0, 110], 4) == pytest.approx(0.10)


def test_irr_below_zero():
    assert irr([-100, 30, 30]) == pytest.approx((3 + math.sqrt(129)) / 20 - 1)  # 10x² = 3x + 3, x = 1 + rate
    assert irr([-100, 0.5]) == pytest.approx(-0.995)
    assert irr([-100, 50, 50]) == 0
    assert irr([23, -1], 12) > -1  # so near to losing all that 1 + rate is rounded to nothing


def test_irr_next_to_zero():
    """Cumulated, it ends above zero by more than rounding, and its rate is nearer to zero than rounding."""
    assert irr([-100] + [0] * 7 + [100 + 4e-10]) == pytest.approx(5e-13, abs=1e-12)


def test_irr_of_a_mortgage():
    """360 months at ½ % a month."""
    payment = 100_000 * 0.005 / (1 - 1.005**-360)
    assert irr([-100_000] + [payment] * 360, 12) == pytest.approx(1.005**12 - 1, abs=1e-12)


def test_irr_far_away():
    assert irr([-1, 1e6]) == pytest.approx(999_999)
    assert irr([-1e-2] + [0] * 300 + [1e9]) == pytest.approx(10 ** (11 / 301) - 1)


@pytest.mark.parametrize("rate", [-0.23, 0.03, 0.07, 0.10, 0.13, 0.37, 2.9])
@pytest.mark.parametrize("times", [2, 3, 4, 5])
def test_irr_where_the_value_touches_zero(rate, times):
    """(1 − (1 + rate)·v)², ³ and so on: one rate, found as exactly as such a root can be."""
    flow = [-1.0]
    for _time in range(times):
        flow = list(np.convolve(flow, [1, -(1 + rate)]))
    assert irr(flow) == pytest.approx(rate, abs=(1 + rate) * 1e-11 ** (1 / times))


def test_irr_of_three_rates_that_arithmetic_cannot_tell_apart():
    flow = np.convolve(np.convolve([-1, 1.1], [1, -1.10001]), [1, -1.10002])
    assert irr(flow) == pytest.approx(0.10001, abs=2e-5)


def test_irr_where_the_value_touches_and_crosses_zero():
    touching_and_crossing = np.convolve([-1, 2.2, -1.21], [-1, 1.5])
    assert "10.0%, 50.0%" in irr_or_reason(touching_and_crossing).reason


def test_irr_of_two_rates_close_together():
    flow = np.convolve([-1.0, 1.100], [1.0, -1.101])
    assert "10.0%, 10.1%" in irr_or_reason(flow).reason


def test_irr_ignores_what_rounding_left():
    tail = [1e-14 * (-1) ** t for t in range(300)]
    assert irr([-100, 50, 40, *tail]) == pytest.approx((5 + math.sqrt(185)) / 20 - 1)  # 10x² = 5x + 4


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60), st.floats(-0.3, 2.0), FREQUENCIES)
def test_irr_finds_the_rate_a_project_was_built_from(earnings, rate, frequency):
    """Only the first flow goes out, so there is one rate."""
    assume(any(earnings))
    price = present_value([0, *earnings], rate, frequency)
    assert irr([-price, *earnings], frequency) == pytest.approx(rate, rel=1e-6, abs=1e-9)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.integers(1, 5000))
def test_irr_agrees_with_numpy_financial(earnings, price):
    flow = [-price, *earnings]
    assert irr(flow) == pytest.approx(numpy_financial.irr(flow), rel=1e-6, abs=1e-6)


def rates_that_count(flow, rates):
    """Of all rates the positive ones, if Norstrom says that there is one."""
    cumulative = [sum(flow[: t + 1]) for t in range(len(flow))]
    signs = [amount > 0 for amount in cumulative if amount]
    turns = sum(a != b for a, b in zip(signs[1:], signs[:-1], strict=True))
    return [rate for rate in rates if rate > 0] if turns == 1 and cumulative[-1] else rates


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=8))
def test_irr_agrees_with_the_roots_of_the_polynomial(flow):
    """Roots by eigenvalues, setting aside the near-double ones that eigenvalues cannot tell."""
    assume(any(amount < 0 for amount in flow) and any(amount > 0 for amount in flow))
    roots = [z for z in np.roots(flow) if z.real > 1e-4 and abs(z.imag) < 1e-3]  # in 1 + rate
    assume(all(abs(a - b) > 1e-2 for i, a in enumerate(roots) for b in roots[:i]))
    rates = rates_that_count(flow, sorted(z.real - 1 for z in roots))
    found = irr_or_reason(flow)
    if len(rates) == 1:
        assert found.rate == pytest.approx(rates[0], rel=1e-6, abs=1e-6)
    else:
        assert found.rate is None
        assert all(f"{rate:.1%}".replace("-0.0%", "0.0%") in found.reason for rate in rates)


@given(st.lists(st.floats(-0.8, 4.0), min_size=2, max_size=4), st.integers(0, 340))
def test_irr_finds_every_rate_that_was_planted(rates, silence):
    """Π(1 + rateᵢ − x) by expanding; empty periods before the first flow change nothing."""
    assume(all(abs(a - b) > 0.05 for i, a in enumerate(rates) for b in rates[:i]))
    flow = [1.0]
    for rate in rates:
        flow = list(np.convolve(flow, [1.0, -(1 + rate)]))
    found = irr_or_reason([0.0] * silence + flow)
    if found.rate is None:
        listed = [float(word.rstrip("%.")) / 100 for word in found.reason.split(": ")[1].split(", ")]
        assert listed == pytest.approx(sorted(rates), abs=6e-4)
    else:  # Norstrom: the only positive one
        assert [found.rate] == pytest.approx([rate for rate in rates if rate > 0])


@given(st.lists(AMOUNTS, min_size=2, max_size=40), st.floats(0.001, 1000), st.sampled_from([1, 12]))
def test_npv_is_zero_at_the_irr_and_money_units_do_not_matter(flow, unit, frequency):
    rate = irr(flow, frequency)
    assert (irr([unit * amount for amount in flow], frequency) is None) == (rate is None)
    assert rate is None or rate > -1
    if rate is not None and rate > -0.99:
        factor = (1 + rate) ** (-1 / frequency)
        terms = [amount * factor**t for t, amount in enumerate(flow)]
        assert abs(math.fsum(terms)) <= 1e-5 * math.fsum(abs(term) for term in terms)


def test_irr_of_long_noise():
    """360 months of noise, where the roots of the polynomial come from eigenvalues."""
    random = np.random.default_rng(3)
    for _flow in range(5):
        flow = list(random.normal(size=360))
        rates = [z.real - 1 for z in np.roots(flow) if abs(z.imag) < 1e-9 and z.real > 1e-4]
        rates = rates_that_count(flow, rates)
        with np.errstate(over="raise", invalid="raise"):
            found = irr_or_reason(flow)
        assert found.rate == (pytest.approx(rates[0]) if len(rates) == 1 else None)
        assert found.rate is not None or all(f"{rate:.1%}" in found.reason for rate in rates)


# Payback and funding


def payback_in_fractions(flow, frequency, offset):
    """From the last period backwards, exactly."""
    total, last_below, totals = Fraction(0), None, []
    for t, amount in enumerate(flow):
        total += Fraction(amount)
        totals.append(total)
        if total < 0:
            last_below = t
    if last_below is None:
        return 0.0
    if last_below == len(flow) - 1:
        return None
    part = totals[last_below] / (totals[last_below] - totals[last_below + 1])
    return float((last_below + Fraction(offset) + part) / frequency)


@pytest.mark.parametrize(
    ("flow", "arguments", "years"),
    [
        ([-100, 40, 40, 40], {}, 2.5),
        ([-100, 40, 40, 40], {"timing": "mid"}, 3.0),
        ([-100, 40, 40, 40], {"timing": "end"}, 3.5),
        ([-100, 40, 40, 40], {"periods_per_year": 4}, 0.625),
        ([-100, 40, 40, 40], {"periods_per_year": 4, "timing": "end"}, 0.875),
        ([-2000, 500, 500, 5000], {}, 2.2),  # Brealey and Myers, project A: in the third year
        ([-2000, 500, 1800, 0], {}, 1 + 15 / 18),  # project B: within two years
        ([-100, 150, -100, 200], {}, 2.25),  # below zero again after the first return
        ([-0.6, 0.2, 0.2, 0.2], {}, 3.0),  # in binary …
        ([-0.4, 0.1, 0.1, 0.1, 0.1], {}, 4.0),  # … four tenths fall short of 0.4
        ([-100, 110, 121], {"rate": 0.10}, 1.0),
        ([-150, 110, 121], {"rate": 0.10}, 1.5),
    ],
)
def test_payback_by_hand(flow, arguments, years):
    assert payback(flow, **arguments) == pytest.approx(years)


def test_payback_at_once_or_never():
    assert payback([5, -3, -2, 1]) == 0
    assert payback([0, 0]) == 0
    assert payback([-5, 4]) is None
    assert payback([-100, 150, -100]) is None
    assert payback([-100, 105], rate=0.10) is None


@given(FLOWS, FREQUENCIES, TIMINGS)
def test_payback_agrees_with_fractions(flow, frequency, timing):
    word, offset = timing
    assert payback(flow, frequency, word) == pytest.approx(payback_in_fractions(flow, frequency, offset))


@given(FLOWS, st.floats(0.01, 1.0), FREQUENCIES, TIMINGS)
def test_discounted_payback_exists_where_the_project_is_worth_it(flow, rate, frequency, timing):
    worth = present_value(flow, rate, frequency)
    assume(abs(worth) > 1e-6)
    assert (payback(flow, frequency, timing[0], rate=rate) is not None) == (worth > 0)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12), st.integers(1, 3000), st.floats(0.0, 1.0))
def test_discounting_never_hastens_payback(earnings, price, rate):
    plain, discounted = payback([-price, *earnings]), payback([-price, *earnings], rate=rate)
    assert discounted is None or plain <= discounted + 1e-9


def test_peak_funding_by_hand():
    assert peak_funding([-100, 50, -80, 300]) == 130
    assert peak_funding([20, -5]) == 0
    assert peak_funding([0, -7, -3]) == 10


@given(FLOWS)
def test_peak_funding_is_the_loan_that_just_suffices(flow):
    loan = peak_funding(flow)
    balances = [loan + sum(flow[: t + 1]) for t in range(len(flow))]
    assert min(balances) >= 0
    assert loan == 0 or min(balances) == 0


# Customers


def test_lifetime_value_of_pfeifer_and_carraway():
    """P. E. Pfeifer, R. L. Carraway, Journal of Interactive Marketing 14 (2000) 43–55, the first example.

    NC = $40, M = $4, d = 20 %; purchase with probability 0.3, 0.2, 0.15, 0.05 at recency 1 to 4, then gone.
    """
    repurchase = [0.3, 0.2, 0.15, 0.05]
    moves = [[p, *(1 - p if lapsed == r else 0 for lapsed in range(4))] for r, p in enumerate(repurchase)]
    worth = lifetime_value([0] * 5, [*moves, [0, 0, 0, 0, 1]], [36, -4, -4, -4, 0], 0.2, 1)
    assert worth == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=6e-4)


def test_lifetime_value_with_leaving_as_churn():
    """The same firm, with the lapse after recency 4 as churn of 95 % in place of a fifth state."""
    moves = [[0.3, 0.7, 0, 0], [0.2, 0, 0.8, 0], [0.15, 0, 0, 0.85], [1, 0, 0, 0]]
    worth = lifetime_value([0, 0, 0, 0.95], moves, [36, -4, -4, -4], 0.2, 1)
    assert worth == pytest.approx([52.320, 5.554, 1.251, -1.820], abs=6e-4)


def test_lifetime_value_of_gupta_and_lehmann():
    """S. Gupta, D. R. Lehmann, Customers as Assets, Journal of Interactive Marketing 17 (2003) 9–24.

    The margin multiple r/(1 + i − r) is 4.09 at 90 % retention and 12 %; the margin of today comes on top.
    """
    assert lifetime_value([0.1], [[1.0]], [1.0], 0.12, 1)[0] - 1 == pytest.approx(4.09, abs=5e-3)


@st.composite
def bases(draw, segments=3, least_churn=0.02):
    shares = st.lists(st.floats(0.05, 1), min_size=segments, max_size=segments)
    migration = [[share / sum(row) for share in row] for row in (draw(shares) for _row in range(segments))]
    mix = draw(shares)
    return {
        "churn": draw(st.lists(st.floats(least_churn, 0.3), min_size=segments, max_size=segments)),
        "migration": migration,
        "reward": draw(st.lists(st.floats(-100, 1000), min_size=segments, max_size=segments)),
        "newcomers": [share / sum(mix) for share in mix],
        "discount_rate": draw(st.floats(0.02, 0.3)),
        "periods_per_year": draw(FREQUENCIES),
    }


@given(st.integers(1, 5).flatmap(lambda segments: bases(segments)))
def test_lifetime_value_agrees_with_following_one_customer(base):
    """The probability to be in each segment, period by period, until next to nothing is left."""
    churn, migration, reward = base["churn"], base["migration"], base["reward"]
    beta = (1 + base["discount_rate"]) ** (-1 / base["periods_per_year"])
    found = lifetime_value(churn, migration, reward, base["discount_rate"], base["periods_per_year"])
    everyone = range(len(churn))
    for start in everyone:
        there = [float(s == start) for s in everyone]
        total, weight = 0.0, 1.0
        while weight * sum(there) > 1e-11:
            total += weight * sum(p * money for p, money in zip(there, reward, strict=True))
            there = [sum(there[i] * (1 - churn[i]) * migration[i][j] for i in everyone) for j in everyone]
            weight *= beta
        assert found[start] == pytest.approx(total, rel=1e-7, abs=1e-5)


def test_lifetime_value_takes_draws_first():
    churn = np.array([[0.1, 0.2], [0.3, 0.4]])
    found = lifetime_value(churn, np.eye(2), [10, 20], [0.25, 1.0], 1)
    # 10/(1 − 0.8·0.9), 20/(1 − 0.8·0.8); 10/(1 − 0.5·0.7), 20/(1 − 0.5·0.6)
    assert found == pytest.approx(np.array([[10 / 0.28, 20 / 0.36], [10 / 0.65, 20 / 0.70]]))


def test_lifetime_value_without_bound_is_refused():
    with pytest.raises(ValueError, match=r"discount_rate: 0 leaves .* without bound.*Raise"):
        lifetime_value([0.1, 0.0], [[0.5, 0.5], [0, 1]], [1, 1], 0.0, 4)
    with pytest.raises(ValueError, match=r"discount_rate\[1\]: -0.19 leaves .* without bound"):
        lifetime_value([[0.5], [0.1]], [[1.0]], [1.0], [-0.19, -0.19], 1)
    assert lifetime_value([0.1, 0.2], [[0.5, 0.5], [0, 1]], [1, 1], 0.0, 4)[1] == pytest.approx(5)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"churn": [0.1, 2]}, r"churn\[1\]: 2 is not a share"),
        ({"migration": [[1, 0], [0.5, 0.6]]}, r"migration\[1\]: 1.1 is the sum"),
        ({"reward": [1, math.nan]}, r"reward\[1\]: nan"),
        ({"discount_rate": -1}, "rate: -1"),
        ({"periods_per_year": -4}, "periods_per_year: -4"),
        ({"churn": 0.1}, "migration"),
    ],
)
def test_lifetime_value_refuses_what_cannot_be(change, complaint):
    right = {"churn": [0.1, 0.2], "migration": np.eye(2), "reward": [1, 1], "discount_rate": 0.1, "periods_per_year": 4}
    with pytest.raises(ValueError, match=complaint):
        lifetime_value(**(right | change))


GROUP = {
    "churn": [0.02, 0.04, 0.11],
    "migration": [[0.92, 0.06, 0.02], [0.07, 0.86, 0.07], [0.01, 0.09, 0.90]],
    "reward": [820.0, 700.0, 560.0],
    "referrals": [0.012, 0.003, 0.0],
    "put_off": [0.0, 0.001, 0.006],
    "acquisition_cost": 2400.0,
    "newcomers": [0.25, 0.55, 0.20],
    "discount_rate": 0.09,
    "periods_per_year": 4,
}


def company_value(group, policy, opening, target, planned=60.0, growth=0.004, periods=1500, leaving=(0, 0, 0)):
    """Present value of one group, period by period as model.md writes it; the target does not know the opening.

    `leaving`: stayers of each segment who leave at the end of period 0 all the same.
    """
    q, M, g, h, mu = (group[key] for key in ("churn", "migration", "referrals", "put_off", "newcomers"))
    three, X, value = range(3), list(opening), 0.0
    for t in range(periods):
        S = [X[s] * (1 - q[s]) - (leaving[s] if t == 0 else 0) for s in three]
        G = sum(g[s] * X[s] for s in three)
        needed = max(0.0, target * (1 + growth) ** (t + 1) - sum(S))
        prospects = (planned if policy == "plan" else needed) + G
        H = min(sum(h[s] * X[s] for s in three), prospects)
        A = planned if policy == "plan" else max(0.0, needed + H - G)
        N = A + G - H
        assert A > 0
        assert N > 0
        assert prospects > H
        cash = sum(group["reward"][s] * X[s] for s in three) - group["acquisition_cost"] * A
        value += cash * (1 + group["discount_rate"]) ** (-t / group["periods_per_year"])
        X = [sum(S[s] * M[s][end] for s in three) + N * mu[end] for end in three]
    return value


def one_more(group, policy):
    """What the company is worth with one customer more in each segment, less what it is worth without."""
    opening = [300.0, 400.0, 300.0]
    without = company_value(group, policy, opening, 1000.0)
    more = []
    for s in range(3):
        with_one = [count + (s == segment) for segment, count in enumerate(opening)]
        more.append(company_value(group, policy, with_one, 1000.0) - without)
    return more


@pytest.mark.parametrize("frequency", [4, 12])
def test_customer_worth_under_plan_agrees_with_the_simulation(frequency):
    group = GROUP | {"periods_per_year": frequency}
    assert customer_worth(**group, policy="plan") == pytest.approx(one_more(group, "plan"), rel=1e-6)


@pytest.mark.parametrize("cost", [0.0, 2400.0, 9000.0])
def test_customer_worth_under_hold_agrees_with_the_simulation(cost):
    """Only differences mean something."""
    group = GROUP | {"acquisition_cost": cost}
    found, simulated = customer_worth(**group, policy="hold"), one_more(group, "hold")
    assert found[0] - found[2] == pytest.approx(simulated[0] - simulated[2], rel=1e-6)
    assert found[1] - found[2] == pytest.approx(simulated[1] - simulated[2], rel=1e-6)


def test_a_costlier_customer_is_worth_keeping_under_hold_only():
    dear = GROUP | {"acquisition_cost": 5000.0}
    gain = {
        (policy, name): np.subtract(*customer_worth(**group, policy=policy)[[0, 2]])
        for policy in ("hold", "plan")
        for name, group in (("usual", GROUP), ("dear", dear))
    }
    assert gain["hold", "dear"] > gain["hold", "usual"] + 1
    assert gain["plan", "dear"] == pytest.approx(gain["plan", "usual"])


@given(bases(), st.sampled_from(["hold", "plan"]))
def test_customer_worth_of_alike_segments_is_alike(base, policy):
    same = base | {"churn": [base["churn"][0]] * 3, "reward": [base["reward"][0]] * 3}
    worth = customer_worth(**same, referrals=[0.01] * 3, put_off=[0.002] * 3, acquisition_cost=70.0, policy=policy)
    assert worth == pytest.approx([worth[0]] * 3, rel=1e-7, abs=1e-6)


@given(bases())
def test_customer_worth_under_plan_without_words_is_the_lifetime_value(base):
    worth = customer_worth(**base, referrals=[0] * 3, put_off=[0] * 3, acquisition_cost=99.0, policy="plan")
    del base["newcomers"]
    assert worth == pytest.approx(lifetime_value(**base), rel=1e-9, abs=1e-9)


@given(st.lists(bases(), min_size=1, max_size=4), st.sampled_from(["hold", "plan"]))
def test_each_draw_stands_alone(draws, policy):
    frequency = {"periods_per_year": 4, "policy": policy}
    words = {"referrals": [0.02, 0.01, 0.0], "put_off": [0.0, 0.0, 0.03]}
    costs = [100.0 * (draw + 1) for draw in range(len(draws))]
    stacked = {name: np.array([draw[name] for draw in draws]) for name in draws[0] if name != "periods_per_year"}
    together = customer_worth(**stacked, **words, acquisition_cost=costs, **frequency)
    assert together.shape == (len(draws), 3)
    for draw, cost, found in zip(draws, costs, together, strict=True):
        alone = customer_worth(**(draw | words | frequency), acquisition_cost=cost)
        assert found == pytest.approx(alone, rel=1e-9)


def one_leaves(group, policy):
    """What the company is worth, less what it is worth when one stayer more of each segment leaves in period 0."""
    opening = [300.0, 400.0, 300.0]
    untouched = company_value(group, policy, opening, 1000.0)
    leavers = [[float(s == segment) for segment in range(3)] for s in range(3)]
    return [untouched - company_value(group, policy, opening, 1000.0, leaving=leaving) for leaving in leavers]


@pytest.mark.parametrize("policy", ["hold", "plan"])
@pytest.mark.parametrize("change", [{}, {"acquisition_cost": 9000.0}, {"periods_per_year": 12}, {"put_off": [0.0] * 3}])
def test_losing_a_customer_costs_what_the_simulation_loses(policy, change):
    group = GROUP | change
    assert loss_cost(**group, policy=policy) == pytest.approx(one_leaves(group, policy), rel=1e-6)


@pytest.mark.parametrize("policy", ["hold", "plan"])
def test_the_cost_of_losing_a_customer_is_what_one_period_of_higher_churn_costs(policy):
    """−∂NPV/∂q in period 0 is the customers times the cost: the base is linear in whoever leaves."""
    opening, higher = [300.0, 400.0, 300.0], [0.01, 0.02, 0.03]
    leaving = [count * more for count, more in zip(opening, higher, strict=True)]
    fall = company_value(GROUP, policy, opening, 1000.0) - company_value(
        GROUP, policy, opening, 1000.0, leaving=leaving
    )
    assert fall == pytest.approx(float(np.dot(leaving, loss_cost(**GROUP, policy=policy))), rel=1e-6)


def test_losing_a_customer_by_hand():
    """All segments alike: under plan his worth one period later, under hold the price of another one like him."""
    alike = GROUP | {"churn": [0.2] * 3, "reward": [3.6] * 3, "referrals": [0.1] * 3, "put_off": [0.05] * 3}
    alike |= {"acquisition_cost": 20.0, "discount_rate": 0.25, "periods_per_year": 1}
    assert loss_cost(**alike, policy="hold") == pytest.approx([20.0] * 3)
    assert loss_cost(**alike, policy="plan") == pytest.approx([0.8 * 3.6 / (1 - 0.8 * 0.85)] * 3)


def test_losing_a_customer_can_be_a_gain_under_hold():
    cheap = GROUP | {"acquisition_cost": 50.0, "reward": [820.0, 700.0, -400.0]}
    assert loss_cost(**cheap, policy="hold")[2] < 0 < loss_cost(**cheap, policy="hold")[0]


def test_the_cost_of_losing_a_customer_stands_alone_in_each_draw_and_is_nan_where_his_worth_is():
    referrals = np.array([[0.012, 0.003, 0.0], [0.5, 0.5, 0.5]])
    found = loss_cost(**(GROUP | {"referrals": referrals}), policy="plan")
    assert np.isnan(found).tolist() == [[False] * 3, [True] * 3]
    assert found[0] == pytest.approx(loss_cost(**GROUP, policy="plan"), rel=1e-12)
    costs = GROUP | {"acquisition_cost": np.array([100.0, 2400.0])}
    assert loss_cost(**costs, policy="hold")[1] == pytest.approx(loss_cost(**GROUP, policy="hold"), rel=1e-12)
    with pytest.raises(ValueError, match="policy: held is not known"):
        loss_cost(**GROUP, policy="held")


def test_a_draw_without_bound_is_nan_and_the_others_are_not():
    referrals = np.array([[0.012, 0.003, 0.0], [0.5, 0.5, 0.5]])
    found = customer_worth(**(GROUP | {"referrals": referrals}), policy="plan")
    assert np.isnan(found).tolist() == [[False] * 3, [True] * 3]
    assert found[0] == pytest.approx(one_more(GROUP, "plan"), rel=1e-6)
    assert np.isnan(customer_worth(**(GROUP | {"referrals": [0.5] * 3}), policy="plan")).all()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"policy": "held"}, "policy: held is not known.*hold"),
        ({"newcomers": [0.5, 0.6, 0.2]}, "newcomers: 1.3 is the sum of the shares, not 1"),
        ({"referrals": [-0.1, 0, 0]}, r"referrals\[0\]: -0.1 is negative"),
        ({"put_off": [0, 0, -0.1]}, r"put_off\[2\]: -0.1 is negative"),
        ({"acquisition_cost": -1}, "acquisition_cost: -1 is negative"),
        ({"churn": [0.1, 0.2, 1.3]}, r"churn\[2\]: 1.3 is not a share"),
    ],
)
def test_customer_worth_refuses_what_cannot_be(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        customer_worth(**(GROUP | {"policy": "hold"} | change))
