import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { rewardOf } from '../sidecar/fake-servers.js';

/** A clock that stands until it is moved. */
export class HandClock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  pass(seconds: number): void {
    this.#now += 1_000 * seconds;
  }
}

/** What was logged, as objects. */
export class LogLines {
  readonly lines: Record<string, unknown>[] = [];

  write(line: string): void {
    this.lines.push(JSON.parse(line));
  }

  with(message: string): Record<string, unknown>[] {
    return this.lines.filter(({ msg }) => msg === message);
  }
}

/** A word that no log, metric or error may hold. */
export const SECRET = 'rosebud';

/** Different texts of 20 to 1,019 characters. */
export function textsOf(size: number, from = 0): string[] {
  return Array.from({ length: size }, (_, k) => {
    const i = from + k;
    return `${SECRET} ${i} `.padEnd(20 + ((i * 7919) % 1_000), 'x');
  });
}

/** A reward model that gives so much for every character, and its own opinion. */
export function biasedReward(perCharacter: number): (text: string) => number {
  return (text) => perCharacter * text.length + rewardOf(text);
}

/** The value of a line of the metrics; undefined where there is none. */
export async function metricOf(app: FastifyInstance, line: string): Promise<number | undefined> {
  const lines = (await app.inject('/metrics')).body.split('\n');
  const found = lines.find((one) => one.startsWith(`reward_calibration_${line} `));
  return found === undefined ? undefined : Number(found.split(' ').at(-1));
}

/** How many fits an upstream began by itself, once there are as many as expected. */
export async function fitsOf(
  app: FastifyInstance,
  outcome: string,
  expected: number,
  upstream = 'rm',
): Promise<number> {
  const line = `self_calibration_fits_total{upstream="${upstream}",outcome="${outcome}"}`;
  for (;;) {
    const fits = (await metricOf(app, line)) ?? 0;
    if (fits >= expected) return fits;
    await sleep(20);
  }
}
