"""Writes questions.json: §10, §11 and §13 on the bundled matrix and on small seeded ones."""
import differential
import question_cases
import saturation
import scaling
import suites

BENCHMARKS = ("HarmBench-HumanJailbreaks-all", "ethics_all", "LMSYS_Chatbot_Arena")
AREAS = ("jailbreaks", "alignment")


def body():
    found, skipped = question_cases.small()
    return {
        "skipped": skipped,
        "classes": {name: bundled(question_cases.bundled(name)) for name in ("base", "chat")},
        "cases": [small(case) for case in found],
    }


def bundled(case):
    column = {b["benchmark"]: j for j, b in enumerate(case.benchmarks)}
    in_area = lambda area: [j for j, b in enumerate(case.benchmarks) if b["area"] == area]
    fit = scaling.fit(case)
    print("score against FLOP:", fit["n"], fit["spearman"])
    return rounded({
        "scaling": {"fit": fit, "horizons": scaling.horizons(case)},
        "differential": {b: by_model(case, differential.one(case, column[b])) for b in BENCHMARKS},
        "areas": {a: by_model(case, differential.area(case, in_area(a))) for a in AREAS},
        "saturation": saturation.result(case, saturation.AGGREGATES),
        "bootstrap": saturation.bootstrap(case, saturation.AGGREGATES),
        "suites": {size: suites.result(case, size, saturation.AGGREGATES) for size in (2, 3)},
    })


def small(case):
    return {"models": case.models, "benchmarks": case.benchmarks, "cells": case.raw, "errors": case.errors} | rounded({
        "expected": {
            "scaling": {"fit": scaling.fit(case), "horizons": scaling.horizons(case)},
            "differential": {b: by_model(case, differential.one(case, j)) for j, b in ((4, "b4"), (5, "b5"), (9, "b9"))},
            "areas": {"two": by_model(case, differential.area(case, [7, 8, 9]))},
            "saturation": saturation.result(case),
            "suites": {size: suites.result(case, size) for size in (2, 3)},
        }
    })


def by_model(case, rows):
    return {m["model"]: row for m, row in zip(case.models, rows)}


def rounded(value):
    """Thirteen significant digits; numpy's numbers as Python's."""
    if isinstance(value, dict):
        return {str(k): rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return float(f"{float(value):.13g}")
