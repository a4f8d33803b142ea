import { useEffect, useState } from 'preact/hooks';
import type { Theme } from '../../chart/palette.js';

/** The scheme of colours that the reader's system asks for. */
export function useTheme(): Theme {
  const [isDark, setDark] = useState(() => schemeQuery().matches);
  useEffect(() => {
    const query = schemeQuery();
    const follow = () => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return isDark ? 'dark' : 'light';
}

function schemeQuery(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}
