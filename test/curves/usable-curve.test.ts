import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/calibration/errors.js';
import { toDocument } from '../../src/curves/curve-document.js';
import { emptyHistory, withVersion } from '../../src/curves/curve-history.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import { requireUsable } from '../../src/curves/usable-curve.js';
import { post, startApp } from '../support/app.js';
import { curveOf, temporaryFolder } from '../support/curves.js';

const rm = 'org/rm';

const UNUSABLE = ['rewards', 'groups', '__proto__', 'a b\n"}', '\ud800', '1st', 'é', '-'];

/** A curve of characteristics with these names. */
function curveNamed(...names: string[]) {
  const curve = curveOf(rm);
  const curves = names.flatMap((characteristic) => curve.curves.map((part) => ({ ...part, characteristic })));
  return { ...curve, curves };
}

describe('a curve of a characteristic that no sample can have', () => {
  test.each(UNUSABLE)('%j: is not imported, and the one in use stays current', async (name) => {
    const app = await startApp();
    const put = async (...names: string[]) => {
      const payload = JSON.stringify(toDocument(curveNamed(...names)));
      const headers = { 'content-type': 'application/json' };
      return (await app.inject({ method: 'PUT', url: '/v1/curves', headers, payload })).json();
    };
    expect(await put('chars')).toMatchObject({ version: 1 });
    const refused = await put('chars', name);
    expect(refused.status).toBe(422);
    expect(refused.errors[0].path).toBe('/characteristics/1/name');
    const columns = { rewards: [1], chars: [2] };
    const calibrated = await post(app, '/v1/calibrate', { reward_model: rm, columns });
    expect([calibrated.status, calibrated.body.version]).toEqual([200, 1]);
  });

  test('that was stored still loads', async () => {
    const folder = await temporaryFolder();
    const names = UNUSABLE.filter((name) => name.isWellFormed());
    const store = new FileStore(folder);
    await store.open();
    await store.save(withVersion(emptyHistory(rm), curveNamed(...names), 5));
    await store.close();
    const again = new FileStore(folder);
    const { histories, unreadable } = await again.open();
    await again.close();
    expect(unreadable).toEqual([]);
    const [curve] = histories.flatMap(({ versions }) => versions);
    expect(curve?.curves.map(({ characteristic }) => characteristic)).toEqual(names);
    expect(() => requireUsable(toDocument(curve ?? curveOf(rm)))).toThrow(InvalidInput);
  });
});
