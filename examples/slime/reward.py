"""slime's custom reward model, by the calibration service in front of the reward model.

    python3 train.py --custom-rm-path reward.custom_rm …        # with this folder on PYTHONPATH

From the environment: REWARD_CALIBRATION_URL, and REWARD_TOKENIZER (the reward model's name or folder), whose chat
template writes the text that the reward model reads. Without it the response follows the prompt as slime has it.
"""

import os

from reward_calibration import Client
from reward_calibration.trainers import slime_reward

# slime calls this once a sample, with --group-rm once a group.
custom_rm = slime_reward(Client(), upstream="rm", tokenizer=os.environ.get("REWARD_TOKENIZER"))
