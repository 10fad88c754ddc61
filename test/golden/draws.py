"""draws.json: given these draws, these weights, scores and correlations (50 digits, checked against batch.py)."""
from collections import Counter
from itertools import combinations_with_replacement, product
import math

import mpmath as mp
import numpy as np
from scipy import special

import batch
import definitions as d
import matrices

SEED = 20260105
RELEASED_DRAWS, FAMILY_DRAWS, RANDOM_MATRICES, RANDOM_DRAWS = 20, 20, 30, 40
BASES = ("spearman", "pearson")
COLUMNS = {
    "chat": "MT_Bench Alpaca-Eval_win-rate LMSYS_Chatbot_Arena gpqa ethics_all wmdp_bio HarmBench-HumanJailbreaks-all bbq_amb moralchoice safety_bench "
            "machiavelli-games machiavelli-samples machiavelli-power.Σ HarmBench-DirectRequest-harassment_bullying HarmBench-TAP-T-harmful cyberseceval2_frr "
            "rmsce_mmlu discrim_eval sycophancy truthfulqa_mc1 superglue adv_rte glue_wnli minerva_math superglue_copa".split(),
    "base": "MT_Bench gpqa ethics_all wmdp_bio HarmBench-HumanJailbreaks-all bbq_amb moralchoice safety_bench machiavelli-games machiavelli-samples drop_em "
            "machiavelli-power.Σ HarmBench-DirectRequest-harmful HarmBench-TAP-T-harmful cyberseceval2_canary_exploit cyberseceval2_autocomplete cyberseceval2_frr "
            "rmsce_mmlu discrim_eval sycophancy truthfulqa_mc1 rules_redteam adv_sst2 minerva_math superglue_copa".split(),
}
CLOSE = 1e-9
ENUMERATED = 6  # models: 462 multisets


class Knife(Exception):
    """An expected answer would hang on rounding."""


def digits(value):
    """11 decimals: tests compare at 1e-9."""
    return None if value is None else round(float(value), 11) + 0.0


def table(values):
    return [digits(v) for v in values]


# ---- one fit -------------------------------------------------------------------------------------------

def fit_rows(capability, basis, original=None):
    """capabilities_score, its sign by inner product with the original weights, 0 for constant columns.

    `all`: the weights of every column."""
    fit = d.capabilities_score(capability, basis)
    p = len(capability[0])
    if fit["reason"] == "tied eigenvalues" or fit.get("gap", 1) < 1e-6:
        raise Knife("first two eigenvalues closer than 1e-6 relative")
    if fit["reason"] is not None:
        return fit | {"all": None}
    if fit["closestScores"] < CLOSE:
        raise Knife("scores of distinct rows closer than 1e-9 sd")
    everything = [mp.mpf(0)] * p
    for j, w in zip(fit["kept"], fit["weights"]):
        everything[j] = w
    if original is None:
        if fit["nearestSignRival"] < 1e-6:
            raise Knife("two weights' magnitudes nearly tied")
    else:
        inner = mp.fsum(a * b for a, b in zip(everything, original))
        if abs(inner) < 1e-6:
            raise Knife("weights of the resample nearly orthogonal to the original ones")
        if inner < 0:
            everything, fit["scores"] = [-w for w in everything], [-s for s in fit["scores"]]
    return fit | {"all": everything}


def measures_of(capability):
    """mean, zmean and meanRank of the rows given; None without a capability column that varies."""
    kept = [j for j in range(len(capability[0])) if not d.is_constant([row[j] for row in capability])]
    if not kept:
        return None
    rows = [[float(row[j]) for j in kept] for row in capability]
    means = d.averages(rows, [0.0] * len(kept), [1.0] * len(kept))
    for measure in ("mean", "zmean"):
        values = sorted({tuple(row): v for row, v in zip(rows, means[measure])}.values())
        if any(b - a < CLOSE for a, b in zip(values, values[1:])):  # both are of order 1; z-scores that cancel tie by rounding
            raise Knife(f"{measure} of distinct rows closer than 1e-9")
    return means


def expected(capability, targets, rows, originals=None):
    """Everything that one draw determines. `rows`: model indices, repeats allowed."""
    drawn = [capability[i] for i in rows]
    on_rows = [[t[i] for i in rows] for t in targets]
    distinct = sorted(set(rows))
    out = {"rows": rows, "reason": None}
    for basis in BASES:
        fit = fit_rows(drawn, basis, originals and originals[basis])
        out["reason"] = fit["reason"]
        if fit["reason"] is not None:
            out[basis] = None
            continue
        at = {i: s for i, s in zip(rows, fit["scores"])}
        against = [d.against_score(fit, t) for t in on_rows]
        out[basis] = {"weights": table(fit["all"]), "scores": table(at[i] for i in distinct),
                      **{how: table(a[how] for a in against) for how in ("spearman", "pearson", "kendall")}}
        out["all"] = out.get("all", {}) | {basis: fit["all"]}
    means = measures_of(drawn)
    out["measures"] = None if means is None else {
        m: table(d.spearman(*pairs) for pairs in (both(means[m], t) for t in on_rows)) for m in ("mean", "zmean", "meanRank")}
    return out


