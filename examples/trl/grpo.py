"""TRL's GRPOTrainer on calibrated rewards, on a CPU and without a download.

The policy is a transformer of one layer with random weights, its tokenizer is made on the spot: this shows how the
rewards are calibrated, not how to train. With your own model, copy `calibrated_reward`.

    python3 examples/trl/grpo.py --steps 2
"""

import argparse
import json
import os
import tempfile

from reward_calibration import Client
from reward_calibration.trainers import trl_reward

# One request for the whole batch, to the service at REWARD_CALIBRATION_URL, which asks the reward model and calibrates.
calibrated_reward = trl_reward(Client(), upstream="rm")


def make_tokenizer():
    """Bytes as tokens: any text can be read and written, and nothing has to be downloaded."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<pad>", "<eos>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>")


def make_policy(tokenizer):
    from transformers import Qwen2Config, Qwen2ForCausalLM

    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=256,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
        )
    )


def train(steps):
    # Nothing is to be fetched: no model hub, no telemetry.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from datasets import Dataset
    from transformers import set_seed
    from trl import GRPOConfig, GRPOTrainer

    set_seed(0)
    tokenizer = make_tokenizer()
    prompts = [f"Say something about the number {i}." for i in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model=make_policy(tokenizer),
            reward_funcs=calibrated_reward,
            args=GRPOConfig(
                output_dir=folder,
                use_cpu=True,
                bf16=False,
                max_steps=steps,
                per_device_train_batch_size=8,
                num_generations=4,
                max_completion_length=48,
                learning_rate=1e-3,
                logging_steps=1,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
            ),
            train_dataset=Dataset.from_dict({"prompt": prompts}),
            processing_class=tokenizer,
        )
        trainer.train()
    return trainer.state.log_history


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2)
    for entry in train(parser.parse_args().steps):
        print(json.dumps(entry))
