// Fills the heap of a worker thread, with other jobs behind: run with a small --max-old-space-size,
// prints what became of each.
import { Fitter } from '../../dist/fitting/fitter.js';

const outcomes = [];
const fitter = new Fitter({
  threads: 1,
  queue: 16,
  timeout: 600_000,
  workerUrl: new URL('./odd-worker.mjs', import.meta.url),
  observer: {
    ended: (task, outcome) => outcomes.push(`${task} ${outcome}`),
    threadDied: (error) => outcomes.push(`died: ${error.message}`),
  },
});
const { signal } = new AbortController();
const jobs = ['hoard', 'answer', 'hoard', 'answer'].map((task) => fitter.run(task, 1, [], signal));
const settled = await Promise.allSettled(jobs);
const codes = settled.map(({ value, reason }) => value ?? `${reason.name} ${reason.code}`);
process.stdout.write(JSON.stringify({ codes, outcomes }));
await fitter.close();
