import { useId } from 'preact/hooks';

/** A button to choose a file by, with a hint below. The same file can be chosen again, once it was mended. */
export function FileButton({
  label,
  beside,
  hint,
  accept,
  disabled = false,
  onFile,
}: {
  label: string;
  /** Words beside the button. */
  beside?: string;
  hint: string;
  /** Endings or media types of the files that are offered. */
  accept: string;
  disabled?: boolean;
  onFile: (file: File) => void;
}) {
  const id = useId();
  return (
    <>
      <input
        id={id}
        type="file"
        class="unseen"
        accept={accept}
        disabled={disabled}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <label class="button" for={id}>
        {label}
      </label>
      {beside && <span> {beside}</span>}
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </>
  );
}
