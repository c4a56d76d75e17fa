export type PairingErrorCode =
  | 'unknown_code'
  | 'not_pairing'
  | 'already_linked'
  | 'passkey_required'
  | 'too_many_devices'
  | 'wrong_code'
  | 'pairing_failed';

/** A device could not be linked; the control API answers with the code. */
export class PairingError extends Error {
  readonly code: PairingErrorCode;

  constructor(code: PairingErrorCode, message: string) {
    super(message);
    this.name = 'PairingError';
    this.code = code;
  }
}
