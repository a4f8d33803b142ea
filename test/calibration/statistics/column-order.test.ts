import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnOrder } from '../../../src/calibration/statistics/column-order.js';
import { medianOf } from '../../../src/lowess/selection.js';

test('the median by the ranking of a column is that of the column', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const column = Float64Array.from(values, (v) => v + 0);
      expect(new ColumnOrder().medianOf(column)).toBe(medianOf(column));
    }),
  );
});
