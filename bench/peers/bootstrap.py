"""Bootstrap over models of PC1 and Spearman in numpy: python3 bootstrap.py <input> [count|sort]

What it computes is METHODS §5 for the percentile interval alone; README.md describes input and output.

sort   what the definition says, vectorised over blocks of resamples: draw rows, argsort every column of every resample,
       average the ranks of ties.
count  the fastest found: columns are sorted once, a resample is a multiplicity per model, and a midrank follows from the
       multiplicities cumulated along the sorted column. Resamples lie next to each other in memory, so each step is
       arithmetic on long rows. Ranks are centred integers t = 2 midrank − (m + 1), exact in float32 up to 200 models.
"""
import json
import sys
import time

import numpy as np


def correlation_weights(R, v):
    """The dominant eigenvectors of a block of correlation matrices, signed like v; without v, the largest entry is positive."""
    w = np.linalg.eigh(R)[1][..., -1]
    towards = w @ v if v is not None else np.take_along_axis(w, np.abs(w).argmax(1)[:, None], 1)[:, 0]
    return np.where((towards < 0)[:, None], -w, w)


def bounds(rho):
    """[low, high, usable] of each row; rho may hold NaN, which partition puts last."""
    usable = np.count_nonzero(~np.isnan(rho), axis=1)
    out = [None] * len(rho)
    for count in np.unique(usable[usable > 0]):
        rows = np.flatnonzero(usable == count)
        at = (count - 1) * np.array([0.025, 0.975])
        k = np.floor(at).astype(int)
        above = np.minimum(k + 1, count - 1)
        part = np.partition(rho[rows], np.unique([k, above]), axis=1)
        for row, (low, high) in zip(rows, part[:, k] + (at - k) * (part[:, above] - part[:, k])):
            out[row] = [low, high, int(count)]
    return out


# --- sort -------------------------------------------------------------------------------------------------------------


def midranks(a):
    """Ranks from 1 along the last axis, ties averaged; NaN is ranked last."""
    n = a.shape[-1]
    order = np.argsort(a, axis=-1)
    values = np.take_along_axis(a, order, -1)
    step = values[..., 1:] != values[..., :-1]
    edge = np.ones(a.shape[:-1] + (1,), bool)
    k = np.arange(n)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, step], -1), k, 0), -1)
    last = np.minimum.accumulate(np.where(np.concatenate([step, edge], -1), k, n)[..., ::-1], -1)[..., ::-1]
    ranks = np.empty(a.shape)
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, -1)
    return ranks


def pearson(x, y):
    x = x - x.mean(-1, keepdims=True)
    y = y - y.mean(-1, keepdims=True)
    return (x * y).sum(-1) / np.sqrt((x * x).sum(-1) * (y * y).sum(-1))


