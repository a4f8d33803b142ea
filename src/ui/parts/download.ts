/** Gives the reader a file that was made in the tab. */
export function downloadFile(name: string, content: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // A browser may read it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Gives the reader a JSON file. */
export function downloadJson(name: string, value: unknown): void {
  downloadFile(name, `${JSON.stringify(value, null, 2)}\n`, 'application/json');
}

/** A name as part of a file's name: `org/reward-model` is `org-reward-model`. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}._]+/gu, '-').replace(/^[-.]+|-$/g, '') || 'curve';
}
