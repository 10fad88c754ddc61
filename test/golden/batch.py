"""Many resamples at once, in double precision: a resample is a vector of counts, one per fitted model.

A midrank inside a resample is linear in the counts (those below, plus half of those equal), so that every rank,
correlation matrix, eigenvector and correlation of ten thousand resamples is a few matrix products. draws.py checks this
against the 50-digit definitions, resample by resample.
"""
import numpy as np

ZERO = 1e-12
SAME_SCORE = 1e-10  # of the spread of the score over the drawn models: a tie of equal rows


def below_or_equal(values):
    """H with H·counts = midrank − 1/2 of each model's value among the drawn ones; None = missing."""
    x = np.array([np.nan if v is None else v for v in values], dtype=float)
    with np.errstate(invalid="ignore"):
        return (x[None, :] < x[:, None]) + 0.5 * (x[None, :] == x[:, None])


class Class:
    """A class's fitted models: capability columns, targets, and the score's signs."""

    def __init__(self, capability, targets, weights):
        """capability: models × p; targets: {name: values}; weights: {basis: v of the class}."""
        self.x = np.array(capability, dtype=float)
        self.rank_of = [below_or_equal(column) for column in self.x.T]
        self.targets = {b: (np.array([v is not None for v in t]), below_or_equal(t), np.array([np.nan if v is None else v for v in t])) for b, t in targets.items()}
        self.weights = {basis: np.array(v, dtype=float) for basis, v in weights.items()}

    def fit(self, counts, basis):
        """(weights, scores, usable) of every resample; weight 0 for a column constant in it."""
        total = counts.sum(1)
        ranks = np.stack([counts @ h.T + 0.5 for h in self.rank_of], axis=2)  # resample × model × column
        ranks -= ((total + 1) / 2)[:, None, None]
        varies = np.einsum("bi,bij->bj", counts, ranks**2) > 0  # exact: half-integers
        raw = self.x[None] - (counts @ self.x / total[:, None])[:, None, :]
        sd = np.sqrt(np.einsum("bi,bij->bj", counts, raw**2) / total[:, None])
        z = np.where(varies[:, None, :], raw / np.where(varies, sd, 1)[:, None, :], 0)
        based = ranks if basis == "spearman" else z
        weighted = based * np.sqrt(counts)[:, :, None]
        cross = weighted.transpose(0, 2, 1) @ weighted
        scale = np.sqrt(np.einsum("bjj->bj", cross))
        scale[~varies] = 1
        r = cross / scale[:, :, None] / scale[:, None, :] * (varies[:, :, None] & varies[:, None, :])
        values, vectors = np.linalg.eigh(r)
        v = np.where(varies, vectors[:, :, -1], 0)
        v *= np.where(v @ self.weights[basis] < 0, -1, 1)[:, None]
        gap = values[:, -1] - values[:, -2] if r.shape[1] > 1 else values[:, -1]
        usable = varies.any(1) & (gap > 1e-9 * values[:, -1])
        return v, np.einsum("bij,bj->bi", z, v), usable

    def rank_weights(self, counts, scores):
        """For each resample the matrix that turns counts into midranks of its own score."""
        drawn = counts > 0
        spread = np.where(drawn, scores, -np.inf).max(1) - np.where(drawn, scores, np.inf).min(1)
        difference = scores[:, :, None] - scores[:, None, :]
        tolerance = SAME_SCORE * np.where(spread > 0, spread, 1)[:, None, None]
        return (difference > tolerance) + 0.5 * (np.abs(difference) <= tolerance)

    def spearmans(self, counts, measures, target):
        """ρ* of every resample with each measure, NaN where undefined.

        measures: [(rank weights, centred ranks over all drawn models or None)]; rank weights as of rank_weights, or one
        matrix for all resamples."""
        have, h, _ = self.targets[target]
        c = counts if have.all() else counts * have
        total = c.sum(1)
        t = c @ h.T + 0.5 - ((total + 1) / 2)[:, None]
        t[:, ~have] = 0
        weighted = c * t
        square = np.einsum("bi,bi->b", weighted, t)
        out = []
        for by, common in measures:
            s = common if common is not None and have.all() else self.centred_ranks(c, by)
            covariance = np.einsum("bi,bi->b", weighted, s)
            both = square * np.einsum("bi,bi,bi->b", c, s, s)
            defined = (total >= 3) & (both > 0)
            out.append(np.where(defined, covariance / np.sqrt(np.where(defined, both, 1)), np.nan))
        return out

    @staticmethod
    def centred_ranks(c, by):
        ranks = c @ by.T if by.ndim == 2 else np.matmul(by, c[:, :, None])[:, :, 0]
        return ranks + 0.5 - ((c.sum(1) + 1) / 2)[:, None]
