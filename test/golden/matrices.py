"""released.json, bundled.json and published.json: the two real matrices and what was printed for one of them."""
import csv
from decimal import Decimal
from itertools import combinations
from pathlib import Path
import re

import mpmath as mp
import numpy as np
from scipy import stats

import definitions as d

CAPABILITY = ("logiqa piqa hellaswag winogrande superglue_copa medqa_4options arc_challenge mmlu minerva_math "
              "lambada_openai gsm8k bbh").split()
METADATA = ["model_size", "FLOP", "name", "type"]
THRESHOLD = 0.4


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return None if text == "" else float(text)


def released(datasets):
    """{class: matrix}: the full-precision release; ranges undeclared."""
    out = {}
    for name in ("base", "chat"):
        rows = read_csv(Path(datasets) / "safetywashing" / f"benchmarks_{name}_models.csv")
        benchmarks = [b for b in rows[0] if b not in ["model", *METADATA]]
        columns = {b: [number(r[b]) for r in rows] for b in benchmarks}
        capability = [b for b in benchmarks if b in CAPABILITY]
        assert all(0 <= v <= 1 for b in capability for v in columns[b])
        out[name] = {
            "models": [r["model"] for r in rows], "columns": columns, "capability": capability,
            "kinds": {b: "capability" if b in CAPABILITY else "other" for b in benchmarks},
            "ranges": {b: (0.0, 1.0) for b in capability}, "chances": None,
            "flop": [number(r["FLOP"]) for r in rows],
        }
    return out


def bundled(datasets):
    """{class: matrix}: the 84 headline benchmarks, six digits, with declared ranges and chance levels."""
    folder = Path(datasets) / "reference"
    about = {r["benchmark"]: r for r in read_csv(folder / "benchmarks.csv")}
    classes = {r["model"]: r["class"] for r in read_csv(folder / "models.csv")}
    rows = read_csv(folder / "scores.csv")
    assert all(a["direction"] == "higher" for a in about.values())
    out = {}
    for name in ("base", "chat"):
        own = [r for r in rows if classes[r["model"]] == name]
        # a benchmark that no model of the class took is no column of the class
        benchmarks = [b for b in rows[0] if b != "model" and any(r[b] != "" for r in own)]
        capability = [b for b in benchmarks if about[b]["kind"] == "capability"]
        assert set(capability) == set(CAPABILITY)
        out[name] = {
            "models": [r["model"] for r in own], "capability": capability,
            "columns": {b: [number(r[b]) for r in own] for b in benchmarks},
            "kinds": {b: about[b]["kind"] for b in benchmarks},
            "ranges": {b: (float(about[b]["min"]), float(about[b]["max"])) for b in capability},
            "chances": {b: number(about[b]["chance"]) for b in capability},
        }
    return out


def capability_rows(matrix, but=None):
    names = [b for b in matrix["capability"] if b != but]
    return [[matrix["columns"][b][i] for b in names] for i in range(len(matrix["models"]))]


def rank_from_best(values):
    """Midranks, 1 = highest."""
    return d.midranks([-v for v in values])


def closest(values):
    ordered = sorted(values)
    gaps = [b - a for a, b in zip(ordered, ordered[1:]) if b - a > d.EXACT]
    return float(min(gaps) / (ordered[-1] - ordered[0]))


def class_results(matrix):
    rows = capability_rows(matrix)
    lows, highs = zip(*(matrix["ranges"][b] for b in matrix["capability"]))
    chances = missing = None
    if matrix["chances"] is not None:
        missing = [b for b in matrix["capability"] if matrix["chances"][b] is None]
        chances = [low if b in missing else matrix["chances"][b] for b, low in zip(matrix["capability"], lows)]
    means = d.averages(rows, lows, highs, chances)
    models, out = matrix["models"], {"models": matrix["models"], "capability": matrix["capability"]}
    if missing is not None:
        out["chanceTakenAsMin"] = missing
    out["averages"] = {m: dict(zip(models, map(float, v))) for m, v in means.items()}
    out["bases"] = {basis: basis_results(matrix, rows, means, basis) for basis in ("spearman", "pearson")}
    return out


