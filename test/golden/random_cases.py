"""random.json: 500 small matrices with ties, gaps, constant columns, large offsets and tiny scales."""
from collections import Counter

import numpy as np

import definitions as d

SEED, CASES = 20240731, 500


def draw(rng):
    """One matrix (rows × p capability columns, then two targets), None = missing."""
    n, p = int(rng.integers(3, 31)), int(rng.integers(2, 11))
    decimals = int(rng.integers(2, 4))
    factor = rng.normal(size=n)
    share, spread = rng.uniform(0, 1), rng.choice([0.03, 0.1, 0.3])
    signs = np.where(rng.random(p + 2) < 0.15, -1, 1)
    x = 0.5 + spread * (share * np.outer(factor, signs) + (1 - share) * rng.normal(size=(n, p + 2)))
    if rng.random() < 0.3 and n > 3:  # a duplicated model
        x[1, :p] = x[0, :p]
    if rng.random() < 0.1:  # a duplicated capability column
        x[:, 1] = x[:, 0]
    constant = rng.random(p + 2) < np.where(np.arange(p + 2) < p, 0.04, 0.02)
    x[:, constant] = x[0, constant]
    kind = rng.choice(["plain", "offset", "tiny"], size=p + 2, p=[0.9, 0.05, 0.05])
    text = {"plain": lambda v: f"{v:.{decimals}f}", "offset": lambda v: f"{v + 1e6:.{decimals}f}", "tiny": lambda v: f"{v:.{decimals}f}e-6"}
    cells = [[float(text[kind[j]](x[i, j])) for j in range(p + 2)] for i in range(n)]
    if rng.random() < 0.4:
        for i in range(n):
            for j in range(p + 2):
                if rng.random() < (0.03 if j < p else 0.15):
                    cells[i][j] = None
    return cells, p


def ambiguous(fit):
    """Why the expected answer would hang on rounding, or None."""
    if fit["reason"] == "tied eigenvalues" or fit.get("gap", 1) < 1e-6:
        return "first two eigenvalues closer than 1e-6 relative"
    if fit["reason"] is not None:
        return None
    if fit["closestScores"] < 1e-9:
        return "distinct rows with scores closer than 1e-9 sd"
    if fit["nearestSignRival"] < 1e-8:
        return "two weights' magnitudes nearly tied"
    if any(0 < abs(w) < 1e-9 for w in fit["weights"]):
        return "a weight nearly zero"
    return None


def expected(fit, cells, p):
    out = {"reason": fit["reason"]}
    if fit["reason"] is not None:
        return out
    floats = lambda values: [float(v) for v in values]
    out |= {
        "eigenvalues": floats(fit["eigenvalues"]), "explainedVariance": float(fit["explainedVariance"]),
        "scoreVarianceShare": float(fit["scoreVarianceShare"]),
        "weights": floats(fit["weights"]), "scores": floats(fit["scores"]), "targets": [],
    }
    for t in (p, p + 1):
        a = d.against_score(fit, [row[t] for row in cells])
        out["targets"].append({k: a[k] if k in ("n", "reason") or a[k] is None else float(a[k]) for k in a})
    return out


def generate():
    rng = np.random.default_rng(SEED)
    cases, skipped = [], Counter()
    while len(cases) < CASES:
        cells, p = draw(rng)
        fits = {basis: d.capabilities_score([row[:p] for row in cells], basis) for basis in ("spearman", "pearson")}
        why = next((w for w in map(ambiguous, fits.values()) if w), None)
        if why:
            skipped[why] += 1
            continue
        fit = fits["spearman"]
        cases.append({
            "id": len(cases), "p": p, "cells": cells, "models": fit["models"], "dropped": fit["dropped"], "kept": fit["kept"],
            "expected": {basis: expected(f, cells, p) for basis, f in fits.items()},
        })
    print("random.json skipped:", dict(skipped), "without a score:", Counter(c["expected"]["spearman"]["reason"] for c in cases))
    return {"seed": SEED, "skipped": dict(skipped), "cases": cases}
