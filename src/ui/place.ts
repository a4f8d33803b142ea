import { useEffect, useState } from 'preact/hooks';

/** Where in the page the reader is: the hash of the address, which can be linked and gone back from. */
export type Place =
  | { readonly kind: 'overview' }
  | { readonly kind: 'model'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Reads `#/` and `#/model?name=…`. A hash that is no path, as of a link within the page, is the overview. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  if (!path.startsWith('/') || path === '/') return { kind: 'overview' };
  const name = new URLSearchParams(query).get('name');
  return path === '/model' && name ? { kind: 'model', name } : { kind: 'unknown' };
}

/** The link to the part about one reward model. */
export function linkToModel(name: string): string {
  return `#/model?${new URLSearchParams({ name })}`;
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
