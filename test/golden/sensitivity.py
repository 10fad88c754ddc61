"""sensitivity.json: bounds over model choices by brute force, their reference band, families left out, random model sets (§7)."""
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.special import ndtri

import matrices
from philox import philox4x32

METHODS = ("spearman", "pearson", "kendall")
SAME = 1e-12
SEED, SMALL = 2024, 40
BAND, BAND_PURPOSE, BAND_DROPS = 200, 21, 3
SETS, SETS_PURPOSE, SET_SIZE = 10_000, 22, 8
DROPS, REFIT_DROPS = 4, 3
SHOWN = {
    "chat": ["HarmBench-HumanJailbreaks-all", "ethics_all", "bbq_amb", "wmdp_bio", "MT_Bench", "LMSYS_Chatbot_Arena", "mmlu"],
    "base": ["ethics_all", "wmdp_bio", "mmlu"],
}


def kept(n, drops):
    """Subsets × models left, for subsets in lexicographic order of the models dropped."""
    dropped = np.array(list(combinations(range(n), drops)))
    mask = np.ones((len(dropped), n), bool)
    mask[np.arange(len(dropped))[:, None], dropped] = False
    return dropped, np.nonzero(mask)[1].reshape(len(dropped), n - drops)


def by_row(x, y, method):
    """The coefficient of each row of x with that of y; NaN where a side does not vary."""
    varies = (x != x[:, :1]).any(axis=1) & (y != y[:, :1]).any(axis=1)
    if method == "kendall":
        out = np.full(len(x), np.nan)
        i, j = np.triu_indices(x.shape[1], 1)
        for start in range(0, len(x), 4096):
            a = np.sign(x[start:start + 4096][:, i] - x[start:start + 4096][:, j])
            b = np.sign(y[start:start + 4096][:, i] - y[start:start + 4096][:, j])
            with np.errstate(invalid="ignore", divide="ignore"):
                out[start:start + 4096] = (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))
    else:
        if method == "spearman":
            x, y = stats.rankdata(x, axis=1), stats.rankdata(y, axis=1)
        x, y = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            out = (x * y).sum(1) / np.sqrt((x * x).sum(1) * (y * y).sum(1))
    out[~varies] = np.nan
    return out


def check_with_scipy(x, y, values, method):
    of = {"spearman": stats.spearmanr, "pearson": stats.pearsonr, "kendall": stats.kendalltau}[method]
    for row in np.linspace(0, len(x) - 1, 5).astype(int):
        if not np.isnan(values[row]):
            assert abs(of(x[row], y[row]).statistic - values[row]) < 1e-9, (method, row)


def extremes(values, dropped):
    """First of the subsets within SAME of the extreme."""
    undefined = int(np.isnan(values).sum())
    if undefined == len(values):
        return {"low": None, "high": None, "nearest": None, "lowDropped": None, "highDropped": None, "undefined": undefined}
    low, high = np.nanmin(values), np.nanmax(values)
    first = lambda found: [int(i) for i in dropped[np.argmax(found)]]
    return {"low": float(low), "high": float(high), "nearest": float(np.nanmin(np.abs(values))),
            "lowDropped": first(values <= low + SAME), "highDropped": first(values >= high - SAME), "undefined": undefined}


def bounds(x, y, method, drops):
    dropped, left = kept(len(x), drops)
    values = by_row(x[left], y[left], method)
    check_with_scipy(x[left], y[left], values, method)
    return {"dropped": drops, **extremes(values, dropped)}


def one(x, y, method):
    value = by_row(np.array([x]), np.array([y]), method)[0] if len(x) >= 3 else np.nan
    return None if np.isnan(value) else float(value)


def scores(capability, rows):
    """PC1 of the Spearman correlations, on these rows."""
    cells = capability[rows]
    z = (cells - cells.mean(0)) / cells.std(0)
    r = np.corrcoef(stats.rankdata(cells, axis=0), rowvar=False)
    v = np.linalg.eigh(r)[1][:, -1]
    return z @ (v * np.sign(v[np.argmax(np.abs(v))]))


# --- random numbers, from the published generator ---

def word_stream(seed, purpose, index):
    block = 0
    while True:
        yield from philox4x32([block, 0, index, 0], [seed, purpose])
        block += 1


def uniform(stream):
    high, low = next(stream) >> 5, next(stream) >> 6
    return (high * 67108864 + low + 0.5) / 9007199254740992


def below(stream, n):
    """Lemire 2019."""
    while True:
        product = next(stream) * n
        if product % 2**32 >= 2**32 % n:
            return product >> 32


NORMAL_R = {"spearman": lambda c: 2 * np.sin(np.pi * c / 6), "pearson": lambda c: c, "kendall": lambda c: np.sin(np.pi * c / 2)}


def band(n, rho, method, seed=0):
    r = NORMAL_R[method](rho)
    found = np.empty((BAND, BAND_DROPS, 2))
    lefts = [kept(n, k + 1)[1] for k in range(BAND_DROPS)]
    for b in range(BAND):
        stream = word_stream(seed, BAND_PURPOSE, b)
        z = ndtri([[uniform(stream), uniform(stream)] for _ in range(n)])
        x, y = z[:, 0], r * z[:, 0] + np.sqrt(1 - r * r) * z[:, 1]
        for k, left in enumerate(lefts):
            values = by_row(x[left], y[left], method)
            found[b, k] = values.min(), values.max()
    q = np.quantile(found, [0.025, 0.975], axis=0)
    return [{"dropped": k + 1, "low": q[:, k, 0].tolist(), "high": q[:, k, 1].tolist()} for k in range(BAND_DROPS)]


