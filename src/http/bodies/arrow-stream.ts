import { Message } from 'apache-arrow/fb/message';
import { MetadataVersion } from 'apache-arrow/fb/metadata-version';
import { ByteBuffer } from 'flatbuffers';
import { Unreadable } from '../../calibration/errors.js';

/** One message of a stream: what it says, and the bytes of its buffers. */
export interface ArrowMessage {
  readonly metadata: Message;
  /** The size of the metadata in bytes: no list in the metadata can be longer. */
  readonly metadataLength: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Four bytes 0xff start every message since Arrow 0.15; the length of the metadata follows. */
const CONTINUATION = -1;
const PREFIX_LENGTH = 8;

/** How a file (rather than a stream) starts. */
const FILE_MAGIC = Buffer.from('ARROW1');

/** The body is not an Arrow stream, or a broken one. */
export function notArrow(message: string): Unreadable {
  return new Unreadable('not-arrow', message);
}

/**
 * The messages of an Arrow IPC stream
 * (https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format), read in place.
 *
 * The readers of apache-arrow trust the metadata: one that claims four million buffers, in a body of 312
 * bytes, keeps `tableFromIPC` busy for a minute and 4 GB. Only its generated accessors are used here: they
 * read single fields, give zeros beyond the end, and never loop. A caller that reads a count from them bounds
 * it by `metadataLength`.
 *
 * The end marker is required, although the format lets a writer omit it: without it a truncated batch looks
 * like a shorter one.
 *
 * @throws Unreadable `not-arrow`; never quotes the body.
 */
export function* messagesOf(bytes: Uint8Array<ArrayBuffer>): Generator<ArrowMessage, undefined> {
  if (FILE_MAGIC.equals(bytes.subarray(0, FILE_MAGIC.length))) {
    throw notArrow('the body is an Arrow file: send a stream (pyarrow.ipc.new_stream writes one)');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; ; ) {
    const metadataLength = metadataLengthAt(view, at);
    at += PREFIX_LENGTH;
    if (metadataLength === 0) {
      if (at < bytes.length) throw notArrow('bytes follow the end marker of the Arrow stream');
      return;
    }
    const metadata = readMetadata(take(bytes, at, metadataLength));
    at += metadataLength;
    const body = take(bytes, at, Number(metadata.bodyLength()));
    at += body.length;
    yield { metadata, metadataLength, body };
  }
}

function metadataLengthAt(view: DataView, at: number): number {
  if (at > 0 && at === view.byteLength) {
    throw notArrow('the Arrow stream has no end marker: it is truncated, or its writer was not closed');
  }
  if (at + PREFIX_LENGTH > view.byteLength) throw truncated();
  if (view.getInt32(at, true) !== CONTINUATION) {
    throw notArrow(at === 0 ? 'the body is not an Arrow stream' : 'the Arrow stream is corrupt');
  }
  return view.getInt32(at + 4, true);
}

/** @throws Unreadable where there are fewer bytes than this length, and for a negative length. */
export function take(bytes: Uint8Array<ArrayBuffer>, from: number, length: number): Uint8Array<ArrayBuffer> {
  if (!(from >= 0 && length >= 0 && from + length <= bytes.length)) throw truncated();
  return bytes.subarray(from, from + length);
}

function truncated(): Unreadable {
  return notArrow('the Arrow stream is truncated or corrupt');
}

/** Versions 4 and 5 lay out these columns in the same way; earlier ones precede the first stable format. */
function readMetadata(bytes: Uint8Array): Message {
  const metadata = Message.getRootAsMessage(new ByteBuffer(bytes));
  const version = metadata.version();
  if (version === MetadataVersion.V4 || version === MetadataVersion.V5) return metadata;
  throw notArrow('the Arrow stream is corrupt, or not of metadata version 4 or 5');
}
