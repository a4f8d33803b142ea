import { describe, expect, test } from 'vitest';
import { DASHES, densityColor, PALETTES, THEMES } from '../../src/chart/palette.js';

/** Relative luminance (WCAG 2.2) of `#rrggbb` or `rgb(r,g,b)`. */
function luminance(color: string): number {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : [...color.matchAll(/\d+/g)].map(Number);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(THEMES)('the colours of %s', (theme) => {
  const palette = PALETTES[theme];

  test('text and curves stand out from the background, curves and points from the fullest density', () => {
    for (const color of [palette.text, palette.faintText, palette.point, ...palette.curves])
      expect(contrast(color, palette.background), color).toBeGreaterThanOrEqual(4.5);
    for (const color of [palette.point, ...palette.curves])
      expect(contrast(color, densityColor(palette, 1)), color).toBeGreaterThanOrEqual(3);
  });

  test('every curve has a colour and a dash of its own', () => {
    expect(new Set(palette.curves).size).toBe(DASHES.length);
    expect(new Set(DASHES.map(String)).size).toBe(DASHES.length);
  });
});
