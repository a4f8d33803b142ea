/**
 * `npm run bench:sidecar`: what gathering gains with an upstream that works like a GPU, and what the sidecar
 * costs beside nginx in front of an upstream that costs nothing. Results go to bench/RESULTS.md. `-- --quick`
 * is one short round and writes nothing. The second part needs wrk and nginx (`apt-get install wrk
 * nginx-light`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wrkVersion } from './http-wrk.js';
import { print, save } from './report.js';
import { measureGathering } from './sidecar-gathering.js';
import { measureOverhead } from './sidecar-overhead.js';
import { sidecarSection } from './sidecar-section.js';
import { nginxVersion } from './sidecar-servers.js';

/** How long everything takes; a full run takes some two minutes. */
const FULL = { rounds: 5, gatheringMilliseconds: 3_000, milliseconds: 2_000, warmUpMilliseconds: 1_000 };

/** Only to see that it runs; its figures mean little. */
const QUICK: typeof FULL = {
  rounds: 1,
  gatheringMilliseconds: 500,
  milliseconds: 300,
  warmUpMilliseconds: 300,
};

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const plan = quick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-bench-sidecar-'));
  try {
    const gathering = await measureGathering(plan);
    print('gathering measured');
    const wrk = wrkVersion();
    const overhead = wrk === undefined ? undefined : await measureOverhead({ ...plan, folder });
    const programs = `wrk ${wrk ?? 'missing'}, nginx ${nginxVersion() ?? 'missing'}`;
    const section = sidecarSection({ gathering, overhead }, plan.rounds, programs);
    print(section);
    if (quick)
      print('\nA quick run: it shows that the benchmark works, its figures and verdicts mean nothing.');
    else save('bench:sidecar', section);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
