"""confounding.json: §6 — partial rank correlations, γ within families, random effects, eras, pooled against within."""
from itertools import permutations
import math

import numpy as np
from scipy import optimize, stats

import definitions as d
import matrices

SEED = 20260106
HEADLINES = ["ethics_all", "MT_Bench", "wmdp_bio", "bbq_amb", "HarmBench-HumanJailbreaks-all", "LMSYS_Chatbot_Arena",
             "machiavelli-power.Σ", "mmlu"]
GIVEN = [["trainingFlop"], ["releasedOn"], ["parameters"], ["family"], ["releasedOn", "trainingFlop"], ["family", "releasedOn"]]


def rank(v):
    return stats.rankdata(np.asarray(v, float), method="average")


# ---- partial correlation of ranks ------------------------------------------------------------------------

def design(numeric, labels):
    """Intercept, ranks of the numeric covariates, indicators of all labels but the first."""
    n = len((numeric or labels)[0])
    columns = [np.ones(n)] + [rank(v) for v in numeric]
    for names in labels:
        columns += [np.array([float(x == own) for x in names]) for own in sorted(set(names))[1:]]
    return np.column_stack(columns)


def residuals(v, g):
    scale = np.where(np.abs(g).max(axis=0) > 0, np.abs(g).max(axis=0), 1)
    return v - (g / scale) @ np.linalg.lstsq(g / scale, v, rcond=1e-10)[0]


def partial(x, y, numeric, labels):
    """None for `partialRho` where undefined; vif None where the covariates explain the score."""
    n = len(x)
    out = {"n": n, "rank": None, "rho": None, "partialRho": None, "p": None, "interval": None, "vif": None}
    if n == 0:
        return out
    g = design(numeric, labels)
    scaled = (g - np.where(np.arange(g.shape[1]) > 0, g.mean(axis=0), 0))
    norms = np.linalg.norm(scaled, axis=0)
    scaled = scaled[:, norms > 1e-9] / norms[norms > 1e-9]
    out["rank"] = k = int(np.linalg.matrix_rank(scaled, tol=1e-8)) - 1
    rx, ry = rank(x), rank(y)
    total_x, total_y = ((v - v.mean()) @ (v - v.mean()) for v in (rx, ry))
    if n >= 3 and total_x > 0 and total_y > 0:
        out["rho"] = float(np.corrcoef(rx, ry)[0, 1])
    ex, ey = residuals(rx, g), residuals(ry, g)
    if total_x > 0 and ex @ ex >= 1e-12 * total_x:
        out["vif"] = float(total_x / (ex @ ex))
    if n - 3 - k < 1 or total_x == 0 or total_y == 0 or ex @ ex < 1e-12 * total_x or ey @ ey < 1e-12 * total_y:
        return out
    r = float(ex @ ey / np.sqrt((ex @ ex) * (ey @ ey)))
    out["partialRho"] = max(-1.0, min(1.0, r))
    if abs(r) < 1 - 1e-12:
        t = r * math.sqrt((n - 2 - k) / (1 - r * r))
        out["p"] = float(2 * stats.t.sf(abs(t), n - 2 - k))
        half = d.Z975 * math.sqrt((1 + r * r / 2) / (n - 3 - k))
        out["interval"] = [math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)]
    return out


# ---- γ within families -----------------------------------------------------------------------------------

def signs(v):
    """Over the pairs i < j."""
    v = np.asarray(v, float)
    i, j = np.triu_indices(v.shape[-1], 1)
    return np.sign(v[..., i] - v[..., j])


