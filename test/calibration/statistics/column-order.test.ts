import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnOrder } from '../../../src/calibration/statistics/column-order.js';
import { withoutRounding } from '../../../src/calibration/statistics/rounding.js';

test('rounding errors are the same by the ranking of a column as by its median', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.constantFrom(0, 1, 1e8), (values, bound) => {
      const column = Float64Array.from(values, (v) => v + 0);
      expect(new ColumnOrder().withoutRounding(column, bound)).toEqual(withoutRounding(column, bound));
    }),
  );
});
