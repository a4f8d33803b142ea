import type { ComponentChildren } from 'preact';

/** A wide table that scrolls in its own box, also by keyboard. */
export function TableBox({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard (WCAG 2.1.1).
    <section class="table-box" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
