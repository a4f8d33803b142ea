/** A scheme of colours, as the page or the viewer has it. */
export type Theme = 'light' | 'dark';

/** The schemes, as a request names them. */
export const THEMES = ['light', 'dark'] as const satisfies readonly Theme[];

/** The most curves that one chart overlays: so many have a colour and dashes. */
export const MOST_CURVES = 2;

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

/** The colours of a chart. Curves differ in their dashes, too: nobody needs to tell colours apart. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly faintText: string;
  readonly grid: string;
  /** Of the curves, in order. Against background and density: at least 4.5 and 3 to 1 (WCAG 2.2). */
  readonly curves: readonly string[];
  readonly point: string;
  /** Of the density, from the emptiest to the fullest bins. */
  readonly density: readonly [Rgb, Rgb];
}

/** The colours of each scheme. */
export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    faintText: '#57606a',
    grid: '#e4e7eb',
    curves: ['#b42318', '#4a1d96'],
    point: '#0b3d2e',
    density: [
      [240, 245, 251],
      [148, 184, 222],
    ],
  },
  dark: {
    background: '#12161c',
    text: '#e8eaed',
    faintText: '#a9b1bb',
    grid: '#2a313a',
    curves: ['#ffb454', '#d2b3ff'],
    point: '#7ee2b8',
    density: [
      [24, 34, 47],
      [58, 96, 142],
    ],
  },
};

/** The dashes of the curves, in order; a curve goes on beyond its range in {@link BEYOND}. */
export const DASHES = ['solid', [9, 4]] as const;
export const BEYOND = [2, 4];

/** The colour of a share of the fullest density, 0 to 1. */
export function densityColor({ density: [empty, full] }: Palette, share: number): string {
  const mixed = empty.map((part, i) => Math.round(part + share * (full[i] - part)));
  return `rgb(${mixed.join(',')})`;
}
