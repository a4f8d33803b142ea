import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../test/support/processes.js';
import { send } from './http-client.js';
import { REWARD_MODEL } from './http-payloads.js';
import { onCore } from './http-pinning.js';
import { endWithBenchmark, type Server, serverOf, startNode, startService } from './http-servers.js';
import { fitCurve } from './http-start.js';

const UPSTREAM = new URL('sidecar-upstream.mjs', import.meta.url).pathname;
const UPSTREAM_NAME = 'bench';

/** The path of OpenRLHF's own server, at which the upstream and a proxy in front of it answer. */
export const UPSTREAM_PATH = '/get_reward';
export const SIDECAR_PATH = `/sidecar/${UPSTREAM_NAME}${UPSTREAM_PATH}`;

/** A prompt of 200 characters and a response of 1.8 KB, in ChatML, as OpenRLHF sends one sample. */
export const SAMPLE = makeSample();

/** What a batch costs at the upstream, in milliseconds. */
export interface UpstreamCost {
  readonly batch: number;
  readonly sample: number;
}

/** A reward-model server that takes so long, a batch at a time. */
export function startUpstream({ batch, sample }: UpstreamCost, core?: number): Promise<Server> {
  return startNode([UPSTREAM, String(batch), String(sample)], {}, core);
}

/** The built service with its defaults before this upstream, with a curve, or why it can't be measured. */
export async function startSidecar(upstream: Server, core?: number): Promise<Server | { why: string }> {
  const upstreams = [
    { name: UPSTREAM_NAME, reward_model: REWARD_MODEL, kind: 'openrlhf', url: upstream.url },
  ];
  const service = await startService({ STORE_URL: 'memory:', UPSTREAMS: JSON.stringify(upstreams) }, core);
  await fitCurve(service);
  const { status, body } = await askForReward(`${service.url}${SIDECAR_PATH}`);
  if (status === 200 && JSON.parse(body.toString('utf8')).rewards?.length === 1) return service;
  await service.stop();
  return { why: `POST ${SIDECAR_PATH} answers ${status}` };
}

/** nginx's version, or undefined where it is not installed. */
export function nginxVersion(): string | undefined {
  const { error, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return error === undefined ? (/nginx\/([\d.]+)/.exec(stderr)?.[1] ?? 'unknown') : undefined;
}

/** nginx as a plain reverse proxy: one process, connections kept alive on both sides, no log. */
export async function startNginx(upstream: Server, folder: string, core?: number): Promise<Server> {
  const port = await freePort();
  const prefix = join(folder, `nginx-${port}`);
  mkdirSync(prefix);
  const configuration = join(prefix, 'nginx.conf');
  writeFileSync(configuration, nginxConfiguration(prefix, port, new URL(upstream.url).host));
  const errors = join(prefix, 'error.log');
  const [program, args] = onCore(core, 'nginx', ['-p', prefix, '-e', errors, '-c', configuration]);
  const child = endWithBenchmark(spawn(program, args, { stdio: 'inherit' }));
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(`${url}${UPSTREAM_PATH}`);
  return serverOf(child, url);
}

function nginxConfiguration(prefix: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${prefix}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${prefix}/${name};`).join('\n  ')}
  client_body_buffer_size 64k;
  keepalive_requests 100000000;
  upstream reward_model { server ${upstream}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://reward_model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}

async function untilAnswered(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const status = await askForReward(url).then(
      (answer) => answer.status,
      (error: unknown) => String(error),
    );
    if (status === 200) return;
    await sleep(25);
  }
  throw new Error(`${url} does not answer`);
}

function askForReward(url: string) {
  return send(url, { headers: { 'content-type': 'application/json' }, body: SAMPLE });
}

function makeSample(): string {
  const prose = 'The reward model prefers the longer answer, though the shorter one says the same.\n';
  const prompt = `<|im_start|>user\n${prose.repeat(3).slice(0, 200)}<|im_end|>\n<|im_start|>assistant\n`;
  const response = prose.repeat(25).slice(0, 1_800);
  return JSON.stringify({ query: [`${prompt}${response}<|im_end|>`], prompts: [prompt], labels: [null] });
}
