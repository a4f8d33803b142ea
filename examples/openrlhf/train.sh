#!/usr/bin/env bash
# OpenRLHF (0.10.2 or later; `pip install openrlhf[vllm]`, GPUs) trained on calibrated rewards: REINFORCE++ baseline on
# one machine. What matters here is --reward.remote_url; take the rest from your own script.
set -euo pipefail

policy=${POLICY:-Qwen/Qwen2.5-1.5B-Instruct}
prompts=${PROMPTS:-OpenRLHF/prompt-collection-v0.1}
gpus=${GPUS:-8}
# Several URLs, separated by commas, are asked in turn.
reward_url=${REWARD_URL:-http://localhost:8080/sidecar/rm/get_reward}

# --reward.normalize_enable is left out: calibrated rewards differ by the raw ones' own unit.
python3 -m openrlhf.cli.train_ppo_ray \
  --reward.remote_url "$reward_url" \
  --actor.model_name_or_path "$policy" \
  --actor.num_nodes 1 \
  --actor.num_gpus_per_node "$gpus" \
  --ref.num_nodes 1 \
  --ref.num_gpus_per_node "$gpus" \
  --vllm.num_engines "$gpus" \
  --vllm.tensor_parallel_size 1 \
  --vllm.gpu_memory_utilization 0.5 \
  --vllm.enable_sleep \
  --train.colocate_all \
  --ds.enable_sleep \
  --ds.zero_stage 3 \
  --ds.param_dtype bf16 \
  --algo.advantage.estimator reinforce_baseline \
  --algo.kl.use_loss \
  --algo.kl.init_coef 1e-3 \
  --data.prompt_dataset "$prompts" \
  --data.input_key context_messages \
  --data.apply_chat_template \
  --data.max_len 2048 \
  --rollout.max_new_tokens 1024 \
  --rollout.batch_size 128 \
  --rollout.n_samples_per_prompt 8 \
  --train.batch_size 1024 \
  --ckpt.output_dir "${OUTPUT:-./openrlhf-calibrated}"
