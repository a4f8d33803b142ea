/** U+FEFF in UTF-8, which some programs write before JSON (PowerShell, Excel, Python's `utf-8-sig`). */
const MARK = [0xef, 0xbb, 0xbf];

/** The bytes after the byte-order mark with which they begin; all of them where there is none. */
export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return MARK.every((byte, i) => bytes[i] === byte) ? bytes.subarray(MARK.length) : bytes;
}

/** The text after its byte-order mark. */
export function textWithoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
