import { spawnSync } from 'node:child_process';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { writeArrow } from '../../../src/http/bodies/arrow-write.js';

const metadata = { reward_model: 'org/größtes 🏆', version: 3, calibrated: true };
const rewards = Float64Array.from({ length: 19 }, (_, i) => i / 7 - 1);
const biases = rewards.map((reward) => reward / 3);
const extrapolated = [0, 8, 17, 18];
const flags = [...rewards.keys()].map((i) => extrapolated.includes(i));

/** The contents of a stream, as both readers below describe them. */
interface Content {
  readonly fields: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

const expected: Content = {
  fields: ['rewards: double not null', 'biases: double not null', 'extrapolated: bool not null'],
  metadata: { reward_model: 'org/größtes 🏆', version: '3', calibrated: 'true' },
  columns: { rewards: [...rewards], biases: [...biases], extrapolated: flags },
};

function columnsOf(stream: Uint8Array): Content['columns'] {
  const table = tableFromIPC(stream);
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, [...(table.getChild(name) ?? [])]]));
}

describe('an answer as a stream', () => {
  test('holds rewards, biases and which rows were extrapolated', () => {
    const stream = writeArrow({ rewards, biases, extrapolated }, metadata);
    expect(columnsOf(stream)).toEqual(expected.columns);
    expect(Object.fromEntries(tableFromIPC(stream).schema.metadata)).toEqual(expected.metadata);
  });

  test('holds no biases and no version where there are none', () => {
    const answer = { rewards: [...rewards], extrapolated: [] };
    const stream = writeArrow(answer, { ...metadata, version: null, calibrated: false });
    expect(columnsOf(stream)).toEqual({ rewards: [...rewards], extrapolated: flags.map(() => false) });
    const { schema } = tableFromIPC(stream);
    expect(Object.fromEntries(schema.metadata)).toEqual({
      reward_model: metadata.reward_model,
      calibrated: 'false',
    });
    expect(schema.fields.map(({ nullable }) => nullable)).toEqual([false, false]);
  });

  test.each([
    ['the same column', rewards, rewards],
    ['neighbours', new Float64Array(biases.buffer, 0, 9), new Float64Array(biases.buffer, 72, 9)],
    ['overlapping columns', new Float64Array(biases.buffer, 0, 9), new Float64Array(biases.buffer, 8, 9)],
  ])('holds both columns where they share memory: %s', (_, first, second) => {
    const stream = writeArrow({ rewards: first, biases: second, extrapolated: [] }, metadata);
    expect(columnsOf(stream)).toMatchObject({ rewards: [...first], biases: [...second] });
  });

  test('says the same to pyarrow', (context) => {
    const python = process.env.ARROW_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import pyarrow']).status !== 0) {
      return context.skip(`${python} has no pyarrow (ARROW_PYTHON names another Python)`);
    }
    const input = writeArrow({ rewards, biases, extrapolated }, metadata);
    const { stdout, stderr } = spawnSync(python, ['-c', DESCRIBE], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(expected);
    return undefined;
  });
});

const DESCRIBE = `
import json, sys
import pyarrow as pa
table = pa.ipc.open_stream(sys.stdin.buffer.read()).read_all()
table.validate(full=True)
print(json.dumps({
    "fields": [str(field).removeprefix("pyarrow.Field<").removesuffix(">") for field in table.schema],
    "metadata": {key.decode(): value.decode() for key, value in table.schema.metadata.items()},
    "columns": table.to_pydict(),
}))
`;