def both(score, target):
    have = [i for i, v in enumerate(target) if v is not None]
    return [score[i] for i in have], [target[i] for i in have]


def check_with_batch(capability, targets, originals, results):
    """The vectorised double-precision engine must say the same, resample by resample."""
    models = len(capability)
    names = [str(i) for i in range(len(targets))]
    engine = batch.Class(capability, dict(zip(names, targets)), originals)
    counts = np.array([np.bincount(r["rows"], minlength=models) for r in results], dtype=float)
    off = 0.0
    for basis in BASES:
        weights, scores, usable = engine.fit(counts, basis)
        by = engine.rank_weights(counts, scores)
        rho = np.stack([engine.spearmans(counts, [(by, None)], t)[0] for t in names], axis=1)
        for i, r in enumerate(results):
            assert bool(usable[i]) == (r[basis] is not None)
            if r[basis] is None:
                continue
            theirs = np.array([np.nan if v is None else v for v in r[basis]["spearman"]])
            assert (np.isnan(theirs) == np.isnan(rho[i])).all(), (r, rho[i])
            off = max(off, np.nanmax(np.abs(theirs - rho[i]), initial=0), np.abs(weights[i] - r[basis]["weights"]).max())
    assert off < 1e-8, off
    return off


def usable_shares(capability, targets, originals):
    """Probability that a resample has a ρ*, per target: every multiset of rows with its multinomial probability."""
    n = len(capability)
    names = [str(i) for i in range(len(targets))]
    engine = batch.Class(capability, dict(zip(names, targets)), originals)
    counts = np.array([np.bincount(rows, minlength=n) for rows in combinations_with_replacement(range(n), n)], dtype=float)
    chance = np.exp(special.gammaln(n + 1) - special.gammaln(counts + 1).sum(1) - n * math.log(n))
    assert abs(chance.sum() - 1) < 1e-12
    _, scores, usable = engine.fit(counts, "spearman")
    by = engine.rank_weights(counts, scores)
    return [digits((chance * (usable & ~np.isnan(engine.spearmans(counts, [(by, None)], t)[0]))).sum()) for t in names]


def jackknife(capability, targets, originals):
    """ρ with each model deleted, PC1 refitted, per target; and the acceleration."""
    models = range(len(capability))
    rho = [[] for _ in targets]
    for i in models:
        rows = [k for k in models if k != i]
        fit = fit_rows([capability[k] for k in rows], "spearman", originals["spearman"])
        for t, target in enumerate(targets):
            value = None if fit["reason"] is not None else d.against_score(fit, [target[k] for k in rows])["spearman"]
            rho[t].append(None if value is None else float(value))
    return [{"rho": table(r), "a": digits(acceleration(r))} for r in rho]


def acceleration(rho):
    """a over the defined ρ₍ᵢ₎; all equal to 1e-12: 0; none defined: None."""
    r = np.array([v for v in rho if v is not None], dtype=float)
    if len(r) == 0:
        return None
    diff = r.mean() - r
    return 0.0 if np.abs(diff).max() <= 1e-12 else float((diff**3).sum() / (6 * (diff**2).sum() ** 1.5))


# ---- released ------------------------------------------------------------------------------------------

def strip(result):
    return {k: v for k, v in result.items() if k != "all" and not (k == "reason" and v is None)}


def families_of(datasets, models):
    """Family of each model and the families in order of first appearance."""
    family = {r["model"]: r["family"] or None for r in matrices.read_csv(f"{datasets}/reference/models.csv")}
    own = [family[m] or m for m in models]
    return own, list(dict.fromkeys(own))


def draws_until(count, draw, capability, targets, originals, skipped):
    results = []
    while len(results) < count:
        rows, extra = draw()
        try:
            results.append(expected(capability, targets, rows, originals) | extra)
        except Knife as why:
            skipped[str(why)] += 1
    return results


def released_class(datasets, matrix, name, rng, skipped):
    capability = matrices.capability_rows(matrix)
    targets = [matrix["columns"][b] for b in COLUMNS[name]]
    n = len(capability)
    first = expected(capability, targets, list(range(n)))
    originals = first["all"]
    results = draws_until(RELEASED_DRAWS, lambda: ([int(v) for v in rng.integers(0, n, size=n)], {}), capability, targets, originals, skipped)
    checked = [check_with_batch(capability, targets, originals, results)]
    out = {"models": matrix["models"], "capability": matrix["capability"], "targets": COLUMNS[name], "draws": list(map(strip, results))}
    if name == "chat":
        own, families = families_of(datasets, matrix["models"])
        members = [[i for i, f in enumerate(own) if f == family] for family in families]

        def draw():
            drawn = [int(v) for v in rng.integers(0, len(families), size=len(families))]
            return [i for f in drawn for i in members[f]], {"families": drawn}
        results = draws_until(FAMILY_DRAWS, draw, capability, targets, originals, skipped)
        checked.append(check_with_batch(capability, targets, originals, results))
        out["families"], out["members"], out["familyDraws"] = families, members, list(map(strip, results))
    print(f"draws.json {name}: batch.py off by at most {max(checked):.1e}")
    return out


