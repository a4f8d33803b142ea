import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ChartSettings } from '../../chart/chart-options.js';
import type { ChartedDocument } from '../../chart/charted-curve.js';
import { Loading } from '../parts/loading.js';
import { Problem } from '../parts/problem.js';
import { useLoaded } from '../parts/use-loaded.js';
import { useTheme } from '../parts/use-theme.js';
import type { DrawnChart } from './draw-chart.js';

/** Curves over the density of their samples, with the same in words below. */
export function CurveChart({
  documents,
  settings,
}: {
  documents: readonly ChartedDocument[];
  settings: Omit<ChartSettings, 'theme' | 'width'>;
}) {
  const theme = useTheme();
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<DrawnChart>();
  const [width, setWidth] = useState(0);
  const [words, setWords] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const code = useLoaded(() => import('./draw-chart.js'), []);
  const { value: parts } = code;
  useEffect(() => {
    if (element.current === null || parts === undefined) return undefined;
    const opened = parts.drawChart(element.current);
    setDrawn(opened);
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      opened.end();
    };
  }, [parts]);
  useEffect(() => {
    if (drawn === undefined || width === 0) return;
    try {
      setWords(drawn.draw(documents, { ...settings, theme }));
      setFailure(undefined);
    } catch (error) {
      // The rest of the page stays: the numbers say the same.
      setFailure(error);
    }
  }, [drawn, width, theme, documents, settings]);
  return (
    <figure class="curve-chart">
      {words === '' && (code.error ?? failure) === undefined && <Loading what="the plot" />}
      <Problem error={code.error ?? failure} />
      <div class="chart" ref={element} role="img" aria-label="Plot of the curve" aria-describedby={id} />
      <figcaption id={id} class="muted small">
        {words}
      </figcaption>
    </figure>
  );
}
