import { useEffect, useState } from 'preact/hooks';

/** Where in the page the reader is: the hash of the address, which can be linked and gone back from. */
export type Place =
  | { readonly kind: 'overview' }
  | { readonly kind: 'start' }
  | { readonly kind: 'model'; readonly name: string; readonly compare: number | undefined }
  | { readonly kind: 'file'; readonly name: string | undefined }
  | { readonly kind: 'labels'; readonly name: string; readonly version: number }
  | { readonly kind: 'unknown' };

/**
 * Reads `#/`, `#/start`, `#/model?name=…&compare=…`, `#/fit?name=…` and `#/labels?name=…&version=…`. A hash
 * that is no path, as of a link within the page, is the overview.
 */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  if (!path.startsWith('/') || path === '/') return { kind: 'overview' };
  const given = new URLSearchParams(query);
  const name = given.get('name') || undefined;
  if (path === '/start') return { kind: 'start' };
  if (path === '/fit') return { kind: 'file', name };
  if (name === undefined) return { kind: 'unknown' };
  if (path === '/model') return { kind: 'model', name, compare: readVersion(given.get('compare')) };
  const version = readVersion(given.get('version'));
  return path === '/labels' && version !== undefined
    ? { kind: 'labels', name, version }
    : { kind: 'unknown' };
}

/** The link to one reward model, with a second version over its current one where one is named. */
export function linkToModel(name: string, compare?: number): string {
  return linkTo('model', { name, compare });
}

/** The link to fitting from a file. */
export function linkToFile(name?: string): string {
  return linkTo('fit', { name });
}

/** The link to labelling pairs that a version turns round. */
export function linkToLabels(name: string, version: number): string {
  return linkTo('labels', { name, version });
}

function linkTo(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? `#/${path}` : `#/${path}?${new URLSearchParams(given)}`;
}

function readVersion(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** The current place; renders again when the address changes. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return readPlace(hash);
}