def sort(X, Y, B, rng):
    n, p = X.shape
    rows, same = np.unique(X, axis=0, return_inverse=True)
    whole = ~np.isnan(Y).any(0)
    v = fitted_weights(midranks(X.T)[None], None)[0]
    rho = np.empty((Y.shape[1], B))
    size = max(1, min(250, 4_000_000 // (n * (p + Y.shape[1]))))
    for start in range(0, B, size):
        b = min(size, B - start)
        drawn = rng.integers(n, size=(b, n))
        Z = X[drawn].transpose(0, 2, 1)
        w = fitted_weights(midranks(Z), v)
        deviation = Z.std(-1)
        slope = np.divide(w, deviation, out=np.zeros_like(w), where=(Z != Z[..., :1]).any(-1))
        score = np.take_along_axis((rows @ slope.T).T[:, same], drawn, 1)
        block = rho[:, start : start + b]
        block[whole] = pearson(midranks(score)[:, None], midranks(Y[:, whole][drawn].transpose(0, 2, 1))).T
        for j in np.flatnonzero(~whole):
            block[j] = pearson_of_present(score, Y[:, j][drawn])
    return bounds(rho)


def fitted_weights(ranks, v):
    """Of ranks [b, p, n]; a column that is constant in a resample has weight 0."""
    c = ranks - ranks.mean(-1, keepdims=True)
    spread = np.sqrt((c * c).sum(-1))
    c *= np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)[..., None]
    return correlation_weights(c @ c.transpose(0, 2, 1), v)


def pearson_of_present(score, target):
    absent = np.isnan(target)
    m = (~absent).sum(-1)
    s, t = (np.where(absent, 0, 2 * midranks(np.where(absent, np.nan, a)) - (m + 1)[:, None]) for a in (score, target))
    return np.where(m < 3, np.nan, (s * t).sum(-1) / np.sqrt((s * s).sum(-1) * (t * t).sum(-1)))


# --- count ------------------------------------------------------------------------------------------------------------


class Sorted:
    """Columns [n, q] without missing cells, sorted once: order[k], and for each model where its tie group starts and ends."""

    def __init__(self, columns):
        self.order = np.argsort(columns, axis=0, kind="stable")
        in_order = np.sort(columns, axis=0)
        self.first = np.stack([np.searchsorted(s, c, "left") for s, c in zip(in_order.T, columns.T)], 1)
        self.last = np.stack([np.searchsorted(s, c, "right") for s, c in zip(in_order.T, columns.T)], 1)


def centred_ranks(columns, w):
    """t of every model in every column and resample [n, q, b], from multiplicities w [n, b]."""
    n, q = columns.order.shape
    before = np.zeros((n + 1, q, w.shape[1]), w.dtype)
    for k in range(n):
        np.add(before[k], w[columns.order[k]], out=before[k + 1])
    j = np.arange(q)
    t = before[columns.first, j]
    t += before[columns.last, j]
    t -= before[n]
    return t


def rank_scores(order, tied, w):
    """Multiplicity × centred rank of the score [n, b], and Σ of the squared ranks [b]."""
    sorted_w = np.take_along_axis(w, order, 0)
    after = np.cumsum(sorted_w, axis=0)
    before = after - sorted_w
    if tied.any():  # models with equal scores share the first's start and the last's end
        before[1:][tied] = 0
        before = np.maximum.accumulate(before, axis=0)
        after[:-1][tied] = np.inf
        after = np.minimum.accumulate(after[::-1], axis=0)[::-1]
    s = before + after - after[-1]
    u = np.empty_like(w)
    np.put_along_axis(u, order, s * sorted_w, 0)
    return u, (s * s * sorted_w).sum(0, dtype=float)


class Targets:
    """The targets that the same models have, in parts that have ties among those models or have none."""

    def __init__(self, Y, models, members):
        self.models = models
        ties = np.array([len(np.unique(Y[models, j])) < len(models) for j in members])
        parts = [(members[~ties], False)] if not ties.all() else []
        # with ties, all cumulated multiplicities are kept: a few columns at a time where models are many
        few = max(1, 4000 // len(models))
        tied = members[ties]
        parts += [(tied[i : i + few], True) for i in range(0, len(tied), few)]
        self.parts = [(part, ties, Sorted(Y[np.ix_(models, part)])) for part, ties in parts]

    def correlate(self, w, order, tied, rho):
        own = w
        if len(self.models) < len(w):
            own = np.zeros_like(w)
            own[self.models] = w[self.models]
        u, score_ss = rank_scores(order, tied, own)
        w, u = own[self.models], u[self.models]
        m = w.sum(0, dtype=float)
        untied_ss = (m**3 - (w.astype(float) ** 3).sum(0)) / 3
        for members, ties, columns in self.parts:
            if ties:
                t = centred_ranks(columns, w)
                product = np.einsum("ijb,ib->jb", t, u)
                t *= t
                ss = np.einsum("ijb,ib->jb", t, w)
            else:
                product, ss = product_untied(columns.order, w, u), untied_ss
            rho[members] = np.where(m < 3, np.nan, product / np.sqrt(ss * score_ss))


def product_untied(order, w, u):
    """Σ u t, one position of all sorted columns after the other; Σ u = 0, so t need not be centred."""
    before = np.zeros((order.shape[1], w.shape[1]), w.dtype)  # twice what lies before
    product = np.zeros_like(before)
    for models in order:
        multiplicity = w[models]
        before += multiplicity
        term = u[models]
        term *= before
        product += term
        before += multiplicity
    return product


def count(X, Y, B, rng):
    n, p = X.shape
    dtype = np.float32 if n <= 200 else np.float64
    X = (X - X.mean(0)) / np.where(X.std(0) > 0, X.std(0), 1)
    rows, same = np.unique(X, axis=0, return_inverse=True)
    capabilities = Sorted(X)
    patterns, which = np.unique(~np.isnan(Y), axis=1, return_inverse=True)
    targets = [Targets(Y, np.flatnonzero(has), np.flatnonzero(which == k)) for k, has in enumerate(patterns.T) if has.any()]
    v = count_weights(capabilities, np.ones((n, 1), dtype), None)[0][0]
    rho = np.full((Y.shape[1], B), np.nan)
    size = max(8, min(1000, 8_000_000 // (n * p)))
    for start in range(0, B, size):
        b = min(size, B - start)
        drawn = rng.integers(n, size=(n, b)) * b + np.arange(b)
        w = np.bincount(drawn.ravel(), minlength=n * b).reshape(n, b).astype(dtype)
        weights, varies = count_weights(capabilities, w, v)
        mean = (w.T @ X) / n
        variance = (w.T @ (X * X)) / n - mean * mean
        slope = np.divide(weights, np.sqrt(np.abs(variance)), out=np.zeros_like(weights), where=varies)
        score = (rows @ slope.T)[same]
        order = np.argsort(score.T, axis=1).T
        in_order = np.take_along_axis(score, order, 0)
        tied = in_order[1:] == in_order[:-1]
        for target in targets:
            target.correlate(w, order, tied, rho[:, start : start + b])
    return bounds(rho)


def count_weights(columns, w, v):
    t = centred_ranks(columns, w)
    p = t.shape[1]
    R = np.empty((w.shape[1], p, p))
    for a in range(p):
        R[:, a, : a + 1] = np.einsum("ijb,ib->bj", t[:, : a + 1], t[:, a] * w)
        R[:, : a + 1, a] = R[:, a, : a + 1]
    ss = np.diagonal(R, axis1=1, axis2=2)
    varies = ss > 0
    scale = np.divide(1, np.sqrt(ss), out=np.zeros(ss.shape), where=varies)
    return correlation_weights(R * scale[:, :, None] * scale[:, None, :], v), varies


def main(path, method="count"):
    content = np.fromfile(path)
    n, p, q, B, seed = content[:5].astype(int)
    table = content[5:].reshape(n, p + q)
    begin = time.monotonic()
    with np.errstate(invalid="ignore", divide="ignore"):
        result = {"count": count, "sort": sort}[method](table[:, :p], table[:, p:], B, np.random.default_rng(seed))
    print(json.dumps({"seconds": time.monotonic() - begin, "bounds": result}))


if __name__ == "__main__":
    main(*sys.argv[1:])
