import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, frame } from '../../../simulator/wire/frame-reader.ts';

const header = Buffer.from([0x57, 0x41, 6, 3]);

/** Feeds a stream in pieces that are cut at the given places. */
function read(stream: Buffer, cuts: readonly number[]) {
  const reader = new FrameReader();
  const frames: Buffer[] = [];
  let start = 0;
  for (const cut of [...cuts].sort((left, right) => left - right)) {
    frames.push(...reader.push(stream.subarray(start, cut % (stream.length + 1))));
    start = Math.max(start, cut % (stream.length + 1));
  }
  frames.push(...reader.push(stream.subarray(start)));
  return { frames, prologue: reader.prologue };
}

it('finds the same frames however the stream is cut', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(400), { maxLength: 6 }), (contents, cutsAnywhere) => {
      const stream = Buffer.concat([header, ...contents.map((content) => frame(Buffer.from(content)))]);
      const cuts = cutsAnywhere.map((cut) => cut % (stream.length + 1)).sort((left, right) => left - right);
      const { frames, prologue } = read(stream, cuts);
      expect(prologue).toEqual(header);
      expect(frames).toEqual(contents.map((content) => Buffer.from(content)));
    }),
  );
});

it('passes over routing information in front of the header', () => {
  const routing = Buffer.from('to the right door');
  const length = Buffer.from([0, 0, routing.length]);
  const stream = Buffer.concat([Buffer.from('ED\u0000\u0001'), length, routing, header, frame(Buffer.from('hello'))]);
  for (const cut of [0, 3, 5, 12, 24, 28]) {
    const { frames, prologue } = read(stream, [cut]);
    expect(prologue).toEqual(header);
    expect(frames).toEqual([Buffer.from('hello')]);
  }
});

it('refuses a stream that is none of a client, and a frame beyond its limit', () => {
  expect(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1'))).toThrow(/WA header/);
  expect(() => new FrameReader().push(Buffer.concat([header, Buffer.from([0xff, 0xff, 0xff])]))).toThrow(/larger/);
});
