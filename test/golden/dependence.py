"""dependence.json: jackknife, familyIcc, the quadratic on ranks."""
from fractions import Fraction

import mpmath as mp
import numpy as np
from scipy import stats

import definitions as d
import draws
import matrices

SEED = 20260107


def ranks_about_mean(values):
    ranks = np.array(d.midranks(values))
    return ranks - ranks.mean()


def rho_of(score, target):
    """Spearman over the models with the target, from exact half-integers."""
    x, y = draws.both(score, target)
    if len(x) < 3:
        return None
    x, y = ranks_about_mean(x), ranks_about_mean(y)
    return None if not x.any() or not y.any() else float(x @ y / np.sqrt((x @ x) * (y @ y)))


# ---- one-way ICC(1) ------------------------------------------------------------------------------------

def icc1(values, groups):
    """(MSB − MSW)/(MSB + (k0 − 1)MSW), k0 = (N − Σn²/N)/(g − 1); exact until the last division. None where undefined."""
    exact = [Fraction(v) for v in values]
    sizes = {g: groups.count(g) for g in dict.fromkeys(groups)}
    total, g = len(exact), len(sizes)
    if g < 2 or total <= g:
        return None
    means = {key: sum(v for v, own in zip(exact, groups) if own == key) / n for key, n in sizes.items()}
    grand = sum(exact) / total
    between = sum(n * (means[key] - grand) ** 2 for key, n in sizes.items()) / (g - 1)
    within = sum((v - means[own]) ** 2 for v, own in zip(exact, groups)) / (total - g)
    k0 = (total - Fraction(sum(n * n for n in sizes.values()), total)) / (g - 1)
    below = between + (k0 - 1) * within
    return None if below == 0 else float((between - within) / below)


def rank_residuals(score, target):
    """Midranks of the target less their OLS fit on midranks of the score, exact. None where the score ties."""
    x, y = ([Fraction(r) for r in d.midranks(v)] for v in (score, target))
    mx, my = sum(x) / len(x), sum(y) / len(y)
    square = sum((v - mx) ** 2 for v in x)
    if square == 0:
        return None
    slope = sum((v - mx) * (w - my) for v, w in zip(x, y)) / square
    return [w - my - slope * (v - mx) for v, w in zip(x, y)]


def family_icc(score, target, family):
    have = [i for i, v in enumerate(target) if v is not None]
    groups = [family[i] for i in have]
    x, y = draws.both(score, target)
    residuals = rank_residuals(x, y)
    return {"scoreRanks": icc1(d.midranks(x), groups), "residuals": None if residuals is None else icc1(residuals, groups)}


# ---- quadratic on ranks --------------------------------------------------------------------------------

def quadratic(score, target):
    """t and p of the square in rank(target) ~ 1 + c + c², c = rank(score) − mean; n − 3 degrees of freedom."""
    x, y = draws.both(score, target)
    n = len(x)
    if n < 4:
        return None
    c = [Fraction(r) - Fraction(n + 1, 2) for r in d.midranks(x)]
    t = [Fraction(r) - Fraction(n + 1, 2) for r in d.midranks(y)]
    if len(set(c)) < 3 or not any(t):
        return None
    # the square, made orthogonal to the intercept and to c (exact)
    square = [v * v for v in c]
    mean = sum(square) / n
    slope = sum(s * v for s, v in zip(square, c)) / sum(v * v for v in c)
    e = [s - mean - slope * v for s, v in zip(square, c)]
    see = sum(v * v for v in e)
    if see == 0:
        return None
    beta = sum(v * w for v, w in zip(e, t)) / see
    linear = sum(v * w for v, w in zip(c, t)) / sum(v * v for v in c)
    residual = sum((w - linear * v - beta * u) ** 2 for w, v, u in zip(t, c, e))
    df = n - 3
    if residual == 0:
        return {"coefficient": float(beta), "t": None, "p": None, "df": df}
    ratio = beta * beta * see * df / residual  # t²
    number = lambda f: mp.mpf(f.numerator) / mp.mpf(f.denominator)
    size = mp.sqrt(number(ratio))
    p = mp.betainc(mp.mpf(df) / 2, mp.mpf(1) / 2, 0, number(df / (df + ratio)), regularized=True)
    own = np.array([float(v) for v in c])
    design = np.column_stack([np.ones(n), own, own**2])
    fit = np.linalg.lstsq(design, np.array([float(v) for v in t]), rcond=None)[0]
    d.agree(beta, fit[2], 1e-10, "quadratic")
    d.agree(p, 2 * stats.t.sf(float(size), df), 1e-12, "quadratic p")
    return {"coefficient": float(beta), "t": float(size if beta >= 0 else -size), "p": float(p), "df": df}


