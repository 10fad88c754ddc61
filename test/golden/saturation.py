"""§11: headroom, ceiling, resolution, spread, disattenuation; the relation of |ρ| and headroom."""
import math

import numpy as np
from scipy import stats

import definitions as d

# What is made of what in the bundled matrix, read from its list of benchmarks.
AGGREGATES = {
    "ethics_all": ["ethics_cm", "ethics_deontology", "ethics_justice", "ethics_utilitarianism", "ethics_virtue"],
    "discrim_eval": ["discrim_eval_" + g for g in ("hispanic", "black", "female", "non-binary", "younger", "older")],
    "truthfulqa_truth*info": ["truthfulqa_truth", "truthfulqa_info"],
    "halueval": ["halueval_qa", "halueval_summarization", "halueval_dialogue"],
    "wmdp": ["wmdp_bio", "wmdp_chem", "wmdp_cyber"],
    "rules_all": ["rules_basic", "rules_benign", "rules_redteam"],
}


def limits(b):
    best, worst = (b["max"], b["min"]) if b["direction"] == "higher" else (b["min"], b["max"])
    zero = worst if b["chance"] is None else b["chance"]
    if best is None or zero is None:
        return None
    return (best, zero) if b["direction"] == "higher" else (-best, -zero)


def score_reliability(case):
    fit = case.fit
    if "scores" not in fit:
        return None
    noise = 0.0
    for k, v in zip(fit["kept"], fit["weights"]):
        j = case.capability[k]
        sd = np.std([case.cells[i][j] for i in fit["models"]])
        for i in fit["models"]:
            se = case.standard_error(i, j)
            if se is None:
                return None
            noise += float(v) ** 2 * (se / sd) ** 2 / len(fit["models"])
    return 1 - noise / float(np.var([float(s) for s in fit["scores"]]))


def row(case, j, rel_x):
    scored = any(s is not None for s in case.score)
    rows = [i for i in range(len(case.models)) if case.cells[i][j] is not None and (not scored or case.score[i] is not None)]
    x = [case.cells[i][j] for i in rows]
    se = [case.standard_error(i, j) for i in rows]
    known = all(e is not None for e in se)
    lim, n = limits(case.benchmarks[j]), len(rows)
    out = {"n": n, "headroom": None, "atCeiling": None, "resolution": None, "index": None, "disattenuatedRho": None}
    if lim is not None and n >= 5 and lim[0] > lim[1]:
        out["headroom"] = (lim[0] - np.mean(sorted(x)[-5:])) / (lim[0] - lim[1])
    if known and n and lim is not None:
        out["atCeiling"] = float(np.mean([lim[0] - v <= 2 * e for v, e in zip(x, se)]))
    if known and n >= 5:
        order = sorted(range(n), key=lambda i: (-x[i], -se[i]))
        noise = math.sqrt(se[order[0]] ** 2 + se[order[4]] ** 2)
        if noise > 0:
            out["resolution"] = (x[order[0]] - x[order[4]]) / noise
            out["index"] = math.exp(-out["resolution"] ** 2)
    out["spreadRatio"] = spread_ratio([case.models[i].get("releasedOn") for i in rows], x)
    pairs = [(case.score[i], case.cells[i][j]) for i in rows if case.score[i] is not None]
    rho = d.spearman([s for s, _ in pairs], [y for _, y in pairs])
    out["rho"] = None if rho is None else float(rho)
    out["reliability"] = None
    if known and n >= 2 and len(set(x)) > 1:
        out["reliability"] = 1 - float(np.mean(np.square(se))) / float(np.var(x, ddof=1))
        if rho is not None and rel_x is not None and rel_x > 0 and out["reliability"] > 0:
            out["disattenuatedRho"] = float(rho) / math.sqrt(rel_x * out["reliability"])
    return out


def spread_ratio(dates, x):
    dated = sorted((t, v) for t, v in zip(dates, x) if t is not None)
    third = math.ceil(len(dated) / 3)
    if third < 3:
        return None
    until, since = dated[third - 1][0], dated[-third][0]
    if until >= since:
        return None
    old, new = [v for t, v in dated if t <= until], [v for t, v in dated if t >= since]
    return float(np.std(new, ddof=1) / np.std(old, ddof=1)) if len(set(old)) > 1 else None


def relation(rows, names, field="rho"):
    chosen = [(abs(r[field]), r["headroom"]) for name, r in rows.items() if name in names and r[field] is not None and r["headroom"] is not None]
    x, y = [a for a, _ in chosen], [b for _, b in chosen]
    rho = d.spearman(x, y) if len(chosen) >= 3 else None
    return {"n": len(chosen), "spearman": None if rho is None else float(rho)}


def result(case, aggregates=()):
    rel_x = score_reliability(case)
    rows = {b["benchmark"]: row(case, j, rel_x) for j, b in enumerate(case.benchmarks)}
    names = [b["benchmark"] for b in case.benchmarks if b["benchmark"] not in aggregates]
    outside = [b["benchmark"] for b in case.benchmarks if b["benchmark"] in names and b["kind"] != "capability"]
    return {
        "scoreReliability": rel_x, "benchmarks": rows,
        "relation": {
            "all": relation(rows, names), "outsideScore": relation(rows, outside),
            "disattenuated": relation(rows, names, "disattenuatedRho"),
        },
    }


def bootstrap(case, aggregates, resamples=20_000, batches=20):
    """2.5 and 97.5 % of the relation over resamples of the models, with the Monte Carlo error of one run of 10 000 against this one."""
    rng = np.random.default_rng(7)
    x = np.array([[np.nan if v is None else v for v in row] for row in case.cells])
    n = len(x)
    usable = [j for j, b in enumerate(case.benchmarks) if b["benchmark"] not in aggregates and limits(b) is not None and not np.isnan(x[:, j]).any()]
    lim = np.array([limits(case.benchmarks[j]) for j in usable])
    outside = np.array([case.benchmarks[j]["kind"] != "capability" for j in usable])
    cap, v0 = x[:, case.capability], np.array([float(w) for w in case.fit["weights"]])
    found = {"all": [], "outsideScore": []}
    for _ in range(resamples):
        rows = rng.integers(0, n, n)
        c, y = cap[rows], x[np.ix_(rows, usable)]
        ranks = stats.rankdata(c, axis=0)
        vectors = np.linalg.eigh(np.corrcoef(ranks, rowvar=False))[1]
        v = vectors[:, -1] * np.sign(vectors[:, -1] @ v0)
        s = ((cap - c.mean(0)) / c.std(0)) @ v
        rho = columns_spearman(s[rows], y)
        room = (lim[:, 0] - np.sort(y, axis=0)[-5:].mean(0)) / (lim[:, 0] - lim[:, 1])
        for name, members in (("all", np.full(len(usable), True)), ("outsideScore", outside)):
            both = members & ~np.isnan(rho)
            found[name].append(stats.spearmanr(np.abs(rho[both]).round(12), room[both].round(12)).statistic)
    out = {}
    for name, values in found.items():
        q = np.quantile(values, [0.025, 0.975])
        se = np.std([np.quantile(batch, [0.025, 0.975]) for batch in np.split(np.array(values), batches)], axis=0) / math.sqrt(batches)
        out[name] = {"interval": q.tolist(), "se": (se * math.sqrt(3)).tolist()}
    return out


def columns_spearman(s, y):
    a = stats.rankdata(s)
    b = stats.rankdata(y, axis=0)
    a, b = a - a.mean(), b - b.mean(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (a @ b) / np.sqrt((a @ a) * (b * b).sum(0))
