/** Nothing is fitted yet: how to start. */
export function Start() {
  return <p class="muted">How to start.</p>;
}
