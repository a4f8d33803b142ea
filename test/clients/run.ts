/**
 * `npm run test:clients`: real clients against the built service. Makes its own Python environment,
 * .venv-clients, and skips what cannot be installed, with the reason. Exits with 0 unless a check that ran
 * went wrong.
 */
import { checkOpenrlhf, checkSlime, checkTrl, checkVerl, type Setup } from './checks.js';
import { checkOpenrlhfOptions } from './command-lines.js';
import { startRewardServer, startSidecar } from './processes.js';
import { makePythonEnvironment, type PythonEnvironment } from './python-environment.js';
import { Report } from './report.js';
import { makeSamples } from './samples.js';

const SAMPLES = 300;

const report = new Report();
const environment = await makePythonEnvironment(report);
if (environment !== undefined) {
  if (environment.hasOpenrlhf) await checkOpenrlhfOptions(environment, report);
  const { hasPackage, hasTorch } = environment;
  await checkWith('likes-length', environment, [
    checkOpenrlhf,
    ...(hasPackage ? [checkVerl] : []),
    checkSlime,
  ]);
  if (hasTorch)
    await checkWith('tiny-transformer', environment, [checkOpenrlhf, ...(hasPackage ? [checkTrl] : [])]);
}
report.close();

/** Runs checks, one after the other, against the service before a reward server with this scorer. */
async function checkWith(
  scorer: string,
  environment: PythonEnvironment,
  checks: readonly ((setup: Setup) => Promise<void>)[],
): Promise<void> {
  report.say(`reward server: ${scorer}`);
  const rewardModel = `clients/${scorer}`;
  const rewardServer = await startRewardServer(environment.python, scorer);
  try {
    const service = await startSidecar(rewardServer.url, rewardModel);
    const urls = { service: service.url, rewardServer: rewardServer.url };
    try {
      const setup = { ...urls, rewardModel, samples: makeSamples(SAMPLES), environment, report };
      for (const check of checks) await check(setup);
    } finally {
      await service.stop();
    }
  } finally {
    await rewardServer.stop();
  }
}
