/**
 * Has V8 collect the garbage of this thread and give its room back to the system. Loading modules grows the
 * young generation to its limit, 34 MB with the flags of `npm start`, and V8 keeps that while nothing
 * happens. The thread halts for some 0.1 s.
 *
 * The message is the one of the button in Chrome's developer tools (Chrome DevTools Protocol,
 * `HeapProfiler.collectGarbage`): the only way in Node's API that needs no flag.
 *
 * @throws where Node was built without its inspector, which is loaded here, so that nothing else fails then.
 */
export async function releaseMemory(): Promise<void> {
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      session.post('HeapProfiler.collectGarbage', (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    session.disconnect();
  }
}
