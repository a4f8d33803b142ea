"""The command line ``reward-calibration``."""
