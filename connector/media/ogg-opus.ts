/** Ogg is written and read here because only a few lines of it are needed: one logical stream, whole packets, known sizes. */

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** Granules are counted at 48 kHz, whatever the encoder's own rate. */
const granuleRate = 48_000;
/** Samples at the start that decoders throw away; the usual delay of an Opus encoder. */
const preSkip = 312;
const packetsPerPage = 50;
const serial = 0x57484152;
const beginning = 2;
const end = 4;

export interface OpusPackets {
  readonly packets: readonly Uint8Array[];
  /** Samples of each packet at 48 kHz: 960 for 20 ms. */
  readonly samplesPerPacket: number;
  readonly inputSampleRate: number;
}

/**
 * An Ogg Opus file of mono packets, as voice notes are.
 *
 * @example writeOggOpus({ packets, samplesPerPacket: 960, inputSampleRate: 48_000 })
 */
export function writeOggOpus({ packets, samplesPerPacket, inputSampleRate }: OpusPackets): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head[8] = 1;
  head[9] = 1;
  head.writeUInt16LE(preSkip, 10);
  head.writeUInt32LE(inputSampleRate, 12);
  const vendor = Buffer.from('wharf');
  const tags = Buffer.concat([Buffer.from('OpusTags'), uint32(vendor.length), vendor, uint32(0)]);
  const pages = [
    page([head], { sequence: 0, flags: beginning, granule: 0 }),
    page([tags], { sequence: 1, flags: 0, granule: 0 }),
  ];
  for (let start = 0; start < packets.length; start += packetsPerPage) {
    const some = packets.slice(start, start + packetsPerPage);
    const last = start + some.length;
    const flags = last === packets.length ? end : 0;
    pages.push(page(some, { sequence: pages.length, flags, granule: last * samplesPerPacket }));
  }
  return Buffer.concat(pages);
}

/**
 * Seconds of an Ogg Opus file by the granule of its last page, and its channels; `undefined` when it is none.
 *
 * @example readOggOpus(bytes) // { seconds: 3.2, channels: 1 }
 */
export function readOggOpus(bytes: Buffer): { readonly seconds: number; readonly channels: number } | undefined {
  const headAt = bytes.subarray(0, 256).indexOf('OpusHead');
  const lastPage = bytes.lastIndexOf('OggS');
  if (headAt < 0 || lastPage < 0 || lastPage + 14 > bytes.length || headAt + 12 > bytes.length) return undefined;
  const granule = Number(bytes.readBigUInt64LE(lastPage + 6));
  const skip = bytes.readUInt16LE(headAt + 10);
  return { seconds: Math.max(0, granule - skip) / granuleRate, channels: bytes[headAt + 9] ?? 1 };
}

interface PageOptions {
  readonly sequence: number;
  readonly flags: number;
  readonly granule: number;
}

function page(packets: readonly Uint8Array[], { sequence, flags, granule }: PageOptions): Buffer {
  const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255]);
  const header = Buffer.alloc(27 + lacing.length);
  header.write('OggS', 0, 'latin1');
  header[5] = flags;
  header.writeBigUInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = lacing.length;
  Buffer.from(lacing).copy(header, 27);
  const whole = Buffer.concat([header, ...packets]);
  whole.writeUInt32LE(checksum(whole), 22);
  return whole;
}

function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
