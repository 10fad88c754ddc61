"""Writes the golden numbers of this folder: python3 test/golden/generate.py <datasets folder>"""
import json
from pathlib import Path
import platform
import sys

import mpmath
import numpy
import scipy

sys.dont_write_bytecode = True

import confounding
import dependence
import dimension
import draws
import edge_cases
import interventions
import matrices
import philox
import questions
import random_cases
import resampling
import sensitivity
import unit_tables

HERE = Path(__file__).parent
VERSIONS = {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__, "mpmath": mpmath.__version__}


def write(name, body, lines=None, compact=False):
    """JSON, doubles as the shortest text that reads back; compact on one line, or with `lines`: the key whose entries get a line each."""
    body = {"generator": "test/golden/generate.py", "versions": VERSIONS} | body
    dump = lambda v: json.dumps(v, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if compact:
        text = dump(body)
    elif lines is None:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1)
    else:
        rest = {k: v for k, v in body.items() if k != lines}
        text = dump(rest)[:-1] + f',"{lines}":[\n' + ",\n".join(map(dump, body[lines])) + "\n]}"
    (HERE / name).write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {(HERE / name).stat().st_size} bytes")


def main(datasets, part="all"):
    print(VERSIONS)
    if part in ("all", "interventions"):
        write("what-if.json", interventions.what_if(), compact=True)
        write("interventions.json", interventions.interventions(), compact=True)
    if part == "interventions":
        return
    released = matrices.released(datasets)
    if part in ("all", "correlations"):
        correlations(datasets, released)
    if part in ("all", "resampling"):
        resamples(datasets, released)
    if part in ("all", "confounding"):
        write("confounding.json", confounding.body(datasets), compact=True)
        confounding.print_ticked_figures(datasets)
    if part in ("all", "questions"):
        write("questions.json", questions.body(), compact=True)
    if part in ("all", "sensitivity"):
        found = sensitivity.body(datasets)
        write("sensitivity.json", found, compact=True)
        sensitivity.print_ticked_figures(found)


def correlations(datasets, released):
    """§2–§5, closed forms."""
    bundled = matrices.bundled(datasets)
    released_results = {name: matrices.class_results(m) for name, m in released.items()}
    bundled_results = {name: matrices.class_results(m) for name, m in bundled.items()}
    printed = matrices.published(datasets)
    write("released.json", {"source": "safetywashing/benchmarks_{base,chat}_models.csv", "classes": released_results})
    write("bundled.json", {"source": "reference/{scores,models,benchmarks}.csv", "classes": bundled_results})
    write("published.json", {"source": "safetywashing/published-analysis-output.txt", **printed})
    matrices.compare_with_published(released, released_results, printed)
    matrices.print_ticked_figures(released, released_results)
    matrices.print_bundled_against_released(bundled_results, released_results)
    write("stats.json", unit_tables.tables())
    write("edges.json", {"cases": edge_cases.cases()}, lines="cases")
    write("random.json", random_cases.generate(), lines="cases")


def resamples(datasets, released):
    """§3, §5, §12: what hangs on draws, on models left out and on families."""
    write("philox.json", philox.table(), lines="vectors")
    write("draws.json", draws.generate(datasets, released), lines="cases")
    intervals, deterministic = resampling.generate(datasets, released)
    write("intervals.json", intervals, compact=True)
    write("dependence.json", dependence.body(deterministic), compact=True)
    write("dimension.json", dimension.body(released), compact=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
