import { endWithConflict } from '../stanzas/greet-client.ts';
import { node } from '../wire/node.ts';
import type { World } from './world.ts';

/** Faults that happen once, to the sockets that are open at that moment. */
export const instantFaults = ['drop', 'stream-error', 'conflict'] as const;

export interface InstantFault {
  readonly kind: (typeof instantFaults)[number];
  /** The account whose sockets are struck; all sockets when absent. */
  readonly phone?: string | undefined;
  /** Of a stream error; 503 when absent. */
  readonly code?: number | undefined;
}

const serviceUnavailable = 503;

/** Answers how many sockets were struck. */
export function strikeAtOnce(world: World, { kind, phone, code }: InstantFault): number {
  const struck = [...world.connections].filter((each) => phone === undefined || each.phone === phone);
  for (const connection of struck) {
    if (kind === 'drop') connection.drop('fault drop');
    else if (kind === 'conflict') endWithConflict(connection);
    else {
      const last = node('stream:error', { code: String(code ?? serviceUnavailable) });
      connection.end(`stream error ${code ?? serviceUnavailable}`, last);
    }
  }
  return struck.length;
}

/** Phones lose their Signal sessions, so that they cannot decrypt what is sent over them. Answers how many sessions. */
export function forgetSessions(world: World, phone: string | undefined): number {
  let count = 0;
  for (const account of world.directory.all()) {
    if (phone === undefined || account.phone === phone) count += account.keys.forgetSessions();
  }
  return count;
}
