import type { FileHandle } from 'node:fs/promises';
import { type FileSystem, NODE_FILE_SYSTEM } from '../../src/curves/stores/file-system.js';

/** When an operation fails: without an effect, or after it, as a network file system may answer. */
export type FaultTime = 'before' | 'after';

/** What is to happen to an operation; undefined: nothing. */
export type Fault = { readonly code: string; readonly time: FaultTime } | undefined;

/** What was done, in order: `rename head.json`. */
export interface Operation {
  readonly name: string;
  readonly path: string;
}

/**
 * The real file system, but for what `faultOf` says of an operation. Operations on open files count as well: `read`,
 * `writeFile`, `sync` and `close`.
 */
export function faultyFileSystem(faultOf: (operation: Operation) => Fault): FileSystem {
  const faulty =
    (name: string, path: string | undefined, work: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]) => {
      const target = path ?? String(given.at(name === 'rename' ? 1 : 0));
      const fault = faultOf({ name, path: target });
      if (fault?.time === 'before') throw failure(fault.code, name, target);
      const result = await work(...given);
      if (fault === undefined) return result;
      if (name === 'open') await (result as FileHandle).close();
      throw failure(fault.code, name, target);
    };
  const wrapped = Object.entries(NODE_FILE_SYSTEM).map(([name, work]) => {
    const operation = faulty(name, undefined, work as (...given: unknown[]) => Promise<unknown>);
    return [name, name === 'open' ? openFaulty(operation, faulty) : operation];
  });
  return Object.fromEntries(wrapped) as FileSystem;
}

type Operate = (...given: unknown[]) => Promise<unknown>;

function openFaulty(open: Operate, faulty: (name: string, path: string, work: Operate) => Operate): Operate {
  return async (...given) => {
    const handle = (await open(...given)) as FileHandle;
    const path = String(given[0]);
    const close = faulty('close', path, async () => undefined);
    return {
      stat: () => handle.stat(),
      read: faulty('read', path, (...given) => handle.read(...(given as [Buffer, number, number]))),
      writeFile: faulty('writeFile', path, (text) => handle.writeFile(String(text))),
      // No test pulls the plug: nothing needs to reach the disk.
      sync: faulty('sync', path, async () => undefined),
      // The kernel closes a file even where it reports a failure.
      close: () => handle.close().then(() => close()),
    };
  };
}

function failure(code: string, name: string, path: string): Error {
  return Object.assign(new Error(`${code}: injected, ${name} '${path}'`), { code });
}
