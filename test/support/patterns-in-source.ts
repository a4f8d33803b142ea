import { parseAst } from 'vitest/node';

/** A regular expression in a source file. */
export interface SourcePattern {
  /** As it stands in the source. */
  readonly written: string;
  /** Undefined where it is put together at run time. */
  readonly pattern: string | undefined;
  readonly flags: string;
}

type Node = Readonly<Record<string, unknown>>;

/** Methods of strings that make a pattern of what they are given. */
const PATTERN_METHODS = new Set(['match', 'matchAll', 'search']);

/**
 * Every regular expression that a TypeScript source writes or makes: literals, and any use
 * of `RegExp` but as a type.
 */
export function patternsIn(source: string, lang: 'ts' | 'tsx' = 'ts'): SourcePattern[] {
  const found: SourcePattern[] = [];
  visit(parseAst(source, { lang }), (node) => {
    const written = source.slice(Number(node.start), Number(node.end));
    if (isNode(node.regex)) {
      found.push({ written, pattern: String(node.regex.pattern), flags: String(node.regex.flags) });
    } else if (namesRegExp(node) || makesPattern(node)) {
      found.push({ written, pattern: undefined, flags: '' });
    }
  });
  return found;
}

function namesRegExp({ type, name }: Node): boolean {
  return type === 'Identifier' && name === 'RegExp';
}

/** A literal that such a method is given is found on its own. */
function makesPattern({ type, callee, arguments: given }: Node): boolean {
  if (type !== 'CallExpression' || !isNode(callee) || !isNode(callee.property)) return false;
  if (!PATTERN_METHODS.has(String(callee.property.name))) return false;
  return !Array.isArray(given) || !isNode(given[0]) || !isNode(given[0].regex);
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
  } else if (isNode(value) && value.type !== 'TSTypeReference') {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
