import type { configSchema } from '../../src/config.js';

/** The rows of the README's configuration table, from the schema itself. */
export function configTable(schema: typeof configSchema): string[] {
  const defaults: Record<string, unknown> = schema.parse({});
  return Object.entries(schema.shape).map(([name, field]) => {
    const value = defaults[name];
    const shown = Array.isArray(value) || value === '' ? '' : `\`${value}\``;
    return `| \`${name}\` | ${shown} | ${field.description} |`;
  });
}
