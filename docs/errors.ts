/** `npm run errors`: writes docs/errors.md from the guide that /docs/errors serves. */
import { writeFileSync } from 'node:fs';
import { errorsMarkdown } from '../src/http/page/errors-page.js';

writeFileSync(new URL('errors.md', import.meta.url), errorsMarkdown());