# ---- random --------------------------------------------------------------------------------------------

SHAPES = [(n, p) for n, p in product((4, 5, 6, 8, 10, 12), (1, 2, 3, 4, 5))]


def random_matrix(rng, n, p):
    """n × p capability columns in 0…1 and three targets: tied, with gaps, nearly constant."""
    decimals = int(rng.integers(1, 4))
    factor, share = rng.normal(size=n), rng.uniform(0.2, 0.9)
    signs = np.where(rng.random(p) < 0.15, -1, 1)
    x = 0.5 + 0.15 * (share * np.outer(factor, signs) + (1 - share) * rng.normal(size=(n, p)))
    x = np.round(np.clip(x, 0, 1), decimals + 1)
    if rng.random() < 0.35:  # a duplicated model
        x[-1] = x[0]
    if p > 1 and rng.random() < 0.6:  # a capability column constant but for one or two models
        j, odd = int(rng.integers(p)), rng.choice(n, size=int(rng.integers(1, 3)), replace=False)
        column = np.full(n, x[0, j])
        column[odd] = np.round(np.clip(x[0, j] + rng.choice([-0.1, 0.1]), 0, 1), decimals + 1)
        x[:, j] = column
    tied = [float(v) for v in np.round(rng.uniform(-1, 1) * factor + rng.normal(size=n), 0)]
    gaps = [None if rng.random() < 0.25 else float(v) for v in np.round(rng.uniform(-1, 1) * factor + rng.normal(size=n), 2)]
    nearly = [0.25] * n
    nearly[int(rng.integers(n))] = 0.75
    return [[float(v) for v in row] for row in x], [tied, gaps, nearly]


def random_case(rng, n, p, skipped):
    while True:
        capability, targets = random_matrix(rng, n, p)
        try:
            first = expected(capability, targets, list(range(n)))
            if first["reason"] is not None:
                skipped["matrix: " + first["reason"]] += 1
                continue
            removed = jackknife(capability, targets, first["all"])
        except Knife as why:
            skipped["matrix: " + str(why)] += 1
            continue
        if any(d.is_constant([row[j] for row in capability]) for j in range(p)):
            skipped["matrix: a constant column"] += 1
            continue
        own = Counter()
        results = []
        while len(results) < RANDOM_DRAWS and sum(own.values()) < 4 * RANDOM_DRAWS:
            rows = [int(v) for v in rng.integers(0, n, size=n)]
            try:
                results.append(expected(capability, targets, rows, first["all"]))
            except Knife as why:
                own[str(why)] += 1
        if len(results) < RANDOM_DRAWS:
            skipped["matrix: too many draws skipped"] += 1
            continue
        skipped.update(own)
        off = check_with_batch(capability, targets, first["all"], results)
        return {"n": n, "p": p, "cells": capability, "targets": targets, "original": strip(first), "jackknife": removed,
                "usableShare": usable_shares(capability, targets, first["all"]) if n <= ENUMERATED else None, "draws": list(map(strip, results))}, off


def generate(datasets, released):
    rng = np.random.default_rng(SEED)
    skipped = Counter()
    classes = {name: released_class(datasets, released[name], name, rng, skipped) for name in ("chat", "base")}
    print("draws.json released, skipped:", dict(skipped))
    cases, worst, skipped_random = [], 0.0, Counter()
    for i, (n, p) in enumerate(SHAPES):
        case, off = random_case(rng, n, p, skipped_random)
        worst = max(worst, off)
        cases.append({"id": i, **case})
    assert len(cases) == RANDOM_MATRICES
    count = lambda of: sum(of(r) for c in cases for r in c["draws"])
    print(f"draws.json random: batch.py off by at most {worst:.1e}; skipped {dict(skipped_random)}; draws without a score {count(lambda r: 'reason' in r)}, "
          f"with a weight 0 {count(lambda r: 'reason' not in r and 0 in r['spearman']['weights'])}, "
          f"with an undefined rho {count(lambda r: 'reason' not in r and None in r['spearman']['spearman'])}; "
          f"jackknives with an undefined rho {sum(None in j['rho'] for c in cases for j in c['jackknife'])} of {3 * len(cases)}")
    return {"seed": SEED, "decimals": 11, "skipped": {"released": dict(skipped), "random": dict(skipped_random)}, "classes": classes, "cases": cases}
