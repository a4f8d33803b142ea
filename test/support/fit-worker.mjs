// Worker threads load no TypeScript on Node 20, neither under vitest nor under tsx: this registers tsx first.
import { register } from 'tsx/esm/api';

register();
const { default: runFit } = await import('../../src/fitting/worker.ts');

export { runFit as default };
