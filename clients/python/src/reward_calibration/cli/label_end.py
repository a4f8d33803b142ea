"""What follows a verdict: how to go on, and what is attached."""

from __future__ import annotations

from ..client import Client
from ..judgements import Verdict
from .console import NAME, say
from .label_state import LabelState

_FEWEST_TO_ATTACH = 10


def say_how_to_go_on(asked: int, further: int) -> None:
    """Says how many labels are missing, and the option that asks for them."""
    say(f"{further} more may decide it: the same command with --count {asked + further} goes on")


def attach(client: Client, reward_model: str, state: LabelState, verdict: Verdict, path: str) -> None:
    """Keeps the verdict with the curve that was judged, and makes its strength the current one.

    Says before what it is going to do, and how it is undone.
    """
    if state.attached is not None and state.attached_labels == len(state.answers):
        say(f"the verdict is attached already: version {state.attached} has its strength")
        return
    if verdict.labels < _FEWEST_TO_ATTACH:
        say(
            f"nothing is attached: {verdict.labels:g} of the labels prefer a response,"
            f" at least {_FEWEST_TO_ATTACH} must"
        )
        return
    current = client.curves.history(reward_model)["current"]
    if verdict.code == "unclear":
        say(
            f"the verdict is unclear: --attach makes a version of half the strength (alpha {verdict.alpha:g})"
        )
    client.curves.audit(reward_model, verdict, state.version)
    made = client.curves.strength(reward_model, verdict.alpha, state.version)
    state.attached, state.attached_labels = made["version"], len(state.answers)
    state.save(path)
    say(f"version {made['version']} of {reward_model} is current, with alpha {verdict.alpha:g}")
    if made["version"] != current:
        say(f"to undo: {NAME} curves rollback {reward_model} --version {current}")
