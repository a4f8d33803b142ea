import { useState } from 'preact/hooks';

/** Text to be copied, such as a command; the button is there where the browser allows it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="copy">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
      <section class="copied" aria-label={label} tabIndex={0}>
        <pre>{text}</pre>
      </section>
      {navigator.clipboard !== undefined && (
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
    </div>
  );
}
