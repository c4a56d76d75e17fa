/**
 * Stands in for `@smithy/core/event-streams` inside the functions' bundles. The SDK loads that module only for an operation that streams
 * events; no function calls one, and one that ever does learns it here.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of the bundles of functions: see lib/bundle/aws-sdk-diet.ts.');
  }
}

/** Clients take the provider with their settings and call it only for such an operation. */
export function eventStreamSerdeProvider(): EventStreamSerde {
  return new EventStreamSerde();
}
