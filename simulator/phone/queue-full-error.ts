import type { Companion } from '../accounts/companion.ts';

/** A device's queue has reached its limit. */
export class QueueFullError extends Error {
  constructor({ phone, device }: Companion) {
    super(`The queue of device ${device} of ${phone} is full: the device does not fetch its messages.`);
    this.name = 'QueueFullError';
  }
}
