"""Figures of ../shared/data/alpacaeval-judge, apart from this project's code: lowess by R, correlations by scipy, the rest as
AlpacaEval's notebooks/length_controlled.ipynb defines it. Writes alpacaeval.json: summary figures alone, nothing of the data, which must not be copied.

    python test/e2e/golden/alpacaeval.py      # needs numpy, scipy, Rscript
"""

import csv, gzip, json, subprocess, tempfile
from pathlib import Path

import numpy as np
from scipy.special import expit
from scipy.stats import kendalltau, pearsonr, spearmanr

here = Path(__file__).resolve().parent
data = here.parents[3] / "shared/data/alpacaeval-judge"
rows = [json.loads(line) for line in gzip.open(data / "rewards.jsonl.gz", "rt", encoding="utf8")]
prompts = [json.loads(line) for line in gzip.open(data / "prompts.jsonl.gz", "rt", encoding="utf8")]
baseline = {p["prompt_id"]: len(p["baseline_response"]) for p in prompts}
reference = {row[0]: float(row[2]) for row in list(csv.reader(open(data / "leaderboard.csv")))[1:]}

chars = np.array([len(r["response"]) for r in rows], float)
reward = np.array([r["reward"] for r in rows])
baseline_chars = np.array([baseline[r["prompt_id"]] for r in rows], float)
generators = sorted(reference)
of = {g: np.array([r["generator"] == g for r in rows]) for g in generators}


def curve(frac):
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(f"{folder}/in.csv", np.column_stack([chars, reward]), fmt="%.17g", delimiter=",")
        code = f"""d <- read.csv('{folder}/in.csv', header=FALSE); l <- lowess(d$V1, d$V2, f={frac}, iter=3, delta=0)
        k <- !duplicated(l$x); write.table(format(cbind(l$x[k], l$y[k]), digits=17), '{folder}/out.txt', quote=FALSE, row.names=FALSE, col.names=FALSE)"""
        subprocess.run(["Rscript", "-e", code], check=True)
        return np.loadtxt(f"{folder}/out.txt", unpack=True)


def gameability(rate, raw):
    models = [g for g in generators if g + "_concise" in rate and g + "_verbose" in rate]
    one_each = [g for g in generators if "_verbose" not in g and g + "_concise" not in rate]
    std = lambda names, of: np.std([of[g] for g in names], ddof=1)
    scale = std(one_each, raw) / std(one_each, rate)
    answer = {"models": {}, "scale": scale}
    for kind, suffixes in {"all": ["", "_concise", "_verbose"], "verbosity": ["", "_verbose"], "conciseness": ["", "_concise"]}.items():
        spread = {g: std([g + s for s in suffixes], rate) / np.mean([rate[g + s] for s in suffixes]) for g in models}
        if kind == "all":
            answer["models"] = spread
        answer[kind] = {"unscaled": np.mean(list(spread.values())), "rescaled": np.mean(list(spread.values())) * scale}
    return answer


def figures(margin, rewards, raw=None):
    rate = {g: 100 * expit(margin[of[g]]).mean() for g in generators}
    own, theirs = [rate[g] for g in generators], [reference[g] for g in generators]
    summary = {
        "spearman": spearmanr(chars, rewards).statistic,
        "pearson": pearsonr(chars, rewards).statistic,
        "agreement": {"spearman": spearmanr(own, theirs).statistic, "kendall": kendalltau(own, theirs).statistic},
        "mean_win_rate": np.mean(own),
        "mean_discrete_win_rate": np.mean([100 * (margin[of[g]] > 0).mean() for g in generators]),
        "gameability": gameability(rate, raw or rate),
    }
    return rate, summary


raw_rate, raw = figures(reward, reward)
answer = {"raw": raw, "calibrated": {}}
for frac in [0.3, 0.5, 0.9]:
    x, b = curve(frac)
    calibrated = reward - np.interp(chars, x, b)
    _, answer["calibrated"][str(frac)] = figures(calibrated + np.interp(baseline_chars, x, b), calibrated, raw_rate)
(here / "alpacaeval.json").write_text(json.dumps(answer, indent=1) + "\n")
