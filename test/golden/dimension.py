"""dimension.json: parallel analysis, leave one capability benchmark out, split of the scree."""
import mpmath as mp
import numpy as np

import definitions as d
import draws
import matrices
from resampling import decimals

SEED = 1965
SAMPLES, BATCH, RUN = 100_000, 10_000, 1_000
LEVEL = 0.95
RUNS = 4_000


def midranks_of_normals(x):
    """Ranks along the models; normals do not tie."""
    return x.argsort(axis=1).argsort(axis=1).astype(float)


def null_eigenvalues(rng, n, p, basis):
    """Descending eigenvalues of the correlation matrices of SAMPLES normal n × p matrices."""
    out = np.empty((SAMPLES, p))
    for start in range(0, SAMPLES, BATCH):
        x = rng.standard_normal((BATCH, n, p))
        x = midranks_of_normals(x) if basis == "spearman" else x
        x -= x.mean(axis=1, keepdims=True)
        x /= np.sqrt((x * x).sum(axis=1, keepdims=True))
        out[start:start + BATCH] = np.linalg.eigvalsh(x.transpose(0, 2, 1) @ x)[:, ::-1]
    return out


def run_quantile(rng):
    """The order statistics between which the type 7 quantile of a run of RUN lies, as uniforms."""
    uniforms = np.sort(rng.random((RUNS, RUN)), axis=1)
    h = (RUN - 1) * LEVEL
    return uniforms[:, int(h)], uniforms[:, int(h) + 1], h - int(h)


def parallel(rng, fit, n, p, basis):
    null = np.sort(null_eigenvalues(rng, n, p, basis), axis=0)
    low, high, weight = run_quantile(rng)
    at = lambda u: null[(u * SAMPLES).astype(int)]
    runs = at(low) + weight * (at(high) - at(low))
    quantiles = np.quantile(null, LEVEL, axis=0)
    observed = np.array([float(v) for v in fit["eigenvalues"]])
    above = observed > quantiles
    components = p if above.all() else int(np.argmin(above))
    return {"eigenvalues": draws.table(fit["eigenvalues"]), "quantile95": [decimals(q) for q in quantiles],
            "se": [decimals(s) for s in runs.std(axis=0, ddof=1)], "meanOfRuns": [decimals(v) for v in runs.mean(axis=0)], "components": components}


def leave_one_out(capability, names, basis, original):
    out = {}
    for j, name in enumerate(names):
        rest = [[v for k, v in enumerate(row) if k != j] for row in capability]
        fit = draws.fit_rows(rest, basis)
        v = [w for k, w in enumerate(original["weights"]) if k != j]
        norm = mp.sqrt(mp.fsum(w * w for w in v))
        out[name] = {"explainedVariance": draws.digits(fit["explainedVariance"]),
                     "congruence": draws.digits(abs(mp.fsum(a * b for a, b in zip(fit["all"], v))) / norm)}
    return out


def body(released):
    rng = np.random.default_rng(SEED)
    classes = {}
    for name, matrix in released.items():
        capability = matrices.capability_rows(matrix)
        n, p = len(capability), len(capability[0])
        classes[name] = {"models": n, "capability": matrix["capability"], "bases": {}}
        for basis in draws.BASES:
            fit = d.capabilities_score(capability, basis)
            found = parallel(rng, fit, n, p, basis)
            removed = leave_one_out(capability, matrix["capability"], basis, fit)
            classes[name]["bases"][basis] = {"parallelAnalysis": found, "leaveOneOut": removed}
            print(f"§12 {name} {basis}: components {found['components']}, second eigenvalue {found['eigenvalues'][1]:.4f} against {found['quantile95'][1]:.4f}; "
                  f"least congruence without one benchmark {min(r['congruence'] for r in removed.values()):.5f}")
    return {"seed": SEED, "samples": SAMPLES, "seOfRunOf": RUN, "level": LEVEL, "classes": classes}
