"""``calibrate``: a file of raw rewards with their calibrated ones."""

from __future__ import annotations

import argparse
import warnings

from ..client import Client
from ..curve import Curve
from ..errors import InputError, RewardCalibrationWarning
from ..results import Calibrated, counted
from .console import NAME, say
from .options import (
    Commands,
    add_command,
    add_format,
    add_reward_model,
    add_sample_columns,
    add_version,
)
from .progress import progress
from .reading import open_rows
from .refused_rows import lines_named
from .rows import Source
from .samples import Batch, batches, find_columns, sample_keywords
from .writing import row_writer

_EXAMPLES = f"""\
  {NAME} calibrate scored.jsonl -o calibrated.jsonl --reward-model org/rm
  {NAME} calibrate scored.csv -o calibrated.csv.gz -m org/rm --version 3
  {NAME} calibrate scored.jsonl -o calibrated.jsonl --curve curve.json
  {NAME} calibrate - -m org/rm --column reward_without_bias < scored.jsonl | head"""


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "calibrate",
        run,
        summary="take the bias out of the rewards of a file",
        description="Writes every row of a file with all its columns and one more, the calibrated reward.\n"
        "One version of the curve calibrates the whole file. Memory does not grow with the file.",
        examples=_EXAMPLES,
    )
    parser.add_argument("file", metavar="IN", help="scored responses, one a row; '-' for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", default="-", help="default '-': standard output")
    add_reward_model(parser, "whose curve calibrates", required=False)
    add_version(parser)
    parser.add_argument(
        "--curve", metavar="JSON", help="an exported curve (curves export) calibrates, without the service"
    )
    parser.add_argument(
        "--observe",
        action="store_true",
        help="have the service keep the numbers of these samples (never text) for a refit",
    )
    parser.add_argument(
        "--keep-mean",
        action="store_true",
        help="add the mean bias back, which keeps the level of the rewards",
    )
    parser.add_argument(
        "--column", metavar="NAME", default="calibrated_reward", help="to write (default calibrated_reward)"
    )
    add_sample_columns(parser, prompt=None)
    add_format(parser)


def run(client: Client, arguments: argparse.Namespace) -> int:
    """Calibrates batch by batch, as the file is read."""
    # Known first, so that one version calibrates the whole file, and only what it needs is read.
    curve = _curve(client, arguments)
    rows = outside = 0
    with open_rows(arguments.file, arguments.format) as source:
        columns = find_columns(source, arguments, curve.characteristics)
        with row_writer(arguments.output, arguments.format) as writer, progress(source) as shown:
            for batch in batches(source, columns, shown):
                _refuse_existing(source, batch, arguments.column)
                with lines_named(source, batch.rows):
                    calibrated = _calibrated(client, arguments, curve, batch)
                written = batch.rows if writer.is_text else batch.with_numbers(source, columns)
                writer.write(source, written, {arguments.column: calibrated.rewards})
                rows += len(batch.rows)
                outside += sum(calibrated.extrapolated)
    say(f"{counted(rows, 'row')} calibrated by version {curve.version} of {curve.reward_model}")
    if outside:
        lie = "lies" if outside == 1 else "lie"
        say(f"{outside:,} of them {lie} outside the range that the curve was fitted on (extrapolated)")
    return 0


def _curve(client: Client, arguments: argparse.Namespace) -> Curve:
    if arguments.curve is None:
        if arguments.reward_model is None:
            raise InputError("name the reward model by --reward-model, or an exported curve by --curve")
        return client.curves.get(arguments.reward_model, arguments.version)
    for option in ("reward_model", "version", "observe"):
        if getattr(arguments, option):
            raise InputError(f"--{option.replace('_', '-')} says nothing beside --curve")
    return Curve.from_file(arguments.curve)


def _calibrated(client: Client, arguments: argparse.Namespace, curve: Curve, batch: Batch) -> Calibrated:
    keep_mean = arguments.keep_mean
    if arguments.curve is not None:
        with warnings.catch_warnings():
            # It warns of extrapolated rows, which are counted here over the whole file.
            warnings.simplefilter("ignore", RewardCalibrationWarning)
            return curve.calibrate(**sample_keywords(batch), keep_mean=keep_mean)
    return client.calibrate(
        curve.reward_model,
        **sample_keywords(batch),
        version=curve.version,
        keep_mean=keep_mean,
        observe=arguments.observe,
    )


def _refuse_existing(source: Source, batch: Batch, column: str) -> None:
    if column in source.columns:
        raise InputError(f"{source.name} has a column '{column}' already; name another by --column")
    for row in batch.rows:
        if column in row.cells:
            raise source.refuse(row.place, f"has a column '{column}' already; name another by --column")
