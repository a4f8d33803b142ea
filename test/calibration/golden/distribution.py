"""Makes distribution.json: columns of several forms, with their bimodality coefficient and scipy's
skewness and kurtosis.

Run as: python test/calibration/golden/distribution.py > test/calibration/golden/distribution.json
(numpy 2.4, scipy 1.17)
"""

import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(20241123)
size = 60


def case(name, values):
    values = np.round(values, 4)
    n = len(values)
    skewness = stats.skew(values, bias=False)
    kurtosis = stats.kurtosis(values, bias=False)
    # SAS/STAT, CLUSTER procedure: b = (m3^2 + 1) / (m4 + 3 (n - 1)^2 / ((n - 2) (n - 3))).
    bimodality = (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    return {
        "name": name,
        "values": values.tolist(),
        "skewness": skewness,
        "excessKurtosis": kurtosis,
        "bimodality": bimodality,
    }


modes = np.where(rng.uniform(size=size) < 0.4, -2.0, 2.0)
print(
    json.dumps(
        [
            case("normal", rng.normal(size=size)),
            case("uniform", rng.uniform(size=size)),
            case("exponential", rng.exponential(size=size)),
            case("two modes", modes + 0.5 * rng.normal(size=size)),
            case("two points", np.sign(modes)),
            case("four values", np.array([1.0, 2.0, 4.0, 8.0])),
        ]
    )
)
