import type { Audit } from '../api-types.js';
import { isFirstLook } from './verdict-words.js';

/** What a verdict of very few labels is worth; nothing where there are enough. */
export function FirstLook({ audit }: { audit: Audit }) {
  const { labels } = audit;
  if (!isFirstLook(audit)) return null;
  return (
    <p class="notice">
      {labels === 0
        ? 'No label counts yet'
        : `Only ${labels} ${labels === 1 ? 'label counts' : 'labels count'}`}
      . Below ten, chance decides more than the labels do: take this as a glimpse, and label more before you
      act on it.
    </p>
  );
}
