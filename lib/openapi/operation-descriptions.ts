/** What the summaries of operations leave out, by operation id. An operation's own `description` comes first. */
export const operationDescriptions: Readonly<Record<string, string>> = {
  login:
    'Wrong passwords slow further tries down and never lock an account. Nothing in text, status or time tells whether the account exists.',
  createApiKey:
    'The answer holds the key, and no later answer does: Wharf stores a hash. Give each system a key of its own with the scopes that it needs.',
  deleteApiKey: 'Functions remember a key for up to 20 seconds, so that within 30 seconds nobody can use it.',
  createSession:
    "Answers at once; `status` moves by itself from `starting` to `scan_qr`, and `status.change` events tell of it. `apiKey` is the session's own key and `webhook.secret` the secret that signs its events: both are shown this once.",
  deleteSession:
    'The WhatsApp account is unlinked, then keys, messages and webhooks of the session are deleted. A second call answers 404.',
  getSession:
    'Status with its reason and since when, the last three changes, the last traffic, phone and name, and the process that holds the connection.',
  getSessionQr:
    'Codes change every 20 to 60 seconds. `wait` keeps the request open until there is a code or none is to come; `format` answers the code itself as a picture or as text. Where there is no code, `reason` says why.',
  createPairingCode:
    'For phones that cannot scan. The code is typed into WhatsApp under Linked devices, Link with phone number.',
  startSession: 'Writes what is wanted and answers. Repeating it changes nothing.',
  stopSession:
    'The link stays: `start` connects again without a QR code. Messages wait at WhatsApp. Repeating it changes nothing.',
  restartSession: 'Closes the connection and opens another.',
  logOutSession: 'The phone forgets this device; `start` begins with a QR code. Repeating it changes nothing.',
  sendMessage:
    'The answer names the message before it is sent. `message.status` events follow: `sent` when WhatsApp has acknowledged it, then `delivered` and `read`, or `failed` with a reason. Send an `Idempotency-Key` so that a repeat after a lost answer sends nothing twice.',
};
