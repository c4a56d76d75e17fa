/** Stands in for the SDK's client-side rate limiter, which only the retry mode `adaptive` makes; ours is the default, `standard`. */
export class DefaultRateLimiter {
  constructor() {
    throw new Error('The retry mode `adaptive` is left out of the bundles of functions.');
  }
}
