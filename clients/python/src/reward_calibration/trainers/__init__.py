"""Reward functions for TRL, verl and slime, on calibrated rewards.

    reward_funcs = [trl_reward("http://localhost:8080", my_reward, reward_model="org/reward-model")]

Each adapter is given where the calibration comes from: a :class:`~reward_calibration.Client`, the URL of the
service, or a :class:`~reward_calibration.Curve`, which needs no service; and where raw rewards come from: a
reward function of your own, or ``upstream="rm"``, the reward model's server behind the service's sidecar.

**A curve is right for responses measured in the same way**: fit it from the same texts as the trainer gives
here, responses without their prompts.
"""

from .slime import slime_reward
from .trl import trl_reward
from .verl import verl_reward

__all__ = ["slime_reward", "trl_reward", "verl_reward"]
