"""what-if.json and interventions.json: scenarios and paired interventions (§8), in numpy and scipy, from the methods text alone."""
from itertools import product
import json
from pathlib import Path

import numpy as np
from scipy import stats

BUNDLED = Path(__file__).parents[2] / "data" / "safetywashing-2024.json"
ORDERS = 20_000
ADDED_ORDERS = 4_000


# ---------------------------------------------------------------- the score

def fit(x, basis="spearman"):
    """Columns that vary, their mean and sd (ddof 0), first eigenvector with its largest entry positive, scores."""
    kept = [j for j in range(x.shape[1]) if np.ptp(x[:, j]) > 0]
    if len(x) == 0 or not kept:
        return None
    x = x[:, kept]
    mean, sd = x.mean(0), x.std(0)
    z = (x - mean) / sd
    r = np.corrcoef(stats.rankdata(x, axis=0) if basis == "spearman" else x, rowvar=False).reshape(len(kept), len(kept))
    values, vectors = np.linalg.eigh(r)
    if len(values) > 1 and values[-1] - values[-2] <= 1e-9 * values[-1]:
        return None
    v = vectors[:, -1]
    v = v * np.sign(v[np.argmax(np.abs(v) > np.abs(v).max() - 1e-12)])
    return {"kept": kept, "mean": mean, "sd": sd, "v": v, "scores": z @ v}


def frozen(f, x):
    return ((x[:, f["kept"]] - f["mean"]) / f["sd"]) @ f["v"]


def joined(x):
    """Values closer than 1e-10 of the range are one value."""
    order, out = np.argsort(x), x.copy()
    span = np.ptp(x) or 1
    for a, b in zip(order, order[1:]):
        if x[b] - x[a] < 1e-10 * span:
            out[b] = out[a]
    return out


def coefficient(x, y, method):
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float({"spearman": stats.spearmanr, "pearson": stats.pearsonr, "kendall": stats.kendalltau}[method](x, y)[0])


# ---------------------------------------------------------------- scenarios

def path(x, y, floors, order, value, tax, mode, basis, method, f=None):
    """ρ after 0, 1, … of `order` are treated. x: complete rows × capabilities; y may miss; order: rows with y."""
    f = f or fit(x, basis)
    taxed = floors + (1 - tax) * (x - floors)
    out = []
    for k in range(len(order) + 1):
        chosen = order[:k]
        if mode == "replace":
            scores, target = f["scores"].copy(), y.copy()
            if tax > 0:
                scores[chosen] = frozen(f, taxed[chosen])
            target[chosen] = value
        else:
            cells = np.vstack([x, taxed[chosen] if tax > 0 else x[chosen]])
            scores, target = fit(cells, basis)["scores"], np.append(y, np.full(k, value))
        has = ~np.isnan(target)
        out.append(coefficient(joined(scores)[has], target[has], method))
    return out


def crossing(rhos, threshold=0.4):
    sign = lambda r: 0 if abs(r) < 1e-12 else np.sign(r)
    defined = [(k, r) for k, r in enumerate(rhos) if r is not None]
    zero = next((k for k, r in defined if sign(r) != sign(rhos[0])), None) if sign(rhos[0]) != 0 else None
    side = next((k for k, r in defined if (abs(r) < threshold - 1e-12) != (abs(rhos[0]) < threshold - 1e-12)), None)
    return {"zero": zero, "threshold": side}


def by_score(f, y, least=False):
    rows = [i for i in range(len(y)) if not np.isnan(y[i])]
    return np.array(sorted(rows, key=lambda i: ((1 if least else -1) * f["scores"][i], i)), dtype=int)


def read_bundled():
    body = json.loads(BUNDLED.read_text())
    cells = {(s["model"], s["benchmark"]): s["score"] for s in body["scores"]}
    about = {b["benchmark"]: b for b in body["benchmarks"]}
    capability = [b for b in about if about[b]["kind"] == "capability"]
    return body, cells, about, capability


def column(cells, models, benchmark):
    return np.array([cells.get((m["model"], benchmark), np.nan) for m in models], dtype=float)


