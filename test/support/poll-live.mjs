/**
 * A process of its own that asks for /health/live every 20 ms until SIGTERM, so that a busy test does not delay it;
 * then prints a line of JSON.
 */
const [url] = process.argv.slice(2);
const milliseconds = [];
let failed = 0;

process.on('SIGTERM', () => {
  const ascending = milliseconds.toSorted((a, b) => a - b);
  const at = (share) => ascending[Math.floor(share * (ascending.length - 1))];
  const result = { polls: ascending.length, failed, p50: at(0.5), p99: at(0.99), worst: at(1) };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
});

for (;;) {
  const started = performance.now();
  try {
    const response = await fetch(`${url}/health/live`);
    await response.text();
    if (response.status !== 200) failed++;
  } catch {
    failed++;
  }
  milliseconds.push(performance.now() - started);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
