import * as z from 'zod/mini';
import { ControlError } from './control-error.ts';
import { parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const settingsBody = z.strictObject({
  receiptDelayMs: z.optional(z.int().check(z.minimum(0), z.maximum(3_600_000))),
  notOnWhatsApp: z.optional(z.array(z.string().check(z.regex(/^\d{1,15}$/))).check(z.maxLength(1000))),
  addressing: z.optional(z.enum(['pn', 'lid'])),
  clientRevision: z.optional(z.int().check(z.minimum(0))),
});

export function health() {
  return { status: 'ok' };
}

/** Counters since the start, and what stands in the queues now. */
export function stats({ world }: ControlRequest) {
  const devices = [...world.directory.companions()].map((companion) => ({
    phone: companion.phone,
    device: companion.device,
    online: companion.socket?.isActive ?? false,
    queued: companion.queue.size,
    unacked: companion.queue.unacknowledged(),
  }));
  return {
    ...world.statistics,
    openSockets: world.connections.size,
    linkedDevices: devices.length,
    queued: devices.reduce((sum, device) => sum + device.queued, 0),
    unacked: devices.reduce((sum, device) => sum + device.unacked, 0),
    devices,
  };
}

/** Events with a number greater than `since`, and the number to ask with next. */
export function events({ world, query }: ControlRequest) {
  const since = Number(query.get('since') ?? '0');
  if (!Number.isSafeInteger(since) || since < 0) {
    throw new ControlError(400, 'bad_request', 'since: is no event number');
  }
  const found = world.events.since(since);
  return { events: found, next: found.at(-1)?.number ?? since };
}

/** Where clients look for the present version. */
export function serviceWorker({ world }: ControlRequest) {
  return { client_revision: world.settings.clientRevision };
}

export function getSettings({ world }: ControlRequest) {
  return world.settings;
}

export function postSettings({ world, body }: ControlRequest) {
  const given = parse(settingsBody, body);
  if (given.receiptDelayMs !== undefined) world.settings.receiptDelayMs = given.receiptDelayMs;
  if (given.notOnWhatsApp !== undefined) world.settings.notOnWhatsApp = given.notOnWhatsApp;
  if (given.addressing !== undefined) world.settings.addressing = given.addressing;
  if (given.clientRevision !== undefined) world.settings.clientRevision = given.clientRevision;
  return world.settings;
}
