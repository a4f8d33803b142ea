/** All reward models. */
export function Models() {
  return <p class="muted">All reward models.</p>;
}
