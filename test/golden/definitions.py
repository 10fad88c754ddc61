"""The statistics of the methods text (§2-§5), written down once more and independently of src/.

Centring, variances, correlations and eigenvectors are computed with 50 digits from the exact values of the
doubles given, so a printed number is the correctly rounded answer, also beside 1e308 or 5e-324. Every result
within the reach of ordinary double arithmetic is checked against numpy and scipy before it is written.
"""
from fractions import Fraction
import math

import mpmath as mp
import numpy as np
from scipy import special, stats

mp.mp.dps = 50
Z975 = float(special.ndtri(0.975))
EXACT = mp.mpf("1e-30")  # two 50-digit results closer than this (relative) are the same number


class Disagreement(Exception):
    """numpy or scipy gives another answer than the 50 digits."""


def agree(exact, double, tolerance, what):
    if abs(float(exact) - float(double)) > tolerance:
        raise Disagreement(f"{what}: {float(exact)!r} against {float(double)!r}")


# ---- one column ----------------------------------------------------------------------------------------

def is_constant(values):
    return len(values) == 0 or min(values) == max(values)  # −0 equals 0


def deviations(values):
    """values − mean; exact for doubles, 50 digits for mpf."""
    if isinstance(values[0], mp.mpf):
        mean = mp.fsum(values) / len(values)
        return [v - mean for v in values]
    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    return [mp.mpf((v - mean).numerator) / mp.mpf((v - mean).denominator) for v in exact]


def z_scores(values):
    """Population standard deviation (ddof 0)."""
    d = deviations(values)
    sd = mp.sqrt(mp.fsum(x * x for x in d) / len(d))
    return [x / sd for x in d]


def midranks(values):
    """1 = smallest; equal values share the mean of their ranks. mpf values equal to 30 digits are equal."""
    if len(values) and isinstance(values[0], mp.mpf):
        spread = max(values) - min(values)
        order = sorted(range(len(values)), key=lambda i: values[i])
        level, levels = 0, [0] * len(values)
        for before, after in zip(order, order[1:]):
            level += int(values[after] - values[before] > EXACT * spread)
            levels[after] = level
        values = levels
    return [float(r) for r in stats.rankdata(values, method="average")]


# ---- two columns ---------------------------------------------------------------------------------------

def pearson(x, y):
    if len(x) < 3 or is_constant(x) or is_constant(y):
        return None
    return raw_pearson(x, y)


def raw_pearson(x, y):
    dx, dy = deviations(x), deviations(y)
    r = mp.fsum(a * b for a, b in zip(dx, dy)) / mp.sqrt(mp.fsum(a * a for a in dx) * mp.fsum(b * b for b in dy))
    return max(mp.mpf(-1), min(mp.mpf(1), r))


def spearman(x, y):
    if len(x) < 3:
        return None
    rho = pearson(midranks(x), midranks(y))
    if rho is not None:
        agree(rho, stats.spearmanr(midranks(x), midranks(y)).statistic, 1e-12, "spearman")
    return rho


def kendall(x, y):
    """tau-b."""
    if len(x) < 3:
        return None
    rx, ry = midranks(x), midranks(y)
    if is_constant(rx) or is_constant(ry):
        return None
    s = tx = ty = 0
    for i in range(len(x)):
        for j in range(i):
            a = (rx[i] > rx[j]) - (rx[i] < rx[j])
            b = (ry[i] > ry[j]) - (ry[i] < ry[j])
            s, tx, ty = s + a * b, tx + abs(a), ty + abs(b)
    tau = mp.mpf(s) / mp.sqrt(mp.mpf(tx) * ty)
    agree(tau, stats.kendalltau(rx, ry, variant="b").statistic, 1e-12, "kendall")
    return tau


def undefined_because(x, y):
    if len(x) < 3:
        return "fewer than three models have both"
    if is_constant(midranks(x)):
        return "the score is constant over these models"
    if is_constant(y):
        return "the benchmark is constant over these models"
    return None


# ---- the capabilities score ----------------------------------------------------------------------------

