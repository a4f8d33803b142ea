import { useEffect, useRef } from 'preact/hooks';
import type { Api } from './api.js';
import { FitFromFile } from './file/fit-from-file.js';
import { KeyHolder } from './key-holder.js';
import { TwentyLabels } from './labels/twenty-labels.js';
import { Model } from './model/model.js';
import { Models } from './models/models.js';
import { ApiContext } from './parts/use-api.js';
import { type Place, usePlace } from './place.js';
import { Start } from './start/start.js';

const NAME = 'Reward calibration';

/** The page: the header, and in `main` what the hash of the address asks for. */
export function App({ api }: { api: Api }) {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const title = titleOf(place);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} · ${NAME}`;
    // A reader of the screen hears that the content is another, except when the page has just opened.
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [title]);
  return (
    <ApiContext.Provider value={api}>
      {/* No link: the hash says which part of the page is shown. */}
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="site-header">
        <a class="site-name" href="#/">
          <img src="docs/static/theme/icon.svg" alt="" width="24" height="24" />
          {NAME}
        </a>
        <nav aria-label="Site">
          <NavLink href="#/" isCurrent={place.kind === 'overview' || place.kind === 'model'}>
            Reward models
          </NavLink>
          <NavLink href="#/fit" isCurrent={place.kind === 'file'}>
            Fit from a file
          </NavLink>
          <a href="docs">API</a>
        </nav>
        <KeyHolder api={api} />
      </header>
      <main ref={main} tabIndex={-1}>
        <h1>{title}</h1>
        <Content place={place} />
      </main>
    </ApiContext.Provider>
  );
}

function NavLink({ href, isCurrent, children }: { href: string; isCurrent: boolean; children: string }) {
  return (
    <a href={href} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  );
}

const TITLES: Readonly<Record<Exclude<Place['kind'], 'model'>, string>> = {
  overview: 'Reward models',
  start: 'Fit a curve',
  file: 'Fit a curve from a file',
  labels: 'Twenty labels',
  unknown: 'No such page',
};

function titleOf(place: Place): string {
  return place.kind === 'model' ? place.name : TITLES[place.kind];
}

/** What stands in `main` below its heading. */
function Content({ place }: { place: Place }) {
  switch (place.kind) {
    case 'overview':
      return <Models />;
    case 'start':
      return <Start />;
    case 'model':
      return <Model key={place.name} name={place.name} compare={place.compare} />;
    case 'file':
      return <FitFromFile key={place.name} name={place.name} />;
    case 'labels':
      return (
        <TwentyLabels key={`${place.version} ${place.name}`} name={place.name} version={place.version} />
      );
    case 'unknown':
      return (
        <p>
          The address leads nowhere. <a href="#/">All reward models</a>
        </p>
      );
  }
}
