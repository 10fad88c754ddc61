"""edges.json: the numeric rows of the edge table, each with the mathematically correct answer."""
import definitions as d

TARGET = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0]
X = [[0.1, 0.3, 0.2], [0.4, 0.2, 0.5], [0.3, 0.6, 0.4], [0.8, 0.5, 0.7], [0.6, 0.9, 0.8], [0.9, 0.8, 0.6]]


# the ranks of these columns correlate alike (5/7) in all three pairs
ALIKE = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 4.0, 16.0, 36.0, 9.0, 25.0], [0.1, 0.4, 0.3, 0.95, 0.7, 0.6]


def column(rows, j):
    return [row[j] for row in rows]


def with_column(rows, values):
    return [row + [v] for row, v in zip(rows, values)]


def from_columns(*columns):
    return [list(row) for row in zip(*columns)]


def inputs():
    """(name, capability cells, target, note). Cells are oriented: higher is better."""
    up, ladder = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 1.0, 4.0, 3.0, 6.0, 5.0]
    yield "plain", X, TARGET, "a case without a trap, to test the harness"
    yield "constant column", with_column(X, [0.5] * 6), TARGET, "dropped and named"
    yield "constant column of 0.1", with_column(X, [0.1] * 6), TARGET, "the rounded sd of six 0.1 need not be 0: compare least and greatest, not the sd"
    yield "constant first column", [[0.7] + row for row in X], TARGET, "weights and the sign rule go over the kept columns"
    yield "constant among the complete rows only", [[0.1, 0.2, 0.5], [0.4, 0.3, 0.5], [0.3, 0.6, 0.5], [0.8, 0.5, 0.5], [None, 0.9, 0.8]], TARGET[:5], "listwise first, then constant columns"
    yield "all columns constant", [[0.5, 0.2]] * 5, TARGET[:5], None
    yield "every model the same", [X[0]] * 4, TARGET[:4], None
    yield "one model", X[:1], TARGET[:1], "every column is constant over one model"
    yield "two models", X[:2], TARGET[:2], "the score exists (R is ±1 throughout); the correlation does not"
    yield "three models", X[:3], [3.0, 1.0, 4.0], "the least n with a correlation; no interval"
    yield "five models, two with the target", X[:5], [3.0, None, None, 1.0, None], None
    yield "no model with the target", X, [None] * 6, None
    yield "fewer models than columns", [[0.1, 0.5, 0.3, 0.9, 0.2, 0.4], [0.3, 0.1, 0.8, 0.5, 0.6, 0.7], [0.9, 0.7, 0.2, 0.6, 0.8, 0.1], [0.5, 0.8, 0.6, 0.7, 0.9, 0.2]], TARGET[:4], "at most n − 1 eigenvalues differ from 0"
    yield "duplicated column", with_column(X, column(X, 1)), TARGET, "both copies weigh the same and count in p"
    yield "every column the same", from_columns(up, up, up), TARGET, "λ1 = p, explained variance 1, equal weights, positive"
    yield "duplicated model", X + [X[2]], TARGET + [2.0], "equal rows have equal scores: a tie in the ranks"
    yield "duplicated model, thirds", from_columns([1 / 3, 2 / 3, 1 / 3, 0.1, 0.9], [0.7, 0.2, 0.7, 0.1, 0.3], [0.1, 0.2, 0.1, 0.7, 0.9]), [1.0, 2.0, 3.0, 4.0, 5.0], "equal rows have equal scores"
    yield "model without any score", X[:3] + [[None] * 3] + X[3:], TARGET[:3] + [7.0] + TARGET[3:], "its target is not used"
    yield "column without any score", with_column(X, [None] * 6), TARGET, "no model has every capability score; the column is not silently left out"
    yield "no model with every capability score", [[0.1, None], [0.4, None], [None, 0.6], [None, 0.5]], TARGET[:4], None
    yield "one model with every capability score", [[0.1, 0.2], [0.4, None], [None, 0.6], [None, 0.5]], TARGET[:4], None
    yield "no models", [], [], None
    yield "one capability column", [[row[0]] for row in X], TARGET, "weight 1, explained variance 1"
    yield "one column left after dropping", from_columns(column(X, 0), [0.5] * 6), TARGET, "weight 1, explained variance 1"
    yield "1e308 beside −1e308", from_columns([1e308, -1e308, 0.0, 5e307, -5e307, 1e307], column(X, 1), column(X, 2)), TARGET, "sums and squares overflow; the answer does not"
    yield "1e308 in every column", from_columns([1e308, -1e308, 0.0, 5e307], [-1.5e308, 1.5e308, 1e308, 1.7e308], [1e308, 1.1e308, 1.2e308, 1.7e308]), TARGET[:4], "sums and squares overflow"
    yield "1e308 in the target", X, [1e308, -1e308, 0.0, 1.7e308, 1.7e308, 5e307], None
    yield "5e-324", from_columns([0.0, 5e-324, 1e-323, 1.5e-323, 2e-323, 2.5e-323], column(X, 1), column(X, 2)), TARGET, "the squares underflow to 0; the column is 0, 1, 2, 3, 4, 5 in units of 5e-324"
    yield "5e-324 beside 1e308", from_columns([1e308, 5e-324, 0.0, -5e-324, 1.0], [0.3, 0.2, 0.6, 0.5, 0.9]), TARGET[:5], "ranks see what z-scores cannot"
    yield "5e-324 in the target", X, [5e-324, 0.0, 1e-323, 0.0, 2e-323, 1.5e-323], None
    yield "offset of 1e15", from_columns([1e15 + v for v in (0.0, 0.25, 1.0, 0.5, 3.0, 2.0)], column(X, 1), column(X, 2)), TARGET, "exactly the answer without the offset"
    yield "offset of 1e15 taken away", from_columns([0.0, 0.25, 1.0, 0.5, 3.0, 2.0], column(X, 1), column(X, 2)), TARGET, "the same answer as the case above"
    yield "offset of 1e15 in the target", X, [1e15 + v for v in (0.125, 0.25, 1.0, 0.25, 3.0, 2.0)], None
    yield "−0 beside 0, constant", with_column(X, [-0.0, 0.0, 0.0, -0.0, 0.0, -0.0]), TARGET, "−0 equals 0: a constant column"
    yield "−0 ties with 0", from_columns([-0.0, 0.0, 1.0, 2.0, -1.0, 0.0], column(X, 1)), TARGET, "ranks 3, 3, 5, 6, 1, 3"
    yield "−0 ties with 0 in the target", X, [-0.0, 0.0, 1.0, 0.0, -1.0, -0.0], None
    yield "−0 and 0 in equal rows", [[0.0, 0.2], [-0.0, 0.2], [0.5, 0.1], [0.7, 0.9], [0.6, 0.4]], TARGET[:5], "the first two rows are equal"
    yield "two uncorrelated columns", from_columns([1.0, 2.0, 3.0, 4.0], [3.0, 1.0, 4.0, 2.0]), TARGET[:4], "both bases 0: λ1 = λ2"
    yield "uncorrelated by spearman only", from_columns([1.0, 2.0, 3.0, 10.0], [3.0, 1.0, 4.0, 2.0]), TARGET[:4], None
    yield "three uncorrelated columns", from_columns([-1.0, 1.0] * 4, [-1.0, -1.0, 1.0, 1.0] * 2, [-1.0] * 4 + [1.0] * 4), [1.0, 5.0, 2.0, 8.0, 4.0, 3.0, 7.0, 6.0], "R is the identity"
    yield "two pairs of columns, tied", from_columns(*([[-1.0, -1.0, 1.0, 1.0] * 2] * 2), *([[-1.0] * 4 + [1.0] * 4] * 2)), [1.0, 5.0, 2.0, 8.0, 4.0, 3.0, 7.0, 6.0], "λ = 2, 2, 0, 0"
    yield "tie away from the top", from_columns(*ALIKE), TARGET, "spearman: all three pairs correlate alike, λ2 = λ3; only a tie at the top matters"
    yield "eigenvalues within 1e-9", from_columns([-3.0, -1.0, 1.0, 3.0], [1.0, -3.0, 3.0, -1.0 + 1e-10]), TARGET[:4], "pearson: λ1 − λ2 is 3e-11 of λ1, under the 1e-9 of the rule; spearman: tied exactly"
    yield "eigenvalues 3e-6 apart", from_columns([-3.0, -1.0, 1.0, 3.0], [1.0, -3.0, 3.0, -1.0 + 1e-5]), TARGET[:4], "pearson: λ1 − λ2 is 3e-6 of λ1, small but no tie; spearman: tied exactly"
    yield "two columns, perfectly opposed", from_columns(up, up[::-1]), TARGET, "equal magnitudes: the first column is positive, the second warns"
    yield "two columns, negatively correlated", from_columns(ladder, [6.0, 4.5, 4.0, 1.0, 2.5, 3.0]), TARGET, "equal magnitudes: the first column is positive"
    yield "largest weight in a later column", from_columns(column(X, 0), column(X, 1), [-v for v in column(X, 2)]), TARGET, "the sign follows the largest magnitude"
    yield "rho = 1", from_columns(up, up), [10.0, 20.0, 30.0, 41.0, 52.0, 60.0], "no Bonett–Wright interval at |rho| = 1"
    yield "rho = −1", from_columns(up, up), [-v for v in up], "exactly −1 in all three"
    yield "target all ties", X, [0.1] * 6, "undefined, never 0"
    yield "target constant where the score exists", X[:5] + [[None, 0.8, 0.6]], [2.0, 2.0, 2.0, 2.0, 2.0, 9.0], None
    yield "two levels everywhere", from_columns([0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0], "ties in score and target"


def result(cells, target, basis):
    fit = d.capabilities_score(cells, basis)
    hangs_on_rounding(fit, f"{cells} {basis}")
    f = lambda v: None if v is None else float(v)
    out = {"reason": fit["reason"], "models": fit["models"], "dropped": fit["dropped"], "kept": fit["kept"]}
    for key in ("eigenvalues", "weights", "loadings", "scores"):
        out[key] = [float(v) for v in fit[key]] if key in fit else None
    for key in ("explainedVariance", "scoreVarianceShare"):
        out[key] = f(fit.get(key))
    out["negativeWeights"] = [j for j, w in zip(fit["kept"], fit["weights"]) if w < 0] if "weights" in fit else None
    if fit["reason"] is not None:
        out["target"] = {"n": None, "spearman": None, "pearson": None, "kendall": None, "reason": "no score: " + fit["reason"], "bonettWright": None}
        return out
    against = d.against_score(fit, target)
    out["target"] = {k: v if k in ("n", "reason") else f(v) for k, v in against.items()}
    out["target"]["bonettWright"] = d.bonett_wright(against["spearman"], against["n"])
    return out


def part_whole(cells, j, basis):
    """A capability benchmark asked about as if it were safety: its own value and its leave-one-out form."""
    target = column(cells, j)
    out = result(cells, target, basis)
    without = [row[:j] + row[j + 1:] for row in cells]
    out["leaveOneOut"] = leave_one_out(without, target, basis)
    fitted = d.capabilities_score(cells, basis)["models"]
    out["leaveOneOutOnFittedModels"] = leave_one_out([without[i] for i in fitted], [target[i] for i in fitted], basis)
    return out


def leave_one_out(cells, target, basis):
    rest = d.capabilities_score(cells, basis)
    if rest["reason"] is not None:
        return {"rho": None, "n": None, "reason": "no score without it: " + rest["reason"]}
    hangs_on_rounding(rest, "leave-one-out")
    rho = d.against_score(rest, target)
    return {"rho": None if rho["spearman"] is None else float(rho["spearman"]), "n": rho["n"], "reason": rho["reason"]}


def hangs_on_rounding(fit, name):
    """No case may expect ranks, a sign or a warning that an ulp decides; ties are between equal rows only."""
    if "weights" in fit and (fit["closestScores"] < 1e-9 or fit["nearestSignRival"] < 1e-8 or min(abs(w) for w in fit["weights"]) < 1e-9):
        raise d.Disagreement(f"{name}: decided by rounding")


def cases():
    out = []
    bases = ("spearman", "pearson")
    for name, cells, target, note in inputs():
        out.append({"name": name, "note": note, "cells": cells, "target": target, "expected": {b: result(cells, target, b) for b in bases}})
    gap = [[0.1, 0.2, 0.3], [0.4, 0.3, 0.25], [0.3, 0.5, 0.9], [0.8, 0.95, 0.52], [5.0, None, 0.1], [0.72, 0.6, 0.61]]
    for name, cells, j, note in (
        ("capability benchmark as target", X, 1, "part–whole; the leave-one-out form beside it"),
        ("capability benchmark as target, with a gap of its own", gap, 1, "without the column, model 4 has every remaining score and joins the refit (`leaveOneOut`); `leaveOneOutOnFittedModels` is the other reading, the models of the full fit only"),
        ("capability benchmark as target, with a gap elsewhere", gap, 0, "without column 0, model 4 is still incomplete"),
        ("one of two capability benchmarks as target", [row[:2] for row in X], 0, "leave-one-out leaves one column: weight 1"),
        ("the only capability benchmark as target", [[row[0]] for row in X], 0, "rho 1 by construction; nothing is left without it"),
        ("capability benchmark as target, the rest tied", from_columns([1.0, 2.0, 3.0, 4.0], [3.0, 1.0, 4.0, 2.0], [1.0, 3.0, 2.0, 4.0]), 2, "leave-one-out meets λ1 = λ2"),
        ("constant capability benchmark as target", with_column(X, [0.5] * 6), 3, "dropped from the score and undefined as a target"),
    ):
        out.append({"name": name, "note": note, "cells": cells, "target": column(cells, j), "capabilityTarget": j,
                    "expected": {b: part_whole(cells, j, b) for b in bases}})
    lower = [[row[0], -row[1], row[2]] for row in X]
    flipped = [-v for v in TARGET]
    out.append({"name": "lower is better", "note": "`cells` and `target` as given by the client; a direction `lower` is negated before anything else",
                "cells": X, "target": TARGET, "directions": ["higher", "lower", "higher"], "targetDirection": "lower",
                "expected": {b: result(lower, flipped, b) for b in bases}})
    return out
