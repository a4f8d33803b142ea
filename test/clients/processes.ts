import { spawn } from 'node:child_process';
import { startService } from '../../bench/http-servers.js';
import { freePort, stopProcess } from '../support/processes.js';

const ROOT = new URL('../../', import.meta.url).pathname;
/** A Python that imports torch on a busy machine takes its time. */
const START_SECONDS = 300;

/** A server of these checks as a process of its own. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** examples/openrlhf/reward_server.py with one of its scorers. */
export async function startRewardServer(python: string, scorer: string): Promise<RunningServer> {
  const port = await freePort();
  const args = [`${ROOT}examples/openrlhf/reward_server.py`, '--port', String(port), '--scorer', scorer];
  const child = spawn(python, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = async () => {
    await stopProcess(child);
  };
  const server = { url: `http://127.0.0.1:${port}`, stop };
  for (const end = performance.now() + START_SECONDS * 1000; ; ) {
    if (await isUp(server.url)) return server;
    if (child.exitCode !== null || performance.now() > end) {
      await stop();
      throw new Error(`the reward server did not start (${child.exitCode ?? 'out of time'})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The built service with one upstream, `rm`. */
export function startSidecar(upstream: string, rewardModel: string): Promise<RunningServer> {
  const upstreams = [{ name: 'rm', reward_model: rewardModel, kind: 'openrlhf', url: upstream }];
  return startService({ STORE_URL: 'memory:', UPSTREAMS: JSON.stringify(upstreams) });
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    // Refused while it starts: what the caller waits for.
    return false;
  }
}
