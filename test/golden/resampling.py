"""intervals.json: what very many resamples and permutations say, with the error that one run of 10 000 has."""
import math

import numpy as np
from scipy import special, stats

import batch
import dependence
import draws
import matrices

SEED = 20260106
B, BATCH, RUN, RUNS = 200_000, 10_000, 10_000, 1_000
TAU = 0.4
LEVELS = (0.025, 0.975)
LEAST_USABLE = 0.8
FAMILY_COLUMNS = ("MT_Bench ethics_all wmdp_bio HarmBench-HumanJailbreaks-all bbq_amb moralchoice LMSYS_Chatbot_Arena machiavelli-games "
                  "machiavelli-power.Σ rmsce_mmlu truthfulqa_mc1 discrim_eval").split()


def decimals(value, places=8):
    return None if value is None or math.isnan(value) else round(float(value), places) + 0.0


# ---- runs of 10 000, drawn from the B resamples ---------------------------------------------------------

def sorted_uniforms(rng):
    """RUNS × RUN order statistics of uniforms, from exponential spacings."""
    spacings = rng.standard_exponential((RUNS, RUN + 1))
    total = np.cumsum(spacings, axis=1)
    return total[:, :-1] / total[:, -1:]


def run_summary(look_up, uniforms, levels, share=1.0):
    """For each level (one number, or one per run): the standard error of a run's type 7 quantile, and the range from
    4 standard errors below to 4 above in probability, which also holds where resamples share few values.

    share: of a run's 10 000 only so many are usable. 1.025: the B resamples have an error of their own."""
    errors, ranges, runs = [], [], np.arange(RUNS)
    for level in levels:
        h = (RUN - 1) * np.broadcast_to(level, (RUNS,))
        low = np.clip(np.floor(h).astype(int), 0, RUN - 1)
        u, v = uniforms[runs, low], uniforms[runs, np.minimum(low + 1, RUN - 1)]
        a, b = look_up(u), look_up(v)
        errors.append(decimals((a + (h - low) * (b - a)).std(ddof=1) / math.sqrt(share)))
        reached = u + (h - low) * (v - u)
        reach = 4 * math.sqrt(1 + RUN / B) * reached.std(ddof=1) / math.sqrt(share)
        ends = np.clip([reached.mean() - reach, reached.mean() + reach], 0, 1 - 1e-9)
        ranges.append([decimals(x) for x in look_up(ends)])
    return errors, ranges


def bias_correction(below, equal, size):
    return special.ndtri(np.clip((below + equal / 2) / size, 1 / (2 * size), 1 - 1 / (2 * size)))


def bca_level(z0, a, level):
    z = special.ndtri(level)
    return special.ndtr(z0 + (z0 + z) / (1 - a * (z0 + z)))


def bounds(values, uniforms, share):
    """Percentile bounds of sorted resamples, with the standard error of a run of 10 000."""
    if share < LEAST_USABLE:
        return {"percentile": None}
    errors, ranges = run_summary(lambda u: values[(u * len(values)).astype(int)], uniforms, LEVELS, share)
    return {"percentile": [decimals(np.quantile(values, q)) for q in LEVELS], "percentileSe": errors, "percentileWithin": ranges}


def bca(values, rho, a, uniforms, share):
    if share < LEAST_USABLE:
        return {"a": draws.digits(a), "bca": None}
    size = len(values)
    first, last = np.searchsorted(values, rho - batch.ZERO, "left"), np.searchsorted(values, rho + batch.ZERO, "right")
    z0 = bias_correction(first, last - first, size)
    below, upto = (uniforms < first / size).sum(1), (uniforms < last / size).sum(1)
    z0_runs = bias_correction(below, upto - below, RUN)
    errors, ranges = run_summary(lambda u: values[(u * size).astype(int)], uniforms, [bca_level(z0_runs, a, q) for q in LEVELS], share)
    return {"z0": decimals(z0), "z0Se": decimals(z0_runs.std(ddof=1) / math.sqrt(share)), "a": draws.digits(a),
            "bca": [decimals(np.quantile(values, bca_level(z0, a, q))) for q in LEVELS], "bcaSe": errors, "bcaWithin": ranges}


def batches(values, size):
    """Percentile bounds of each batch of 10 000, undefined ones left out: for comparison with the runs."""
    return np.array([[np.nanquantile(values[i:i + size], q) for q in LEVELS] for i in range(0, len(values), size)])


# ---- one class -----------------------------------------------------------------------------------------

