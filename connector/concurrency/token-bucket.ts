export interface TokenBucketOptions {
  readonly tokensPerSecond: number;
  readonly burst: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Says how long the next taker must wait. Takers are served in the order in which they ask.
 *
 * @example await sleep(bucket.takeAfterMs())
 */
export function createTokenBucket({ tokensPerSecond, burst, now }: TokenBucketOptions): { takeAfterMs(): number } {
  let tokens = burst;
  let countedAtMs = now();
  return {
    takeAfterMs: () => {
      const nowMs = now();
      tokens = Math.min(burst, tokens + ((nowMs - countedAtMs) * tokensPerSecond) / 1000);
      countedAtMs = nowMs;
      tokens -= 1;
      return tokens >= 0 ? 0 : (-tokens * 1000) / tokensPerSecond;
    },
  };
}
