import type { EngineConnection } from '../engine/port.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';

/** A session for work that outlives the moment: what it is, and its open connection whenever it has one here. */
export interface SessionHandle extends SessionFacts {
  readonly connection: () => EngineConnection | undefined;
}
