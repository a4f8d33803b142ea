/** One reward model. */
export function Model({ name }: { name: string; compare: number | undefined }) {
  return <p class="muted">{name}</p>;
}
