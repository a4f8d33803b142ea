/** From here on numbers are written with a power of ten. */
const HUGE = 1e15;

/** Below, too. */
const TINY = 1e-4;

/** From here on with a letter: 1.2M. */
const MILLION = 1e6;

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** A number as people read it: `1,650`, `−0.42`, `1.2M`, `3.4e38`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= HUGE || size < TINY)) return exponential(value, 1);
  if (size >= MILLION) return typographic(compact.format(value));
  return typographic(size >= 1_000 ? whole.format(value) : plain.format(value));
}

/** A number of which only the size matters: two digits. */
export function formatRough(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}

/** A whole number in full: `12,874`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** The number at a tick of an axis, with as many digits as tell it from the next one. */
export function formatTick(value: number, step: number): string {
  const size = Math.max(Math.abs(value), Math.abs(step));
  if (size >= HUGE || Math.abs(step) < TINY) {
    const digits = Math.max(0, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)));
    return value === 0 ? '0' : exponential(value, Math.min(digits, 6));
  }
  if (step >= MILLION) return typographic(compact.format(value));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return typographic(new Intl.NumberFormat('en-US', fixed).format(value + 0));
}

function exponential(value: number, digits: number): string {
  return typographic(value.toExponential(digits).replace('e+', 'e'));
}

/** With a minus sign, which is as wide as a digit. */
function typographic(text: string): string {
  return text.replaceAll('-', '−').replace(/^−0$/, '0');
}
