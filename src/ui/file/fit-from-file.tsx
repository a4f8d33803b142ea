/** Fit a curve from a file of scored responses. */
export function FitFromFile({ name }: { name: string | undefined }) {
  return <p class="muted">Fit from a file{name && ` for ${name}`}.</p>;
}
