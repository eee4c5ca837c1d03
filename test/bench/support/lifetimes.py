"""BG/NBD of the columns x, tx and T in a folder: by the package lifetimes, else by its likelihood and optimiser on autograd and scipy."""
import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
folder = sys.argv[1]
x, tx, T = (np.fromfile(f"{folder}/{name}", dtype="<f8") for name in ("x", "tx", "T"))
YEAR = 365.0


def stand_in():
    import autograd.numpy as anp
    from autograd import value_and_grad
    from autograd.scipy.special import gammaln
    from scipy.optimize import minimize
    from scipy.special import hyp2f1

    # As lifetimes scales time.
    scale = 10.0 / T.max()
    ftx, fT = tx * scale, T * scale
    repeat = x > 0
    later = np.maximum(x, 1)

    def negative(logs):
        r, alpha, a, b = anp.exp(logs)
        a_1 = gammaln(r + x) - gammaln(r) + r * anp.log(alpha)
        a_2 = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        a_3 = -(r + x) * anp.log(alpha + fT)
        a_4 = anp.log(a) - anp.log(b + later - 1) - (r + x) * anp.log(ftx + alpha)
        top = anp.maximum(a_3, a_4)
        return -anp.mean(a_1 + a_2 + top + anp.log(anp.exp(a_3 - top) + anp.exp(a_4 - top) * repeat))

    best = minimize(value_and_grad(negative), np.full(4, 0.1), jac=True, tol=1e-7)
    r, alpha, a, b = np.exp(best.x)
    alpha /= scale
    log_likelihood = -best.fun * len(x) + x.sum() * np.log(scale)

    def score():
        z = YEAR / (alpha + T + YEAR)
        growth = 1 - ((alpha + T) / (alpha + T + YEAR)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
        alive = 1 / (1 + np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + T) / (alpha + tx)) ** (r + x), 0))
        return alive * (a + b + x - 1) / (a - 1) * growth

    return "lifetimes' likelihood and optimiser on autograd and scipy", log_likelihood, score


def by_lifetimes():
    from lifetimes import BetaGeoFitter

    fitter = BetaGeoFitter()
    fitter.fit(x, tx, T)
    log_likelihood = -fitter._negative_log_likelihood_ * len(x)
    return "lifetimes", log_likelihood, lambda: fitter.conditional_expected_number_of_purchases_up_to_time(YEAR, x, tx, T)


try:
    import lifetimes  # noqa: F401

    way = by_lifetimes
except ImportError:
    way = stand_in

began = time.process_time()
name, log_likelihood, score = way()
fitted = time.process_time()
score()
print(json.dumps({"name": name, "fitSeconds": fitted - began, "scoreSeconds": time.process_time() - fitted, "logLikelihood": float(log_likelihood)}))
