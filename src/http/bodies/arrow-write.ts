import {
  Bool,
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';

/** The rewards of an answer, in the order of the request, with their biases and flags. */
export interface ArrowAnswer {
  readonly rewards: Float64Array | readonly number[];
  /** As many as `rewards`. */
  readonly biases?: Float64Array | readonly number[] | undefined;
  /** Indices of the rows outside the fitted range. */
  readonly extrapolated: readonly number[];
}

/** The fields of an answer besides its rows. */
export interface ArrowAnswerMetadata {
  readonly reward_model: string;
  readonly version: number | null;
  readonly calibrated: boolean;
}

const FLOAT64 = new Float64();
const BOOL = new Bool();

/**
 * An answer as an Arrow IPC stream of one record batch: `rewards` and, where given, `biases` as float64 and
 * `extrapolated` as bool, all without nulls. The metadata of the schema holds `reward_model`, `version`
 * (absent where it is null) and `calibrated` ("true" or "false") as strings.
 */
export function writeArrow(answer: ArrowAnswer, metadata: ArrowAnswerMetadata): Uint8Array {
  const rewards = toDoubles(answer.rewards);
  const columns = [doubles('rewards', rewards)];
  if (answer.biases !== undefined) columns.push(doubles('biases', apart(toDoubles(answer.biases), rewards)));
  columns.push(flags('extrapolated', answer.extrapolated, rewards.length));
  return write(columns, toStrings(metadata), rewards.length);
}

/** A column of the answer. */
interface Column {
  readonly field: Field;
  readonly data: Data<Float64> | Data<Bool>;
}

function toDoubles(values: Float64Array | readonly number[]): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/**
 * apache-arrow 21.2 merges neighbouring columns that overlap in one buffer (`collapseContiguousByteRanges`).
 */
function apart(column: Float64Array, previous: Float64Array): Float64Array {
  return column.buffer === previous.buffer ? column.slice() : column;
}

function doubles(name: string, data: Float64Array): Column {
  return {
    field: new Field(name, FLOAT64, false),
    data: makeData({ type: FLOAT64, length: data.length, nullCount: 0, data }),
  };
}

/** A bit per row, from the lowest on. */
function flags(name: string, indices: readonly number[], length: number): Column {
  const data = new Uint8Array(Math.ceil(length / 8));
  for (const i of indices) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7));
  return { field: new Field(name, BOOL, false), data: makeData({ type: BOOL, length, nullCount: 0, data }) };
}

function toStrings({ reward_model, version, calibrated }: ArrowAnswerMetadata): Map<string, string> {
  const strings = new Map([['reward_model', reward_model]]);
  if (version !== null) strings.set('version', `${version}`);
  return strings.set('calibrated', `${calibrated}`);
}

function write(columns: readonly Column[], metadata: Map<string, string>, length: number): Uint8Array {
  const fields = columns.map(({ field }) => field);
  const children = columns.map(({ data }) => data);
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(new Schema(fields, metadata), data));
  writer.finish();
  return writer.toUint8Array(true);
}
