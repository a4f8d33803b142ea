/** A kind of typed array. */
interface ColumnType<Column> {
  new (length: number): Column;
}

/** The typed arrays that a column may be made of. */
type NumberColumn = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** Values at first, then doubled. */
const FIRST_CAPACITY = 8_192;

/** A column of numbers whose length is not known before its end. Its memory lies outside the heap of JavaScript. */
export class GrowingColumn<Column extends NumberColumn> {
  readonly #type: ColumnType<Column>;
  #values: Column;
  length = 0;

  constructor(type: ColumnType<Column>) {
    this.#type = type;
    this.#values = new type(FIRST_CAPACITY);
  }

  push(values: Column): void {
    const length = this.length + values.length;
    if (length > this.#values.length) {
      const larger = new this.#type(Math.max(2 * this.#values.length, length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.set(values, this.length);
    this.length = length;
  }

  /** The values, in a buffer of their own. */
  toArray(): Column {
    const column = new this.#type(this.length);
    column.set(this.#values.subarray(0, this.length));
    return column;
  }
}
