import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { KeyVault } from '../../keys/key-vault.ts';

/** Whether these credentials belong to a device that a phone has accepted. `registered` is set by the pairing-code path only. */
export function isLinkedCredentials(credentials: unknown): boolean {
  return (credentials as Partial<AuthenticationCreds> | undefined)?.account !== undefined;
}

/**
 * Stores the credentials whenever Baileys changed them; of changes that come while a save runs only the last state is saved.
 * Credentials of an attempt to link are never stored before the phone accepted: an abandoned pairing code leaves `creds.me` set,
 * and the next start would try to log in as a device that does not exist.
 */
export function createCredentialSaver(creds: AuthenticationCreds, vault: KeyVault) {
  let saving: Promise<void> | undefined;
  let changed = false;

  const saveUntilSettled = async () => {
    while (changed) {
      changed = false;
      await vault.saveCredentials(creds);
    }
  };
  return {
    save: () => {
      if (!isLinkedCredentials(creds)) return;
      changed = true;
      // A failed save also fails the vault, and that closes the socket; here it must only not be an unhandled rejection.
      saving ??= saveUntilSettled()
        .catch(() => undefined)
        .finally(() => {
          saving = undefined;
        });
    },
    /** Resolves once nothing is left to save. */
    settled: async () => {
      while (saving !== undefined) await saving;
    },
  };
}

export type CredentialSaver = ReturnType<typeof createCredentialSaver>;
