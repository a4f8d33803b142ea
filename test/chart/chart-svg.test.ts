import { describe, expect, test } from 'vitest';
import { chartOf } from '../../src/chart/chart-options.js';
import { chartSvg } from '../../src/chart/chart-svg.js';
import type { ChartedDocument, Density } from '../../src/chart/charted-curve.js';
import { PALETTES, THEMES } from '../../src/chart/palette.js';
import { toDocument } from '../../src/curves/curve-document.js';
import { checkXml } from '../support/check-xml.js';
import { curveOf } from '../support/curves.js';

const density: Density = {
  characteristic: { edges: [10, 100, 400] },
  reward: { edges: [-1, 0.5, 3] },
  counts: [
    [5, 1],
    [0, 6],
  ],
};

function documentOf(version: number, more: Partial<ChartedDocument> = {}): ChartedDocument {
  return {
    reward_model: 'org/reward-model',
    version,
    fitted_at: '2026-11-23T09:30:00.000Z',
    estimator: 'lwr',
    samples: 12,
    characteristics: [
      {
        name: 'chars',
        alpha: version / 2,
        mean_bias: 1,
        knots: [10, 90, 400],
        biases: [-0.5 * version, 0.6, 2],
        standard_errors: [0.1, 0.05, 0.2],
      },
      { name: 'words', alpha: 1, mean_bias: 0, knots: [1, 9], biases: [-1, 1], beyond: 'line' },
    ],
    joint_counts: density,
    ...more,
  };
}

const draw = (...[documents, settings]: Parameters<typeof chartOf>) =>
  chartSvg(chartOf(documents, settings), 900, 560);