def basis_results(matrix, rows, means, basis):
    names, models = matrix["capability"], matrix["models"]
    fit = d.capabilities_score(rows, basis)
    assert fit["reason"] is None and not fit["dropped"] and len(fit["models"]) == len(models)
    measures = {"pc1": fit["scores"], **means}
    ranks = {m: rank_from_best(v) for m, v in measures.items()}
    for m, v in measures.items():
        if closest(v) < 1e-9:
            print(f"  note: two models' {m} are closer than 1e-9 of its range ({closest(v):.1e}), {basis}")
    by_name = lambda values: dict(zip(names, map(float, values)))
    out = {
        "eigenvalues": list(map(float, fit["eigenvalues"])),
        "weights": by_name(fit["weights"]), "loadings": by_name(fit["loadings"]),
        "negativeWeights": [b for b, w in zip(names, fit["weights"]) if w < 0],
        "explainedVariance": float(fit["explainedVariance"]),
        "scoreVarianceShare": float(fit["scoreVarianceShare"]),
        "tuckerCongruence": float(abs(mp.fsum(fit["weights"])) / mp.sqrt(len(names))),
        "scores": dict(zip(models, map(float, fit["scores"]))),
        "agreement": [{"a": a, "b": b, "spearman": float(d.spearman(measures[a], measures[b])),
                       "kendall": float(d.kendall(measures[a], measures[b]))} for a, b in combinations(measures, 2)],
        "ranks": {m: dict(zip(models, r)) for m, r in ranks.items()},
        "rankMoves": {m: b - a for m, a, b in zip(models, ranks["pc1"], ranks["mean"])},
        "benchmarks": {b: benchmark_results(matrix, b, measures, fit, basis) for b in matrix["columns"]},
    }
    out["ruleFlips"] = [b for b, r in out["benchmarks"].items() if r["ruleFlip"]]
    return out


def benchmark_results(matrix, benchmark, measures, fit, basis):
    target = matrix["columns"][benchmark]
    have = [i for i, v in enumerate(target) if v is not None]
    y = [target[i] for i in have]
    on_rows = {m: [v[i] for i in have] for m, v in measures.items()}
    rho = {m: d.spearman(x, y) for m, x in on_rows.items()}
    is_capability = matrix["kinds"][benchmark] == "capability"
    against = d.against_score(fit, target)
    n, as_float = len(have), lambda v: None if v is None else float(v)
    out = {
        "n": n, "reason": against["reason"],
        "spearman": as_float(rho["pc1"]), "pearson": as_float(against["pearson"]), "kendall": as_float(against["kendall"]),
        "intervals": {"bonettWright": d.bonett_wright(rho["pc1"], n), "pearsonFisher": d.fisher(against["pearson"], n),
                      "kendall": d.tau_interval(against["kendall"], n)},
        "spearmanAgainst": {m: as_float(r) for m, r in rho.items() if m != "pc1"},
        "difference": {m: None if r is None else float(rho["pc1"] - r) for m, r in rho.items() if m != "pc1"},
        "ruleFlip": None, "mengRosenthalRubin": None, "leaveOneOutRho": None, "requiredModels": None,
    }
    if is_capability:
        refitted = d.capabilities_score(capability_rows(matrix, but=benchmark), basis)
        out["leaveOneOutRho"] = float(d.spearman(refitted["scores"], y))
        return out
    rx = d.spearman(on_rows["pc1"], on_rows["mean"]) if rho["pc1"] is not None else None
    out["mengRosenthalRubin"] = d.meng_rosenthal_rubin(rho["pc1"], rho["mean"], rx, n)
    if out["mengRosenthalRubin"]:
        out["mengRosenthalRubin"]["rx"] = float(rx)
    out["requiredModels"] = d.required_models(rho["pc1"])
    if rho["pc1"] is not None:
        out["ruleFlip"] = (abs(float(rho["pc1"])) < THRESHOLD) != (abs(float(rho["mean"])) < THRESHOLD)
    return out


# ---- what was printed ----------------------------------------------------------------------------------

def fraction(percent):
    return float(Decimal(percent) / 100)


