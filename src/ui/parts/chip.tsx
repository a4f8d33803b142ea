import type { ComponentChildren } from 'preact';

/** What a chip means; the words in it say it, too. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'accent';

/** A few words in a frame: a state. */
export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>;
}
