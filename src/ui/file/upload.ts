import { type Api, ApiError, addressOf, type Query, readRefusal } from '../api.js';

/** A body that takes time to send. */
export interface Upload {
  readonly path: string;
  readonly query?: Query;
  readonly body: Blob;
  readonly type: 'application/json' | 'application/x-ndjson';
  readonly signal: AbortSignal;
  /** Called with the bytes that are sent; the answer takes time after the last of them. */
  readonly onProgress: (sent: number, total: number) => void;
}

/**
 * Posts a body with progress, by XMLHttpRequest: fetch reports none, and Chromium sends streams by HTTP/2
 * only. A 401 asks the reader for a key, and the body goes again with it.
 *
 * @throws ApiError for every status that is no 2xx, and where there is no answer; an AbortError.
 */
export async function upload<Answer>(api: Api, asked: Upload): Promise<Answer> {
  const { status, text } = await send(api, asked);
  if (status === 401 && (await api.obtainKey())) return upload(api, asked);
  if (status < 200 || status > 299) throw readRefusal(status, text);
  return JSON.parse(text);
}

function send(
  api: Api,
  { path, query, body, type, signal, onProgress }: Upload,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = () => signal.removeEventListener('abort', abort);
    request.open('POST', addressOf(path, query));
    for (const [name, value] of Object.entries(api.headers())) request.setRequestHeader(name, value);
    request.setRequestHeader('content-type', type);
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, body.size), body.size);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(new ApiError(CUT_OFF));
    request.onabort = () => reject(signal.reason ?? new DOMException('Cancelled', 'AbortError'));
    request.onloadend = end;
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}

/** The browser says no more of it: the service may be gone, or the file was changed. */
const CUT_OFF = {
  status: 0,
  code: 'unreachable',
  title: 'The upload was cut off',
  detail: 'the file was changed meanwhile, the service is not running, or the network is gone',
  places: [],
};
