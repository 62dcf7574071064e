"""Fitting the hesitation score: it recovers what was planted, is calibrated, and says no when there is too little."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from services.analyzer.hesitation.fit import SessionSample, fit_hesitation, judge, predict
from services.analyzer.stats.folds import hash_ids
from shared.rules.hesitation import FEATURES, FIXED, HesitationModel, choose_model, compute_hesitation

PLANTED = HesitationModel(intercept=1.0, weights=(0.0, 0.0, 0.4, 0.8, -1.5, 0.6, 0.0, -0.5, 0.0))


def draw_sample(generator: np.random.Generator, sessions: int, model: HesitationModel | None) -> SessionSample:
    counts = generator.poisson((300, 4, 3, 1, 0.7, 0.3, 1), size=(sessions, 7))
    flags = generator.random((sessions, 2)) < 0.5
    features = np.hstack([counts, flags]).astype(np.float64)
    chance = predict(model, features) if model is not None else np.full(sessions, 0.8)
    return SessionSample(hash_ids([f"p{n}" for n in range(sessions)]), features, generator.random(sessions) < chance)


def test_a_planted_model_is_recovered_and_calibrated() -> None:
    sample = draw_sample(np.random.default_rng(1), 20_000, PLANTED)
    fitted = fit_hesitation(sample, salt="s", now=5)
    assert fitted.reason is None and fitted.model is not None and fitted.judgement is not None
    assert fitted.model.fitted_at == 5
    assert np.allclose(fitted.model.weights[2:8], PLANTED.weights[2:8], atol=0.15)
    judged = fitted.judgement
    assert judged.log_loss < judged.log_loss_base - 0.02 and judged.auc > 0.65
    assert len(judged.calibration) == 10 and sum(one.sessions for one in judged.calibration) == judged.sessions
    off = [one for one in judged.calibration if not one.ci_low - 0.02 <= one.predicted <= one.ci_high + 0.02]
    assert not off
    assert {one.feature for one in fitted.drivers[:3]} >= {"cart_adds", "returns"}


def test_where_nothing_tells_nothing_is_published() -> None:
    published = 0
    for seed in range(20):
        fitted = fit_hesitation(draw_sample(np.random.default_rng(seed), 1_500, None), salt="s", now=5)
        assert fitted.judgement is not None
        published += fitted.model is not None
        assert fitted.judgement.log_loss < fitted.judgement.log_loss_base + 0.02
    assert published <= 4, "5 % expected"


@pytest.mark.parametrize(("sessions", "reason"), [(0, "too_few_sessions"), (299, "too_few_sessions")])
def test_too_little_is_refused(sessions: int, reason: str) -> None:
    fitted = fit_hesitation(draw_sample(np.random.default_rng(1), sessions, PLANTED), salt="s", now=5)
    assert (fitted.model, fitted.judgement, fitted.reason) == (None, None, reason)


def test_nobody_bought() -> None:
    sample = draw_sample(np.random.default_rng(1), 500, PLANTED)
    all_left = SessionSample(sample.lots, sample.features, np.ones(500, dtype=bool))
    assert fit_hesitation(all_left, salt="s", now=5).reason == "no_conversions"


def test_figures_equal_the_library() -> None:
    generator = np.random.default_rng(3)
    score = np.round(generator.random(400), 2)
    left = generator.random(400) < score
    judged = judge(score, left, base=np.full(400, 0.5))
    assert judged.log_loss == pytest.approx(log_loss(left, np.clip(score, 1e-12, 1 - 1e-12)))
    assert judged.auc == pytest.approx(roc_auc_score(left, score))


def test_the_fixed_weights_are_sane() -> None:
    zero = dict.fromkeys(FEATURES, 0.0)
    calm = compute_hesitation(FIXED, {**zero, "products": 2, "page_views": 3, "seconds": 60})
    torn = compute_hesitation(FIXED, {**zero, "products": 6, "returns": 3, "page_views": 9, "seconds": 300})
    filled = compute_hesitation(FIXED, {**zero, "products": 2, "cart_adds": 2, "page_views": 4, "seconds": 120})
    assert filled < calm < torn and filled > 0 and torn < 1
    assert choose_model(None) is FIXED and choose_model(HesitationModel(intercept=0, weights=(1.0,))) is FIXED
    assert compute_hesitation(HesitationModel(intercept=1e9, weights=(0.0,) * 9), zero) == 1.0
