import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import {
  type AskedResponse,
  answerOfKey,
  answerPair,
  type Labelling,
  labelsOf,
  type Preferred,
  stepBack,
} from './label-state.js';

/** One pair side by side, and the answers; 1, 2, 0 and Backspace answer from the keyboard. */
export function PairView({
  labelling,
  isBusy,
  onChange,
  onFinish,
}: {
  labelling: Labelling;
  isBusy: boolean;
  onChange: (labelling: Labelling) => void;
  onFinish: () => void;
}) {
  const { pairs, answers, at } = labelling;
  const pair = pairs[at];
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the next key, which may come before the next frame.
  useLayoutEffect(() => {
    const follow = (event: KeyboardEvent) => {
      const next = isBusy ? undefined : nextOf(labelling, event);
      if (next === undefined) return;
      event.preventDefault();
      onChange(next);
    };
    addEventListener('keydown', follow);
    return () => removeEventListener('keydown', follow);
  });
  useEffect(() => {
    // An answer by a button keeps the focus there.
    if (!(document.activeElement instanceof HTMLButtonElement)) heading.current?.focus();
  }, [pair?.id]);
  if (pair === undefined) return null;
  const known = answers.get(pair.id);
  const count = labelsOf(labelling).length;
  return (
    <section class="pair">
      <div class="pair-head">
        <h2 ref={heading} tabIndex={-1} aria-live="polite">
          Pair {at + 1} of {pairs.length}
        </h2>
        <progress aria-label="Pairs with a label" value={count} max={pairs.length} />
      </div>
      {pair.prompt !== undefined && (
        <Text key={`${pair.id} prompt`} title="Prompt" kind="prompt" text={pair.prompt} />
      )}
      <div class="sides">
        <Side key={`${pair.id} left`} title="Left response" side={pair.left} />
        <Side key={`${pair.id} right`} title="Right response" side={pair.right} />
      </div>
      <p class="question" id="which">
        Which response is better?
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would frame three buttons. */}
      <div class="answers" role="group" aria-labelledby="which">
        {ANSWERS.map(([preferred, key, words]) => (
          <button
            key={preferred}
            type="button"
            aria-pressed={known === preferred}
            aria-keyshortcuts={key}
            disabled={isBusy}
            onClick={() => onChange(answerPair(labelling, preferred))}
          >
            <kbd>{key}</kbd> {words}
          </button>
        ))}
      </div>
      <div class="buttons">
        <button
          type="button"
          aria-disabled={at === 0}
          disabled={isBusy}
          onClick={() => onChange(stepBack(labelling))}
        >
          Back one
        </button>
        <button type="button" disabled={count === 0 || isBusy} onClick={onFinish}>
          Finish now, with {count} {count === 1 ? 'label' : 'labels'}
        </button>
      </div>
      <p class="hint">
        Keys: <kbd>1</kbd> left, <kbd>2</kbd> right, <kbd>0</kbd> neither, <kbd>Backspace</kbd> back one.
      </p>
    </section>
  );
}

const ANSWERS: readonly (readonly [Preferred, string, string])[] = [
  ['left', '1', 'Left'],
  ['tie', '0', 'Neither'],
  ['right', '2', 'Right'],
];

/** What a key makes of a labelling; undefined where it is not for it. */
function nextOf(labelling: Labelling, event: KeyboardEvent): Labelling | undefined {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  if (target instanceof Element && target.closest('input, textarea, select, dialog') !== null)
    return undefined;
  if (key === 'Backspace') return labelling.at > 0 ? stepBack(labelling) : undefined;
  const preferred = answerOfKey(key);
  return preferred && answerPair(labelling, preferred);
}

function Side({ title, side: { response = '' } }: { title: string; side: AskedResponse }) {
  return <Text title={title} kind="response" text={response} />;
}

/** A text that scrolls in its own box, also by keyboard. */
function Text({ title, kind, text }: { title: string; kind: 'prompt' | 'response'; text: string }) {
  return (
    <div class="text">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1). */}
      <section class={`box ${kind}`} aria-label={title} tabIndex={0}>
        {text === '' ? <span class="muted">(empty)</span> : text}
      </section>
    </div>
  );
}
