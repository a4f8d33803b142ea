import type { Chart } from './chart-options.js';
import { openTextChart } from './echarts-parts.js';

/** A chart as an SVG document, with its title and description for screen readers. */
export function chartSvg({ options, title, description }: Chart, width: number, height: number): string {
  const drawing = openTextChart(width, height);
  try {
    drawing.setOption(options);
    const svg = drawing.renderToSVGString();
    const spoken = `<title id="chart-title">${escaped(title)}</title><desc id="chart-description">${escaped(description)}</desc>`;
    return svg.replace(
      /^<svg ([^>]*)>/,
      (_, attributes: string) =>
        `<svg role="img" aria-labelledby="chart-title chart-description" ${attributes}>${spoken}`,
    );
  } finally {
    drawing.dispose();
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