def scenarios():
    body, cells, about, capability = read_bundled()
    chat = [m for m in body["models"] if m["class"] == "chat"]
    x = np.column_stack([column(cells, chat, b) for b in capability])
    floors = np.array([about[b].get("chance", about[b]["min"]) for b in capability], dtype=float)
    out = []
    grid = [(b, m, o, t, tax, "spearman", "spearman") for b in ("wmdp_bio", "LMSYS_Chatbot_Arena", "bbq_amb", "ethics_all")
            for m in ("replace", "add") for o, t, tax in (("mostCapable", "best", 0), ("leastCapable", "quantile:0.25", 0), ("mostCapable", "best", 0.25))]
    grid += [("wmdp_bio", m, "mostCapable", "0.5", tax, basis, method) for m in ("replace", "add") for tax in (0, 0.1)
             for basis, method in (("pearson", "pearson"), ("pearson", "kendall"), ("spearman", "pearson"))]
    for benchmark, mode, order, to, tax, basis, method in grid:
        y, f = column(cells, chat, benchmark), fit(x, basis)
        have = y[~np.isnan(y)]
        value = have.max() if to == "best" else np.quantile(have, float(to[9:])) if to.startswith("q") else float(to)
        rhos = path(x, y, floors, by_score(f, y, order == "leastCapable"), value, tax, mode, basis, method, f)
        out.append({"benchmark": benchmark, "mode": mode, "order": order, "to": to, "tax": tax, "basis": basis,
                    "correlation": method, "target": float(value), "rho": rhos, "firstCrossing": crossing(rhos)})
    return out


def random_orders():
    """Mean over very many orders, with the error of 1 000; the quantiles' range that 1 000 orders stay in."""
    body, cells, about, capability = read_bundled()
    chat = [m for m in body["models"] if m["class"] == "chat"]
    x = np.column_stack([column(cells, chat, b) for b in capability])
    y, f, rng, out = column(cells, chat, "wmdp_bio"), fit(x), np.random.default_rng(8), {}
    n, value = len(y), y.max()
    for mode, orders in (("replace", ORDERS), ("add", ADDED_ORDERS)):
        ranked = rng.random((orders, n)).argsort(1).argsort(1)
        steps = []
        for k in range(n - 1):
            treated = ranked < k
            if mode == "replace":
                rx = np.broadcast_to(stats.rankdata(f["scores"]), (orders, n))
                ry = stats.rankdata(np.where(treated, value, y), axis=1)
            else:
                rows = np.sort(np.where(treated, np.arange(n), -1), axis=1)[:, n - k:]
                cells_ = np.concatenate([np.broadcast_to(x, (orders, *x.shape)), x[rows]], axis=1)
                z = (cells_ - cells_.mean(1, keepdims=True)) / cells_.std(1, keepdims=True)
                r = stats.rankdata(cells_, axis=1)
                r = (r - r.mean(1, keepdims=True)) / r.std(1, keepdims=True)
                v = np.linalg.eigh(np.einsum("oij,oik->ojk", r, r))[1][:, :, -1]
                scores = np.einsum("oij,oj->oi", z, v) * np.sign(v @ f["v"])[:, None]
                rx = stats.rankdata(np.round(scores, 9), axis=1)
                ry = stats.rankdata(np.concatenate([np.broadcast_to(y, (orders, n)), np.full((orders, k), value)], axis=1), axis=1)
            cx, cy = rx - rx.mean(1, keepdims=True), ry - ry.mean(1, keepdims=True)
            rho = (cx * cy).sum(1) / np.sqrt((cx ** 2).sum(1) * (cy ** 2).sum(1))
            assert np.isfinite(rho).all()
            half = 4.5 * np.sqrt(0.025 * 0.975 * (1 / 1000 + 1 / orders))
            within = lambda p: [float(q) for q in np.quantile(rho, [max(0, p - half), min(1, p + half)])]
            steps.append({"mean": round(float(rho.mean()), 8), "se": round(float(rho.std() * np.sqrt(1 / 1000 + 1 / orders)), 8),
                          "low": within(0.025), "high": within(0.975)})
        out[mode] = steps
    return {"benchmark": "wmdp_bio", "orders": {"replace": ORDERS, "add": ADDED_ORDERS}, "steps": out}


