"""``evaluate``: whether calibration helps, by pairs of which a label prefers one response."""

from __future__ import annotations

import argparse
import json

from ..client import Client
from .console import NAME
from .fit import characteristics_setting
from .labelled_pairs import find_pair_columns, read_pairs
from .options import Commands, add_command, add_format, add_reward_model, add_settings, add_version, settings
from .progress import progress
from .reading import open_rows
from .refused_rows import lines_named

_EXAMPLES = f"""\
  {NAME} evaluate pairs.jsonl
  {NAME} evaluate pairs.csv --chosen-reward s1 --rejected-reward s2 --chosen a --rejected b
  {NAME} evaluate pairs.jsonl -m org/rm --version 3 --json
  {NAME} evaluate rewardbench-scores.jsonl --protocol reward-bench"""


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "evaluate",
        run,
        summary="measure on labelled pairs whether calibration helps",
        description="Reads pairs of a chosen and a rejected response with their rewards, one pair a row,\n"
        "and prints accuracy before and after calibration, and a verdict. Without --reward-model a\n"
        "curve is fitted to the pairs themselves, and not kept.",
        examples=_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="labelled pairs, one a row; '-' for standard input")
    add_reward_model(parser, "whose stored curve is evaluated", required=False)
    add_version(parser)
    parser.add_argument(
        "--protocol", choices=("reward-bench",), help="adds RewardBench's score (subsets in column 'subset')"
    )
    add_settings(parser)
    group = parser.add_argument_group("columns", "guessed by their names where they are not given")
    for side in ("chosen", "rejected"):
        group.add_argument(f"--{side}-reward", metavar="COLUMN", help=f"raw rewards of {side} responses")
        group.add_argument(f"--{side}", metavar="COLUMN", help=f"{side} responses: text, or chat messages")
    group.add_argument("--prompt", metavar="COLUMN", help="prompts: pairs of one prompt count for less")
    group.add_argument("--subset", metavar="COLUMN", help="accuracies are also given by subset")
    group.add_argument(
        "--characteristic",
        metavar="NAME[=CHOSEN,REJECTED]",
        action="append",
        help="what the reward may depend on; numbers are read from two columns, else measured from the"
        " responses (chars, words, lines, markdown; default chars; may be repeated)",
    )
    add_format(parser)
    parser.add_argument("--json", action="store_true", help="print the service's answer as JSON")


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Evaluates and prints."""
    needed, version = None, arguments.version
    if arguments.reward_model is not None:
        curve = client.curves.get(arguments.reward_model, arguments.version)
        needed, version = curve.characteristics, curve.version
    with open_rows(arguments.file, arguments.format) as source:
        columns = find_pair_columns(source, arguments, needed)
        with progress(source) as shown:
            batch = read_pairs(source, columns, shown)
    # The service refuses settings beside a stored curve, by name.
    fitted = characteristics_setting(arguments) if needed is None else None
    with lines_named(source, batch.rows):
        result = client.evaluate(
            pairs=batch.pairs,
            reward_model=arguments.reward_model,
            version=version,
            protocol=arguments.protocol,
            characteristics=fitted,
            **settings(arguments),
        )
    print(json.dumps(result.answer, ensure_ascii=False) if arguments.json else result)
    return 0
