"""One timed fit: argv = peer, file of n x and n y (little-endian Float64), frac. Prints JSON {ms, version}."""
import importlib.metadata
import json
import sys
import time

import numpy as np

peer, path, frac = sys.argv[1], sys.argv[2], float(sys.argv[3])
values = np.fromfile(path, "<f8")
n = len(values) // 2
x, y = values[:n].copy(), values[n:].copy()
delta = 0.01 * (x.max() - x.min()) if peer.endswith("1%") else 0.0
if peer.startswith("statsmodels"):
    from statsmodels.nonparametric.smoothers_lowess import lowess

    fit = lambda: lowess(y, x, frac=frac, it=3, delta=delta, return_sorted=False)
else:
    import fastlowess

    fit = lambda: fastlowess.Lowess(fraction=frac, iterations=3, delta=delta).fit(x, y)
start = time.perf_counter()
fit()
ms = (time.perf_counter() - start) * 1000
print(json.dumps({"ms": ms, "version": importlib.metadata.version(peer.split()[0])}))
