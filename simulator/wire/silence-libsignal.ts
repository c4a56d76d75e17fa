/**
 * libsignal 6 prints whole sessions, private keys included, to the console while it works normally. This module drops those lines by
 * their first words and lets every other line through. It must be imported before libsignal is used, and changes nothing when imported twice.
 */
const prefixes = [
  'Closing session:',
  'Opening session:',
  'Removing old closed session:',
  'Session already closed',
  'Session already open',
  'Session error:',
  'Failed to decrypt message with any known session',
  'Decrypted message with closed session',
  'Closing open session in favor of incoming prekey bundle',
  'Migrating session to:',
  'V1 session storage migration error',
  'Unhandled bucket type',
  'WARNING: Expected pubkey of length 33',
];

for (const method of ['info', 'warn', 'error'] as const) {
  const original = console[method].bind(console);
  console[method] = (...values: unknown[]) => {
    const [first] = values;
    if (typeof first === 'string' && prefixes.some((prefix) => first.startsWith(prefix))) return;
    original(...values);
  };
}
