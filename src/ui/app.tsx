import { useEffect, useRef } from 'preact/hooks';
import type { Api } from './api.js';
import { type Place, usePlace } from './place.js';

/** The page: the header, and in `main` what the hash of the address asks for. */
export function App({ api }: { api: Api }) {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const title = titleOf(place);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title === NAME ? NAME : `${title} · ${NAME}`;
    // A reader of the screen hears that the content is another, except when the page has just opened.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [title]);
  return (
    <>
      <header class="site-header">
        <a class="site-name" href="#/">
          <img src="docs/static/theme/icon.svg" alt="" width="24" height="24" />
          {NAME}
        </a>
        <nav aria-label="Site">
          <a href="docs">API</a>
        </nav>
      </header>
      <main ref={main} tabIndex={-1}>
        <h1>{title}</h1>
        <Content api={api} place={place} />
      </main>
    </>
  );
}

const NAME = 'Reward calibration';

function titleOf(place: Place): string {
  if (place.kind === 'model') return place.name;
  return place.kind === 'overview' ? NAME : 'No such page';
}

/** What stands in `main` below its heading. */
function Content({ place }: { api: Api; place: Place }) {
  if (place.kind === 'unknown')
    return (
      <p>
        The address leads nowhere. <a href="#/">All reward models</a>
      </p>
    );
  return <p class="muted">{place.kind === 'model' ? 'One reward model.' : 'All reward models.'}</p>;
}
