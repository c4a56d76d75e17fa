/** Groups of operations, by the first part of their path. */
export const tags: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  auth: {
    name: 'Accounts',
    description:
      'Opening an account, logging in, and the keys of the account. Keys are made and revoked with a login token only.',
  },
  sessions: {
    name: 'Sessions',
    description:
      'A session is one linked WhatsApp account. Most verbs write what is wanted and answer at once; the session follows, and `status.change` events tell how far it is.',
  },
  messages: {
    name: 'Messages',
    description: 'Sending is queued: the answer names the message, `message.status` events tell what becomes of it.',
  },
  directory: {
    name: 'Chats, contacts and groups',
    description:
      'Read from what the connector keeps fresh; what must be asked of WhatsApp waits up to five seconds for the answer.',
  },
  media: {
    name: 'Media',
    description: 'Files to send are uploaded first; files that came in wait here for some weeks.',
  },
  webhooks: {
    name: 'Webhooks',
    description: 'Where events are delivered, signed as Standard Webhooks asks.',
  },
  account: { name: 'Account', description: 'Plans and what the account has used of its own.' },
  admin: { name: 'Administration', description: 'For administrators of the whole installation, with a login token.' },
  system: { name: 'System', description: 'Health and this document. No credential.' },
};

const byFirstPart: Readonly<Record<string, string>> = {
  auth: 'auth',
  sessions: 'sessions',
  webhooks: 'webhooks',
  admin: 'admin',
  health: 'system',
  docs: 'system',
  'openapi.json': 'system',
};
/** Below a session, these make a group of their own. */
const belowSession: Readonly<Record<string, string>> = {
  messages: 'messages',
  chats: 'directory',
  contacts: 'directory',
  groups: 'directory',
  'group-invites': 'directory',
  media: 'media',
  webhooks: 'webhooks',
  events: 'webhooks',
};

/** @example tagOf('/sessions/{sessionId}/messages') // 'Messages' */
export function tagOf(path: string): string {
  const [, first = '', , third = ''] = path.split('/');
  const key = (first === 'sessions' ? belowSession[third] : undefined) ?? byFirstPart[first] ?? 'account';
  return tags[key]?.name ?? 'Account';
}
