"""The calibrated rewards of some samples, as the adapters of trainers need them."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import RewardCalibrationError


@dataclass(frozen=True)
class CalibratedBatch:
    """The rewards of some samples and what they are made of; None where a sample has no reward."""

    rewards: list[float | None]
    """Calibrated: raw − bias."""
    raw_rewards: list[float | None]
    """As the reward function or the reward model gave them."""
    biases: list[float | None]
    """What was subtracted."""
    lengths: list[int]
    """Code points of each response."""

    def parts(self, index: int) -> dict[str, float]:
        """Return raw reward, bias and length of one sample, as trainers log them."""
        raw, bias = self.raw_rewards[index], self.biases[index]
        if raw is None or bias is None:
            return {"length": self.lengths[index]}
        return {"raw_reward": raw, "bias": bias, "length": self.lengths[index]}

    def means(self) -> dict[str, float]:
        """Return the means of raw reward, bias and length over the samples that have a reward, if any."""
        kept = [i for i, reward in enumerate(self.rewards) if reward is not None]
        if not kept:
            return {}
        sums = {"raw_reward": 0.0, "bias": 0.0, "length": 0.0}
        for i in kept:
            for name, value in self.parts(i).items():
                sums[name] += value
        return {name: total / len(kept) for name, total in sums.items()}

    def reward(self, index: int) -> float:
        """Return one calibrated reward.

        Raises:
            RewardCalibrationError: there is none, which the trainer could not take.
        """
        found = self.rewards[index]
        if found is None:
            raise RewardCalibrationError(
                "the reward model gave no reward for this sample, and the trainer needs one"
            )
        return found
