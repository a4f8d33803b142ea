import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another program's LOWESS. */
export interface Peer {
  name: string;
  /** Fits the samples in `file` once and answers how long the fit alone took. */
  run: (file: string, frac: number) => { ms: number; version: string };
}

/** The peers of this machine, and why each of the others is missing. */
export interface Peers {
  ready: Map<string, Peer>;
  skipped: { name: string; why: string }[];
}

/** Where the peers are installed, outside the project, and kept for the next run. */
export const PEER_FOLDER = join(tmpdir(), 'reward-calibration-bench');

const PYTHON = join(PEER_FOLDER, 'venv/bin/python');
/** Of this process: two runs at once must not read each other's. */
const rFit = (kind: string) => join(PEER_FOLDER, `r-${kind}-${process.pid}.bin`);

const here = (name: string) => new URL(name, import.meta.url).pathname;

/** Installs those of statsmodels, fastlowess, @stdlib/stats-lowess and loess that can be, and looks for R. */
export function installPeers(): Peers {
  mkdirSync(PEER_FOLDER, { recursive: true });
  const peers: Peers = { ready: new Map(), skipped: [] };
  const python = (name: string) => command(name, PYTHON, [here('fit-peer.py'), name]);
  const node = (name: string) => command(name, process.execPath, [here('fit-peer.cjs'), name], [PEER_FOLDER]);
  const r = (name: string, kind: string) =>
    command(name, 'Rscript', [here('fit-peer.R'), kind], [rFit(kind)]);
  const offer = (install: () => void, made: Peer[]) => {
    try {
      install();
      for (const peer of made) peers.ready.set(peer.name, peer);
    } catch (error) {
      const why = String(error).split('\n', 1)[0] ?? '';
      for (const { name } of made) peers.skipped.push({ name, why });
    }
  };
  offer(() => pip('statsmodels'), [python('statsmodels exact'), python('statsmodels 1%')]);
  offer(() => pip('fastlowess'), [python('fastlowess exact'), python('fastlowess 1%')]);
  offer(() => quietly('Rscript', ['--version']), [r('R exact', 'exact'), r('R default', 'default')]);
  offer(
    () => npm('@stdlib/stats-lowess'),
    [node('@stdlib/stats-lowess exact'), node('@stdlib/stats-lowess 1%')],
  );
  offer(() => npm('loess'), [node('loess exact')]);
  return peers;
}

/** The fitted values of the last `R exact` run, one a sample, in ascending order of x. */
export function lastRFit(): Float64Array {
  const bytes = readFileSync(rFit('exact'));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The file with the samples that peers read. */
export const SAMPLES_FILE = join(PEER_FOLDER, `samples-${process.pid}.bin`);

/** Removes the files that this process made for its peers; the installed peers stay. */
export function removeExchanged(): void {
  for (const file of [SAMPLES_FILE, rFit('exact'), rFit('default')]) rmSync(file, { force: true });
}

function command(name: string, program: string, before: string[], after: string[] = []): Peer {
  return {
    name,
    run: (file, frac) =>
      JSON.parse(execFileSync(program, [...before, file, String(frac), ...after], { encoding: 'utf8' })),
  };
}

function pip(name: string): void {
  if (!existsSync(PYTHON)) quietly('python3', ['-m', 'venv', join(PEER_FOLDER, 'venv')]);
  quietly(PYTHON, ['-m', 'pip', 'install', '--quiet', name]);
}

function npm(name: string): void {
  if (existsSync(join(PEER_FOLDER, 'node_modules', name))) return;
  quietly('npm', ['install', '--prefix', PEER_FOLDER, '--no-audit', '--no-fund', '--silent', name]);
}

function quietly(program: string, args: string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}