def capabilities_score(matrix, basis, check=True):
    """matrix: rows × capability columns, None = missing. Returns a dict; `reason` (words) where undefined."""
    rows = [i for i, row in enumerate(matrix) if all(v is not None for v in row)]
    p = len(matrix[0]) if matrix else 0
    fit = {"models": rows, "dropped": [], "kept": [], "reason": None}
    if p == 0:
        return fit | {"reason": "no capability benchmark"}
    if not rows:
        return fit | {"reason": "no model has every capability score"}
    columns = [[float(matrix[i][j]) for i in rows] for j in range(p)]
    fit["dropped"] = [j for j in range(p) if is_constant(columns[j])]
    fit["kept"] = kept = [j for j in range(p) if j not in fit["dropped"]]
    if not kept:
        return fit | {"reason": "every capability column is constant over the models used"}
    columns = [columns[j] for j in kept]
    based = [midranks(c) for c in columns] if basis == "spearman" else columns
    k = len(kept)
    r = mp.matrix(k, k)
    for a in range(k):
        for b in range(k):
            r[a, b] = mp.mpf(1) if a == b else (r[b, a] if b < a else raw_pearson(based[a], based[b]))
    values, vectors = mp.eigsy(r)
    order = sorted(range(k), key=lambda i: -values[i])
    fit["eigenvalues"] = [values[i] if abs(values[i]) > EXACT else mp.mpf(0) for i in order]
    fit["explainedVariance"] = values[order[0]] / mp.fsum(values)
    fit["gap"] = (values[order[0]] - values[order[1]]) / values[order[0]] if k > 1 else mp.mpf(1)
    if fit["gap"] <= mp.mpf("1e-9"):
        return fit | {"reason": "tied eigenvalues"}
    v = [vectors[i, order[0]] for i in range(k)]
    v = [x if abs(x) > EXACT else mp.mpf(0) for x in v]
    top = max(abs(x) for x in v)
    candidates = [x for x in v if abs(x) >= top - mp.mpf("1e-12")]
    if candidates[0] < 0:
        v = [-x if x else x for x in v]
    fit["weights"] = v
    fit["loadings"] = [x * mp.sqrt(values[order[0]]) for x in v]
    # the first candidate is now positive; a negative weight just outside the tie window could decide otherwise
    fit["nearestSignRival"] = min((top - abs(x) for x in v if x < 0 and top - abs(x) > mp.mpf("1e-14")), default=mp.mpf(1))
    z = [z_scores(c) for c in columns]
    of_row = {}
    for i in range(len(rows)):
        key = tuple(c[i] + 0.0 for c in columns)
        if key not in of_row:
            of_row[key] = mp.fsum(w * z[j][i] for j, w in enumerate(v))
    fit["scores"] = [of_row[tuple(c[i] + 0.0 for c in columns)] for i in range(len(rows))]
    mean = mp.fsum(fit["scores"]) / len(rows)
    variance = mp.fsum((s - mean) ** 2 for s in fit["scores"]) / len(rows)
    fit["scoreVarianceShare"] = variance / k
    distinct = sorted(of_row.values())
    fit["closestScores"] = min(((b - a) / mp.sqrt(variance) for a, b in zip(distinct, distinct[1:])), default=mp.mpf(1)) if variance > EXACT else mp.mpf(0)
    if check:
        check_with_numpy(columns, basis, fit)
    return fit


def check_with_numpy(columns, basis, fit):
    """The textbook double-precision computation must agree where its conditioning lets it."""
    x = np.array(columns).T
    with np.errstate(all="ignore"):
        sd = x.std(axis=0)
        spread = np.ptp(x, axis=0)
        benign = np.isfinite(sd).all() and (spread > 1e-200).all() and (np.abs(x).max(axis=0) < 1e7 * spread).all()
    if not benign:
        return False
    based = np.apply_along_axis(stats.rankdata, 0, x, method="average") if basis == "spearman" else x
    r = np.atleast_2d(np.corrcoef(based, rowvar=False))
    values, vectors = np.linalg.eigh(r)
    for exact, double in zip(fit["eigenvalues"], values[::-1]):
        agree(exact, double, 1e-8, "eigenvalue")
    v = vectors[:, -1]
    v = v * np.sign(np.dot(v, [float(w) for w in fit["weights"]]))
    z = (x - x.mean(axis=0)) / sd
    tolerance = 1e-8 + 1e-13 / float(fit["gap"])
    for exact, double in zip(fit["weights"], v):
        agree(exact, double, tolerance, "weight")
    for exact, double in zip(fit["scores"], z @ v):
        agree(exact, double, 50 * tolerance, "score")
    return True


