"""§10, first half: residuals from a line through the models of other families."""
import numpy as np
from scipy import stats


def training(case, j, i):
    have = [k for k in range(len(case.models)) if case.score[k] is not None and case.cells[k][j] is not None]
    family = case.models[i].get("family")
    others = [k for k in have if k != i and (family is None or case.models[k].get("family") != family)]
    return (others, "otherFamilies") if len(others) >= 8 else ([k for k in have if k != i], "leaveOneModelOut")


def one(case, j):
    """Per model: the row of a single benchmark, or None."""
    rows = []
    for i in range(len(case.models)):
        if case.score[i] is None or case.cells[i][j] is None:
            rows.append(None)
            continue
        t, how = training(case, j, i)
        s, y = np.array([case.score[k] for k in t]), np.array([case.cells[k][j] for k in t])
        if len(t) < 3 or np.ptp(s) == 0 or np.ptp(y) == 0:
            rows.append(None)
            continue
        z = (y - y.mean()) / y.std()
        own = (case.cells[i][j] - y.mean()) / y.std()
        b, a = np.polyfit(s, z, 1)
        left = float(((z - a - b * s) ** 2).sum())
        n = len(t)
        se = np.sqrt(left / (n - 2)) * np.sqrt(1 + 1 / n + (case.score[i] - s.mean()) ** 2 / ((s - s.mean()) ** 2).sum())
        residual = own - a - b * case.score[i]
        reach = stats.t.ppf(0.975, n - 2) * se
        exact = left <= 1e-12 * n
        rows.append({
            "safety": own, "expected": a + b * case.score[i], "residual": residual, "trainedOn": n, "training": how,
            "interval": None if exact else [residual - reach, residual + reach],
            "standardised": None if exact else residual / se,
            "extrapolated": bool(case.score[i] < s.min() or case.score[i] > s.max()),
        })
    rank(rows, lambda row: row["standardised"])
    return rows


def rank(rows, by):
    ranked = [row for row in rows if row is not None and not row["extrapolated"] and by(row) is not None]
    places = stats.rankdata([-round(by(row), 12) for row in ranked]) if ranked else []
    for row in rows:
        if row is not None:
            row["rank"] = None
    for row, place in zip(ranked, places):
        row["rank"] = float(place)


def area(case, columns):
    """Per model: mean of residuals that are z-scored per benchmark; at least half of the benchmarks that anyone has."""
    columns = [j for j in columns if any(x is not None for x in case.column(j))]
    if len(columns) == 1:
        return one(case, columns[0])
    fits = [one(case, j) for j in columns]
    z = []
    for rows in fits:
        r = np.array([row["residual"] for row in rows if row is not None])
        flat = len(r) < 2 or r.std() <= 1e-12
        z.append([None if row is None or flat else (row["residual"] - r.mean()) / r.std() for row in rows])
    out = []
    for i in range(len(case.models)):
        have = [k for k in range(len(columns)) if z[k][i] is not None]
        if not have or 2 * len(have) < len(columns):
            out.append(None)
            continue
        out.append({
            "residual": float(np.mean([z[k][i] for k in have])), "benchmarks": len(have),
            "extrapolated": any(fits[k][i]["extrapolated"] for k in have),
        })
    rank(out, lambda row: row["residual"])
    return out
