/** What the benchmark uses of apache-arrow. */
export interface Arrow {
  tableFromArrays(columns: Record<string, Float64Array>): unknown;
  tableToIPC(table: unknown, format: 'stream'): Uint8Array;
  tableFromIPC(bytes: Uint8Array): { readonly numRows: number };
}

/** A name whose type is any string, so that the benchmark compiles and runs without the package. */
export const ARROW_PACKAGE: string = 'apache-arrow';

/** apache-arrow, or undefined where it is not installed. */
export async function loadArrow(): Promise<Arrow | undefined> {
  try {
    const arrow: Arrow = await import(ARROW_PACKAGE);
    return arrow;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
