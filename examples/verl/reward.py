"""verl's custom reward function, by the calibration service in front of the reward model.

    python3 -m verl.trainer.main_ppo reward.custom_reward_function.path=examples/verl/reward.py …

From the environment: REWARD_CALIBRATION_URL, and REWARD_TOKENIZER (the reward model's name or folder), whose chat
template writes the text that the reward model reads. Without it prompt and response are put together with a blank line
between them.
"""

import os

from reward_calibration import Client
from reward_calibration.trainers import verl_reward

# verl calls this once a sample, concurrently; the service gathers batches.
compute_score = verl_reward(Client(), upstream="rm", tokenizer=os.environ.get("REWARD_TOKENIZER"))