def permutation_counts(rng, matrix, scores, names):
    """#{|ρ_b| ≥ |ρ̂| − 1e-12} of B permutations; sums of doubled midranks are exact integers."""
    out = {}
    groups = {}
    for b in names:
        have = tuple(i for i, v in enumerate(matrix["columns"][b]) if v is not None)
        groups.setdefault(have, []).append(b)
    for have, own in groups.items():
        x = 2 * stats.rankdata([scores[i] for i in have]) - len(have) - 1
        y = np.array([2 * stats.rankdata([matrix["columns"][b][i] for i in have]) - len(have) - 1 for b in own])
        observed, reach = y @ x, np.sqrt((y**2).sum(1) * (x @ x))
        count = np.zeros(len(own), dtype=int)
        for _ in range(B // BATCH):
            permuted = rng.permuted(np.tile(x, (BATCH, 1)), axis=1) @ y.T
            count += (np.abs(permuted) >= np.abs(observed) - batch.ZERO * reach).sum(0)
        out |= dict(zip(own, count.tolist()))
    return out


def binomial_se(share):
    return math.sqrt(share * (1 - share) / RUN)


def engine_of(matrix, fits):
    capability = matrices.capability_rows(matrix)
    assert len(set(map(tuple, capability))) == len(capability)
    return batch.Class(capability, matrix["columns"], {basis: f["weights"] for basis, f in fits.items()})


def mean_measure(capability):
    """Midrank weights of the mean; no two models' means are near."""
    mean = np.array(capability).mean(1)
    ordered = np.sort(mean)
    assert np.diff(ordered).min() > 1e-9 * (ordered[-1] - ordered[0])
    return batch.below_or_equal(mean)


def resample_class(rng, engine, names):
    """ρ*(PC1), d* = ρ*(PC1) − ρ*(mean) per column, and |v*·v| per basis, over B resamples."""
    n = len(engine.x)
    rho, diff = (np.empty((len(names), B)) for _ in range(2))
    congruence = {basis: np.empty(B) for basis in engine.weights}
    by_mean = mean_measure(engine.x)
    for start in range(0, B, BATCH):
        here = slice(start, start + BATCH)
        rows = rng.integers(0, n, size=(BATCH, n))
        counts = np.zeros((BATCH, n))
        np.add.at(counts, (np.arange(BATCH)[:, None], rows), 1)
        for basis, v in engine.weights.items():
            weights, scores, usable = engine.fit(counts, basis)
            assert usable.all()
            congruence[basis][here] = np.abs(weights @ v)
            if basis == "spearman":
                by = engine.rank_weights(counts, scores)
        measures = [(m, engine.centred_ranks(counts, m)) for m in (by, by_mean)]
        for k, b in enumerate(names):
            pc1, mean = engine.spearmans(counts, measures, b)
            rho[k, here], diff[k, here] = pc1, pc1 - mean
    return rho, diff, congruence


def class_intervals(rng, name, matrix, fits, uniforms, jackknife, rho_hat, mean_hat):
    names = list(matrix["columns"])
    rho, diff, congruence = resample_class(rng, engine_of(matrix, fits), names)
    others = [b for b in names if matrix["kinds"][b] != "capability"]
    permuted = permutation_counts(rng, matrix, [float(s) for s in fits["spearman"]["scores"]], others)
    columns, ratios = {}, []
    for k, b in enumerate(names):
        usable = ~np.isnan(rho[k])
        values, share = np.sort(rho[k][usable]), usable.mean()
        column = {"kind": matrix["kinds"][b], "rho": decimals(rho_hat[b], 11), "usable": int(usable.sum()), **bounds(values, uniforms, share)}
        column |= bca(values, rho_hat[b], jackknife[b]["a"], uniforms, share)
        by_batch = batches(rho[k], BATCH).std(axis=0, ddof=1)
        ratios += [s / t for s, t in zip(column.get("percentileSe", ()), by_batch) if t > 1e-6]
        d = np.sort(diff[k][usable])
        at_most, at_least = int((d <= batch.ZERO).sum()), int((d >= -batch.ZERO).sum())
        column["difference"] = {"d": decimals(rho_hat[b] - mean_hat[b], 11), **bounds(d, uniforms, share), "atMostZero": at_most, "atLeastZero": at_least,
                                "p": decimals(min(1, 2 * (min(at_most, at_least) + 1) / (len(d) + 1))),
                                "pSe": decimals(2 * binomial_se(min(0.5, min(at_most, at_least) / len(d))) / math.sqrt(share))}
        if b in permuted:
            column["permutation"] = {"atLeast": permuted[b], "p": decimals((permuted[b] + 1) / (B + 1)), "pSe": decimals(binomial_se(permuted[b] / B))}
        columns[b] = column
    print(f"intervals.json {name}: standard errors of runs over those of {B // BATCH} batches, median {np.median(ratios):.3f}, "
          f"5–95 % {np.quantile(ratios, 0.05):.2f}–{np.quantile(ratios, 0.95):.2f}")
    q = dict(zip(others, stats.false_discovery_control([columns[b]["permutation"]["p"] for b in others])))
    q_difference = dict(zip(others, stats.false_discovery_control([columns[b]["difference"]["p"] for b in others])))
    summary = {"nonCapability": len(others), "bhAtMost05": int(sum(v <= 0.05 for v in q.values())),
               "nearestBh": decimals(min(abs(v - 0.05) for v in q.values())), "differenceBhAtMost05": int(sum(v <= 0.05 for v in q_difference.values()))}
    shares = np.array([columns[b]["permutation"]["atLeast"] / B for b in others])
    runs = (rng.binomial(RUN, shares, size=(RUNS, len(others))) + 1) / (RUN + 1)
    found = (stats.false_discovery_control(runs, axis=1) <= 0.05).sum(1)
    summary["bhRuns"] = {str(v): int(k) for v, k in zip(*np.unique(found, return_counts=True))}
    verdicts = {b: verdict(columns[b]["percentile"]) for b in others}
    small = [b for b in others if abs(rho_hat[b]) < TAU]
    summary["verdicts"] = {v: sum(w == v for w in verdicts.values()) for v in ("entangled", "inverse", "distinct", "undecided", "noInterval")}
    summary["below04"], summary["below04Distinct"] = len(small), [b for b in small if verdicts[b] == "distinct"]
    print(f"  §5 {name}: BH q ≤ .05 {summary['bhAtMost05']} of {len(others)} (nearest q to .05: {summary['nearestBh']} away; counts of {RUNS} runs of {RUN}: {summary['bhRuns']}); verdicts {summary['verdicts']}; "
          f"|rho| < .4: {len(small)}, of them distinct: {summary['below04Distinct']}; §3 q of d ≤ .05: {summary['differenceBhAtMost05']}")
    print(f"  §5 {name} MT-Bench percentile {columns['MT_Bench']['percentile']}, BCa {columns['MT_Bench']['bca']}; d of BBQ ambiguous {columns['bbq_amb']['difference']}")
    resampled = {basis: congruence_summary(np.sort(c), uniforms) for basis, c in congruence.items()}
    return {"models": len(matrix["models"]), "summary": summary, "congruence": resampled, "columns": columns}


def congruence_summary(values, uniforms):
    look_up = lambda u: values[(u * len(values)).astype(int)]
    out = {}
    for key, q in (("median", 0.5), ("q025", 0.025)):
        (se,), (within,) = run_summary(look_up, uniforms, [q])
        out[key] = {"value": decimals(np.quantile(values, q)), "se": se, "within": within}
    return out


def verdict(interval, tau=TAU):
    if interval is None:
        return "noInterval"
    low, high = interval
    return "entangled" if low > tau else "inverse" if high < -tau else "distinct" if -tau < low and high < tau else "undecided"


# ---- families, exactly ---------------------------------------------------------------------------------

def compositions(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def family_bootstrap(datasets, matrix, fits, uniforms, rho_hat):
    """Every way of drawing F of F families, with its probability: no Monte Carlo error."""
    own, families = draws.families_of(datasets, matrix["models"])
    size = len(families)
    ways = np.array(list(compositions(size, size)))
    chance = np.exp(special.gammaln(size + 1) - special.gammaln(ways + 1).sum(1) - size * math.log(size))
    assert abs(chance.sum() - 1) < 1e-12
    counts = ways[:, [families.index(f) for f in own]].astype(float)
    engine = engine_of(matrix, fits)
    rho = {b: [] for b in FAMILY_COLUMNS}
    for start in range(0, len(ways), BATCH):
        c = counts[start:start + BATCH]
        _, scores, usable = engine.fit(c, "spearman")
        by = engine.rank_weights(c, scores)
        measures = [(by, engine.centred_ranks(c, by))]
        for b in FAMILY_COLUMNS:
            rho[b].append(np.where(usable, engine.spearmans(c, measures, b)[0], np.nan))
    columns = {}
    for b in FAMILY_COLUMNS:
        r = np.concatenate(rho[b])
        usable = ~np.isnan(r)
        order = np.argsort(r[usable], kind="stable")
        values, reach = r[usable][order], np.cumsum(chance[usable][order])
        look_up = lambda u: values[np.minimum(np.searchsorted(reach / reach[-1], u), len(values) - 1)]
        errors, ranges = run_summary(look_up, uniforms, LEVELS, reach[-1])
        columns[b] = {"rho": decimals(rho_hat[b], 11), "usableShare": decimals(reach[-1], 11), "percentile": [decimals(look_up(q)) for q in LEVELS],
                      "percentileSe": errors, "percentileWithin": ranges}
    return {"families": families, "ways": len(ways), "columns": columns}


def generate(datasets, released):
    rng = np.random.default_rng(SEED)
    uniforms = sorted_uniforms(rng)
    classes, deterministic = {}, {}
    for name, matrix in released.items():
        fits, pieces = dependence.class_pieces(datasets, name, matrix)
        deterministic[name] = pieces
        rho_hat, mean_hat = pieces.pop("rho"), pieces.pop("mean")
        classes[name] = class_intervals(rng, name, matrix, fits, uniforms, pieces["jackknife"], rho_hat, mean_hat)
        if name == "chat":
            classes[name]["familyBootstrap"] = family_bootstrap(datasets, matrix, fits, uniforms, rho_hat)
            print("  family bootstrap:", {b: (c["percentile"], c["percentileSe"]) for b, c in classes[name]["familyBootstrap"]["columns"].items()})
    return ({"seed": SEED, "B": B, "seOfRunOf": RUN, "classes": classes}, deterministic)
