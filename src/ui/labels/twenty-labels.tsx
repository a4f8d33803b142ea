/** Label pairs that a version of a curve turns round, to a verdict. */
export function TwentyLabels({ name, version }: { name: string; version: number }) {
  return (
    <p class="muted">
      Twenty labels for {name}, version {version}.
    </p>
  );
}