def gamma(x, y, family):
    """Pairs of one family, untied in both; p over all arrangements within families, by enumeration family by family."""
    groups = [[i for i, f in enumerate(family) if f == own] for own in sorted({f for f in family if f is not None})]
    groups = [g for g in groups if len(g) > 1]
    s = t = 0
    arrangements = 1
    distribution = {(0, 0): 1}
    for g in groups:
        sx, sy = signs([x[i] for i in g]), signs([y[i] for i in g])
        s, t = s + int(sx @ sy), t + int(np.abs(sx) @ np.abs(sy))
        arrangements *= math.factorial(len(g))
        own = np.array(list(permutations([y[i] for i in g])))
        permuted = signs(own)
        pairs, counts = np.unique(np.column_stack([permuted @ sx, np.abs(permuted) @ np.abs(sx)]).astype(int), axis=0, return_counts=True)
        joined = {}
        for (s0, t0), c0 in distribution.items():
            for (s1, t1), c1 in zip(pairs.tolist(), counts.tolist()):
                joined[(s0 + s1, t0 + t1)] = joined.get((s0 + s1, t0 + t1), 0) + c0 * c1
        distribution = joined
    if t == 0:
        return {"gamma": None, "pairs": 0, "arrangements": arrangements, "p": None}
    extreme = sum(c for (s0, t0), c in distribution.items() if t0 > 0 and abs(s0 / t0) >= abs(s / t) - 1e-12)
    return {"gamma": s / t, "pairs": t, "arrangements": arrangements, "p": extreme / arrangements}


# ---- random effects --------------------------------------------------------------------------------------

def random_effects(rhos, sizes):
    """Fisher's z, variance 1/(n − 3); Paule–Mandel τ², Hartung–Knapp interval, I² = (Q − df)/Q."""
    z, v = np.arctanh(rhos), 1 / (np.asarray(sizes, float) - 3)
    k = len(z)

    def fit(tau2):
        w = 1 / (v + tau2)
        mu = (w @ z) / w.sum()
        return w, mu, float(w @ (z - mu) ** 2)

    _, _, q = fit(0.0)
    tau2 = 0.0
    if q > k - 1:
        high = 1.0
        while fit(high)[2] > k - 1:
            high *= 2
        tau2 = optimize.brentq(lambda t: fit(t)[2] - (k - 1), 0, high, xtol=1e-16, rtol=1e-15, maxiter=1000)
    w, mu, spread = fit(tau2)
    half = stats.t.ppf(0.975, k - 1) * math.sqrt(spread / (k - 1) / w.sum())
    return {"rho": math.tanh(mu), "interval": [math.tanh(mu - half), math.tanh(mu + half)], "tau2": tau2, "q": q,
            "i2": max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0}


# ---- eras ------------------------------------------------------------------------------------------------

def plain(x, y):
    keep = [i for i in range(len(x)) if y[i] is not None]
    x, y = [x[i] for i in keep], [y[i] for i in keep]
    defined = len(x) >= 3 and len(set(y)) > 1 and len(set(x)) > 1
    rho = float(np.corrcoef(rank(x), rank(y))[0, 1]) if defined else None
    return {"n": len(x), "rho": rho, "interval": d.bonett_wright(rho, len(x))}


def eras(score, target, date):
    """Windows of models with score and date; ρ over those that have the target."""
    days = sorted(set(date))
    size = max(8, math.ceil(len(score) / 3))
    windows = []
    for first in days:
        last = next((day for day in days if sum(first <= x <= day for x in date) >= size), None)
        if last is not None:
            inside = [i for i, x in enumerate(date) if first <= x <= last]
            windows.append({"from": first, "to": last, **plain([score[i] for i in inside], [target[i] for i in inside])})
    ordinal = [np.datetime64(x).astype(int) for x in date]
    middle = np.median(ordinal)
    half = lambda keep: plain([s for s, o in zip(score, ordinal) if keep(o)], [t for t, o in zip(target, ordinal) if keep(o)])
    return {"windows": windows, "before": half(lambda o: o < middle), "after": half(lambda o: o >= middle)}


# ---- the bundled matrix ----------------------------------------------------------------------------------

def metadata(datasets, models):
    about = {r["model"]: r for r in matrices.read_csv(f"{datasets}/reference/models.csv")}
    number = lambda text: None if text == "" else float(text)
    return [{"releasedOn": a["releasedOn"] or None, "trainingFlop": number(a["trainingFlop"]), "parameters": number(a["parameters"]),
             "family": a["family"] or None, "class": a["class"]} for a in (about[m] for m in models)]


def value(covariate, meta):
    if covariate == "releasedOn":
        return None if meta[covariate] is None else float(np.datetime64(meta[covariate]).astype(int))
    return meta[covariate]


