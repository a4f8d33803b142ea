/** An answer that is not one of the service, in words. */
export function describeAnswer({ status, statusText, type, url, headers, ok }: Response): string {
  // A browser shows nothing of a redirect that it does not follow.
  if (type === 'opaqueredirect' || (status >= 300 && status < 400))
    return `a redirect (${status || 'of a status that the browser hides'}) from ${url}, which is not followed`;
  const media = ok ? ` (content-type ${headers.get('content-type') ?? 'missing'})` : '';
  return `${[status, statusText].join(' ').trim()}${media} from ${url}`;
}
