"""``pairs``: preference pairs for DPO from a file of scored responses."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from ..client import Client
from ..errors import InputError
from ..results import counted
from .console import NAME, say
from .file_formats import format_of
from .options import (
    Commands,
    add_command,
    add_format,
    add_reward_model,
    add_sample_columns,
    add_version,
    finite,
    whole,
)
from .outputs import whole_file
from .progress import progress
from .reading import open_rows
from .refused_rows import lines_named
from .samples import characteristic_keywords, conversation_batch, find_columns

_EXAMPLES = f"""\
  {NAME} pairs scored.jsonl -o dpo.jsonl --reward-model org/rm
  {NAME} pairs scored.csv -o dpo.jsonl -m org/rm --select all-above-margin --min-margin 0.5
  {NAME} pairs scored.jsonl -m org/rm --scores | head -1"""


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "pairs",
        run,
        summary="make preference pairs for DPO by calibrated rewards",
        description="Pairs the responses to each prompt by their calibrated rewards, as rows of TRL's\n"
        "preference format (prompt, chosen, rejected, margin). Responses to one prompt may stand anywhere.",
        examples=_EXAMPLES,
    )
    parser.add_argument("file", metavar="IN", help="scored responses, one a row; '-' for standard input")
    parser.add_argument(
        "-o", "--output", metavar="OUT", default="-", help="JSON lines; default '-': standard output"
    )
    add_reward_model(parser, "whose curve calibrates")
    add_version(parser)
    parser.add_argument(
        "--select",
        choices=("best-worst", "best-random", "all-above-margin"),
        help="which pairs of a prompt (default best-worst)",
    )
    parser.add_argument(
        "--min-margin", type=finite, metavar="M", help="only pairs with a calibrated margin above M (0)"
    )
    parser.add_argument("--seed", type=whole, metavar="N", help="of best-random (0)")
    parser.add_argument("--scores", action="store_true", help="add raw and calibrated rewards to the rows")
    add_sample_columns(parser)
    add_format(parser)


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Writes the pairs; the summary goes to standard error."""
    if arguments.output != "-" and format_of(arguments.output, "jsonl") != "jsonl":
        raise InputError(f"cannot write {arguments.output}: pairs are written as JSON lines; name it .jsonl")
    curve = client.curves.get(arguments.reward_model, arguments.version)
    with open_rows(arguments.file, arguments.format) as source:
        columns = find_columns(source, arguments, curve.characteristics, prompts=True, texts=True)
        with progress(source) as shown:
            batch = conversation_batch(source, columns, shown)
    with whole_file(arguments.output) as file:
        with lines_named(source, batch.rows):
            result = client.preference_pairs(
                arguments.reward_model,
                rewards=batch.rewards,
                prompts=batch.prompts,
                responses=batch.conversations,
                **characteristic_keywords(batch),
                version=curve.version,
                select=arguments.select,
                min_margin=arguments.min_margin,
                seed=arguments.seed,
                include_scores=arguments.scores,
            )
        file.write("".join(f"{json.dumps(pair, ensure_ascii=False)}\n" for pair in result).encode("utf-8"))
    _say_summary(result.summary, len(result))
    return 0


def _say_summary(summary: Mapping[str, object], pairs: int) -> None:
    skipped = summary.get("skipped")
    reasons = (
        [f"{count:,} {why.replace('_', ' ')}" for why, count in skipped.items() if count]
        if isinstance(skipped, Mapping)
        else []
    )
    say(
        f"{counted(pairs, 'pair')} of {summary.get('groups'):,} prompts"
        f"{f' (skipped: {chr(44).join(reasons)})' if reasons else ''};"
        f" {summary.get('changed'):,} differ from those by raw reward"
    )
    lengths: Sequence[str] = ("raw", "calibrated")
    for order in lengths:
        means = summary.get(order)
        if isinstance(means, Mapping) and means.get("mean_chosen_chars") is not None:
            say(
                f"by {order} reward, chosen responses have {means['mean_chosen_chars']:,.0f} characters"
                f" on average, rejected ones {means['mean_rejected_chars']:,.0f}"
            )
