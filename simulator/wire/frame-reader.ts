const lengthBytes = 3;
/** The largest stanza of a client is its first pre-key upload, about 60 kB. */
const frameBytesMax = 4 * 1024 * 1024;
const edgeRoutingMark = Buffer.from('ED\u0000\u0001', 'latin1');
const waHeaderBytes = 4;

/**
 * Cuts the byte stream of a client into frames: first the prologue (`ED` + routing info, if the client was given one, then `WA` 6 3),
 * afterwards frames of 3 length bytes and a payload. WebSocket messages are not trusted to carry whole frames.
 *
 * @example for (const frame of reader.push(message)) handle(frame)
 */
export class FrameReader {
  /** The four bytes that the handshake authenticates, known once the first frame is out. */
  prologue: Buffer | undefined;
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.prologue === undefined && !this.#readPrologue()) return [];
    const frames: Buffer[] = [];
    while (this.#rest.length >= lengthBytes) {
      const size = this.#rest.readUIntBE(0, lengthBytes);
      if (size > frameBytesMax) throw new Error(`A frame of ${size} bytes is larger than ${frameBytesMax}.`);
      if (this.#rest.length < lengthBytes + size) break;
      frames.push(this.#rest.subarray(lengthBytes, lengthBytes + size));
      this.#rest = this.#rest.subarray(lengthBytes + size);
    }
    return frames;
  }

  #readPrologue(): boolean {
    let start = 0;
    if (this.#rest.subarray(0, edgeRoutingMark.length).equals(edgeRoutingMark)) {
      if (this.#rest.length < edgeRoutingMark.length + lengthBytes) return false;
      start = edgeRoutingMark.length + lengthBytes + this.#rest.readUIntBE(edgeRoutingMark.length, lengthBytes);
    }
    if (this.#rest.length < start + waHeaderBytes) return false;
    const header = this.#rest.subarray(start, start + waHeaderBytes);
    if (header.toString('latin1', 0, 2) !== 'WA') throw new Error('The stream does not begin with the WA header.');
    this.prologue = Buffer.from(header);
    this.#rest = this.#rest.subarray(start + waHeaderBytes);
    return true;
  }
}

/** A payload with its 3-byte length in front. */
export function frame(payload: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(lengthBytes + payload.length);
  framed.writeUIntBE(payload.length, 0, lengthBytes);
  payload.copy(framed, lengthBytes);
  return framed;
}
