"""Repeat buying: the published CDNOW fits, planted parameters found again, and what is too little to tell."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1
from scipy.stats import beta

from services.analyzer.lifecycle.purchases import join_days, sum_buying
from services.analyzer.lifecycle.repeat import BgNbd, expect_more, find_alive, fit_bg_nbd
from services.analyzer.lifecycle.stages import Orders
from services.analyzer.lifecycle.worth import expect_values, fit_gamma_gamma
from shared.clock import DAY_MS

CDNOW = Path(__file__).parents[2] / "golden" / "stats" / "cdnow.csv.gz"


def load_cdnow() -> tuple[np.ndarray, ...]:
    with gzip.open(CDNOW, "rt") as lines:
        return tuple(np.loadtxt(lines, delimiter=",", skiprows=1).T)


def simulate(r: float, alpha: float, a: float, b: float, age: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Draw customers as the model says they buy: each with a rate, dropping out by a coin after every purchase."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(r, 1 / alpha, len(age)), random.beta(a, b, len(age))
    frequency, recency = np.zeros(len(age)), np.zeros(len(age))
    for row in range(len(age)):
        at = random.exponential(1 / max(rate[row], 1e-12))
        while at < age[row]:
            frequency[row] += 1
            recency[row] = at
            if random.random() < leave[row]:
                break
            at += random.exponential(1 / max(rate[row], 1e-12))
    return frequency, recency


def test_the_published_fit_of_cdnow_is_met() -> None:
    frequency, recency, age, value = load_cdnow()
    fit = fit_bg_nbd(frequency, recency, age)
    assert (fit.r, fit.alpha, fit.a, fit.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.05) and fit.customers == 2357
    # The paper's own example: a customer with two repeat purchases, over the 39 weeks that follow.
    one = expect_more(fit, np.array([2.0]), np.array([30.43]), np.array([38.86]), 39.0)
    assert one[0] == pytest.approx(1.226, abs=6e-4)
    worth = fit_gamma_gamma(frequency, value)
    assert (worth.p, worth.q, worth.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=8e-3)
    assert worth.customers == 946


def test_the_unit_of_time_and_of_money_makes_no_difference() -> None:
    frequency, recency, age, value = load_cdnow()
    weeks, days = fit_bg_nbd(frequency, recency, age), fit_bg_nbd(frequency, recency * 7, age * 7)
    assert (days.r, days.alpha, days.a, days.b) == pytest.approx((weeks.r, weeks.alpha * 7, weeks.a, weeks.b), rel=1e-3)
    a_year = expect_more(weeks, frequency, recency, age, 52.0)
    assert expect_more(days, frequency, recency * 7, age * 7, 364.0) == pytest.approx(a_year, rel=1e-3, abs=1e-4)
    dollars, cents = fit_gamma_gamma(frequency, value), fit_gamma_gamma(frequency, value * 100)
    assert (cents.p, cents.gamma) == pytest.approx((dollars.p, dollars.gamma * 100), rel=1e-3)


@pytest.mark.parametrize(("r", "alpha", "a", "b"), [(0.8, 20.0, 0.7, 3.0), (2.0, 60.0, 1.5, 4.0)])
def test_planted_parameters_are_found_again(r: float, alpha: float, a: float, b: float) -> None:
    age = np.random.default_rng(5).uniform(100, 400, 12_000)
    frequency, recency = simulate(r, alpha, a, b, age, seed=11)
    fit = fit_bg_nbd(frequency, recency, age)
    assert fit.reason is None and not fit.is_on_edge
    assert (fit.r, fit.alpha) == pytest.approx((r, alpha), rel=0.12)
    assert fit.a / (fit.a + fit.b) == pytest.approx(a / (a + b), rel=0.1)


def test_a_forecast_meets_what_then_happens() -> None:
    age = np.full(20_000, 200.0)
    random = np.random.default_rng(3)
    rate, leave = random.gamma(1.0, 1 / 30.0, len(age)), random.beta(0.8, 2.5, len(age))
    frequency, recency, later = np.zeros(len(age)), np.zeros(len(age)), 0
    for row in range(len(age)):
        at = random.exponential(1 / max(rate[row], 1e-12))
        while at < 290:
            if at < 200:
                frequency[row] += 1
                recency[row] = at
            else:
                later += 1
            if random.random() < leave[row]:
                break
            at += random.exponential(1 / max(rate[row], 1e-12))
    fit = fit_bg_nbd(frequency, recency, age)
    assert expect_more(fit, frequency, recency, age, 90.0).sum() == pytest.approx(later, rel=0.04)


def test_the_stable_form_is_the_published_one_and_holds_where_that_overflows() -> None:
    model = BgNbd(0.243, 4.414, 0.793, 2.426, 0.0, 1, 1)
    x, recency, age, ahead = np.array([0.0, 1.0, 7.0, 29.0]), np.array([0.0, 3.0, 30.0, 37.0]), np.full(4, 38.86), 39.0
    third = model.a + model.b + x - 1
    later = model.alpha + age + ahead
    power = ((model.alpha + age) / later) ** (model.r + x)
    printed = third / (model.a - 1) * (1 - power * hyp2f1(model.r + x, model.b + x, third, ahead / later))
    expected = printed * find_alive(model, x, recency, age)
    assert expect_more(model, x, recency, age, ahead) == pytest.approx(expected, rel=1e-8)
    many = expect_more(model, np.array([3_000.0]), np.array([38.8]), np.array([38.86]), 39.0)
    assert 0 < many[0] < 3_000 * 39 / 38 and np.isfinite(many).all()
    at_one = expect_more(BgNbd(1.0, 5.0, 1.0, 2.0, 0.0, 1, 1), x, recency, age, ahead)
    beside = expect_more(BgNbd(1.0, 5.0, 1.001, 2.0, 0.0, 1, 1), x, recency, age, ahead)
    assert at_one == pytest.approx(beside, rel=5e-3)


def test_the_value_is_the_mean_of_the_fitted_distribution() -> None:
    frequency, _, _, value = load_cdnow()
    fit = fit_gamma_gamma(frequency, value)
    unknown = expect_values(fit, np.array([0.0]), np.array([0.0]))[0]

    # Customers' means are gamma over a gamma variable: their mean by integration.
    def density(scale: float) -> float:
        return float(fit.gamma**fit.q * scale ** (fit.q - 1) * np.exp(-fit.gamma * scale))

    whole, _ = quad(density, 0, 10)
    mean, _ = quad(lambda scale: fit.p / scale * density(scale) / whole, 0, 10)
    assert unknown == pytest.approx(mean, rel=1e-4)
    often = expect_values(fit, np.array([500.0]), np.array([80.0]))[0]
    assert often == pytest.approx(80, rel=0.01)


def test_too_little_is_said_to_be_too_little() -> None:
    few, many = np.zeros(20), np.zeros(200)
    assert fit_bg_nbd(few, few, few + 9).reason == "too_few_customers"
    assert fit_bg_nbd(many, many, many + 9).reason == "no_repeat"
    once = np.where(np.arange(200) < 3, 1.0, 0.0)
    assert fit_bg_nbd(once, once, many + 9).reason == "too_few_repeats"
    assert fit_gamma_gamma(many, many).reason == "no_repeat"
    assert fit_gamma_gamma(once, once).reason == "too_few_customers"
    same = np.full(200, 2.0)
    assert fit_gamma_gamma(same, same * 50).reason == "not_converged"  # everybody alike: no spread to fit
    never_leaving = fit_bg_nbd(same, many + 8.9, many + 9)
    assert never_leaving.reason is None or never_leaving.reason == "not_converged"


def test_purchases_are_days_and_the_first_tells_no_value() -> None:
    days = np.arange(0, 100 * DAY_MS, DAY_MS)
    person = np.array([0, 0, 0, 0, 2, 2])
    ts = np.array([0.1, 0.2, 10.5, 20.5, 5.0, 7.0]) * DAY_MS
    orders = Orders(person, ts.astype(np.int64), np.array([100, 200, 300, 0, 50, 70]))
    buying = sum_buying(join_days(orders, days), 50 * DAY_MS)
    assert buying.person.tolist() == [0, 2] and buying.frequency.tolist() == [2, 1]
    assert buying.recency == pytest.approx([20.4, 2]) and buying.age == pytest.approx([49.9, 45])
    assert buying.valued.tolist() == [1, 1] and buying.mean_value.tolist() == [300, 70]
    assert len(sum_buying(Orders(person[:0], person[:0], person[:0]), 1).person) == 0


def test_forecasts_are_the_integral_over_who_leaves_even_at_the_borders() -> None:
    random = np.random.default_rng(0)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    for _ in range(300):
        r, alpha, a, b = np.exp(random.uniform([-5, -4, -1, -1], [5, 6, 5, 5])).tolist()
        model = BgNbd(r, alpha, a, b, 0.0, 1, 1)
        age, x = random.uniform(0.5, 700, 1), random.integers(0, 60, 1).astype(float)
        recency = age * (x > 0) * random.uniform()
        leaves = beta.ppf((nodes + 1) / 2, a, b + x)
        each = -np.expm1(-(r + x) * np.log1p(leaves * 90 / (alpha + age))) / leaves
        expected = (each * weights).sum() / 2 * find_alive(model, x, recency, age)
        assert expect_more(model, x, recency, age, 90.0) == pytest.approx(expected, rel=0.02, abs=2e-5)
