"""Curves kept by the service: list, get, put, delete, roll back, strength, audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .connected import Connected, present
from .errors import InputError
from .judgements import Evaluation, Verdict
from .problems import object_of, understood
from .settings import text_of

if TYPE_CHECKING:
    from .curve import Curve


class CurvesApi(Connected):
    """``client.curves``. Answers are the service's JSON, as dicts, but for ``get``."""

    def list(self) -> dict[str, Any]:
        """``curves``: a summary of every current curve; ``observed`` and ``unreadable`` reward models."""
        return self._dict("GET", "/v1/curves")

    def history(self, reward_model: str) -> dict[str, Any]:
        """``current`` and ``versions`` of a reward model."""
        return self._dict("GET", "/v1/curves", reward_model=reward_model)

    def get(self, reward_model: str, version: int | None = None) -> Curve:
        """A version of a curve, by default the current one, to calibrate without the service or to keep."""
        from .curve import Curve

        if version is None:
            version = understood(self.history(reward_model).__getitem__, "current")
            if version is None:
                raise InputError(
                    f"{reward_model!r} has no current curve: fit one first, client.fit({reward_model!r}, …)"
                )
        return Curve.from_dict(self._dict("GET", "/v1/curves", reward_model=reward_model, version=version))

    def put(
        self, curve: Curve | Mapping[str, Any] | str | Path, reward_model: str | None = None
    ) -> dict[str, Any]:
        """Import a curve as the new current version; what is current already makes no further one.

        Args:
            curve: a Curve, an exported document, or the path of a file that holds one.
            reward_model: under another name than the document's.
        """
        document = _document_of(curve)
        if reward_model is not None:
            document = {**document, "reward_model": reward_model}
        return self._dict("PUT", "/v1/curves", document)

    def delete(self, reward_model: str, version: int | None = None) -> dict[str, Any]:
        """Delete a version, or all of a reward model with what was observed."""
        return self._dict(
            "DELETE", "/v1/curves", repeatable=False, reward_model=reward_model, version=version
        )

    def rollback(self, reward_model: str, version: int | None = None) -> dict[str, Any]:
        """Make an earlier version the current one; by default the next lower number that is kept."""
        body = {"reward_model": reward_model, **present(version=version)}
        return self._dict("POST", "/v1/curves/rollback", body, repeatable=version is not None)

    def strength(self, reward_model: str, alpha: float, version: int | None = None) -> dict[str, Any]:
        """Make a version with another strength α for all characteristics the current one."""
        body = {"reward_model": reward_model, "alpha": alpha, **present(version=version)}
        # The current version with the strength that it has makes no further one; another version does.
        return self._dict("POST", "/v1/curves/strength", body, repeatable=version is None)

    def audit(
        self,
        reward_model: str | None,
        verdict: Verdict | Evaluation | Mapping[str, Any],
        version: int | None = None,
    ) -> dict[str, Any]:
        """Keep a verdict with the curve that it judges; with None, the one that the verdict names."""
        document = verdict
        if isinstance(verdict, Verdict):
            document = verdict.answer
        elif isinstance(verdict, Evaluation):
            document = verdict.audit
        assert isinstance(document, Mapping)
        # The two together name the curve; a verdict that names it needs neither.
        if reward_model is not None and version is None:
            named = document.get("version") if document.get("reward_model") == reward_model else None
            version = named if named is not None else self.history(reward_model)["current"]
        return self._dict("PUT", "/v1/curves/audit", document, reward_model=reward_model, version=version)

    def remove_audit(self, reward_model: str, version: int) -> dict[str, Any]:
        """Remove the verdict from a version."""
        return self._dict("DELETE", "/v1/curves/audit", reward_model=reward_model, version=version)

    def _dict(
        self,
        method: Any,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
        **query: object,
    ) -> dict[str, Any]:
        named = [(name, text_of(value)) for name, value in present(**query).items()]
        return understood(object_of, self.ask(method, path, body, query=named, repeatable=repeatable))


def _document_of(curve: Curve | Mapping[str, Any] | str | Path) -> dict[str, Any]:
    if isinstance(curve, Mapping):
        return dict(curve)
    if isinstance(curve, str | Path):
        try:
            document = json.loads(Path(curve).read_bytes())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not JSON"
            raise InputError(f"{curve}: the curve cannot be read: {reason}") from None
        if not isinstance(document, dict):
            raise InputError(f"{curve}: holds no exported curve")
        return document
    return dict(curve.to_dict())
