"""``fit``: a curve from a file of scored responses."""

from __future__ import annotations

import argparse
import json

from ..client import Client
from .console import NAME, say
from .options import (
    Commands,
    add_command,
    add_format,
    add_reward_model,
    add_sample_columns,
    add_settings,
    settings,
)
from .outputs import refuse_no_svg, write_whole
from .progress import progress
from .reading import open_rows
from .refused_rows import lines_named
from .samples import find_columns, named_characteristics, sample_keywords, whole_batch

_EXAMPLES = f"""\
  {NAME} fit scored.jsonl --reward-model org/rm
  {NAME} fit scored.csv.gz -m org/rm --reward score --response completion --frac auto
  {NAME} fit scored.parquet -m org/rm --characteristic tokens=n_tokens --plot curve.svg
  zcat scored.jsonl.gz | {NAME} fit - -m org/rm --json"""


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "fit",
        run,
        summary="fit a curve from scored responses",
        description="Fits the curve of a reward model from a file of scored responses, as its new version.",
        examples=_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="scored responses, one a row; '-' for standard input")
    add_reward_model(parser, "whose curve it is")
    add_settings(parser)
    add_sample_columns(parser, prompt="prompts; read for lwr-within, else only where they are named here")
    add_format(parser)
    parser.add_argument("--plot", metavar="SVG", help="draw the curve over its samples into this file")
    parser.add_argument("--json", action="store_true", help="print the service's answer as JSON")


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Fits, prints what came out, and draws it where that is asked for."""
    if arguments.plot is not None:
        refuse_no_svg(arguments.plot)
    within = arguments.estimator == "lwr-within"
    with open_rows(arguments.file, arguments.format) as source:
        columns = find_columns(source, arguments, None, prompts=within or arguments.prompt is not None)
        with progress(source) as shown:
            batch = whole_batch(source, columns, shown)
    with lines_named(source, batch.rows):
        result = client.fit(
            arguments.reward_model,
            **sample_keywords(batch),
            **settings(arguments),
            characteristics=characteristics_setting(arguments),
        )
    print(json.dumps(result.answer, ensure_ascii=False) if arguments.json else result)
    if arguments.plot is not None:
        versions = () if result.version is None else (result.version,)
        write_whole(arguments.plot, client.plot(arguments.reward_model, *versions).svg)
        say(f"drew version {result.version} into {arguments.plot}")
    return 0


def characteristics_setting(arguments: argparse.Namespace) -> list[dict[str, object]]:
    """Characteristics as the service has them: names, with the strength where one is given."""
    names = tuple(named_characteristics(arguments)) or ("chars",)
    strength = {} if arguments.alpha is None else {"alpha": arguments.alpha}
    return [{"name": name, **strength} for name in names]
