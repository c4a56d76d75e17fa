import { createHash } from 'node:crypto';
import { toBuffer, toString as toText } from 'qrcode';
import type { EngineEvent } from '../engine/port.ts';
import { errorFields } from '../logger.ts';
import type { LinkingChange } from '../storage/linking-store.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import type { SessionRecord } from './session-record.ts';

type QrEvent = Extract<EngineEvent, { type: 'qr' }>;
/** Events of an attempt to link. */
export type LinkingEvent = Extract<EngineEvent, { type: 'qr' | 'pairing_code' | 'pairing_failed' | 'linked' }>;

/** Wide enough to be read from a phone held at arm's length, and still a few kilobytes. */
const pictureOptions = { errorCorrectionLevel: 'L', margin: 4 } as const;
const pixelsPerModule = 6;

/**
 * What a person sees while linking: the QR as text and as pictures, drawn here so that no API function carries a QR library, and
 * the pairing code. All of it lies in the linking row, which goes as soon as nobody needs it.
 */
export class LinkingDesk {
  readonly #dependencies: SessionDependencies;
  readonly #record: SessionRecord;
  #written = true;

  constructor(dependencies: SessionDependencies, record: SessionRecord) {
    this.#dependencies = dependencies;
    this.#record = record;
  }

  async take(event: LinkingEvent): Promise<void> {
    switch (event.type) {
      case 'qr':
        // The status first: who waits for a code looks at the row before the picture.
        await this.#record.setStatus('scan_qr');
        return this.#showQr(event);
      case 'pairing_code':
        return this.#write({ pairingCode: event.code, pairingCodeExpiresAt: event.expiresAt });
      case 'pairing_failed':
        return this.#write({ pairingError: event.reason });
      case 'linked':
        await this.clear();
        return this.#record.setStatus('connecting', {
          reason: 'linked',
          change: { linkedAt: new Date(this.#dependencies.now()).toISOString() },
        });
    }
  }

  async #showQr({ qr, expiresAt }: QrEvent): Promise<void> {
    const [qrPng, qrSvg] = await Promise.all([
      toBuffer(qr, { ...pictureOptions, type: 'png', scale: pixelsPerModule }),
      toText(qr, { ...pictureOptions, type: 'svg' }),
    ]);
    await this.#write({ qr, qrPng, qrSvg, qrExpiresAt: expiresAt });
    const digest = createHash('sha256').update(qr).digest('hex');
    const { sessionId } = this.#record.row;
    await this.#record.publish('qr.updated', ['qr', sessionId, digest], { data: { qr, expiresAt } });
  }

  /** Nothing to show any more. */
  async clear(): Promise<void> {
    if (!this.#written) return;
    try {
      await this.#dependencies.linking.remove(this.#record.row);
      this.#written = false;
    } catch (error) {
      // The codes in it expire by themselves, and DynamoDB removes the row.
      this.#warn('The linking row could not be removed', error);
    }
  }

  async #write(change: LinkingChange): Promise<void> {
    this.#written = true;
    try {
      await this.#dependencies.linking.write(this.#record.row, change);
    } catch (error) {
      // The next code comes within a minute.
      this.#warn('The linking row could not be written', error);
    }
  }

  #warn(sentence: string, error: unknown): void {
    this.#dependencies.logger.warn({ sessionId: this.#record.row.sessionId, ...errorFields(error) }, sentence);
  }
}