describe('the plot of a curve', () => {
  test.each(THEMES)('says in %s what it shows: name, axes, band, range, alpha, version', (theme) => {
    const svg = draw([documentOf(2)], { theme });
    for (const text of [
      'org/reward-model',
      'reward by chars · lwr, 2026-11-23, 12 samples',
      'density of 12 fitted samples',
      '± 2 standard errors',
      'version 2, α = 1',
      'beyond: the end value is held',
      'fitted from 10',
      'to 400',
      'mean reward 1',
      '>chars<',
      '>reward (line: fitted mean)<',
      '>bias, less its mean<',
    ])
      expect(svg).toContain(text);
    expect(svg).toContain(`fill="${PALETTES[theme].background}"`);
  });

  test('overlays two versions in two colours and two dashes, under one bias axis less', () => {
    const svg = draw([documentOf(2), documentOf(1)], { theme: 'light' });
    for (const color of PALETTES.light.curves) expect(svg).toContain(`stroke="${color}"`);
    expect(svg).toMatch(/stroke-dasharray="9,4"|stroke-dasharray="9 4"/);
    expect(svg).toContain('version 1, α = 0.5');
    expect(svg).not.toContain('bias, less its mean');
  });

  test('marks a point', () => {
    const svg = draw([documentOf(1)], { theme: 'dark', point: { x: 250, reward: 1.5 } });
    expect(svg).toContain('this response: 250, reward 1.5');
  });

  test('of another characteristic is the bias alone, which goes on as a line', () => {
    const svg = draw([documentOf(1)], { theme: 'light', characteristic: 'words' });
    expect(svg).toContain('>bias, less its mean<');
    expect(svg).toContain('beyond: the line goes on');
    expect(svg).not.toContain('density of');
  });

  test('beside one without a level is the bias alone, and no point or density lies elsewhere', () => {
    const part = { name: 'chars', alpha: 1, mean_bias: 1, knots: [0, 1], biases: [0, 0.001] };
    const penalty = documentOf(2, { characteristics: [{ ...part, beyond: 'line' as const }] });
    const svg = draw([documentOf(1), penalty], { theme: 'light', point: { x: 100, reward: 50 } });
    expect(svg).toContain('>bias, less its mean<');
    expect(svg).toContain('beyond: as each curve goes on');
    expect(svg).not.toMatch(/density of|this response/);
  });

  test('shows another density where one is given, and none for null', () => {
    const counts = [
      [1, 2],
      [3, 4],
    ];
    const given = draw([documentOf(1)], {
      theme: 'light',
      density: { ...density, counts },
      densityOf: 'observed samples',
    });
    expect(given).toContain('density of 10 observed samples');
    expect(draw([documentOf(1)], { theme: 'light', density: null })).not.toContain('density of');
  });

  test.each(['__proto__', 'a/__proto__/b'])('of %s writes into no other object', (name) => {
    const hostile = { ...documentOf(1), reward_model: name };
    const part = documentOf(1).characteristics[0];
    const characteristics = part === undefined ? [] : [{ ...part, name }];
    draw([hostile], { theme: 'light' });
    draw([{ ...hostile, characteristics }], { theme: 'light' });
    expect(Object.keys(Object.prototype)).toEqual([]);
    const written: string[] = [];
    for (const key in {}) written.push(key);
    expect(written).toEqual([]);
  });

  test('says how much of the bias is taken off, where it is not all', () => {
    const part = documentOf(1).characteristics[0];
    const half = documentOf(1, { characteristics: part === undefined ? [] : [{ ...part, alpha: 0.5 }] });
    expect(chartOf([half], { theme: 'light' }).description).toContain('Of the bias, 0.5 times is taken off.');
  });

  test('describes itself in words', () => {
    const { title, description } = chartOf([documentOf(2)], { theme: 'light' });
    expect(title).toBe('org/reward-model: reward by chars · lwr, 2026-11-23, 12 samples, version 2, α = 1');
    expect(description).toBe(
      'The fitted mean reward by chars. Version 2, α = 1: from −1 at 10 chars over 0.6 at 90 to 2 at 400. Beyond this range the end values are held. Two standard errors are at most 0.4.',
    );
  });

  test.each([
    `<script>alert("x")</script> & 'co'`,
    ']]><b/>',
    'a\u0007b\ud800c',
    '\\{a|b} %s {name}',
    'x'.repeat(200),
  ])('is well-formed XML without scripts, links or handlers for the name %s', (reward_model) => {
    for (const theme of THEMES) {
      const svg = draw([documentOf(1, { reward_model })], { theme });
      const { tags, attributes } = checkXml(svg);
      expect(tags).not.toContain('script');
      expect(tags).not.toContain('a');
      expect(tags).not.toContain('foreignObject');
      expect(attributes.filter((name) => name.startsWith('on') || name.endsWith('href'))).toEqual([]);
    }
  });

  test.each([
    ['one knot', { knots: [5], biases: [1], standard_errors: [0.1] }],
    ['huge and tiny numbers', { knots: [1e-300, 1, 1e300], biases: [-1e308, 0, 1e308] }],
    ['negative values', { knots: [-5, 0, 1e6], biases: [0, 1, 2] }],
    ['zero to a million', { knots: [0, 20, 1e6], biases: [0, 1, 2] }],
    ['a flat line at zero', { knots: [1, 2], biases: [0, 0] }],
    ['neighbouring doubles', { knots: [1, 1 + 2 ** -52], biases: [0, 1] }],
  ])('is drawn for %s', (_, numbers) => {
    const part = { name: 'chars', alpha: 1, mean_bias: 0, ...numbers };
    const svg = draw([documentOf(1, { characteristics: [part], joint_counts: undefined })], {
      theme: 'light',
    });
    expect(svg).not.toMatch(/NaN|Infinity/);
    checkXml(svg);
  });

  test('is drawn for a curve with every field set, whatever its edges', () => {
    const svg = draw([toDocument(curveOf('rm'))], { theme: 'light' });
    expect(svg).not.toMatch(/NaN|Infinity/);
    checkXml(svg);
  });

  test('has one or two curves, each with the characteristic', () => {
    expect(() => chartOf([], { theme: 'light' })).toThrow(RangeError);
    expect(() =>
      chartOf(
        [1, 2, 3].map((n) => documentOf(n)),
        { theme: 'light' },
      ),
    ).toThrow(RangeError);
    expect(() => chartOf([documentOf(1)], { theme: 'light', characteristic: 'tokens' })).toThrow(RangeError);
  });
});
