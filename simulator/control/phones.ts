import { randomInt } from 'node:crypto';
import * as z from 'zod/mini';
import type { Account } from '../accounts/account.ts';
import { announceAppState } from '../stanzas/app-state-sync.ts';
import { announcePicture, storePicture } from '../stanzas/profile-picture.ts';
import { writePushName } from '../wire/app-state.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';
import { ownPhone, parse, readPhone } from './input.ts';
import type { ControlRequest } from './routes.ts';

const phoneBody = z.strictObject({
  phone: z.optional(z.string().check(z.maxLength(40))),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  about: z.optional(z.string().check(z.maxLength(140))),
  /** The profile picture; an empty text removes it. */
  pictureBase64: z.optional(z.base64()),
  hidesNumber: z.optional(z.boolean()),
});

/** Makes a phone known, with a number of its own choice if none is given. A name given for a known phone renames its owner. */
export async function createPhone({ world, body }: ControlRequest) {
  const { phone, name, about, pictureBase64, hidesNumber } = parse(phoneBody, body);
  const account = ownPhone(world, phone ?? freeNumber(world), name);
  if (name !== undefined && name !== account.state.name) await rename(account, name);
  if (about !== undefined) account.state.about = about;
  if (hidesNumber !== undefined) account.state.hidesNumber = hidesNumber;
  if (pictureBase64 !== undefined) {
    const bytes = Buffer.from(pictureBase64, 'base64');
    account.state.picture = bytes.length === 0 ? undefined : await storePicture(world, bytes);
    announcePicture(world, account.phone);
  }
  account.keep();
  return describe(account);
}

export function listPhones({ world }: ControlRequest) {
  return { phones: [...world.directory.all()].map(describe) };
}

/** A phone with its linked devices and what has passed through it. */
export function getPhone({ world, parameters }: ControlRequest) {
  const phone = readPhone(parameters.phone ?? '');
  const account = world.directory.find(phone);
  if (account === undefined) throw new ControlError(404, 'unknown_phone', `The phone ${phone} was never used.`);
  return {
    ...describe(account),
    devices: [...account.companions.values()].map((companion) => ({
      device: companion.device,
      jid: account.jid('pn', companion.device),
      linkedAt: companion.state.linkedAt,
      online: companion.socket?.isActive ?? false,
      available: companion.isAvailable,
      presences: companion.presences,
      preKeys: companion.preKeyCount,
      queued: companion.queue.size,
      unacked: companion.queue.unacknowledged(),
    })),
    received: account.inbox.size,
    outgoing: account.outbox.size,
    undecryptable: account.undecryptable,
    refused: account.refused,
  };
}

function describe(account: Account) {
  return { phone: account.phone, jid: account.jid(), lid: account.jid('lid'), name: account.state.name };
}

async function rename(account: Account, name: string): Promise<void> {
  account.state.name = name;
  account.keep();
  if (account.state.appState?.collections.critical_block === undefined) return;
  await account.serial.run(() => writePushName(account.appState(), name, Date.now()));
  account.keep();
  announceAppState(account, 'critical_block');
}

/** Numbers that begin with 99 belong to nobody. */
function freeNumber(world: World): string {
  for (;;) {
    const phone = `99${randomInt(1_000_000_000, 9_999_999_999)}`;
    if (world.directory.find(phone) === undefined) return phone;
  }
}