def given_rows(score, target, meta, given):
    keep = [i for i in range(len(score)) if target[i] is not None and all(meta[i][c] is not None for c in given)]
    column = lambda c: [value(c, meta[i]) for i in keep]
    numeric = [column(c) for c in given if c not in ("family", "class")]
    labels = [column(c) for c in given if c in ("family", "class")]
    return keep, numeric, labels


def one_partial(score, target, meta, given):
    keep, numeric, labels = given_rows(score, target, meta, given)
    out = partial([score[i] for i in keep], [target[i] for i in keep], numeric, labels)
    out["rhoAll"] = plain(score, target)["rho"]
    out["singletons"] = sum(sum(1 for x in set(names) if names.count(x) == 1) for names in labels)
    return out


def scores_of(matrix):
    fit = d.capabilities_score(matrices.capability_rows(matrix), "spearman")
    assert fit["models"] == list(range(len(matrix["models"])))
    return [float(s) for s in fit["scores"]]


def pooled_matrix(parts):
    names = list(dict.fromkeys(b for m in parts for b in m["columns"]))
    return {"models": [x for m in parts for x in m["models"]], "capability": parts[0]["capability"],
            "columns": {b: [v for m in parts for v in m["columns"].get(b, [None] * len(m["models"]))] for b in names}}


def of_matrix(matrix, meta, givens):
    score = scores_of(matrix)
    out = {"partial": []}
    for given in givens:
        rows = {b: one_partial(score, y, meta, given) for b, y in matrix["columns"].items()}
        out["partial"].append({"given": given, "benchmarks": rows})
    return out, score


def draws_of(matrix, meta, given, count, rng):
    """Explicit resamples: PC1 refitted, ranks and covariates recomputed on the drawn rows. `rows` index the models as listed."""
    n = len(matrix["models"])
    targets = [b for b in HEADLINES if b in matrix["columns"]]
    out = []
    while len(out) < count:
        rows = rng.integers(0, n, n).tolist()
        own = {"models": rows, "capability": matrix["capability"], "columns": {b: [c[i] for i in rows] for b, c in matrix["columns"].items()}}
        x = np.array(matrices.capability_rows(own), float)
        ranks = np.apply_along_axis(stats.rankdata, 0, x)
        values, vectors = np.linalg.eigh(np.corrcoef(ranks, rowvar=False))
        v = vectors[:, -1] * np.sign(vectors[:, -1].sum())
        if values[-1] - values[-2] < 1e-3 or min(np.ptp(x, axis=0)) == 0:
            continue
        z = (x - x.mean(axis=0)) / x.std(axis=0)
        of_row = {i: float(s) for i, s in zip(rows, z @ v)}  # a row drawn twice has one score to the bit
        score = [of_row[i] for i in rows]
        if min(np.diff(sorted(of_row.values())), default=1) < 1e-9:
            continue
        own_meta = [meta[i] for i in rows]
        out.append({"rows": rows, "partialRho": [one_partial(score, own["columns"][b], own_meta, given)["partialRho"] for b in targets]})
    return {"given": given, "targets": targets, "models": matrix["models"], "draws": out}


def bundled(datasets, rng):
    parts = matrices.bundled(datasets)
    classes, draws = {}, {}
    for name, matrix in parts.items():
        meta = metadata(datasets, matrix["models"])
        out, score = of_matrix(matrix, meta, GIVEN)
        family, date = [m["family"] for m in meta], [m["releasedOn"] for m in meta]
        out["covariates"] = {}
        for c in ("releasedOn", "trainingFlop", "parameters"):
            keep = [i for i in range(len(score)) if meta[i][c] is not None]
            p = partial([score[i] for i in keep], [score[i] for i in keep], [[value(c, meta[i]) for i in keep]], [])
            out["covariates"][c] = {"n": len(keep), "rho": float(np.corrcoef(rank([score[i] for i in keep]), rank([value(c, meta[i]) for i in keep]))[0, 1]), "vif": p["vif"]}
        out["withinFamily"], out["eras"], out["own"] = {}, {}, {}
        for b, y in matrix["columns"].items():
            keep = [i for i in range(len(score)) if y[i] is not None]
            out["withinFamily"][b] = gamma([score[i] for i in keep], [y[i] for i in keep], [family[i] for i in keep])
            out["own"][b] = plain(score, y)
            if b in HEADLINES:
                out["eras"][b] = eras(score, y, date)
        draws[name] = [draws_of(matrix, meta, given, 15, rng) for given in (["trainingFlop"], ["family", "releasedOn"])]
        classes[name] = out
    whole = pooled_matrix(list(parts.values()))
    meta = metadata(datasets, whole["models"])
    pooled, score = of_matrix(whole, meta, [["class"], ["class", "family"]])
    pooled["own"] = {b: plain(score, y) for b, y in whole["columns"].items()}
    draws["pooled"] = [draws_of(whole, meta, ["class", "family"], 15, rng)]
    return {"classes": classes, "pooled": pooled, "draws": draws}