def against_score(fit, target, leave_out=None):
    """Correlations of a target (None = missing) with a fitted score."""
    pairs = [(s, float(target[i])) for s, i in zip(fit["scores"], fit["models"]) if target[i] is not None]
    x, y = [s for s, _ in pairs], [t for _, t in pairs]
    out = {"n": len(pairs), "spearman": spearman(x, y), "pearson": None, "kendall": kendall(x, y)}
    if out["spearman"] is not None:
        out["pearson"] = pearson(x, y)
    out["reason"] = undefined_because(x, y)
    return out


# ---- averages ------------------------------------------------------------------------------------------

def exact_mean(values):
    """Mean of mpf or Fraction values."""
    values = [mp.mpf(v.numerator) / mp.mpf(v.denominator) if isinstance(v, Fraction) else v for v in values]
    return mp.fsum(values) / len(values)


def averages(matrix, lows, highs, chances=None):
    """{measure: [one mpf per row]} for complete rows; `chances` None leaves that measure out."""
    columns = [[float(row[j]) for row in matrix] for j in range(len(matrix[0]))]
    on_scale = [[(Fraction(x) - Fraction(lo)) / (Fraction(hi) - Fraction(lo)) for x in c] for c, lo, hi in zip(columns, lows, highs)]
    z = [z_scores(c) for c in columns]
    ranks = [[Fraction(r) for r in midranks(c)] for c in columns]
    by_row = lambda cols: [exact_mean([c[i] for c in cols]) for i in range(len(matrix))]
    out = {"mean": by_row(on_scale), "zmean": by_row(z), "meanRank": by_row(ranks)}
    if chances is not None:
        adjusted = [[(Fraction(x) - Fraction(ch)) / (Fraction(hi) - Fraction(ch)) for x in c] for c, ch, hi in zip(columns, chances, highs)]
        out["chanceAdjustedMean"] = by_row(adjusted)
    return out


# ---- closed forms --------------------------------------------------------------------------------------

def interval(r, n, variance, least_n):
    if r is None or n < least_n or abs(r) >= 1:
        return None
    half = Z975 * math.sqrt(variance)
    return [float(mp.tanh(mp.atanh(mp.mpf(r)) - half)), float(mp.tanh(mp.atanh(mp.mpf(r)) + half))]


def bonett_wright(rho, n):
    return interval(rho, n, (1 + float(rho) ** 2 / 2) / (n - 3), 4) if rho is not None and n >= 4 else None


def fisher(r, n):
    return interval(r, n, 1 / (n - 3), 4) if r is not None and n >= 4 else None


def tau_interval(tau, n):
    return interval(tau, n, 0.437 / (n - 4), 5) if tau is not None and n >= 5 else None


def power_to_decide(rho, n, tau=0.4):
    zeta, a, se = np.arctanh(abs(rho)), math.atanh(tau), np.sqrt((1 + rho * rho / 2) / (n - 3))
    if abs(rho) > tau:
        return special.ndtr((zeta - a) / se - Z975)
    return special.ndtr((a - zeta) / se - Z975) + special.ndtr((a + zeta) / se - Z975) - 1


def required_models(rho, tau=0.4):
    if rho is None:
        return None
    rho = float(rho)
    if abs(rho) == tau:
        return None
    n = np.arange(4, 100_001, dtype=float)
    with np.errstate(divide="ignore"):
        enough = power_to_decide(rho, n, tau) >= 0.8
    return int(n[np.argmax(enough)]) if enough.any() else None


def meng_rosenthal_rubin(r1, r2, rx, n):
    """z > 0: r1 above r2. Null where a term does not exist."""
    if r1 is None or r2 is None or rx is None or n < 4 or abs(r1) >= 1 or abs(r2) >= 1 or rx >= 1:
        return None
    r1, r2, rx = mp.mpf(r1), mp.mpf(r2), mp.mpf(rx)
    square = (r1 ** 2 + r2 ** 2) / 2
    f = min(mp.mpf(1), (1 - rx) / (2 * (1 - square)))
    h = (1 - f * square) / (1 - square)
    z = (mp.atanh(r1) - mp.atanh(r2)) * mp.sqrt((n - 3) / (2 * (1 - rx) * h))
    return {"z": float(z), "p": float(2 * mp.ncdf(-abs(z))), "f": float(f), "h": float(h)}
