import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indicesWhere, pick, toColumn, toList } from '../../src/calibration/pick.js';

const doubles = fc.array(fc.double(), { maxLength: 100 });

test('columns are made of columns as by the typed arrays themselves', () => {
  fc.assert(
    fc.property(doubles, fc.nat({ max: 5 }), (values, step) => {
      const column = Float64Array.from(values);
      const indices = indicesWhere(values.length, (i) => i % (step + 1) === 0);
      expect([...indices]).toEqual([...values.keys()].filter((i) => i % (step + 1) === 0));
      expect(pick(column, indices)).toEqual(column.filter((_, i) => i % (step + 1) === 0));
      expect(toList(column)).toEqual(values);
      expect(toColumn(values)).toEqual(column);
    }),
  );
});
