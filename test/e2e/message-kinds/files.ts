import { randomBytes } from 'node:crypto';
import OpusScript from 'opusscript';
import sharp from 'sharp';
import { writeOggOpus } from '../../../connector/media/ogg-opus.ts';

/** An MP4 is known by its first box; what follows is anything. */
export function film(bytes: number): Buffer {
  const head = Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

export function sound(): Buffer {
  return Buffer.concat([Buffer.from('ID3'), Buffer.alloc(7), Buffer.from('fffb9064', 'hex'), randomBytes(2_000)]);
}

/** A colour of its own each time, so that no two pictures have one hash. */
export function picture(): Promise<Buffer> {
  const [r = 0, g = 0, b = 0] = randomBytes(3);
  return sharp({ create: { width: 300, height: 200, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** A second of a tone in mono at 16 kHz, as a WAV file. */
export function wave(): Buffer {
  const samples = 16_000;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  for (const [value, at] of [
    [16, 16],
    [16_000, 24],
    [32_000, 28],
  ] as const)
    file.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    file.writeUInt16LE(value, at);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++)
    file.writeInt16LE(Math.round(Math.sin((index * 2 * Math.PI * 440) / 16_000) * 12_000), 44 + index * 2);
  return file;
}

/** A voice note as phones record it, Ogg Opus in mono, of at least so many bytes. */
export function voiceNote(bytesMin: number): Buffer {
  const samplesPerPacket = 960;
  const encoder = new OpusScript(48_000, 1, OpusScript.Application.VOIP, { wasm: false });
  const packet = Buffer.from(encoder.encode(randomBytes(samplesPerPacket * 2), samplesPerPacket));
  encoder.delete();
  const packets = Array.from({ length: Math.ceil(bytesMin / packet.length) }, () => packet);
  return writeOggOpus({ packets, samplesPerPacket, inputSampleRate: 48_000 });
}
