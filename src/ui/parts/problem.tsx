import { capitalized } from '../../chart/capitalized.js';
import { ApiError } from '../api.js';

/** Most places that a problem lists. */
const MOST_PLACES = 10;

/** Why something failed: title, detail and the places that break a rule. Nothing where nothing failed. */
export function Problem({
  error,
  retry,
  title: given = 'Something went wrong in this page',
}: {
  error: unknown;
  retry?: () => void;
  /** Of what this page could not do by itself; the service names its refusals. */
  title?: string;
}) {
  if (error === undefined || (error instanceof DOMException && error.name === 'AbortError')) return null;
  const { title, detail, places } = describe(error, given);
  const isForKey = error instanceof ApiError && error.status === 401;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{title}.</strong> {capitalized(detail)}
      </p>
      {places.length > 0 && (
        <ul>
          {places.slice(0, MOST_PLACES).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== '' && <code>{path}</code>} {message}
            </li>
          ))}
          {places.length > MOST_PLACES && <li>and {places.length - MOST_PLACES} more</li>}
        </ul>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          {isForKey ? 'Enter a key …' : 'Try again'}
        </button>
      )}
    </div>
  );
}

function describe(error: unknown, title: string): Pick<ApiError, 'title' | 'detail' | 'places'> {
  if (error instanceof ApiError && error.status === 401)
    return { ...error, title: 'An API key is needed', detail: 'Without one the service shows nothing.' };
  if (error instanceof ApiError) return error;
  return {
    title,
    detail: error instanceof Error ? error.message : String(error),
    places: [],
  };
}