def percentile(x, y, method, submitted, seed=0):
    n, size = len(x), len(submitted)
    sets = np.empty((SETS, size), int)
    for b in range(SETS):
        stream, order = word_stream(seed, SETS_PURPOSE, b), list(range(n))
        for i in range(size):
            j = i + below(stream, n - i)
            order[i], order[j] = order[j], order[i]
        sets[b] = order[:size]
    values = by_row(x[sets], y[sets], method)
    rho = one(x[submitted], y[submitted], method)
    drawn = values[~np.isnan(values)]
    equal = np.abs(drawn - rho) <= SAME
    return {"submitted": submitted, "rho": rho, "percentile": float(((drawn < rho) & ~equal).sum() + equal.sum() / 2) / len(drawn), "sets": len(drawn)}


# --- the bundled matrix ---

def bundled_class(datasets, name, matrix):
    about = {r["model"]: r for r in matrices.read_csv(Path(datasets) / "reference" / "models.csv")}
    order = sorted(range(len(matrix["models"])), key=lambda i: matrix["models"][i])
    models = [matrix["models"][i] for i in order]
    capability = np.array([matrix["columns"][b] for b in matrix["capability"]], float).T[order]
    score = scores(capability, np.arange(len(models)))
    out = {}
    for benchmark in SHOWN[name]:
        if benchmark not in matrix["columns"]:
            continue
        target = np.array([np.nan if matrix["columns"][benchmark][i] is None else matrix["columns"][benchmark][i] for i in order])
        has = np.nonzero(~np.isnan(target))[0]
        x, y = score[has], target[has]
        names = [models[i] for i in has]
        family = [about[m]["family"] for m in names]
        entry = {"n": len(has), "models": names, "methods": {}}
        for method in METHODS:
            rho = one(x, y, method)
            without = lambda keep: one(x[keep], y[keep], method)
            most = 5 if benchmark.startswith("HarmBench") and method == "spearman" else DROPS
            everyone = np.arange(len(has))
            entry["methods"][method] = {
                "rho": rho,
                "bounds": [bounds(x, y, method, k) for k in range(1, most + 1)],
                "withoutModel": [without(everyone != i) for i in everyone],
                "withoutFamily": {f: without(np.array([g != f for g in family])) for f in sorted(set(family))},
            }
        entry["refitted"] = refitted(capability, has, y, family, models, about)
        if benchmark in ("HarmBench-HumanJailbreaks-all", "ethics_all"):
            entry["band"] = {method: band(len(has), entry["methods"][method]["rho"], method) for method in METHODS}
            entry["sets"] = percentile(x, y, "spearman", [int(i) for i in range(1, 2 * SET_SIZE, 2)])
        out[benchmark] = entry
    return out


def refitted(capability, has, y, family, models, about):
    """Spearman, the score refitted on all models but those dropped, also on those without the benchmark."""
    everyone = np.arange(len(capability))

    def without(gone):
        rows = np.setdiff1d(everyone, gone)
        own = np.isin(has, rows)
        return one(scores(capability, rows)[np.isin(rows, has)], y[own], "spearman")

    found = []
    for k in range(1, REFIT_DROPS + 1):
        dropped = np.array(list(combinations(range(len(has)), k)))
        found.append({"dropped": k, **extremes(np.array([without(has[s]) for s in dropped], float), dropped)})
    members = {f: [i for i in everyone if about[models[i]]["family"] == f] for f in sorted(set(family))}
    return {"bounds": found, "withoutModel": [without([i]) for i in has], "withoutFamily": {f: without(m) for f, m in members.items()}}


def small_cases():
    rng = np.random.default_rng(SEED)
    cases = []
    for c in range(SMALL):
        n, levels = int(rng.integers(4, 10)), (0, 4, 2)[c % 3]
        draw = lambda: rng.integers(0, levels, n).astype(float) if levels else rng.standard_normal(n).round(6)
        x, y = draw(), draw()
        cases.append({"x": x.tolist(), "y": y.tolist(),
                      "methods": {m: [bounds(x, y, m, k) for k in range(1, n - 2)] for m in METHODS}})
    return cases


def body(datasets):
    bundled = matrices.bundled(datasets)
    classes = {name: bundled_class(datasets, name, matrix) for name, matrix in bundled.items()}
    return {"seed": SEED, "bandSamples": BAND, "randomSets": SETS, "classes": classes, "cases": small_cases()}


def print_ticked_figures(found):
    chat = found["classes"]["chat"]
    harm = chat["HarmBench-HumanJailbreaks-all"]["methods"]["spearman"]
    print("§7 HarmBench human chat", harm["rho"], [(b["dropped"], round(b["low"], 4), round(b["high"], 4)) for b in harm["bounds"]])
    ethics = chat["ethics_all"]["methods"]["spearman"]
    print("§7 families", harm["withoutFamily"], ethics["withoutFamily"], chat["HarmBench-HumanJailbreaks-all"]["refitted"]["withoutFamily"])