def small_scenarios():
    """Small matrices with ties, gaps, a constant column, directions and declared chance levels."""
    rng, out = np.random.default_rng(81), []
    while len(out) < 60:
        n, p = int(rng.integers(3, 11)), int(rng.integers(1, 5))
        x = rng.integers(0, 9, (n, p)) / 8 if rng.random() < 0.5 else rng.random((n, p)).round(3)
        if rng.random() < 0.3:
            x[:, 0] = 0.5
        y = rng.integers(0, 7, n) / 4 if rng.random() < 0.6 else rng.random(n).round(3)
        y[rng.random(n) < 0.15] = np.nan
        gaps = rng.random((n, p)) < 0.03
        chances = [None if rng.random() < 0.4 else 0.25 for _ in range(p)]
        lower = bool(rng.random() < 0.4)
        mode, order = str(rng.choice(["replace", "add"])), str(rng.choice(["mostCapable", "leastCapable", "named"]))
        tax, to = float(rng.choice([0, 0, 0.2, 0.75])), str(rng.choice(["best", "quantile:0.5", "quantile:0.1", "0.3"]))
        complete = ~gaps.any(1)
        xs, ys = x[complete], (-y if lower else y)[complete]
        have = ys[~np.isnan(ys)]
        f = fit(xs) if complete.any() else None
        case = {"cells": [[None if g else float(v) for v, g in zip(a, b)] for a, b in zip(x, gaps)], "target": [None if np.isnan(v) else float(v) for v in y],
                "chances": chances, "direction": "lower" if lower else "higher", "mode": mode, "order": order, "tax": tax, "to": to, "named": []}
        if f is None or len(have) < 3:
            out.append(case | {"rho": None})
            continue
        # no case hangs on a tie that an ulp decides, or on which eigenvector leads
        x_all = np.vstack([xs, np.array([c or 0 for c in chances]) + (1 - tax) * (xs - np.array([c or 0 for c in chances]))])
        s = np.sort(frozen(f, x_all))
        distinct = len(np.unique(x_all.round(9), axis=0))
        gap = np.diff(s)
        r_values = lambda c: np.linalg.eigvalsh(np.corrcoef(stats.rankdata(c[:, f["kept"]], axis=0), rowvar=False).reshape(len(f["kept"]), -1))
        lead = r_values(xs)
        if (gap > 1e-9).sum() + 1 < distinct and (gap < 1e-7).any() and len(f["kept"]) > 1 and distinct != (gap > 1e-9).sum() + 1:
            continue
        if len(f["kept"]) > 1 and (lead[-1] - lead[-2] < 1e-3 or np.abs(f["v"]).min() < 1e-6 or np.diff(np.sort(np.abs(f["v"])))[-1] < 1e-9 and (f["v"] < 0).any()):
            continue
        rows = by_score(f, ys, order == "leastCapable")
        if order == "named":
            rows = rng.permutation(rows)[: max(1, len(rows) // 2)]
            index = np.flatnonzero(complete)
            case["named"] = [int(index[i]) for i in rows]
        value = have.max() if to == "best" else np.quantile(have, float(to[9:])) if to.startswith("q") else (-0.3 if lower else 0.3)
        floors = np.array([0 if c is None else c for c in chances], dtype=float)
        fits = [fit(np.vstack([xs, (floors + (1 - tax) * (xs - floors))[rows[:k]]])) for k in range(len(rows) + 1)]
        if mode == "add" and any(g is None or len(g["kept"]) != len(f["kept"]) or g["v"] @ f["v"] < 0.05 for g in fits):
            continue
        rhos = path(xs, ys, floors, rows, value, tax, mode, "spearman", "spearman", f)
        out.append(case | {"rho": rhos, "firstCrossing": crossing(rhos) if rhos[0] is not None else {"zero": None, "threshold": None}})
    return out


def what_if():
    return {"bundled": scenarios(), "random": random_orders(), "cases": small_scenarios()}


# ---------------------------------------------------------------- paired changes

def walsh(x):
    return np.sort([(x[i] + x[j]) / 2 for i in range(len(x)) for j in range(i, len(x))])


def signed_rank_cdf(n):
    """P(W ≤ w), by convolution of one rank after another."""
    mass = np.ones(1)
    for rank in range(1, n + 1):
        mass = np.convolve(mass, np.eye(1, rank + 1, 0)[0] * 0.5 + np.eye(1, rank + 1, rank)[0] * 0.5)
    return np.cumsum(mass)


def interval(x, level=0.95):
    n, tail = len(x), (1 - level) / 2
    if n == 0:
        return None
    if n <= 50:
        c = int(np.searchsorted(signed_rank_cdf(n), tail * (1 + 1e-12), side="right")) - 1
    else:
        c = int(np.floor(n * (n + 1) / 4 - stats.norm.ppf(1 - tail) * np.sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    averages = walsh(x)
    return None if c < 0 else [float(averages[c]), float(averages[-1 - c])]


def wilcoxon(x):
    x = np.where(np.abs(x) < 1e-12 * max(1e-300, np.abs(x).max()), 0, x) if len(x) else x
    sizes = joined(np.append(0, np.abs(x)))[1:]
    x = (np.sign(x) * sizes)[sizes > 0]
    if len(x) == 0:
        return None, False
    exact = len(x) <= 50 and len(np.unique(np.abs(x))) == len(x)
    return float(stats.wilcoxon(x, correction=False, method="exact" if exact else "approx").pvalue), exact


def sign_flip(values, labels):
    """All 2^F ways, one by one."""
    names = sorted(set(labels))
    sums = np.array([sum(v for v, g in zip(values, labels) if g == name) for name in names])
    if len(sums) == 0 or len(sums) > 20:
        return None
    totals = np.abs(np.array(list(product([1, -1], repeat=len(sums)))) @ sums)
    return float(np.mean(totals >= abs(sums.sum()) - 1e-12 * np.abs(sums).sum()))


def tested(values, labels):
    values = np.array(values, dtype=float)
    p, exact = wilcoxon(values)
    some = len(values) > 0
    return {"pairs": len(values), "families": len(set(labels)), "hodgesLehmann": float(np.median(walsh(values))) if some else None,
            "meanChange": float(values.mean()) if some else None, "rises": int((values > 0).sum()), "falls": int((values < 0).sum()),
            "interval": interval(values), "p": p, "exact": exact, "familyP": sign_flip(values, labels)}


def theil_sen(x, y):
    return float(stats.theilslopes(y, x).slope) if len(x) >= 3 and np.ptp(x) > 0 else None


def effects(models, cells, about, capability, treated_class):
    """Everything of §8 about the pairs of a class. Benchmarks oriented by `about`."""
    place = {m["model"]: m for m in models}
    sign = {b: -1 if about[b].get("direction") == "lower" else 1 for b in about}
    value = lambda m, b: None if (m, b) not in cells else sign[b] * cells[m, b]
    children = [m for m in models if m["class"] == treated_class and m.get("parent") in place]
    groups, pairs, out = {}, [], []
    for m in children:
        parent = place[m["parent"]]
        name = parent["class"]
        if name not in groups:
            own = [k for k in models if k["class"] == name]
            complete = [k for k in own if all((k["model"], b) in cells for b in capability)]
            groups[name] = {"models": complete, "fit": fit(np.array([[value(k["model"], b) for b in capability] for k in complete]))}
        f = groups[name]["fit"]
        row = lambda k: None if any((k, b) not in cells for b in capability) else np.array([[value(k, b) for b in capability]])
        a, b0 = row(m["model"]), row(parent["model"])
        score, before = (None if r is None or f is None else float(frozen(f, r)[0]) for r in (a, b0))
        known = [b for j, b in enumerate(capability) if f is not None and j in f["kept"]]
        added = [i for i in m.get("interventions") or [] if i not in (parent.get("interventions") or [])]
        methods = sorted({i["method"] for i in added})
        pairs.append({"model": m["model"], "parent": parent["model"], "class": name, "family": m.get("family") or parent.get("family") or parent["model"],
                      "method": " + ".join(methods) or "unspecified", "dose": added[0].get("dose") if len(added) == 1 else None,
                      "score": score, "parentScore": before, "scoreChange": None if score is None or before is None else score - before,
                      "meanChange": None if a is None or b0 is None or not known else float(np.mean([(value(m["model"], b) - value(parent["model"], b)) / (about[b]["max"] - about[b]["min"]) for b in known]))})
    members = {}
    for p in pairs:
        members.setdefault(p["family"], set()).update([p["model"], p["parent"]])
    def slope(p, b):
        g = groups[p["class"]]
        chosen = [i for i, k in enumerate(g["models"]) if (k["model"], b) in cells and k.get("family") != p["family"] and k["model"] not in members[p["family"]]]
        x = joined(g["fit"]["scores"])[chosen] if g["fit"] else np.array([])
        return theil_sen(x, [value(g["models"][i]["model"], b) for i in chosen]), x
    for method in sorted({p["method"] for p in pairs}):
        for b in about:
            own = [p for p in pairs if p["method"] == method and (p["model"], b) in cells and (p["parent"], b) in cells]
            change = [value(p["model"], b) - value(p["parent"], b) for p in own]
            row = {"method": method, "benchmark": b, "change": tested(change, [p["family"] for p in own])}
            for field, key in (("alignmentTax", "scoreChange"), ("alignmentTaxOnMean", "meanChange")):
                moved = np.array([p[key] for p in own if p[key] is not None])
                row[field] = float(-np.median(walsh(moved))) if len(moved) else None
            beyond, labels, outside = [], [], 0
            for p, c in zip(own, change):
                if b in capability or p["scoreChange"] is None:
                    continue
                s, x = slope(p, b)
                if s is None:
                    continue
                beyond.append(c - s * p["scoreChange"])
                labels.append(p["family"])
                outside += not all(x.min() - 1e-9 <= v <= x.max() + 1e-9 for v in (p["score"], p["parentScore"]))
            row |= {"excess": tested(beyond, labels), "extrapolated": outside}
            out.append(row)
    capability_of = lambda key: tested([p[key] for p in pairs if p[key] is not None], [p["family"] for p in pairs if p[key] is not None])
    return {"pairs": pairs, "effects": out, "capability": capability_of("meanChange"), "onScore": capability_of("scoreChange")}


def curve_value(points, x):
    found = [y for a, y in points if a == x]
    for (a, ya), (b, yb) in zip(points, points[1:]):
        if min(a, b) < x < max(a, b):
            found.append(float(np.interp(x, [min(a, b), max(a, b)], [ya, yb] if a < b else [yb, ya])))
    return max(found) if found else None


def doses(body, cells, about, capability, result, baselines):
    sign = {b: -1 if about[b].get("direction") == "lower" else 1 for b in about}
    out = []
    for b in about:
        if b in capability:
            continue
        change = {p["model"]: sign[b] * (cells[p["model"], b] - cells[p["parent"], b]) for p in result["pairs"]
                  if (p["model"], b) in cells and (p["parent"], b) in cells}
        dosed = [p for p in result["pairs"] if p["dose"] is not None and p["model"] in change]
        for method in sorted({p["method"] for p in dosed}):
            own = [p for p in dosed if p["method"] == method]
            for dose in sorted({p["dose"] for p in own}):
                at = [p for p in own if p["dose"] == dose]
                row = {"method": method, "benchmark": b, "dose": dose, "pairs": len(at), "safetyChange": float(np.median(walsh([change[p["model"]] for p in at]))),
                       "capabilityChange": float(np.median(walsh([p["scoreChange"] for p in at]))), "baselines": []}
                for baseline in ([] if method in baselines else sorted(baselines)):
                    gains, labels, theirs = [], [], []
                    for p in at:
                        same = [q for q in dosed if q["method"] == baseline and q["parent"] == p["parent"]]
                        points = [(np.mean([q["scoreChange"] for q in same if q["dose"] == d]), np.mean([change[q["model"]] for q in same if q["dose"] == d]))
                                  for d in sorted({q["dose"] for q in same})]
                        there = curve_value(points, p["scoreChange"])
                        if there is not None:
                            gains.append(change[p["model"]] - there)
                            labels.append(p["family"])
                            theirs.append(there)
                    row["baselines"].append({"baseline": baseline, "outside": len(at) - len(gains), "advantage": tested(gains, labels),
                                             "safetyChange": float(np.median(walsh(theirs))) if theirs else None})
                out.append(row)
    return out


def synthetic():
    """The worked example of docs/examples."""
    body = json.loads((Path(__file__).parents[2] / "docs" / "examples" / "synthetic-unlearning.json").read_text())
    cells = {(s["model"], s["benchmark"]): s["score"] for s in body["scores"]}
    about = {b["benchmark"]: b for b in body["benchmarks"]}
    capability = [b for b in about if about[b]["kind"] == "capability"]
    result = effects(body["models"], cells, about, capability, "treated")
    return result | {"doses": doses(body, cells, about, capability, result, ["gradient ascent", "catastrophic forgetting"])}


def small_pairs():
    """Small matrices in two classes, or one: gaps, a constant column, ties, models without a family, several interventions."""
    rng, out = np.random.default_rng(82), []
    while len(out) < 24:
        n, p = int(rng.integers(2, 10)), int(rng.integers(1, 4))
        same_class = bool(rng.random() < 0.2)
        models = [{"model": f"p{i}", "class": "parents", **({"family": f"f{int(rng.integers(0, 5))}"} if rng.random() < 0.8 else {})} for i in range(n)]
        for i in range(int(rng.integers(0, 2 * n))):
            parent = models[int(rng.integers(0, n))] if rng.random() < 0.95 else {"model": "elsewhere"}
            done = [{"method": str(rng.choice(["a", "b"])), "dose": int(rng.integers(1, 4))} for _ in range(int(rng.integers(0, 3)))]
            models.append({"model": f"t{i}", "class": "parents" if same_class else "treated", "parent": parent["model"], "interventions": done,
                           **({"family": parent["family"]} if "family" in parent and rng.random() < 0.8 else {})})
        names = [f"c{j}" for j in range(p)] + ["s0", "s1"]
        about = {b: {"benchmark": b, "kind": "capability" if b[0] == "c" else "safety", "min": 0, "max": 1,
                     "direction": "lower" if b == "s1" else "higher"} for b in names}
        coarse, constant = rng.random() < 0.5, rng.random() < 0.2
        cells = {}
        for m in models:
            for b in names:
                v = float(rng.integers(0, 9) / 8 if coarse else round(float(rng.random()), 4))
                if constant and b == "c0" and m["class"] == "parents":
                    v = 0.5
                if rng.random() > 0.04:
                    cells[m["model"], b] = v
        capability = names[:p]
        if not any((m["model"], b) in cells for m in models for b in names):
            continue
        f_rows = [m for m in models if m["class"] == "parents" and all((m["model"], b) in cells for b in capability)]
        f = fit(np.array([[cells[m["model"], b] for b in capability] for m in f_rows])) if f_rows else None
        if f is not None and len(f["kept"]) > 1:
            r = np.corrcoef(stats.rankdata(np.array([[cells[m["model"], b] for b in capability] for m in f_rows])[:, f["kept"]], axis=0), rowvar=False)
            e = np.linalg.eigvalsh(r)
            v = np.sort(np.abs(f["v"]))
            if e[-1] - e[-2] < 1e-3 or (v[-1] - v[-2] < 1e-9 and (f["v"] < 0).any()):
                continue
        if f is None and len(f_rows) > 0 and p > 1:
            continue
        treated = "parents" if same_class else "treated"
        if not any(m["class"] == treated for m in models):
            continue
        body = {"models": models, "benchmarks": list(about.values()), "scores": [{"model": m, "benchmark": b, "score": v} for (m, b), v in cells.items()]}
        result = effects(models, cells, about, capability, treated)
        out.append({"class": treated, "body": body, "expected": result})
    return out


def unit_cases():
    rng, tests = np.random.default_rng(83), []
    samples = [[], [0.0], [0.0, 0.0], [1.0], [1.0, -1.0], [1, 2, 3, 4, 5, 6], [1, 2, 3, -4, 5, 6], [0.125, 0.125, -0.125, 0.5, 0, 1, 1, 2]]
    samples += [(rng.normal(0.3, 1, n)).tolist() for n in (3, 5, 6, 7, 12, 23, 49, 50, 51, 80)]
    samples += [(rng.integers(-8, 12, n) / 8).tolist() for n in (4, 6, 9, 20, 50, 60, 120)]
    for s in samples:
        labels = [f"g{int(v)}" for v in rng.integers(0, max(1, min(14, len(s))), len(s))]
        tests.append({"values": s, "labels": labels, **tested(s, labels), "interval90": interval(np.array(s, dtype=float), 0.9)})
    slopes = []
    for n in (2, 3, 4, 5, 12, 30):
        for coarse in (False, True):
            x, y = (rng.integers(0, 5, n) / 4, rng.integers(0, 5, n) / 4) if coarse else (rng.normal(size=n), rng.normal(size=n))
            slopes.append({"x": x.tolist(), "y": y.tolist(), "slope": theil_sen(x, y)})
    curves = []
    for n in (0, 1, 2, 3, 5, 8):
        points = [[float(v) for v in pair] for pair in (rng.integers(-4, 5, (n, 2)) / 4)]
        curves += [{"points": points, "x": float(x), "y": curve_value([tuple(p) for p in points], x)} for x in np.arange(-5, 6) / 5]
    return {"changes": tests, "slopes": slopes, "curves": curves}


def interventions():
    body, cells, about, capability = read_bundled()
    bundled = effects(body["models"], cells, about, capability, "chat")
    return {"bundled": bundled, "synthetic": synthetic(), "cases": small_pairs(), "units": unit_cases()}
