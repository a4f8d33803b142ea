"""Options that several commands have."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from .file_formats import FORMATS

if TYPE_CHECKING:
    from ..client import Client

Run = Callable[["Client", argparse.Namespace], int]
"""Does a command; its result is the exit code."""


class Commands(Protocol):
    """What commands are added to (argparse keeps the type of ``add_subparsers`` to itself)."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,
        description: str,
        epilog: str,
        formatter_class: type[argparse.HelpFormatter],
    ) -> argparse.ArgumentParser:
        """A parser of one command."""


def add_command(
    commands: Commands,
    name: str,
    run: Run,
    *,
    summary: str,
    description: str,
    examples: str,
    below: bool = False,
) -> argparse.ArgumentParser:
    """A command, with the options of the service that all have, and examples in its ``--help``."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    # A default of a command below another would replace what was given before it.
    default = argparse.SUPPRESS if below else None
    service = parser.add_argument_group("service")
    service.add_argument(
        "--url",
        metavar="URL",
        default=default,
        help="of the service (REWARD_CALIBRATION_URL, else http://localhost:8080)",
    )
    service.add_argument(
        "--api-key",
        metavar="KEY",
        default=default,
        help="better in REWARD_CALIBRATION_API_KEY: others see a command line",
    )
    return parser


def add_reward_model(parser: argparse.ArgumentParser, meaning: str, *, required: bool = True) -> None:
    """``--reward-model``."""
    parser.add_argument("-m", "--reward-model", metavar="NAME", required=required, help=meaning)


def add_version(
    parser: argparse.ArgumentParser, meaning: str = "of the curve (default: the current)"
) -> None:
    """``--version N``."""
    parser.add_argument("--version", type=positive, metavar="N", help=meaning)


def add_format(parser: argparse.ArgumentParser) -> None:
    """``--format``."""
    parser.add_argument(
        "--format", choices=FORMATS, help="of '-' and of files whose ending says none (default of '-': jsonl)"
    )


def add_sample_columns(parser: argparse.ArgumentParser, *, prompt: str | None = "prompts") -> None:
    """Options that name the columns of samples; ``prompt`` says what those of prompts are for."""
    group = parser.add_argument_group("columns", "guessed by their names where they are not given")
    group.add_argument("--reward", metavar="COLUMN", help="raw rewards")
    group.add_argument("--response", metavar="COLUMN", help="responses: text, or chat messages")
    if prompt is not None:
        group.add_argument("--prompt", metavar="COLUMN", help=prompt)
    group.add_argument(
        "--characteristic",
        metavar="NAME[=COLUMN]",
        action="append",
        help="what the reward may depend on: chars (default), words, lines and markdown are measured from the"
        " response; numbers are read from COLUMN, or from the column called NAME (may be repeated)",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Options of how a curve is fitted."""
    group = parser.add_argument_group("settings of the fit")
    group.add_argument(
        "--estimator",
        choices=("lwr", "mean", "penalty", "lwr-penalty", "lwr-within"),
        help="default lwr: robust LOWESS",
    )
    group.add_argument(
        "--frac", type=number_or_auto, metavar="SHARE", help="of samples in each regression: 0.5, or auto"
    )
    group.add_argument(
        "--iterations", type=whole_or_auto, metavar="N", help="robustifying iterations: 3, or auto"
    )
    group.add_argument(
        "--alpha", type=number_or_auto, metavar="A", help="share of the bias that is taken away: 1, or auto"
    )
    group.add_argument("--penalty", type=finite, metavar="P", help="reward per unit of length (0.001)")
    group.add_argument("--ratio", type=finite, metavar="R", help="of --estimator mean (4)")
    group.add_argument("--min-samples", type=positive, metavar="N", help="of --estimator mean")


def settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given, as keywords of the client; argparse has checked them."""
    given = {
        name: getattr(arguments, name)
        for name in ("estimator", "frac", "iterations", "penalty", "ratio", "min_samples")
    }
    return {name: value for name, value in given.items() if value is not None}


def finite(text: str) -> float:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"'{text}' is not a finite number")
    return value


def number_or_auto(text: str) -> float | str:
    """A finite number, or ``auto``."""
    return text if text == "auto" else finite(text)


def whole_or_auto(text: str) -> int | str:
    """A whole number from 0, or ``auto``."""
    return text if text == "auto" else whole(text)


def whole(text: str) -> int:
    """A whole number from 0."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1."""
    value = whole(text)
    if value == 0:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
