// The thread that draws plots, of the tests.
import { loadWorker } from './worker-module.mjs';

export const { plot } = await loadWorker('plot-worker');
