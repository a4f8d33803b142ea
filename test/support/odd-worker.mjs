// Tasks of worker threads that do not end as they should.
export const answer = async (job) => ({ result: job });
export const spin = () => {
  for (;;);
};
export const exit = () => process.exit(7);
/** An error that no task catches ends the thread. */
export const crash = () =>
  new Promise(() => {
    setTimeout(() => {
      throw new Error('out of the blue');
    });
  });
/** What a fit meets whose columns are more than the machine has. */
export const allocate = () => ({ result: new ArrayBuffer(Number.MAX_SAFE_INTEGER) });
/** Fills the heap of its thread. */
export const hoard = () => {
  const kept = [];
  for (;;) kept.push({ at: kept.length });
};
