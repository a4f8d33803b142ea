import { useState } from 'preact/hooks';
import { Dialog } from './dialog.js';
import { Field } from './field.js';

/** Asks for an API key. It stays in the memory of this tab. */
export function KeyDialog({
  wasRefused,
  onKey,
  onClose,
}: {
  /** Whether a key was sent, and is not known to the service. */
  wasRefused: boolean;
  onKey: (key: string) => void;
  onClose: () => void;
}) {
  const [key, setKey] = useState('');
  return (
    <Dialog title="This service asks for an API key" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') onKey(key);
        }}
      >
        <Field
          label="API key"
          hint="One of API_KEYS. It is kept in the memory of this tab only: closing or reloading the page forgets it."
          error={wasRefused ? 'The service does not know the key that was sent.' : undefined}
        >
          {(control) => (
            <input
              {...control}
              type="password"
              autocomplete="off"
              spellcheck={false}
              value={key}
              onInput={(event) => setKey(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="buttons">
          <button type="submit" class="primary" disabled={key.trim() === ''}>
            Use this key
          </button>
          <button type="button" onClick={onClose}>
            Not now
          </button>
        </div>
      </form>
    </Dialog>
  );
}
