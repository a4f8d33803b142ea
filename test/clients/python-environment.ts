import { existsSync } from 'node:fs';
import type { Report } from './report.js';
import { reasonOf, runCommand } from './run-command.js';

const ROOT = new URL('../../', import.meta.url).pathname;
const VENV = `${ROOT}.venv-clients`;
const PYTHON = `${VENV}/bin/python`;

/**
 * torch for the CPU alone has some 200 MB. An index without it has the one for CUDA, which needs gigabytes.
 */
const TORCH_MEGABYTES = Number(process.env.CLIENTS_TORCH_MEGABYTES ?? 300);
/** Seconds for all installing together. */
const INSTALL_SECONDS = Number(process.env.CLIENTS_INSTALL_SECONDS ?? 1_200);
const PROGRESS_SECONDS = 30;

/** The Python environment of the clients, and what could be installed in it. */
export interface PythonEnvironment {
  readonly python: string;
  readonly hasOpenrlhf: boolean;
  readonly hasTorch: boolean;
  /** Whether the package in clients/python is installed, by which the examples ask. */
  readonly hasPackage: boolean;
}

/** Makes .venv-clients; undefined, with the reason said, where there is no Python or no index. */
export async function makePythonEnvironment(report: Report): Promise<PythonEnvironment | undefined> {
  const deadline = performance.now() + INSTALL_SECONDS * 1000;
  const install = (name: string, ...args: string[]) =>
    pipInstall(report, deadline, name, [...args, '-r', `${ROOT}test/clients/${name}`]);
  if (!existsSync(PYTHON)) {
    const made = await runCommand('python3', ['-m', 'venv', VENV], { limit: 120 });
    if (made.code !== 0) {
      report.skip('all clients', `no Python with venv here: ${reasonOf(made)}`);
      return undefined;
    }
  }
  const missing = await install('requirements.txt');
  if (missing !== undefined) {
    report.skip('all clients', `no index with their packages: ${missing}`);
    return undefined;
  }
  // From its source, so that what is tested is what stands here.
  const noPackage = await pipInstall(report, deadline, 'clients/python', ['-e', `${ROOT}clients/python`]);
  if (noPackage !== undefined) report.skip('the examples of verl, slime and TRL', noPackage);
  const noOpenrlhf = await install('requirements-openrlhf.txt', '--no-deps');
  if (noOpenrlhf !== undefined) report.skip("OpenRLHF's own client", noOpenrlhf);
  const noTorch = (await tooLarge(report)) ?? (await install('requirements-torch.txt'));
  if (noTorch !== undefined) report.skip('the TRL example and the transformers model', noTorch);
  return {
    python: PYTHON,
    hasOpenrlhf: noOpenrlhf === undefined,
    hasTorch: noTorch === undefined,
    hasPackage: noPackage === undefined,
  };
}

/** Installs what pip's arguments say; the reason where that fails. */
async function pipInstall(
  report: Report,
  deadline: number,
  name: string,
  args: readonly string[],
): Promise<string | undefined> {
  const limit = (deadline - performance.now()) / 1000;
  if (limit <= 0) return `the ${INSTALL_SECONDS} seconds for installing are over`;
  report.say(`installing ${name} (at most ${Math.round(limit)} s)`);
  let last = 'starting';
  const timer = setInterval(() => report.say(`  pip: ${last.slice(0, 100)}`), PROGRESS_SECONDS * 1000);
  const result = await runCommand(
    PYTHON,
    ['-m', 'pip', 'install', '--progress-bar', 'off', '--retries', '1', ...args],
    {
      limit,
      onLine: (line) => {
        last = line.trim();
      },
    },
  );
  clearInterval(timer);
  return result.code === 0 ? undefined : reasonOf(result);
}

/**
 * Why torch cannot be installed: the index lacks it, or has only the large one. Nothing is downloaded to find
 * out.
 */
async function tooLarge(report: Report): Promise<string | undefined> {
  const installed = await runCommand(PYTHON, ['-c', 'import trl, torch'], { limit: 300 });
  if (installed.code === 0) return undefined;
  report.say('asking the index how large torch is');
  const asked = await runCommand(
    PYTHON,
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--dry-run',
      '--ignore-installed',
      '--no-deps',
      '--report',
      '-',
      'torch',
    ].concat('--constraint', `${ROOT}test/clients/requirements-torch.txt`),
    { limit: 300 },
  );
  if (asked.code !== 0) return `the index has no torch for this machine: ${reasonOf(asked)}`;
  const url: string = JSON.parse(asked.stdout).install[0].download_info.url;
  if (!url.startsWith('http')) return undefined;
  const megabytes = await megabytesOf(url);
  if (megabytes === undefined) return "the index does not tell torch's size";
  report.say(`torch has ${megabytes} MB`);
  return megabytes <= TORCH_MEGABYTES
    ? undefined
    : `the index's torch has ${megabytes} MB, without what it needs; CLIENTS_TORCH_MEGABYTES allows ${TORCH_MEGABYTES}`;
}

/** The size of the file at a URL, without downloading it. */
async function megabytesOf(url: string): Promise<number | undefined> {
  try {
    const { ok, headers } = await fetch(url, { method: 'HEAD' });
    const bytes = Number(headers.get('content-length') ?? Number.NaN);
    return ok && Number.isFinite(bytes) ? Math.round(bytes / 1e6) : undefined;
  } catch {
    // pip may reach an index in its own way (a proxy): a package of unknown size is not downloaded.
    return undefined;
  }
}
