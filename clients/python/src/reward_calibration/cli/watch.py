"""``watch``: what the service did in the last minutes, again and again."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from ..client import Client
from .console import NAME
from .options import Commands, add_command, finite
from .text_table import NONE, figure, percent, table

_EXAMPLES = f"""\
  {NAME} watch
  {NAME} watch --interval 30 --url http://calibration:8080
  {NAME} watch --once --json"""

_SHORTEST_SECONDS = 0.1

_MODEL_HEADER = (
    "reward model",
    "version",
    "samples",
    "samples/s",
    "extrapolated",
    "mean bias",
    "r raw",
    "r calibrated",
    "PSI length",
    "PSI reward",
)
_UPSTREAM_HEADER = (
    "upstream",
    "reward model",
    "breaker",
    "waiting",
    "answered",
    "failed",
    "texts",
    "mean seconds",
)


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "watch",
        run,
        summary="show what the service does, every few seconds",
        description="Shows the activity of the last five minutes until Ctrl-C: rates, the share of samples\n"
        "outside the fitted range, the mean bias, correlation of length with raw and calibrated\n"
        "rewards, drift (PSI) of length and reward against the fitted samples, and upstreams.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--interval", type=finite, metavar="SECONDS", default=5.0, help="default 5")
    parser.add_argument("--once", action="store_true", help="show it once and end")
    parser.add_argument("--json", action="store_true", help="print the service's answer, one line a time")


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Shows the activity until it is interrupted."""
    again = not arguments.once
    while True:
        activity = client.activity()
        if arguments.json:
            print(json.dumps(activity, ensure_ascii=False), flush=True)
        else:
            # On a terminal every table takes the place of the one before.
            clear = "\x1b[H\x1b[2J" if again and sys.stdout.isatty() else ""
            print(f"{clear}{shown(activity)}", flush=True)
        if not again:
            return 0
        time.sleep(max(arguments.interval, _SHORTEST_SECONDS))
        if not arguments.json and not sys.stdout.isatty():
            print()


def shown(activity: Mapping[str, Any]) -> str:
    """The activity as tables of text."""
    parts = [f"last {activity['seconds']:.0f} seconds"]
    models, upstreams = activity["reward_models"], activity["upstreams"]
    parts.append(
        table(_MODEL_HEADER, [_model_row(model) for model in models]) if models else "nothing was calibrated"
    )
    if upstreams:
        parts.append(table(_UPSTREAM_HEADER, [_upstream_row(upstream) for upstream in upstreams], left=3))
    return "\n".join(parts)


def _model_row(model: Mapping[str, Any]) -> list[str]:
    drift = model["drift"] or {}
    return [
        model["reward_model"],
        NONE if model["version"] is None else str(model["version"]),
        f"{model['samples']:,}",
        figure(model["samples_per_second"], 1),
        percent(model["extrapolated_share"]),
        figure(model["mean_bias"]),
        figure(model["correlation"]["raw"]),
        figure(model["correlation"]["calibrated"]),
        figure(drift.get("characteristic", {}).get("psi")),
        figure(drift.get("reward", {}).get("psi")),
    ]


def _upstream_row(upstream: Mapping[str, Any]) -> list[str]:
    counts = [f"{upstream[name]:,}" for name in ("waiting", "answered", "failed", "texts")]
    names = [upstream["name"], upstream["reward_model"], upstream["state"]]
    return [*names, *counts, figure(upstream["mean_seconds"])]
