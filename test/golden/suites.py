"""§10, second half: every suite of a size, and the same with each family held out."""
from itertools import combinations

import numpy as np
from scipy import stats


def result(case, size, aggregates=None, most=10):
    parts = aggregates or {}
    rows = sorted((i for i in range(len(case.models)) if case.score[i] is not None), key=lambda i: case.models[i]["model"])
    score = np.array([case.score[i] for i in rows])
    complete = [j for j, b in enumerate(case.benchmarks)
                if b["kind"] == "safety" and all(case.cells[i][j] is not None for i in rows) and len({case.cells[i][j] for i in rows}) > 1]
    columns = sorted(complete, key=lambda j: case.benchmarks[j]["benchmark"])
    names = [case.benchmarks[j]["benchmark"] for j in columns]
    if len(rows) < 3 or len(columns) < size:
        return {"suites": [], "candidates": len(columns)}
    x = np.array([[case.cells[i][j] for j in columns] for i in rows])
    made_of = lambda a, b: b in parts.get(a, []) or a in parts.get(b, [])
    suites = [c for c in combinations(range(len(names)), size) if not any(made_of(names[a], names[b]) for a, b in combinations(c, 2))]
    families = [case.models[i].get("family") or f"own {i}" for i in rows]
    folds = by_group(families)
    by = "family"
    if min(len(rows) - len(f) for f in folds) < 8:
        folds, by = by_group(range(len(rows))), "model"
    if min(len(rows) - len(f) for f in folds) < 8:
        folds, by = [], None
    best = select(x, score, suites, most)
    held = [select(np.delete(x, f, 0), np.delete(score, f), suites, most) for f in folds]
    out = []
    for place, (rho, alpha, suite) in enumerate(best):
        sums = np.full(len(rows), np.nan)
        for f, found in zip(folds, held):
            if place < len(found):
                chosen = list(found[place][2])
                seen = np.delete(x, f, 0)[:, chosen]
                sums[f] = ((x[f][:, chosen] - seen.mean(0)) / seen.std(0)).mean(1)
        ok = ~np.isnan(sums)
        alone = [spearman(score, x[:, j]) for j in suite]
        unseen = spearman(score[ok], sums[ok].round(12)) if ok.sum() >= 3 and np.ptp(sums[ok]) > 0 and np.ptp(score[ok]) > 0 else None
        least = max(abs(rho), 0.1)
        out.append({
            "benchmarks": [names[j] for j in suite], "rhoOptimised": rho, "alpha": alpha, "rhoOutOfFold": unseen, "n": int(ok.sum()),
            "cancels": bool(max(alone) > least and min(alone) < -least),
            "foldsAgreeing": sum(place < len(found) and found[place][2] == suite for found in held),
        })
    return {"suites": out, "candidates": len(names), "folds": {"by": by, "count": len(folds)}}


def by_group(labels):
    labels = list(labels)
    return [[i for i, other in enumerate(labels) if other == label] for label in dict.fromkeys(labels)]


def spearman(a, b):
    return float(stats.spearmanr(a, b).statistic)


def select(x, score, suites, most):
    """(ρ, α, members), best first: least |ρ|, then greater α, then members in order."""
    sd = x.std(0)
    varies = sd > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (x - x.mean(0)) / sd
    r = np.where(np.outer(varies, varies), np.nan_to_num(z.T @ z / len(x)), 0)
    found = []
    for suite in suites:
        if not all(varies[list(suite)]):
            continue
        k = len(suite)
        mean = np.mean([r[a, b] for a, b in combinations(suite, 2)])
        alpha = k * mean / (1 + (k - 1) * mean)
        if alpha >= 0.7 - 1e-12:
            found.append((suite, alpha))
    if not found or np.ptp(score) == 0:
        return []
    sums = np.array([z[:, list(suite)].sum(1) for suite, _ in found]).round(12)
    b = stats.rankdata(sums, axis=1)
    a = stats.rankdata(score)
    a, b = a - a.mean(), b - b.mean(1, keepdims=True)
    rho = (b @ a) / np.sqrt((a @ a) * (b * b).sum(1))
    scored = [(float(q), float(alpha), suite) for q, (suite, alpha) in zip(rho, found) if not np.isnan(q)]
    return sorted(scored, key=lambda s: (round(abs(s[0]), 11), -round(s[1], 11), s[2]))[:most]
