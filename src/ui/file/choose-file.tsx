import { useEffect, useState } from 'preact/hooks';
import { FileButton } from '../parts/file-button.js';

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
      <FileButton
        label={label}
        beside="or drop it here"
        hint={hint}
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt"
        onFile={onFile}
      />
    </div>
  );
}
