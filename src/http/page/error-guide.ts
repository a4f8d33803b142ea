/** What a code of a problem means, and what to do about it. */
export interface ErrorGuide {
  /** Statuses that come with the code. */
  readonly statuses: readonly number[];
  readonly meaning: string;
  /** What usually leads to it. */
  readonly cause: string;
  readonly remedy: string;
}

const SEND_LINES = 'Send fewer samples at once, lines (NDJSON, which have no limit of length), or Arrow.';
const TRY_AGAIN = 'Try again after the seconds in `Retry-After`.';
const GIVE_KEY =
  'Send `Authorization: Bearer KEY` with one of them, or put it into the URL as a password (`http://any:KEY@host`).';

/** Every code that the service answers, by name. Tests hold it against the source. */
export const ERROR_GUIDE = {
  'answer-too-large': {
    statuses: [422],
    meaning: 'The answer would hold more text than one JSON document may.',
    cause: '`all-above-margin` repeats every response in many pairs.',
    remedy: 'Send lines (NDJSON): their answers are streamed.',
  },
  'audit-of-another-curve': {
    statuses: [409],
    meaning: 'The audit judged another curve than the version it is to be attached to.',
    cause:
      'The version was fitted anew, deleted, or imported from elsewhere after the labels were asked for.',
    remedy: 'Name the version that the verdict names, or label pairs of the present curve.',
  },
  'bad-request': {
    statuses: [400],
    meaning: 'The request cannot be read for a reason without a code of its own; the detail says which.',
    cause: 'A client or proxy that breaks HTTP.',
    remedy: 'Read the detail; report it with the request id if it is unclear.',
  },
  'bad-url': {
    statuses: [400],
    meaning: 'The path is not percent-encoded UTF-8.',
    cause: 'A `%` that encodes nothing, or bytes of another encoding.',
    remedy: 'Encode names in URLs (`urllib.parse.quote`, `encodeURIComponent`).',
  },
  'bytes-in-flight-full': {
    statuses: [503],
    meaning:
      'The bodies under way hold MAX_BYTES_IN_FLIGHT bytes already; those of at most 64 KiB are still taken.',
    cause: 'Many large bodies at once.',
    remedy: `${TRY_AGAIN} Send fewer large bodies at once, or raise MAX_BYTES_IN_FLIGHT.`,
  },
  'body-too-large': {
    statuses: [413],
    meaning: 'The body has more than BODY_LIMIT bytes, before or after it is decompressed.',
    cause: 'A large batch in one JSON document.',
    remedy: `${SEND_LINES} Or raise BODY_LIMIT.`,
  },
  closing: {
    statuses: [503],
    meaning: 'The service is closing and starts nothing new.',
    cause: 'It received SIGTERM.',
    remedy: `${TRY_AGAIN} Another replica, or the next process, answers.`,
  },
  'connections-full': {
    statuses: [503],
    meaning: 'MAX_CONNECTIONS are open; this one ends with the answer.',
    cause: 'Clients that open a connection for every request, or keep thousands open.',
    remedy: `${TRY_AGAIN} Keep connections alive and share them, or raise MAX_CONNECTIONS.`,
  },
  'curve-needs-numbers': {
    statuses: [409],
    meaning: 'The curve is one of a characteristic that the sidecar cannot measure from text.',
    cause: 'A current curve of `tokens` or another number of your own.',
    remedy:
      'Fit or import a curve of `chars`, `words`, `lines` or `markdown` for this reward model, or pin one.',
  },
  'curve-unreadable': {
    statuses: [503],
    meaning: 'The stored curves of this reward model are damaged; other reward models are served.',
    cause: 'Files of the store were changed or lost.',
    remedy: 'Restore them from a backup, or delete the reward model (`DELETE /v1/curves`) and fit anew.',
  },
  'empty-body': {
    statuses: [400],
    meaning: 'The request has no body.',
    cause: 'A variable that was empty, or a file that was not found (`curl -d @missing`).',
    remedy: 'Send the body that `/docs` describes.',
  },
  'expectation-failed': {
    statuses: [417],
    meaning: 'The header `Expect` asks for something else than `100-continue`.',
    cause: 'An unusual client or proxy.',
    remedy: 'Leave the header out.',
  },
  'fit-queue-full': {
    statuses: [503],
    meaning: 'FIT_QUEUE fits wait for a thread already.',
    cause: 'More fits at once than FIT_THREADS can take.',
    remedy: `${TRY_AGAIN} Or raise FIT_THREADS or FIT_QUEUE.`,
  },
  'forbidden-key': {
    statuses: [400],
    meaning: 'A key of the JSON is `__proto__` or `constructor` with `prototype` in it.',
    cause: 'An attack, or data that describes JavaScript.',
    remedy: 'Rename the key. Text may hold these words.',
  },
  'header-too-large': {
    statuses: [431],
    meaning: 'The head of the request has more than 16 KiB.',
    cause: 'A very long URL, or cookies.',
    remedy: 'Send parameters in a JSON body.',
  },
  'internal-error': {
    statuses: [500],
    meaning: 'A fault of the service; it changed nothing that was acknowledged.',
    cause: 'A bug.',
    remedy: 'Find the request id in the log, and report what stands there.',
  },
  'invalid-input': {
    statuses: [422],
    meaning: 'The request is readable, and breaks rules. `errors` lists the places (up to 20) and the rules.',
    cause:
      'A missing or misspelt field; rows that are not in `samples`, `pairs`, `groups` or `outputs`; a number such as `tokens` beside `reward` and not in `characteristics`; messages where text is taken; a reward that is null (pandas writes NaN so).',
    remedy:
      'Mend the places. Rows of pandas are `to_json(orient="records")`, lines `to_json(orient="records", lines=True)`. `unknown_fields=ignore` in the query passes over fields that the API does not know.',
  },
  'invalid-key': {
    statuses: [422],
    meaning: 'The key of disputed pairs is not one that this service gave.',
    cause: 'It was cut or changed on its way.',
    remedy: 'Send the `key` of `/v1/disputed-pairs` back as it came.',
  },
  'key-of-another-curve': {
    statuses: [409],
    meaning: 'The labels are of pairs that another curve disputed.',
    cause: 'The reward model was fitted anew since the pairs were asked for.',
    remedy: 'Ask for pairs again, and label those.',
  },
  'line-too-long': {
    statuses: [400],
    meaning: 'A line of NDJSON has more than LINE_LIMIT bytes.',
    cause: 'A very long response, or lines that end in something else than a newline.',
    remedy: 'Send its measured length in place of the text, or raise LINE_LIMIT.',
  },
  'method-not-allowed': {
    statuses: [405],
    meaning: 'The route has other methods; the header `allow` lists them.',
    cause: 'GET in place of POST.',
    remedy: 'Use one of those.',
  },
  'no-curve': {
    statuses: [409],
    meaning: 'The reward model has no curve yet.',
    cause: 'Nothing was fitted or imported, or its name is written in another way.',
    remedy: 'Fit one, or send `"on_missing_curve": "passthrough"` to get raw rewards, marked as such.',
  },
  'no-density': {
    statuses: [404],
    meaning: 'Nothing is known of where the samples lie.',
    cause: 'The curve was imported from schema version 1, or nothing was observed since.',
    remedy: 'Fit anew; or calibrate with `"observe": true`.',
  },
  'no-earlier-version': {
    statuses: [409],
    meaning: 'There is no version before the current one.',
    cause: 'It is the first, or KEEP_VERSIONS dropped the earlier ones.',
    remedy: 'Name the `version` to go to; `GET /v1/curves?reward_model=…` lists them.',
  },
  'no-reward': {
    statuses: [502],
    meaning: 'The reward-model server gave no finite reward for a sample; its place is named.',
    cause: 'NaN from a half-precision model.',
    remedy:
      'Look at that sample and the server. `on_upstream_failure: null` of the upstream answers null there.',
  },
  'no-scale': {
    statuses: [409],
    meaning: 'The curve does not know the scale of its rewards, which an ensemble needs.',
    cause: 'A change of strength, or an import from a version without it.',
    remedy: 'Fit the reward model anew.',
  },
  'no-such-route': {
    statuses: [404],
    meaning: 'The service has no such route.',
    cause: 'A path that is misspelt, or a BASE_PATH that the proxy and the service do not agree on.',
    remedy: '`/docs` lists the routes.',
  },
  'no-version-left': {
    statuses: [409],
    meaning: 'The versions of this reward model have reached the largest number that there is.',
    cause: 'A stored or imported history with a huge number; versions count up and are never given twice.',
    remedy:
      'Export the curves that are needed, delete the reward model, and import them: numbers begin anew.',
  },
  'not-arrow': {
    statuses: [400],
    meaning: 'The body is not an Arrow IPC stream, or it is truncated or corrupt.',
    cause: 'An Arrow file in place of a stream, or a writer that was not closed.',
    remedy: 'Write it with `pyarrow.ipc.new_stream`, without compressed buffers.',
  },
  'not-decompressible': {
    statuses: [400],
    meaning: 'The body is not in the compression that `Content-Encoding` names.',
    cause: 'The header was set without compressing, or the body was cut.',
    remedy: 'Leave the header out, or compress the body.',
  },
  'not-http': {
    statuses: [400],
    meaning: 'The bytes are not a request in HTTP/1.1.',
    cause: 'HTTPS or HTTP/2 to a port that speaks HTTP/1.1; a missing `Host`.',
    remedy: 'Use `http://`, or put a proxy before the service.',
  },
  'not-json': {
    statuses: [400],
    meaning: 'The body is not JSON; where a value is at fault, its place and character are named.',
    cause:
      "Python's `json.dumps` writes NaN and Infinity; `str(dict)` writes single quotes and None; lines of JSON sent as `application/json`; `curl -d`, which drops the ends of lines.",
    remedy:
      'Leave samples without a finite reward out; write JSON with `allow_nan=False`; send lines as `application/x-ndjson` with `--data-binary`.',
  },
  'not-utf-8': {
    statuses: [400],
    meaning: 'The body holds bytes that are not UTF-8.',
    cause: 'Another encoding, or text cut within a character.',
    remedy: 'Encode as UTF-8. Bytes are never replaced: that would change lengths.',
  },
  'nothing-observed': {
    statuses: [409],
    meaning: 'There are no recent samples to refit from.',
    cause: 'Nothing was calibrated with `"observe": true` since the start.',
    remedy: 'Observe first, or send samples to `/v1/fit`.',
  },
  overloaded: {
    statuses: [503],
    meaning: 'The service takes no more requests at this moment (MAX_EVENT_LOOP_DELAY).',
    cause: 'More requests than it can answer in time.',
    remedy: `${TRY_AGAIN} The Python client does so.`,
  },
  'plot-queue-full': {
    statuses: [503],
    meaning: 'Too many plots wait to be drawn.',
    cause: 'Many viewers at once.',
    remedy: TRY_AGAIN,
  },
  'request-timeout': {
    statuses: [408],
    meaning:
      'Within REQUEST_TIMEOUT the client sent neither its whole head, nor a megabyte more of its body (or its end), nor a line.',
    cause: 'A slow connection, or a client that announced more bytes than it sent.',
    remedy: 'Send at once what you announce; a large body may take long as long as it moves.',
  },
  'store-unavailable': {
    statuses: [503],
    meaning: 'The curve could not be stored, so the change was not made. Calibrating goes on.',
    cause: 'A full or missing disk.',
    remedy: `Look at the folder of STORE_URL. ${TRY_AGAIN}`,
  },
  'streams-full': {
    statuses: [503],
    meaning: 'MAX_STREAMS bodies of lines are under way already.',
    cause: 'Many streams at once, or streams that nobody reads.',
    remedy: `${TRY_AGAIN} Or raise MAX_STREAMS.`,
  },
  'too-deep': {
    statuses: [422],
    meaning: 'The JSON is nested deeper than 64 levels.',
    cause: 'No body of this API needs more than eight.',
    remedy: 'Flatten it.',
  },
  'too-dense': {
    statuses: [413],
    meaning: 'The JSON has so many small values that they would not fit into memory.',
    cause: 'Millions of numbers in one document.',
    remedy: SEND_LINES,
  },
  'too-few-samples': {
    statuses: [422],
    meaning: 'A fit needs at least ten samples.',
    cause: 'A small batch.',
    remedy: 'Send more; a few thousand make a good curve.',
  },
  'too-many-characteristics': {
    statuses: [422],
    meaning: 'The curve would have more characteristics than an exported curve may.',
    cause: 'Many characteristics with an estimator that fits each twice.',
    remedy: 'Fit fewer.',
  },
  'too-many-reward-models': {
    statuses: [409],
    meaning: 'MAX_REWARD_MODELS have curves or observed samples already.',
    cause: 'Names that differ from run to run.',
    remedy: 'Delete those that are not needed, or raise MAX_REWARD_MODELS.',
  },
  'too-many-samples': {
    statuses: [422],
    meaning: 'More samples than this request may hold; the rule names the limit.',
    cause: 'MAX_BATCH, MAX_FIT_SAMPLES, or the queue of an upstream.',
    remedy: 'Split the batch and pin one `version`, or send lines.',
  },
  unauthorized: {
    statuses: [401],
    meaning: 'The service has keys, and the request carries none of them.',
    cause: 'API_KEYS is set.',
    remedy: GIVE_KEY,
  },
  'unknown-reward-model': {
    statuses: [404],
    meaning: 'The service has nothing of this reward model.',
    cause: 'A name written in another way, or another store.',
    remedy: '`GET /v1/curves` lists what there is.',
  },
  'unknown-upstream': {
    statuses: [404],
    meaning: 'No upstream of this name is configured.',
    cause: 'The path after `/sidecar/` is not a `name` of UPSTREAMS.',
    remedy: 'Use one of them; the log lists them at the start.',
  },
  'unknown-version': {
    statuses: [404],
    meaning: 'The reward model has no such version.',
    cause: 'KEEP_VERSIONS dropped it, or it was deleted.',
    remedy: 'Pin one that `GET /v1/curves?reward_model=…` lists; export those that a run needs.',
  },
  'unreadable-curve': {
    statuses: [422],
    meaning: 'The document is not an exported curve that this service can read.',
    cause: 'It was edited, or a newer service wrote it.',
    remedy: 'Export it again, or import it into a service of that version.',
  },
  'unsupported-encoding': {
    statuses: [415],
    meaning: 'The service does not know this `Content-Encoding`; the detail lists those it knows.',
    cause: 'deflate, or several encodings.',
    remedy: 'Compress with gzip.',
  },
  'unsupported-format': {
    statuses: [415],
    meaning: 'The route does not read this `Content-Type`; the detail lists those it reads.',
    cause: 'A missing header: curl sends a form by default.',
    remedy: "Send `-H 'content-type: application/json'`.",
  },
  'upstream-queue-full': {
    statuses: [503],
    meaning: 'Too many texts wait for the reward-model server.',
    cause: 'It is slower than the trainers.',
    remedy: `${TRY_AGAIN} Or raise \`batch.queue\` or the server's throughput.`,
  },
  'upstream-refused': {
    statuses: [413, 422, 502],
    meaning:
      'The reward-model server refused a text; its place is named. What the server said is not repeated.',
    cause: 'A text that is too long for it, a wrong model name, or a wrong key of its own.',
    remedy: 'Look at the log of the reward-model server.',
  },
  'upstream-timeout': {
    statuses: [504],
    meaning: 'The reward-model server did not answer one try within its `timeout`.',
    cause: 'It is overloaded or hangs.',
    remedy: 'Try again; raise `timeout` of the upstream if its batches take longer.',
  },
  'upstream-unavailable': {
    statuses: [503],
    meaning: 'The reward-model server cannot be reached, or failed.',
    cause: 'It is down, starting, or its breaker is open after several failures.',
    remedy: TRY_AGAIN,
  },
  'upstream-wrong-answer': {
    statuses: [502],
    meaning: 'The answer of the reward-model server is not in its contract.',
    cause: 'Another `kind` of server than configured, or another version.',
    remedy: 'Check `kind` and `url` of the upstream; `docs/servers.md` says what each server is asked.',
  },
  'url-too-long': {
    statuses: [414],
    meaning: 'A part of the path is longer than any that the service has.',
    cause: 'A reward model in the path, or a wrong client.',
    remedy: 'Send names in the query or the body.',
  },
  'version-in-use': {
    statuses: [409],
    meaning: 'The current version cannot be deleted.',
    cause: '`DELETE` with the current `version`.',
    remedy: 'Roll back or fit first, or delete the reward model.',
  },
  'work-timeout': {
    statuses: [422],
    meaning: 'The work takes longer than WORK_TIMEOUT; nothing changed.',
    cause: 'Very many distinct values, `auto` in several settings, or a small machine.',
    remedy: 'Send fewer samples, or raise WORK_TIMEOUT.',
  },
  'work-too-large': {
    statuses: [413],
    meaning: 'The work needs more memory than its thread has.',
    cause: 'Much text, or many samples, in one request.',
    remedy: `${SEND_LINES} Or raise \`--max-old-space-size\`.`,
  },
} as const satisfies Readonly<Record<string, ErrorGuide>>;

/** The codes in alphabetical order, each with its guide. */
export const ERRORS: readonly (readonly [code: string, guide: ErrorGuide])[] = Object.entries(
  ERROR_GUIDE,
).sort(([one], [other]) => (one < other ? -1 : 1));
