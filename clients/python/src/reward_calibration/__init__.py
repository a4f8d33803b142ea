"""Client of the reward-calibration service."""
