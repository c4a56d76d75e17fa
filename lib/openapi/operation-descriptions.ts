/** What the summaries of operations leave out, by operation id. An operation's own `description` comes first. */
export const operationDescriptions: Readonly<Record<string, string>> = {
  login:
    'Wrong passwords slow further tries down and never lock an account. Nothing in text, status or time tells whether the account exists.',
  register: 'Open to all, with an invite, or closed, as the operator chose. The answer holds no token: log in next.',
  getMe: 'The account behind the login token, with the plan that counts now.',
  listApiKeys: 'Keys of sessions are not among them. `lastUsedAt` is correct to the hour.',
  listSessions: 'A cursor fits the filters that it came with.',
  changeSession:
    'Fields that are left out stay. Metadata is replaced as a whole and is in every event from then on; settings are replaced as a whole too. Another proxy makes a session that is connected connect anew.',
  getSessionStatus: 'The same as in the session itself, for those who ask often.',
  getMessage:
    '`status` follows WhatsApp: `queued`, `sending`, `sent`, `delivered`, `read`, `played`, or `failed` with a reason.',
  listWebhooks: 'Those of sessions and those of the account. No answer holds a secret but the one that made it.',
  createWebhook:
    'It gets the events of every session, or of those in `sessions`. `secret` is shown this once; a login can reveal it again. Nothing is sent to it before the first event; `…/test` makes one.',
  createSessionWebhook: 'As for the account, for one session. The plan says how many a session may have.',
  changeWebhook:
    'Fields that are left out stay; `headers` are replaced as a whole. Changes are felt within five seconds. Another `signature` makes the secret that it lacks, and one that is given up goes on signing for 24 hours.',
  deleteWebhook: 'Deliveries that wait end as `disabled`. A second call answers 404.',
  enableWebhook:
    'Forgets how the receiver fared before. What it missed comes again by `…/recover`, or by reading the events. Repeating it changes nothing.',
  disableWebhook: 'Nothing is sent any more, and no delivery is made for new events. Repeating it changes nothing.',
  rotateWebhookSecret:
    'The new secret signs at once, beside those before it, until the overlap ends: 24 hours, or 0 to 168. At most three sign at a time.',
  revealWebhookSecret:
    'Takes a login, and the trail of the account notes it. The private half of a key pair is never shown.',
  getDestinationRole:
    'Make a role with this external id in its trust policy, let it send to your queue or bus, and name it as shown.',
  testWebhook:
    'A `webhook.test` that goes the way of every event, to this webhook alone, whatever it subscribes to. Look at `deliveryId` for what became of it.',
  listDeliveries: 'Newest first. A cursor fits the filters that it came with.',
  listDeliveryAttempts: 'Oldest first, with what the receiver answered.',
  resendDelivery:
    'The same `webhook-id` and body, signed anew, at once; in place of an attempt that waits. Refused while an attempt is being made.',
  recoverDeliveries:
    'A job that sends what failed in the window once more, oldest first, ten a second and 10,000 at most. One at a time for each webhook.',
  getRecovery: 'Jobs are kept for 30 days.',
  getWebhookStats: 'Counts attempts, not events. Made of the newest 8,000 attempts.',
  listEvents:
    'The very JSON that webhooks get, in order, for 30 days. Pass the last `sequence` that you have as `after`; `wait` keeps the request open until there is an event, so that a dashboard can follow.',
  getWebhook: 'A session key sees the webhooks of its session.',
  listSessionWebhooks:
    'Only those of this session; webhooks of the whole account get its events too and are not listed here.',
  listUsers: 'With role, plan and whether they are suspended.',
  getUser: 'With role, plan and whether it is suspended.',
  listAuditEntriesOfUser: 'What the account itself sees under `GET /audit`.',
  listInvites: 'Used and expired ones stay on the list for 30 days after their end.',
  getHealth: 'Says that the API answers and which version of it; it asks no database.',
  getOpenApiDocument: 'Made from the schemas that check requests, at the same build.',
  getDocs: 'The `type` of a problem document leads to the code on this page.',
  getDocsViewer: 'Redoc, served from here. Always packed with gzip.',
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
  getAutoReply: 'Rules are tried in their order; the first that fits answers.',
  setAutoReply:
    'Replaces rules, hours and limits as a whole. Texts are compared without regard to case and accents; `regex` is RE2. The connector answers after the event of the message is safe, at most `answersPerContactHourMax` times an hour and `answersPerContactDayMax` times a day in one chat, and not while a person answers there. Nothing that is older than 15 minutes is answered. A medium with a `mediaId` is kept for 30 days after its upload, like all media; name a file that a rule shall send for longer by its `url`.',
  tryAutoReply:
    'As if nothing had been answered in the chat before: no cool-down runs and nobody pauses it. `rules` tells of each rule what it says to the message.',
  listOptOuts:
    'Whoever stands here gets no message of the session: a send to them is refused with `RECIPIENT_OPTED_OUT`, and what waits or is answered by itself fails with `recipient_opted_out`.',
  addOptOut:
    'Any form of the address counts from then on, as far as the session knows both. Repeating it changes nothing. Words by which people put themselves on the list are in `settings.optOutKeywords`.',
  removeOptOut: 'Only when the person asks for it. Repeating it changes nothing.',
  listMessages:
    'Any form of the address finds the chat. Changes (reactions, edits, deletions) stand in the messages they belong to.',
  editMessage:
    'WhatsApp takes edits of own texts and captions for 15 minutes. `message.edited` follows when WhatsApp has acknowledged it.',
  deleteMessage:
    'Phones of the chat show that a message was deleted. `message.deleted` follows when WhatsApp has acknowledged it. A message that still waits to leave is taken back instead: it fails with `cancelled`.',
  reactToMessage: 'One reaction for each person; an empty `emoji` takes it back. `message.reaction` follows.',
  markChatRead: 'Without ids, the newest messages that came in. Nothing tells whether WhatsApp has passed it on.',
  showChatPresence: 'Phones show it for about ten seconds; repeat it while it lasts.',
  sendMessage:
    'The answer names the message before it is sent. `message.status` events follow: `sent` when WhatsApp has acknowledged it, then `delivered` and `read`, or `failed` with a reason. A message that may not leave yet stays `queued`; an event and `waitingFor` say why. Send an `Idempotency-Key` so that a repeat after a lost answer sends nothing twice.',
};
