import * as z from 'zod/mini';
import { unlinkDevice } from '../accounts/unlink-device.ts';
import { linkByCode } from '../pairing/link-by-code.ts';
import { scanQr } from '../pairing/scan-qr.ts';
import { ControlError } from './control-error.ts';
import { ownPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const scanBody = z.strictObject({ qr: z.string().check(z.minLength(1), z.maxLength(2000)) });
const codeBody = z.strictObject({ code: z.string().check(z.minLength(8), z.maxLength(20)) });
const unlinkBody = z.strictObject({ device: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))) });

/** The phone scans a QR; answers when the device has signed the link. */
export async function scan({ world, parameters, body }: ControlRequest) {
  const account = ownPhone(world, parameters.phone ?? '');
  const { qr } = parse(scanBody, body);
  const device = await scanQr(world, account, qr);
  return { phone: account.phone, device, jid: account.jid('pn', device) };
}

/** Somebody types a pairing code on the phone; answers when the device has signed the link. */
export async function linkCode({ world, parameters, body }: ControlRequest) {
  const account = ownPhone(world, parameters.phone ?? '');
  const { code } = parse(codeBody, body);
  const device = await linkByCode(world, account, code);
  return { phone: account.phone, device, jid: account.jid('pn', device) };
}

/** The phone's owner unlinks one device, or all. */
export function unlink({ world, parameters, body }: ControlRequest) {
  const account = ownPhone(world, parameters.phone ?? '');
  const { device } = parse(unlinkBody, body);
  const devices = [...account.companions.values()].filter((each) => device === undefined || each.device === device);
  if (devices.length === 0) throw new ControlError(404, 'not_linked', `No such device is linked to ${account.phone}.`);
  for (const companion of devices) unlinkDevice(world, companion, 'unlinked on the phone');
  return { unlinked: devices.map((companion) => companion.device) };
}
