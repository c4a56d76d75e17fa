import decodeAudio from 'audio-decode';
import fc from 'fast-check';
import OpusScript from 'opusscript';
import { expect, it } from 'vitest';
import { readOggOpus, writeOggOpus } from '../../../connector/media/ogg-opus.ts';
import { waveformOf } from '../../../connector/media/waveform.ts';

it('writes what an independent decoder plays, in its length', async () => {
  const encoder = new OpusScript(48_000, 1, OpusScript.Application.VOIP, { wasm: false });
  const packets = Array.from({ length: 60 }, () => Buffer.from(encoder.encode(Buffer.alloc(1_920, 7), 960)));
  encoder.delete();
  const file = writeOggOpus({ packets, samplesPerPacket: 960, inputSampleRate: 48_000 });
  const sound = await decodeAudio(new Uint8Array(file));
  expect(sound.numberOfChannels).toBe(1);
  expect(sound.duration).toBeCloseTo(1.2, 1);
  expect(readOggOpus(file)).toMatchObject({ channels: 1, seconds: expect.closeTo(1.2, 1) });
});

it('says of other bytes that they are none', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => readOggOpus(Buffer.from(bytes)) === undefined));
});

it('draws 64 bars from 0 to 100', () => {
  const samples = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 1_000 });
  fc.assert(
    fc.property(samples, (list) => {
      const bars = waveformOf(Float32Array.from(list));
      expect(bars).toHaveLength(64);
      expect(Math.max(...bars)).toBeLessThanOrEqual(100);
    }),
  );
});
