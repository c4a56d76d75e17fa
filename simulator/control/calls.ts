import * as z from 'zod/mini';
import { callSomeone, endCall } from '../phone/call-someone.ts';
import { ControlError } from './control-error.ts';
import { calledPhone, ownPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const callBody = z.strictObject({
  to: z.string().check(z.minLength(1), z.maxLength(40)),
  video: z.optional(z.boolean()),
  addressing: z.optional(z.enum(['pn', 'lid'])),
});
const endBody = z.strictObject({ missed: z.optional(z.boolean()), addressing: z.optional(z.enum(['pn', 'lid'])) });

/** The phone calls somebody. */
export function postCall({ world, parameters, body }: ControlRequest) {
  const caller = ownPhone(world, parameters.phone ?? '');
  const { to, video = false, addressing = world.settings.addressing } = parse(callBody, body);
  const form = caller.state.hidesNumber ? 'lid' : addressing;
  return callSomeone({ caller, callee: calledPhone(world, to), isVideo: video, addressing: form });
}

/** The phone hangs up; with `missed` nobody has answered in time. */
export function postCallEnd({ world, parameters, body }: ControlRequest) {
  const caller = ownPhone(world, parameters.phone ?? '');
  const { missed = false, addressing = world.settings.addressing } = parse(endBody, body);
  const call = caller.calls.get(parameters.id ?? '');
  const callee = world.directory.find(call?.to ?? '');
  if (call === undefined || callee === undefined) {
    throw new ControlError(404, 'unknown_call', `The phone has made no call ${parameters.id}.`);
  }
  endCall(call, { caller, callee, addressing: caller.state.hidesNumber ? 'lid' : addressing, isMissed: missed });
  return call;
}

/** The calls of the phone and what became of them. */
export function listCalls({ world, parameters }: ControlRequest) {
  return { calls: ownPhone(world, parameters.phone ?? '').calls.all() };
}
