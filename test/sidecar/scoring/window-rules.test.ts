import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleWindow } from '../../../src/fitting/sample-window.js';
import { areMixed, WindowRules } from '../../../src/sidecar/scoring/window-rules.js';

test('whole texts are counted as in a list of all samples ever added, however they came', () => {
  const batch = fc.record({ bySidecar: fc.boolean(), wholes: fc.array(fc.boolean(), { maxLength: 12 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.array(batch, { maxLength: 8 }), (capacity, batches) => {
      const window = new SampleWindow(capacity);
      const rules = new WindowRules();
      const all: boolean[] = [];
      for (const { bySidecar, wholes } of batches) {
        window.add({ rewards: new Float64Array(wholes.length), characteristics: new Map() });
        all.push(...wholes.map((isWhole) => isWhole && bySidecar));
        if (bySidecar)
          rules.added(
            window,
            wholes.map((isWhole) => (isWhole ? 'whole' : 'marker')),
          );
        for (let newest = 0; newest <= window.size; newest++) {
          const expected = all.slice(all.length - newest).filter(Boolean).length;
          expect(rules.count(window, newest)).toEqual({ responses: newest - expected, wholes: expected });
        }
      }
    }),
  );
});

test('a hundredth of the other class is no mixture', () => {
  expect(
    [0, 10, 11, 500, 989, 990, 1_000].map((wholes) => areMixed({ wholes, responses: 1_000 - wholes })),
  ).toEqual([...[false, false, true, true, true, false, false]]);
});