def published(datasets):
    text = (Path(datasets) / "safetywashing" / "published-analysis-output.txt").read_text(encoding="utf-8")
    pairs = lambda block, sep: [line.rsplit(sep, 1) for line in block.strip().splitlines()]
    out = {"halfUnit": {"meanCapabilityCorrelation": 0.0005, "sdCapabilityCorrelation": 0.0005,
                        "explainedVariance": 0.0005, "capabilityCorrelations": 0.00005, "correlations": 0.0005,
                        "scores": 0.005}}
    for name in ("base", "chat"):
        section = text.split(f"***** Results for {name.title()} *****")[1].split("*****")[0]
        head, rest = section.split("CAPABILITIES CORRELATIONS:")
        capability, rest = rest.split("SAFETY CORRELATIONS:")
        other, scores = rest.split("MODEL SCORES:")
        of = lambda label: fraction(re.search(label + r".*: ([\d.]+)", head)[1])
        out[name] = {
            "meanCapabilityCorrelation": of("Mean correlation"), "sdCapabilityCorrelation": of("Standard deviation"),
            "explainedVariance": of("Total capabilities variance"),
            "capabilityCorrelations": {b: fraction(v) for b, v in pairs(capability, " ")},
            "correlations": {b: fraction(v) for b, v in pairs(other, " ")},
            "scores": {m: float(v) for m, v in pairs(re.split(r"\n(?:Pearson|Spearman) Correlation", scores)[0], ", ")},
        }
    return out


def compare_with_published(matrices, results, printed):
    """Largest deviation per group; the printed digits allow half a unit of the last one."""
    print("against the published analysis output (basis spearman; deviation of full precision from printed digits):")
    for name in ("base", "chat"):
        basis, own = results[name]["bases"]["spearman"], printed[name]
        rows = np.array(capability_rows(matrices[name]))
        pairwise = stats.spearmanr(rows).statistic[np.triu_indices(rows.shape[1], 1)]
        ours = {
            "meanCapabilityCorrelation": {"": pairwise.mean()},
            "sdCapabilityCorrelation": {"": pairwise.std()},
            "explainedVariance": {"": basis["explainedVariance"]},
            "capabilityCorrelations": {b: basis["benchmarks"][b]["spearman"] for b in own["capabilityCorrelations"]},
            "correlations": {b: basis["benchmarks"][b]["spearman"] for b in own["correlations"]},
            "scores": basis["scores"],
        }
        for group, values in ours.items():
            reference = own[group] if isinstance(own[group], dict) else {"": own[group]}
            assert set(values) == set(reference), group
            off = {k: abs(values[k] - reference[k]) for k in values}
            worst = max(off, key=off.get)
            beyond = [k for k in off if off[k] > printed["halfUnit"][group] + 1e-12]
            print(f"  {name} {group}: n {len(off)}, largest {off[worst]:.7f} {worst} "
                  f"(half unit {printed['halfUnit'][group]}); beyond: {beyond or 'none'}")
        if name == "chat":
            sd1 = pairwise.std(ddof=1)
            print(f"  (sd ddof 1 chat {sd1:.5f})")


# ---- the ticked figures --------------------------------------------------------------------------------

def permutation_p(matrix, scores, draws=10_000, seed=0):
    rng = np.random.default_rng(seed)
    p = {}
    for b, target in matrix["columns"].items():
        if matrix["kinds"][b] == "capability":
            continue
        have = [i for i, v in enumerate(target) if v is not None]
        x = stats.rankdata([scores[i] for i in have])
        y = stats.rankdata([target[i] for i in have])
        if np.ptp(y) == 0:
            continue
        x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
        permuted = rng.permuted(np.tile(y, (draws, 1)), axis=1) @ x / len(x)
        p[b] = (np.sum(np.abs(permuted) >= abs(x @ y / len(x)) - 1e-12) + 1) / (draws + 1)
    return p