# ---- one class -----------------------------------------------------------------------------------------

def class_pieces(datasets, name, matrix):
    capability = matrices.capability_rows(matrix)
    fits = {basis: d.capabilities_score(capability, basis) for basis in draws.BASES}
    original, score = fits["spearman"]["weights"], fits["spearman"]["scores"]
    mean = [float(np.mean(row)) for row in capability]
    family, families = draws.families_of(datasets, matrix["models"])
    removed = []
    for i in range(len(capability)):
        fit = draws.fit_rows(capability[:i] + capability[i + 1:], "spearman", original)
        assert fit["reason"] is None and fit["all"] == fit["weights"]  # the sign of §2 is the sign by inner product
        removed.append(fit["scores"])
    out = {"models": matrix["models"], "families": {f: [i for i, own in enumerate(family) if own == f] for f in families},
           "scoreRanksIcc": draws.digits(icc1(d.midranks(score), family)), "rho": {}, "mean": {}, "jackknife": {}, "familyIcc": {}, "quadratic": {}}
    for b, target in matrix["columns"].items():
        rho = [rho_of(s, target[:i] + target[i + 1:]) for i, s in enumerate(removed)]
        out["rho"][b], out["mean"][b] = rho_of(score, target), rho_of(mean, target)
        out["jackknife"][b] = {"rho": draws.table(rho), "a": draws.acceleration(rho)}
        out["familyIcc"][b] = {k: draws.digits(v) for k, v in family_icc(score, target, family).items()}
        # the score by its ranks: equal rows only could tie, and none are equal
        out["quadratic"][b] = {k: v if k == "df" else None if v is None else float(f"{v:.12e}") for k, v in quadratic(score, target).items()}
    both_high = [b for b, v in out["familyIcc"].items() if matrix["kinds"][b] != "capability" and v["scoreRanks"] > 0.1 and v["residuals"] > 0.1]
    curved = [b for b, v in out["quadratic"].items() if matrix["kinds"][b] != "capability" and v["p"] is not None and v["p"] < 0.05]
    print(f"dependence.json {name}: ICC of score ranks {out['scoreRanksIcc']}; both ICC > .1 in {len(both_high)} non-capability columns; quadratic p < .05 in {len(curved)}")
    return fits, out


# ---- small cases ---------------------------------------------------------------------------------------

def small_cases():
    rng = np.random.default_rng(SEED)
    icc = [([1, 2, 3, 4, 5, 6], "aabbcc"), ([1, 1, 2, 2, 3, 3], "aabbcc"), ([1, 2, 1, 2, 1, 2], "aabbcc"), ([5, 5, 5, 5], "aabb"), ([1, 2, 3], "abc"),
           ([1, 2, 3], "aaa"), ([1, 2, 3, 4], "aaab"), ([2.5, 2.5, 4, 1, 5.5, 5.5], "abcbca"), ([3, 1], "aa"), ([7], "a")]
    for _ in range(10):
        n = int(rng.integers(5, 16))
        groups = [chr(97 + int(v)) for v in rng.integers(0, 4, size=n)]
        icc.append((d.midranks([float(v) for v in np.round(rng.normal(size=n) + [0.8 * ord(g) for g in groups], 1)]), "".join(groups)))
    curves = [([1, 2, 3], [1, 3, 2]), ([1, 2, 3, 4], [1, 3, 4, 2]), ([1, 1, 2, 2, 2], [1, 3, 4, 2, 5]), ([1, 2, 3, 4, 5], [7, 7, 7, 7, 7]), ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
              ([1, 2, 3, 4, 5, 6, 7], [9, 4, 2, 1, 2, 4, 9]), ([3, 3, 3, 3, 3], [1, 2, 3, 4, 5])]
    for _ in range(12):
        n = int(rng.integers(4, 25))
        x = np.round(rng.normal(size=n), 1)
        y = np.round(rng.uniform(-1, 1) * x**2 + rng.normal(size=n), 1)
        curves.append((x.tolist(), y.tolist()))
    floats = lambda v: [float(u) for u in v]
    return {"icc": [{"values": floats(v), "groups": list(g), "icc": icc1(floats(v), list(g))} for v, g in icc],
            "quadraticCases": [{"score": floats(x), "target": floats(y), "expected": quadratic(floats(x), floats(y))} for x, y in curves]}


def body(classes):
    return {"seed": SEED, "basis": "spearman", "classes": classes, **small_cases()}
