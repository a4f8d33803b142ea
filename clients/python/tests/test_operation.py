"""Health, plots, activity, and the curves that the service keeps."""

from __future__ import annotations

import json
import xml.etree.ElementTree
from pathlib import Path
from typing import Any

import pytest
from misbehaving import misbehaving, refuse, send
from scored import scored

from reward_calibration import Client, InputError, ServiceError, retries


def test_health(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    health = Client(service).health()
    assert (health.ready, bool(health), health.store, str(health)) == (True, True, "ok", "ready")
    monkeypatch.setattr(retries.time, "sleep", lambda _: pytest.fail("health does not wait"))
    with misbehaving(refuse(503, "closing")) as server:
        closing = Client(server.url).health()
        assert (closing.ready, closing.store) == (False, None)
        assert str(closing) == "not ready: closing"
        assert len(server.requests) == 1
    with misbehaving(send(b"HTTP/1.1 503 X\r\ncontent-length: 5\r\n\r\n<html")) as server:
        assert str(Client(server.url).health()) == "not ready: no reason is given"


def test_curves(service: str, tmp_path: Path) -> None:
    samples, client = scored(120), Client(service)
    name = "operation/ä model"
    with pytest.raises(ServiceError, match="unknown-reward-model"):
        client.curves.history(name)
    client.fit(name, rewards=samples.rewards, chars=samples.chars)
    client.fit(name, rewards=samples.rewards, chars=samples.chars, frac=0.9)
    assert name in [curve["reward_model"] for curve in client.curves.list()["curves"]]
    history = client.curves.history(name)
    assert (history["current"], len(history["versions"])) == (2, 2)
    assert client.curves.rollback(name)["version"] == 1
    assert client.curves.rollback(name, 2)["version"] == 2
    assert client.curves.strength(name, 0.5)["characteristics"][0]["alpha"] == 0.5
    current = client.curves.get(name)
    assert (current.version, client.curves.get(name, 1).version) == (3, 1)
    path = tmp_path / "curve.json"
    path.write_text(json.dumps(current.to_dict()))
    imported = [
        client.curves.put(given, "operation/copy") for given in (current, current.to_dict(), path, str(path))
    ]
    # What is current already makes no further version.
    assert [answer["version"] for answer in imported] == [1, 1, 1, 1]
    assert client.curves.put(current)["reward_model"] == name
    client.curves.put(client.curves.get(name, 1), "operation/copy")
    assert client.curves.delete("operation/copy", 1)["deleted"] == [1]
    assert client.curves.delete("operation/copy")["deleted"] == [2]
    for wrong, words in (
        (tmp_path / "none.json", "No such file"),
        (_file(tmp_path, "{"), "not JSON"),
        (_file(tmp_path, "[]"), "no exported"),
    ):
        with pytest.raises(InputError, match=words):
            client.curves.put(wrong)


def _file(folder: Path, content: str) -> Path:
    path = folder / f"wrong-{len(content)}.json"
    path.write_text(content)
    return path


def test_plot(service: str, tmp_path: Path) -> None:
    samples, client = scored(120), Client(service)
    for frac in (0.3, 0.9):
        client.fit("operation/plot", rewards=samples.rewards, chars=samples.chars, frac=frac)
    options: list[dict[str, Any]] = [
        {},
        {"theme": "dark", "width": 500, "height": 400},
        {"characteristic": "chars"},
    ]
    for versions in ((), (1,), (1, 2)):
        for chosen in options:
            plot = client.plot("operation/plot", *versions, **chosen)
            assert xml.etree.ElementTree.fromstring(plot.svg).tag.endswith("svg")
    assert plot._repr_svg_() == plot.svg
    assert len(repr(plot)) < 200
    plot.save(tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").read_text("utf-8") == plot.svg


def test_activity(service: str) -> None:
    samples, client = scored(60), Client(service)
    client.fit("operation/active", rewards=samples.rewards, chars=samples.chars)
    client.calibrate("operation/active", rewards=samples.rewards, chars=samples.chars)
    active = {one["reward_model"]: one for one in client.activity()["reward_models"]}
    assert active["operation/active"]["samples"] == 60


def test_results_say_what_a_person_wants(service: str) -> None:
    samples, client = scored(60), Client(service)
    fit = client.fit("operation/words", rewards=samples.rewards, chars=samples.chars)
    assert "operation/words, version 1: fitted to 60 samples by chars" in str(fit)
    assert f"{fit.spearman_before:.3f} → {fit.spearman_after:.3f}" in repr(fit)
    assert all(warning.code and warning.message for warning in fit.warnings)
    calibrated = client.calibrate("operation/words", rewards=[1.0, 2.0], chars=[400, 100_000])
    assert calibrated.extrapolated == [False, True]
    assert str(calibrated) == "2 rewards, by version 1; 1 outside the fitted range"
    client.close()
    with Client(service) as again:
        assert again.health()
        assert repr(again) == f"Client({service!r})"
