/** Bars that a phone draws under a voice note. */
const bars = 64;

/**
 * Loudness of a sound in 64 steps from 0 to 100, the loudest being 100.
 *
 * @example waveformOf(samples).length // 64
 */
export function waveformOf(samples: Float32Array): Uint8Array {
  const perBar = Math.max(1, Math.floor(samples.length / bars));
  const means = Array.from({ length: bars }, (_, bar) => {
    const part = samples.subarray(bar * perBar, (bar + 1) * perBar);
    let sum = 0;
    for (const sample of part) sum += Math.abs(sample);
    return part.length === 0 ? 0 : sum / part.length;
  });
  const loudest = Math.max(...means, Number.EPSILON);
  return Uint8Array.from(means, (mean) => Math.round((mean / loudest) * 100));
}
