/**
 * Says when a caller goes away, as an AbortSignal does, which is one. A signal of its own costs each sample
 * more than its place in the queue: callers over HTTP bring something lighter.
 */
export interface Departure {
  readonly reason: unknown;
  /** Throws the reason where the caller is gone already. */
  throwIfAborted(): void;
  addEventListener(event: 'abort', listener: () => void, options: { readonly once: true }): void;
  removeEventListener(event: 'abort', listener: () => void): void;
}
