/**
 * The address of a sidecar request with single slashes and none at its end: trainers put a path behind a
 * configured URL, with one slash too many or behind `get_reward/`. Other addresses stay as they are.
 */
export function tidySidecarPath(url: string): string {
  if (!url.startsWith('/sidecar/')) return url;
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('//') && !path.endsWith('/')) return url;
  const tidy = path.split('/').filter((segment) => segment !== '');
  return `/${tidy.join('/')}${url.slice(path.length)}`;
}
