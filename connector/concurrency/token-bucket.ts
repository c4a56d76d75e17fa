export interface BucketRate {
  readonly tokensPerSecond: number;
  readonly burst: number;
}

export interface TokenBucketOptions {
  /** Asked at each take, so that it may change; what was saved up beyond a smaller burst is gone. */
  readonly rate: () => BucketRate;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface TokenBucket {
  /** Takes a token: 0. Takes none: the milliseconds until there will be one, at the present rate. */
  takeOrWaitMs(): number;
}

/**
 * A token bucket that starts full.
 *
 * @example
 * const bucket = createTokenBucket({ rate: () => ({ tokensPerSecond: 20, burst: 40 }), now: () => performance.now() });
 * const waitMs = bucket.takeOrWaitMs(); // 0, or when to ask again
 */
export function createTokenBucket({ rate, now }: TokenBucketOptions): TokenBucket {
  let tokens = rate().burst;
  let countedAtMs = now();
  return {
    takeOrWaitMs: () => {
      const { tokensPerSecond, burst } = rate();
      const nowMs = now();
      tokens = Math.min(burst, tokens + ((nowMs - countedAtMs) * tokensPerSecond) / 1000);
      countedAtMs = nowMs;
      if (tokens < 1) return ((1 - tokens) * 1000) / tokensPerSecond;
      tokens -= 1;
      return 0;
    },
  };
}