def print_ticked_figures(matrices, results):
    print("ticked figures of the methods text, from the released matrices:")
    tell = lambda label, *values: print(f"  {label}: " + ", ".join(f"{v:.5f}" if isinstance(v, float) else str(v) for v in values))
    base, chat = results["base"]["bases"], results["chat"]["bases"]
    for basis in ("spearman", "pearson"):
        tell(f"§2 explainedVariance {basis} base, chat", base[basis]["explainedVariance"], chat[basis]["explainedVariance"])
        tell(f"§2 scoreVarianceShare {basis} base, chat", base[basis]["scoreVarianceShare"], chat[basis]["scoreVarianceShare"])
        tell(f"§3 Tucker congruence {basis} base, chat", base[basis]["tuckerCongruence"], chat[basis]["tuckerCongruence"])
    column = matrices["chat"]["columns"]
    tell("§3 chat RMSCE MMLU against mmlu, against the score", float(d.spearman(column["rmsce_mmlu"], column["mmlu"])),
         chat["spearman"]["benchmarks"]["rmsce_mmlu"]["spearman"])
    tell("§3 chat Brier MMLU against mmlu: pearson, spearman", float(d.pearson(column["brier_mmlu"], column["mmlu"])),
         float(d.spearman(column["brier_mmlu"], column["mmlu"])))
    bbq = chat["spearman"]["benchmarks"]["bbq_amb"]
    tell("§3 chat BBQ ambiguous z, rho PC1, rho mean", bbq["mengRosenthalRubin"]["z"], bbq["spearman"], bbq["spearmanAgainst"]["mean"])
    for name, bases in (("base", base), ("chat", chat)):
        spearman = bases["spearman"]
        tell(f"§3 {name} ruleFlips", len(spearman["ruleFlips"]), spearman["ruleFlips"])
        agreement = {(a["a"], a["b"]): (a["spearman"], a["kendall"]) for a in spearman["agreement"]}
        for other in ("mean", "zmean", "meanRank"):
            tell(f"§3 {name} PC1–{other} spearman, tau", *agreement["pc1", other])
        others = {b: r for b, r in spearman["benchmarks"].items() if matrices[name]["kinds"][b] != "capability"}
        off = {b: abs(r["difference"]["mean"]) for b, r in others.items() if r["spearman"] is not None}
        tell(f"§3 {name} |d| mean, max", float(np.mean(list(off.values()))), max(off.values()), max(off, key=off.get))
        all_off = [abs(r["difference"]["mean"]) for r in spearman["benchmarks"].values() if r["spearman"] is not None]
        tell(f"   {name} |d| with the capability columns: mean, max", float(np.mean(all_off)), max(all_off))
        rho = {b: r["spearman"] for b, r in others.items() if r["spearman"] is not None}
        tell(f"§5 {name} columns, |rho| < .4", len(rho), sum(abs(r) < THRESHOLD for r in rho.values()))
        inside = [b for b, r in others.items() if r["spearman"] is not None and -THRESHOLD < r["intervals"]["bonettWright"][0]
                  and r["intervals"]["bonettWright"][1] < THRESHOLD]
        tell(f"§5 {name} Bonett–Wright interval inside ±.4", len(inside), inside)
        scores = list(spearman["scores"].values())
        p = permutation_p(matrices[name], scores)
        q = stats.false_discovery_control(list(p.values()))
        tell(f"§5 {name} permutation p < .05, BH q < .05, of", sum(v < 0.05 for v in p.values()), int(np.sum(q < 0.05)), len(p))
        ordinal = lambda v: stats.rankdata(v, method="ordinal")
        moved = 0
        for b in others:
            have = [i for i, v in enumerate(matrices[name]["columns"][b]) if v is not None]
            by_order = np.corrcoef(ordinal([scores[i] for i in have]), ordinal([matrices[name]["columns"][b][i] for i in have]))[0, 1]
            moved += rho.get(b) is None or abs(by_order - rho[b]) > 0.005
        tell(f"§14 {name} columns that ordinal ranks (ties in row order) move by > .005", int(moved))
        flop = matrices[name]["flop"]
        have = [i for i, v in enumerate(flop) if v is not None]
        tell(f"§13 {name} rho(score, FLOP), n", float(d.spearman([scores[i] for i in have], [flop[i] for i in have])), len(have))
    math_ = chat["spearman"]["benchmarks"]["minerva_math"]
    tell("§4 chat MATH rho, leave-one-out", math_["spearman"], math_["leaveOneOutRho"])
    for b in ("MT_Bench", "ethics_all", "wmdp_bio", "HarmBench-HumanJailbreaks-all", "bbq_amb"):
        r = chat["spearman"]["benchmarks"][b]
        tell(f"§5 chat requiredModels {b} (rho, n)", r["requiredModels"], r["spearman"])
    tell("§5 requiredModels rho 0", d.required_models(0.0))


def print_bundled_against_released(bundled_results, released_results):
    for name in ("base", "chat"):
        for basis in ("spearman", "pearson"):
            a, b = bundled_results[name]["bases"][basis], released_results[name]["bases"][basis]
            off = {k: abs(r["spearman"] - b["benchmarks"][k]["spearman"]) for k, r in a["benchmarks"].items() if r["spearman"] is not None}
            worst = max(off, key=off.get)
            print(f"bundled against released, {name} {basis}: explained variance off by "
                  f"{abs(a['explainedVariance'] - b['explainedVariance']):.1e}, Spearman at most {off[worst]:.1e} ({worst})")
