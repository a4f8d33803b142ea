import { useEffect, useId, useState } from 'preact/hooks';

/** A file that is dropped beside its place would be opened by the browser, instead of the page. */
function ignoreOtherDrops() {
  const ignore = (event: Event) => event.preventDefault();
  addEventListener('dragover', ignore);
  addEventListener('drop', ignore);
  return () => {
    removeEventListener('dragover', ignore);
    removeEventListener('drop', ignore);
  };
}

/** A place to choose a file, or to drop it. */
export function ChooseFile({
  label,
  hint,
  onFile,
}: {
  label: string;
  hint: string;
  onFile: (file: File) => void;
}) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  useEffect(ignoreOtherDrops, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way, beside the button.
    <div
      class={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer?.files ?? [];
        if (file) onFile(file);
      }}
    >
      <input
        id={id}
        type="file"
        class="unseen"
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt"
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file can be chosen again, once it was mended.
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <label class="button" for={id}>
        {label}
      </label>{' '}
      <span>or drop it here</span>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}
