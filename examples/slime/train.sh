#!/usr/bin/env bash
# slime trained on calibrated rewards. Run it in slime's folder, in its container; what matters here are REWARD_ARGS, the
# rest is the usual GRPO run of slime's own scripts, which set MODEL_ARGS (scripts/models/*.sh).
set -euo pipefail

model=${MODEL:-/root/Qwen3-4B}
model_script=${MODEL_SCRIPT:-scripts/models/qwen3-4B.sh}
prompts=${PROMPTS:-/root/prompts.jsonl}
gpus=${GPUS:-8}
# With ?reward_key=score the answer is an object that has the raw reward, the bias and the length, too.
reward_url=${REWARD_URL:-http://localhost:8080/sidecar/rm/slime?reward_key=score}

MODEL_ARGS=()
# shellcheck source=/dev/null
source "$model_script"

REWARD_ARGS=(
  --rm-type remote_rm
  --rm-url "$reward_url"
  --reward-key score
  --apply-chat-template # so that the reward model reads the prompt as its template writes it
)

python3 train.py \
  "${MODEL_ARGS[@]}" \
  "${REWARD_ARGS[@]}" \
  --hf-checkpoint "$model" \
  --ref-load "${model}_torch_dist" \
  --actor-num-nodes 1 \
  --actor-num-gpus-per-node "$gpus" \
  --colocate \
  --prompt-data "$prompts" \
  --input-key prompt \
  --label-key label \
  --rollout-shuffle \
  --num-rollout 300 \
  --rollout-batch-size 32 \
  --n-samples-per-prompt 8 \
  --rollout-max-response-len 2048 \
  --global-batch-size 256 \
  --advantage-estimator grpo \
  --use-kl-loss \
  --kl-loss-coef 0.001 \
  --use-dynamic-batch-size \
  --max-tokens-per-gpu 9216 \
  --rollout-num-gpus-per-engine 1 \
  --lr 1e-6
