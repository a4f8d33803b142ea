import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * The files of a folder, as paths relative to it, and what each imports of the
 * others; imports of types count.
 */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** Reads the imports of every TypeScript file below a folder. */
export function readImports(folder: string): ImportGraph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const sourceOf = (path: string) => {
    const source = path.replace(/\.js$/, '.ts');
    return files.includes(source) ? source : `${source}x`;
  };
  return new Map(
    files.map((file) => {
      const imports = [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)].map(
        ([, specifier = '']) => sourceOf(relative(folder, resolve(folder, dirname(file), specifier))),
      );
      return [file, imports.filter((imported) => files.includes(imported))];
    }),
  );
}

/** A file may import from its own room and from rooms of a lower rank, never from a peer. */
const RANKS: Readonly<Record<string, number>> = {
  lowess: 0,
  chart: 0,
  calibration: 1,
  bytes: 2,
  curves: 2,
  fitting: 2,
  telemetry: 2,
  service: 3,
  sidecar: 4,
  http: 5,
  'whole-number.ts': 5,
  'config.ts': 6,
  'command-line.ts': 7,
  'app.ts': 7,
  'server.ts': 8,
  // Nothing imports the page; what it may import is the lint rule's.
  ui: 9,
};

/** The imports that do not point down, `importer → imported`. A room that has no rank stands apart. */
export function findUpward(graph: ImportGraph): string[] {
  return [...graph].flatMap(([file, imported]) =>
    imported.filter((other) => !pointsDown(file, other)).map((other) => `${file} → ${other}`),
  );
}

function pointsDown(file: string, other: string): boolean {
  const [from = '', to = ''] = [file, other].map((path) => path.split('/')[0] ?? '');
  if (from === to) return true;
  return (RANKS[to] ?? Number.POSITIVE_INFINITY) < (RANKS[from] ?? Number.NEGATIVE_INFINITY);
}

/**
 * The circles of a graph: every group of files each of which reaches all others, by Tarjan (1972),
 * "Depth-first search and linear graph algorithms".
 */
export function findCircles(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    const place = open.push(file) - 1;
    let lowest = number;
    for (const imported of graph.get(file) ?? []) {
      if (!order.has(imported)) lowest = Math.min(lowest, visit(imported));
      else if (open.includes(imported)) lowest = Math.min(lowest, order.get(imported) ?? lowest);
    }
    if (lowest < number) return lowest;
    const group = open.splice(place);
    if (group.length > 1) circles.push(group);
    return lowest;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
