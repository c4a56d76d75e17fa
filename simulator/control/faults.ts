import * as z from 'zod/mini';
import { standingFaults } from '../world/fault-board.ts';
import { forgetSessions, instantFaults, strikeAtOnce } from '../world/instant-faults.ts';
import { ControlError } from './control-error.ts';
import { parse, readPhone } from './input.ts';
import type { ControlRequest } from './routes.ts';

const dayInSeconds = 86_400;

const faultBody = z.strictObject({
  kind: z.enum([...standingFaults, ...instantFaults, 'forget-sessions', 'clear']),
  phone: z.optional(z.string().check(z.maxLength(40))),
  code: z.optional(z.int().check(z.minimum(100), z.maximum(999))),
  seconds: z.optional(z.number().check(z.gt(0), z.maximum(dayInSeconds))),
  milliseconds: z.optional(z.int().check(z.minimum(0), z.maximum(dayInSeconds * 1000))),
  count: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
});

/** Breaks something, at once (answers how many it `struck`) or from now on (answers the fault with its `id`). */
export function postFault({ world, body }: ControlRequest) {
  const { kind, phone: text, code, seconds, milliseconds, count } = parse(faultBody, body);
  const phone = text === undefined ? undefined : readPhone(text);
  if (kind === 'clear') return { cleared: world.faults.clear() };
  if (kind === 'forget-sessions') return { kind, struck: forgetSessions(world, phone) };
  const instant = instantFaults.find((each) => each === kind);
  if (instant !== undefined) return { kind, struck: strikeAtOnce(world, { kind: instant, phone, code }) };
  const standing = standingFaults.find((each) => each === kind);
  const endsAt = seconds === undefined ? undefined : Date.now() + seconds * 1000;
  const fault =
    standing === undefined ? undefined : world.faults.add({ kind: standing, phone, code, milliseconds, count, endsAt });
  if (fault === undefined) throw new ControlError(409, 'too_many_faults', 'Too many faults stand; clear some first.');
  return fault;
}

export function listFaults({ world }: ControlRequest) {
  return { faults: world.faults.all() };
}

export function clearFaults({ world }: ControlRequest) {
  return { cleared: world.faults.clear() };
}

export function clearFault({ world, parameters }: ControlRequest) {
  if (world.faults.clear(Number(parameters.id)) === 0) {
    throw new ControlError(404, 'unknown_fault', `There is no fault ${parameters.id}.`);
  }
  return { cleared: 1 };
}
