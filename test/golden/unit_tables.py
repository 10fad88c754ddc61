"""stats.json: tables for single statistics."""
import mpmath as mp
import numpy as np
from scipy import special, stats

import definitions as d

SEED = 41


def phi_inverse(p):
    """50 digits, from the exact value of the double p."""
    start = mp.mpf(float(special.ndtri(p)))
    with mp.workdps(400):
        return float(mp.findroot(lambda x: mp.ncdf(x) - mp.mpf(p), (start, start + mp.mpf("1e-8")), tol=mp.mpf("1e-740"), verify=False)) if p != 0.5 else 0.0


def vector_pair(rng, index):
    n = int(rng.integers(2, 41))
    grid = [None, 1, 2, 3][index % 4]
    x = rng.normal(size=n)
    y = rng.uniform(-1, 1) * x + rng.normal(size=n)
    if grid is not None:
        x, y = np.round(x, grid - 1), np.round(y, grid - 1)
    if index % 17 == 16:
        y[:] = 0.1
    if index % 10 == 9:
        x = x * 1e-6 + (1e3 if index % 20 == 9 else 0)
    return [float(v) for v in x], [float(v) for v in y]


def pair_table():
    rng = np.random.default_rng(SEED)
    special_pairs = [
        ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]), ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]), ([1.0, 2.0, 3.0, 4.0], [1.0, 4.0, 9.0, 1e9]),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]), ([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]), ([1.0, 2.0], [2.0, 1.0]), ([1.0], [1.0]), ([], []),
        ([-0.0, 0.0, 1.0, 2.0], [5.0, 3.0, 4.0, 6.0]), ([1e308, -1e308, 0.0, 5e307], [1.0, 2.0, 3.0, 5.0]),
        ([0.0, 5e-324, 1e-323, 2e-323], [1.0, 2.0, 3.0, 5.0]), ([1e15, 1e15 + 0.25, 1e15 + 1, 1e15 + 3], [4.0, 1.0, 3.0, 2.0]),
    ]
    rows = []
    for x, y in special_pairs + [vector_pair(rng, i) for i in range(50)]:
        spearman = d.spearman(x, y)
        pearson = d.pearson(x, y) if spearman is not None else None
        kendall = d.kendall(x, y)
        if pearson is not None and max(map(abs, x)) < 100 and min(np.ptp(x), np.ptp(y)) > 1e-3:
            d.agree(pearson, stats.pearsonr(x, y).statistic, 1e-12, "pearson")
        f = lambda v: None if v is None else float(v)
        n = len(x)
        rows.append({"x": x, "y": y, "n": n, "spearman": f(spearman), "pearson": f(pearson), "kendall": f(kendall),
                     "intervals": {"bonettWright": d.bonett_wright(spearman, n), "pearsonFisher": d.fisher(pearson, n), "kendall": d.tau_interval(kendall, n)}})
    return rows


def tables():
    x = [0.0, 1e-10, 1e-3, 0.1, 0.25, 0.5, 0.674, 1.0, 1.5, 1.959963984540054, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 6.361340902404056, 7.0, 8.0, 8.3]
    x = sorted({-v for v in x} | set(x) | {-10.0, -20.0, -30.0, -37.5})
    p = [1e-300, 1e-100, 1e-50, 1e-16, 1e-12, 1e-10, 1e-8, 1e-6, 5e-5, 1e-4, 1e-3, 0.005, 0.01, 0.02425, 0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.425, 0.49,
         0.5, 0.51, 0.575, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.975, 0.97575, 0.99, 0.995, 0.999, 1 - 1e-4, 1 - 1e-6, 1 - 1e-8, 1 - 1e-10, 1 - 1e-12, 1 - 2.0**-53]
    for v in x:
        d.agree(mp.ncdf(mp.mpf(v)), special.ndtr(v), 1e-15, "Phi")
    inverse = [{"p": v, "x": phi_inverse(v)} for v in p]
    for row in inverse:
        d.agree(row["x"], special.ndtri(row["p"]), 1e-12, "inverse Phi")
    ranks = [[], [7], [1, 2, 3], [3, 1, 2], [5, 5, 5], [1, 2, 2, 3], [2, 1, 2, 1, 2], [-0.0, 0.0, -1], [0.1 + 0.2, 0.3, 0.3], [1e308, -1e308, 5e-324, 0, 1e308],
             [1, 1, 2, 2, 3, 3, 3, 3], [9, 8, 8, 7, 7, 7, 1]]
    rng = np.random.default_rng(SEED + 1)
    p_values = [[0.04], [0.5, 0.5, 0.5], [0.001, 0.01, 0.02, 0.03, 0.04, 0.05], [0.9, 0.0001, 0.2, 0.03, 0.03, 1.0], [float(round(v, 4)) for v in rng.uniform(size=30) ** 3]]
    adjust = lambda ps, how: [float(v) for v in stats.false_discovery_control(ps, method=how)]
    samples = [[3.0], [1.0, 2.0], [4.0, 1.0, 3.0, 2.0, 2.0], [float(round(v, 3)) for v in rng.normal(size=25)]]
    levels = [0, 0.025, 0.25, 0.5, 0.9, 0.975, 1]
    grid = [(r, n) for r in (-0.99, -0.8, -0.373, 0.0, 0.05, 0.314, 0.4, 0.6, 0.787, 0.95, 1.0) for n in (3, 4, 5, 10, 26, 27, 100, 10_000)]
    rhos = [0.0, 0.1, -0.2, 0.3, -0.314, 0.35, -0.373, 0.39, 0.399, 0.3999, 0.4, -0.4, 0.4001, 0.401, 0.41, 0.45, 0.5, -0.6, 0.7, 0.75, 0.8, -0.9, 0.95, 0.99, 1.0, -1.0]
    mrr = [(-0.373, -0.43, 0.9891, 26), (0.5, 0.3, 0.9, 27), (0.3, 0.5, 0.2, 27), (0.9, 0.9, 0.95, 20), (0.1, -0.1, -0.5, 10), (0.99, 0.98, 0.999, 27),
           (0.5, 0.4, 1.0, 27), (1.0, 0.9, 0.9, 27), (0.5, 0.4, 0.9, 3), (0.5, 0.4, 0.9, 4)]
    return {
        "midranks": [{"values": v, "ranks": [float(r) for r in stats.rankdata(v, method="average")]} for v in ranks],
        "pairs": pair_table(),
        "normal": [{"x": v, "phi": float(mp.ncdf(mp.mpf(v)))} for v in x],
        "normalInverse": inverse,
        "intervals": [{"r": r, "n": n, "bonettWright": d.bonett_wright(r, n), "pearsonFisher": d.fisher(r, n), "kendall": d.tau_interval(r, n)} for r, n in grid],
        "requiredModels": [{"rho": r, "tau": t, "n": d.required_models(r, t)} for t in (0.4, 0.2, 0.6) for r in rhos],
        "mengRosenthalRubin": [{"r1": a, "r2": b, "rx": c, "n": n, "expected": d.meng_rosenthal_rubin(a, b, c, n)} for a, b, c, n in mrr],
        "falseDiscovery": [{"p": ps, "bh": adjust(ps, "bh"), "by": adjust(ps, "by")} for ps in p_values],
        "quantilesType7": [{"values": s, "levels": levels, "quantiles": [float(np.quantile(s, q)) for q in levels]} for s in samples],
    }
