"""A reward-model server in OpenRLHF's contract (POST /get_reward) around a tiny random transformer.

Its rewards mean nothing; it stands in for `openrlhf.cli.serve_rm` where there is no GPU and no model to download. The
calibration service asks it in batches, and trainers ask the calibration service.
"""

import argparse
import math
import zlib
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

Scorer = Callable[[list[str]], list[float]]


class RewardRequest(BaseModel):
    query: list[str]
    prompts: list[str | None] | None = None
    labels: list[str | None] | None = None


def tiny_transformer(max_length: int = 512) -> Scorer:
    """A sequence-classification model of one layer with random weights, and a tokenizer whose tokens are bytes."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=257,  # 256 bytes and padding
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=max_length,
        num_labels=1,
        pad_token_id=256,
        initializer_range=0.5,  # with the usual 0.02 all texts get nearly the same reward
    )
    model = BertForSequenceClassification(config).eval()

    @torch.inference_mode()
    def score(texts: list[str]) -> list[float]:
        # The end of a long text is what is kept: the response stands there.
        rows = [list(text.encode())[-max_length:] for text in texts]
        width = max(map(len, rows))
        tokens = torch.tensor([row + [256] * (width - len(row)) for row in rows])
        return model(input_ids=tokens, attention_mask=(tokens != 256).long()).logits[:, 0].tolist()

    return score


def likes_length(texts: list[str]) -> list[float]:
    """Needs no packages: a made-up quality between 0 and 2, which has nothing to do with length, plus log(code points)."""
    return [2 * zlib.crc32(text.encode()) / 2**32 + math.log(len(text) + 1) for text in texts]


SCORERS: dict[str, Callable[[], Scorer]] = {
    "tiny-transformer": tiny_transformer,
    "likes-length": lambda: likes_length,
}


def make_app(score: Scorer) -> FastAPI:
    app = FastAPI()

    # A plain function, not a coroutine: FastAPI runs it in a thread, and the server goes on answering.
    @app.post("/get_reward")
    def get_reward(request: RewardRequest) -> dict[str, object]:
        rewards = score(request.query) if request.query else []
        return {"rewards": rewards, "scores": rewards, "extra_logs": {"server_reward": rewards}}

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5001)
    parser.add_argument("--scorer", choices=SCORERS, default="tiny-transformer")
    arguments = parser.parse_args()
    uvicorn.run(make_app(SCORERS[arguments.scorer]()), host=arguments.host, port=arguments.port, log_level="warning")