# ---- small cases -----------------------------------------------------------------------------------------

def small_partials(rng):
    """Ties, constant columns, few models, covariates that repeat each other, labels that each stand alone."""
    out = []
    for k in range(60):
        n = int(rng.integers(2, 16))
        coarse = lambda: rng.integers(0, int(rng.integers(2, 7)), n).astype(float).tolist()
        fine = lambda: rng.normal(size=n).round(3).tolist()
        pick = lambda: coarse() if rng.random() < 0.5 else fine()
        x, y = pick(), pick()
        numeric = [pick() for _ in range(int(rng.integers(0, 3)))]
        labels = [[f"f{v}" for v in rng.integers(0, int(rng.integers(2, 5)), n)] for _ in range(int(rng.integers(0 if numeric else 1, 3)))]
        if k % 10 == 3:
            y = [1.0] * n
        if k % 10 == 5 and numeric:
            numeric.append([2 * v for v in numeric[0]])
        if k % 10 == 7:
            numeric.append(list(x))  # explains the score wholly
        if k % 10 == 9:
            labels = [[f"own{i}" for i in range(n)]]
        out.append({"x": x, "y": y, "numeric": numeric, "labels": labels, **partial(x, y, numeric, labels)})
    return out


def small_gammas(rng):
    out = []
    for k in range(40):
        n = int(rng.integers(2, 13))
        x = rng.integers(0, 6, n).astype(float).tolist() if k % 2 else rng.normal(size=n).round(3).tolist()
        y = [1.0] * n if k % 13 == 5 else rng.integers(0, 5, n).astype(float).tolist()
        family = [None if v == 0 else f"f{v}" for v in rng.integers(0, 4, n)]
        out.append({"x": x, "y": y, "family": family, **gamma(x, y, family)})
    return out


def small_effects(rng):
    out = []
    for k in range(30):
        groups = int(rng.integers(3, 8))
        rhos = (rng.uniform(-0.9, 0.9, groups) if k % 2 else rng.uniform(0.3, 0.4, groups)).round(4).tolist()
        sizes = rng.integers(5, 40, groups).tolist()
        out.append({"rhos": rhos, "sizes": sizes, **random_effects(rhos, sizes)})
    return out


def body(datasets):
    rng = np.random.default_rng(SEED)
    found = bundled(datasets, rng)
    return found | {"partials": small_partials(rng), "gammas": small_gammas(rng), "effects": small_effects(rng)}


def print_ticked_figures(datasets):
    """Of §6, from the released matrices at full precision."""
    for name, matrix in matrices.released(datasets).items():
        meta, score = metadata(datasets, matrix["models"]), scores_of(matrix)
        for b in (b for b in HEADLINES if None not in matrix["columns"].get(b, [None])):
            y = matrix["columns"][b]
            flop, date = (one_partial(score, y, meta, [c]) for c in ("trainingFlop", "releasedOn"))
            g, e = gamma(score, y, [m["family"] for m in meta]), eras(score, y, [m["releasedOn"] for m in meta])
            show = lambda v: "–" if v is None else f"{v:.3f}"
            print(f"{name} {b}: given FLOP ({flop['n']}) {show(flop['rho'])} → {show(flop['partialRho'])}, given date {show(date['partialRho'])}, "
                  f"γ {show(g['gamma'])} of {g['pairs']} p {show(g['p'])}, eras {show(e['before']['rho'])} {show(e['after']['rho'])}")
