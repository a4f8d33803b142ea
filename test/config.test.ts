import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.js';

describe('the configuration', () => {
  test('has a default for everything; an empty variable counts as absent', () => {
    const { PORT, STORE_URL, API_KEYS } = readConfig({ PORT: '', UNRELATED: 'x' });
    expect({ PORT, STORE_URL, API_KEYS }).toEqual({ PORT: 8080, STORE_URL: 'file:./data', API_KEYS: [] });
  });

  test('reads keys from a list', () => {
    expect(readConfig({ API_KEYS: ' a, b,,' }).API_KEYS).toEqual(['a', 'b']);
  });

  test.each([
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['STORE_URL', 'redis://somewhere'],
    ['STORE_URL', 'file:'],
    ['MAX_BATCH', '0'],
    ['FIT_THREADS', '1.5'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s is refused in one line that names it', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^wrong configuration: ${name}: [^\\n]+$`));
  });
});
