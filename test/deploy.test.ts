import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startApp } from './support/app.js';

const read = (path: string) => readFileSync(new URL(`../deploy/${path}`, import.meta.url), 'utf8');

describe('the files under deploy/', () => {
  test.each(['prometheus/alerts.yml', 'grafana/dashboards/reward-calibration.json'])(
    '%s names only metrics that the service has',
    async (path) => {
      const app = await startApp();
      const families = new Set((await app.inject('/metrics')).body.match(/(?<=# TYPE )\w+/g));
      const named = read(path).match(/\b(?:reward_calibration|nodejs|process)_\w+/g) ?? [];
      expect(named.length).toBeGreaterThan(0);
      const known = (name: string) =>
        families.has(name) || families.has(name.replace(/_(bucket|sum|count)$/, ''));
      expect(named.filter((name) => !known(name))).toEqual([]);
    },
  );
});
