"""Sending samples that a curve is fitted to."""

from __future__ import annotations

from typing import Any

from .columns import Samples
from .formats import ARROW, LARGEST_BODY, SampleLines, arrow_body, bytes_of, columns_of, format_of, json_body
from .measuring import measured
from .settings import Settings
from .transport import Query, Transport


def send_fit(
    transport: Transport,
    path: str,
    samples: Samples,
    settings: Settings,
    named: dict[str, str],
    *,
    repeatable: bool = True,
) -> Any:
    """The answer to a fit, in the leanest format that the service takes.

    Texts are measured here. ``named`` are fields besides the settings; lines go where a body would be too
    large.
    """
    samples = measured(samples, settings.names(), "the fit is one by")
    groups = samples.groups()
    chosen = format_of(samples)
    if chosen != "lines" and bytes_of(samples, chosen) > LARGEST_BODY:
        chosen = "lines"
    query: Query = [*named.items(), *settings.query()]
    form = samples.form
    if chosen == "lines":
        lines = SampleLines(samples, prompts=True)
        with transport.stream(
            "POST", path, query=query, lines=lines, repeatable=repeatable, form=form
        ) as answer:
            return answer.json()
    if chosen == "arrow":
        response = transport.request(
            "POST",
            path,
            query=query,
            body=arrow_body(samples, groups),
            content_type=ARROW,
            repeatable=repeatable,
            form=form,
        )
        return response.json()
    body = {**named, **settings.body(), "columns": columns_of(samples, groups)}
    content = json_body(body)
    return transport.request("POST", path, body=content, repeatable=repeatable, form=form).json()


def without_needless_texts(samples: Samples, names: list[str]) -> Samples:
    """The samples without their texts where numbers replace them: texts need not travel then."""
    if samples.responses is None or any(name not in samples.characteristics for name in names):
        return samples
    return samples.without_responses()
