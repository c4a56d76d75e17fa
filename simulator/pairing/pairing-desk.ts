import { randomBytes } from 'node:crypto';
import type { Connection } from '../connection.ts';
import type { KeyPair } from '../wire/key-pair.ts';

/** A client asked for a pairing code for a phone number; it waits until somebody types a code on that phone. */
export interface CodeRequest {
  readonly connection: Connection;
  readonly reference: Buffer;
  readonly wrappedEphemeral: Buffer;
  /** Set once a code was typed: what the client's answer is opened with. */
  typed?: { readonly ephemeral: KeyPair; readonly companionEphemeral: Buffer };
}

/** The connections that are not linked yet: QR references and requests for pairing codes. */
export class PairingDesk {
  readonly #references = new Map<string, Connection>();
  readonly #codeRequests = new Map<string, CodeRequest>();

  /** A reference for a QR, valid as long as its connection is open. */
  issueReference(connection: Connection): string {
    // Clients cut the QR text at commas; base64url has none.
    const reference = `2@${randomBytes(30).toString('base64url')}`;
    this.#references.set(reference, connection);
    return reference;
  }

  connectionOf(reference: string): Connection | undefined {
    return this.#references.get(reference);
  }

  /** Notes a request; a newer one for the same number takes the place of the older. */
  requestCode(phone: string, connection: Connection, wrappedEphemeral: Buffer): CodeRequest {
    const request = { connection, wrappedEphemeral, reference: randomBytes(16) };
    this.#codeRequests.set(phone, request);
    return request;
  }

  codeRequest(phone: string): CodeRequest | undefined {
    return this.#codeRequests.get(phone);
  }

  /** Forgets what a closed or linked connection has left here. */
  forget(connection: Connection): void {
    for (const [reference, owner] of this.#references) {
      if (owner === connection) this.#references.delete(reference);
    }
    for (const [phone, request] of this.#codeRequests) {
      if (request.connection === connection) this.#codeRequests.delete(phone);
    }
  }
}
