import { readFile, stat, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type decodeAudio from 'audio-decode';
import { createSerialQueue } from '../concurrency/serial-queue.ts';
import { readOggOpus, writeOggOpus } from './ogg-opus.ts';
import type { MadeMedia } from './prepare-by-type.ts';
import { UnusableMediaError } from './unusable-media-error.ts';
import { waveformOf } from './waveform.ts';

/** The decoders are one for the process, and start anew with each sound. */
const decoding = createSerialQueue();

type Sound = Awaited<ReturnType<typeof decodeAudio>>;

const mimeType = 'audio/ogg; codecs=opus';
const sampleRate = 48_000;
/** 20 ms, the usual frame of Opus. */
const frameSamples = 960;
const bitsPerSecond = 24_000;
/** Decoded sound takes thirty times the room and more; ten minutes of voice are below this in every format that is decoded. */
const decodableBytesMax = 6 * 1024 * 1024;
const decodedSecondsMax = 900;
/** Encoding is a computation on the one thread of all sessions, so it pauses for the others. */
const framesPerTurn = 25;

/**
 * A voice note: Ogg Opus in mono goes as it is, byte for byte; WAV, MP3, FLAC, Vorbis and stereo Opus are converted. Duration and waveform come
 * along. Throws `UnusableMediaError` for other formats, AAC among them, for which there is no decoder here.
 */
export async function prepareVoice(path: string, sniffed: string | undefined): Promise<MadeMedia> {
  const { size } = await stat(path);
  const isOgg = sniffed?.startsWith('audio/ogg') === true || sniffed === 'audio/opus';
  if (size > decodableBytesMax) {
    if (isOgg) return { path, mimeType };
    throw new UnusableMediaError('too_large');
  }
  const bytes = await readFile(path);
  const opus = isOgg ? readOggOpus(bytes) : undefined;
  const samples = await decode(bytes);
  const waveform = waveformOf(samples);
  if (opus?.channels === 1) return { path, mimeType, durationSeconds: opus.seconds, waveform };
  const made = `${path}.made`;
  await writeFile(made, await encode(samples));
  return { path: made, mimeType, durationSeconds: samples.length / sampleRate, waveform };
}

/** Samples in mono at 48 kHz. */
async function decode(bytes: Buffer): Promise<Float32Array> {
  let sound: Sound;
  try {
    sound = await decoding.run(async () => {
      const { default: decode } = await import('audio-decode');
      return decode(new Uint8Array(bytes));
    });
  } catch (error) {
    throw new UnusableMediaError('media_type_unsupported', { cause: error });
  }
  if (sound.duration > decodedSecondsMax) throw new UnusableMediaError('too_large');
  if (sound.length === 0) throw new UnusableMediaError('media_unreadable');
  return resample(mix(sound), sound.sampleRate);
}

function mix(sound: Sound): Float32Array {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel));
  const [first = new Float32Array()] = channels;
  if (channels.length === 1) return first;
  return Float32Array.from(
    first,
    (_: number, index: number) => channels.reduce((sum, channel) => sum + (channel[index] ?? 0), 0) / channels.length,
  );
}

/** By straight lines between samples: a voice loses nothing by it that its listener would hear. */
function resample(samples: Float32Array, rate: number): Float32Array {
  if (rate === sampleRate) return samples;
  const length = Math.floor((samples.length * sampleRate) / rate);
  const step = rate / sampleRate;
  return Float32Array.from({ length }, (_, index) => {
    const at = index * step;
    const before = Math.floor(at);
    const from = samples[before] ?? 0;
    return from + ((samples[before + 1] ?? from) - from) * (at - before);
  });
}

async function encode(samples: Float32Array): Promise<Buffer> {
  const { default: OpusScript } = await import('opusscript');
  // Its WASM lies in a file of its own, which a bundle does not carry; the same code in JavaScript is fast enough for voices.
  const encoder = new OpusScript(sampleRate, 1, OpusScript.Application.VOIP, { wasm: false });
  try {
    encoder.setBitrate(bitsPerSecond);
    const packets: Buffer[] = [];
    for (let start = 0; start < samples.length; start += frameSamples) {
      packets.push(Buffer.from(encoder.encode(toPcm(samples.subarray(start, start + frameSamples)), frameSamples)));
      if (packets.length % framesPerTurn === 0) await setImmediate();
    }
    return writeOggOpus({ packets, samplesPerPacket: frameSamples, inputSampleRate: sampleRate });
  } finally {
    encoder.delete();
  }
}

/** Whole frames of 16 bits; the last one ends in silence. */
function toPcm(samples: Float32Array): Buffer {
  const pcm = Buffer.alloc(frameSamples * 2);
  for (const [index, sample] of samples.entries()) {
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), index * 2);
  }
  return pcm;
}
