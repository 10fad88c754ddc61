"""Matrices that §10, §11 and §13 are computed on: the bundled one, and small seeded ones with ties, gaps and constant columns."""
import json
from pathlib import Path

import numpy as np

import definitions as d

SEED = 20_261_126
BUNDLED = Path(__file__).parents[2] / "data" / "safetywashing-2024.json"


class Case:
    """One class: models, benchmarks, oriented cells and standard errors (None = missing), the capabilities score."""

    def __init__(self, models, benchmarks, raw, errors):
        self.models, self.benchmarks, self.raw, self.errors = models, benchmarks, raw, errors
        sign = [-1.0 if b["direction"] == "lower" else 1.0 for b in benchmarks]
        self.cells = [[None if x is None else s * x + 0.0 for x, s in zip(row, sign)] for row in raw]
        self.capability = [j for j, b in enumerate(benchmarks) if b["kind"] == "capability"]
        self.fit = d.capabilities_score([[row[j] for j in self.capability] for row in self.cells], "spearman")
        self.score = [None] * len(models)
        for i, s in zip(self.fit["models"], self.fit.get("scores", [])):
            self.score[i] = float(s)

    def column(self, j):
        return [row[j] for row in self.cells]

    def scale(self, j):
        """(worst, best, chance or None) after orientation; None where no range is declared and not all values are in 0…1."""
        b = self.benchmarks[j]
        lo, hi, chance = b["min"], b["max"], b["chance"]
        if lo is None or hi is None:
            present = [row[j] for row in self.raw if row[j] is not None]
            if (lo not in (None, 0)) or (hi not in (None, 1)) or any(x < 0 or x > 1 for x in present):
                return None
            lo, hi = 0.0, 1.0
        return (lo, hi, chance) if b["direction"] == "higher" else (-hi, -lo, None if chance is None else -chance)

    def standard_error(self, i, j):
        if self.errors[i][j] is not None:
            return self.errors[i][j]
        items, scale, x = self.benchmarks[j]["items"], self.scale(j), self.cells[i][j]
        if items is None or scale is None or x is None:
            return None
        p = (x - scale[0]) / (scale[1] - scale[0])
        return (scale[1] - scale[0]) * (p * (1 - p) / items) ** 0.5 if 0 <= p <= 1 else None


def bundled(name):
    posted = json.loads(BUNDLED.read_text(encoding="utf-8"))
    models = [m for m in posted["models"] if m["class"] == name]
    defaults = {k: None for k in ("area", "chance", "min", "max", "items")} | {"direction": "higher"}
    benchmarks = [defaults | b for b in posted["benchmarks"]]
    at = {m["model"]: i for i, m in enumerate(models)}
    column = {b["benchmark"]: j for j, b in enumerate(benchmarks)}
    raw = [[None] * len(benchmarks) for _ in models]
    for s in posted["scores"]:
        if s["model"] in at:
            raw[at[s["model"]]][column[s["benchmark"]]] = s["score"]
    return Case(models, benchmarks, raw, [[None] * len(benchmarks) for _ in models])


SIZES = (2, 3, 5, 9, 11, 12, 14, 17, 20, 24, 13, 16)


def small():
    rng = np.random.default_rng(SEED)
    found, skipped = [], 0
    for n in SIZES:
        while True:
            case = draw(rng, n, len(found))
            if n < 3 or (case.fit.get("gap", 0) > 1e-3 and case.fit["closestScores"] > 1e-6):
                break
            skipped += 1
        found.append(case)
    return found, skipped


def draw(rng, n, number):
    models = [{
        "model": f"m{i:02d}", "class": "all",
        "family": None if rng.random() < 0.15 else f"f{int(rng.integers(0, 3 + n // 4))}",
        "releasedOn": None if rng.random() < 0.1 else f"2024-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 4)):02d}",
        "trainingFlop": None if rng.random() < 0.2 else float(10 ** rng.uniform(21, 25)),
    } for i in range(n)]
    ability = rng.normal(size=n)
    benchmarks, raw, errors = [], [[] for _ in range(n)], [[] for _ in range(n)]
    for j in range(10):
        kind = "capability" if j < 3 else "safety"
        lower = j in (2, 5)
        loading = 1.5 if j < 3 else rng.normal()
        common = 0 if j < 3 else 1.2
        latent = loading * ability + common * (np.sin(7 * ability) if j % 2 else np.cos(9 * ability)) + rng.normal(size=n)
        x = np.round(1 / (1 + np.exp(-latent)), 2)
        if lower:
            x = np.round(1 - x, 2)
        if j == 9 and number % 3 == 0:
            x[:] = 0.5
        declared = rng.random() < 0.7
        benchmarks.append({
            "benchmark": f"b{j}", "kind": kind, "area": "one" if j < 7 else "two", "direction": "lower" if lower else "higher",
            "min": 0 if declared else None, "max": 1 if declared else None,
            "chance": None if rng.random() < 0.4 else (0.75 if lower else 0.25),
            "items": None if rng.random() < 0.3 else int(rng.integers(20, 400)),
        })
        gaps = j in (4, 8) or (j == 0 and number == 7)
        given = j in (1, 6)
        for i in range(n):
            missing = gaps and rng.random() < 0.25
            raw[i].append(None if missing else float(x[i]))
            errors[i].append(None if missing or not given else round(float(rng.uniform(0.01, 0.06)), 3))
    return Case(models, benchmarks, raw, errors)
