"""§13: score against log10 FLOP; horizons."""
import math

from scipy import stats

import definitions as d


def fit(case):
    pairs = [(math.log10(m["trainingFlop"]), s) for m, s in zip(case.models, case.score) if m.get("trainingFlop") and s is not None]
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    out = {"n": len(pairs), "slope": None, "r2": None, "slopeInterval": None, "spearman": number(d.spearman(x, y))}
    if len(pairs) >= 3 and len(set(x)) > 1 and len(set(y)) > 1:
        line = stats.linregress(x, y)
        reach = stats.t.ppf(0.975, len(x) - 2) * line.stderr
        out |= {"slope": line.slope, "r2": line.rvalue**2, "slopeInterval": [line.slope - reach, line.slope + reach]}
    return out


def number(x):
    return None if x is None else float(x)


def horizons(case, r=0.5):
    """Per benchmark; None without a scale or a score."""
    flop = [math.log10(m["trainingFlop"]) if m.get("trainingFlop") else None for m in case.models]
    return {b["benchmark"]: horizon(case, j, flop, r) for j, b in enumerate(case.benchmarks)}


def horizon(case, j, flop, r):
    scale, cells = case.scale(j), case.column(j)
    if scale is None or all(x is None for x in cells):
        return None
    zero = scale[0] if scale[2] is None else scale[2]
    items = case.benchmarks[j]["items"]
    p = [None if x is None else (x - zero) / (scale[1] - zero) for x in cells]
    p = [(items + 0.5) / (items + 1) if q == 1 and items is not None else q for q in p]
    h = [None if q is None or q >= 1 else (0.0 if q <= 0 else math.log(r) / math.log(q)) for q in p]
    out = {"lengths": h}
    for name, side in (("score", case.score), ("log10Flop", flop)):
        rows = [i for i in range(len(h)) if h[i] is not None and side[i] is not None]
        x = [side[i] for i in rows]
        both = lambda v: {"spearman": number(d.spearman(x, [v[i] for i in rows])), "pearson": number(d.pearson(x, [v[i] for i in rows]))}
        out[name] = {"n": len(rows), "accuracy": both(p), "horizon": both(h)}
    rows = [i for i in range(len(h)) if h[i] and flop[i] is not None]
    slope = lambda y: None
    if len(rows) >= 3 and len({flop[i] for i in rows}) > 1:
        slope = lambda y: None if len(set(y)) == 1 else float(stats.linregress([flop[i] for i in rows], y).slope)
    out["returns"] = {
        "n": len(rows),
        "accuracyPerTenfold": slope([p[i] for i in rows]),
        "exponent": slope([math.log10(h[i]) for i in rows]),
    }
    return out
