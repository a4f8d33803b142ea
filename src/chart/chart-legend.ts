import type { LegendComponentOption, SeriesOption, TitleComponentOption } from 'echarts';
import type { Palette } from './palette.js';

/** CSS pixels beside title and legend. */
const MARGIN = 24;

/** Pixels of a line of the legend, of the mark of an entry and between entries, and of a letter, at most. */
const LEGEND_LINE = 30;
const LEGEND_MARK = 28;
const LEGEND_GAP = 22;
const LETTER = 7;
/** Of the title, too. */
const TITLE_LETTER = 12;

/** The name of the reward model, and below it what was fitted. */
export function titleOf(
  text: string,
  subtext: string,
  width: number,
  palette: Palette,
): TitleComponentOption {
  return {
    text: shortened(text, (width - 2 * MARGIN) / TITLE_LETTER),
    subtext: shortened(subtext, (width - 2 * MARGIN) / LETTER),
    left: MARGIN,
    top: 14,
    itemGap: 8,
    textStyle: { color: palette.text, fontSize: 18, fontWeight: 600 },
    subtextStyle: { color: palette.faintText, fontSize: 13 },
  };
}

/** As much of a text as has room. */
function shortened(text: string, room: number): string {
  const letters = [...text];
  return letters.length <= room ? text : `${letters.slice(0, Math.max(1, Math.floor(room) - 1)).join('')}…`;
}

/** The legend of all that is drawn, and the height that it takes. */
export function legendOf(series: readonly SeriesOption[], width: number, palette: Palette) {
  const names = new Set(series.flatMap(({ name }) => (name === undefined ? [] : [String(name)])));
  const data: NonNullable<LegendComponentOption['data']> = [];
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const room = LETTER * name.length;
    if (used > 0 && used + LEGEND_MARK + room > width - 2 * MARGIN) {
      data.push({ name: '\n' });
      lines++;
      used = 0;
    }
    data.push({ name, ...iconOf(series, name) });
    used += LEGEND_MARK + room + LEGEND_GAP;
  }
  const option: LegendComponentOption = {
    bottom: 10,
    left: MARGIN,
    itemGap: LEGEND_GAP - 5,
    // Fonts differ, and ECharts does not measure them without a page: blanks keep room for wide ones.
    formatter: (name) => name + '\u{2003}'.repeat(Math.ceil(name.length / 10)),
    itemWidth: LEGEND_MARK,
    itemHeight: 11,
    textStyle: { color: palette.text, fontSize: 12 },
    inactiveColor: palette.faintText,
    data,
  };
  return { option, height: lines * LEGEND_LINE };
}

/** Areas have a square in the legend, lines a line alone. */
function iconOf(series: readonly SeriesOption[], name: string): object {
  const type = series.find((one) => one.name === name)?.type;
  if (type === 'custom') return { icon: 'rect' };
  return type === 'line' ? { itemStyle: { opacity: 0 } } : {};
}
