// Worker threads load no TypeScript on Node 20, neither under vitest nor under tsx: this registers tsx first.
import { register } from 'tsx/esm/api';

register();
const { default: work } = await import('../../src/http/fit-worker.ts');

export { work as default };
