import { notFound, type Resource } from '../../core/http/not-found.ts';
import type { ApiEvent } from './api-event.ts';
import type { PathVariables } from './operation.ts';

const forms: Readonly<Record<string, { readonly resource: Resource; readonly pattern: RegExp }>> = {
  sessionId: { resource: 'session', pattern: /^ses_[0-9a-z]{26}$/ },
  webhookId: { resource: 'webhook', pattern: /^wh_[0-9a-z]{26}$/ },
  deliveryId: { resource: 'delivery', pattern: /^dlv_[0-9a-z]{26,32}$/ },
  recoveryId: { resource: 'recovery', pattern: /^rec_[0-9a-z]{26}$/ },
  keyId: { resource: 'API key', pattern: /^key_[0-9a-z]{26}$/ },
  userId: { resource: 'account', pattern: /^usr_[0-9a-z]{26}$/ },
  inviteId: { resource: 'invite', pattern: /^inv_[0-9a-z]{26}$/ },
  /** Chats of persons, groups and channels, in WhatsApp's own form. */
  chatId: { resource: 'chat', pattern: /^[0-9-]{5,41}@(s\.whatsapp\.net|lid|g\.us|newsletter)$/ },
  mediaId: { resource: 'media', pattern: /^med_[0-9a-z]{26,32}$/ },
  groupId: { resource: 'group', pattern: /^[0-9-]{5,41}@g\.us$/ },
  contactId: { resource: 'contact', pattern: /^[0-9]{5,20}@(s\.whatsapp\.net|lid)$/ },
  /** Ids of messages that came in are made by other people's phones. */
  messageId: { resource: 'message', pattern: /^[0-9A-Za-z._-]{1,128}$/ },
};

/** The path variables of a request. Text that cannot be such an id answers like an id that does not exist. */
export function pathVariables(event: ApiEvent): PathVariables {
  return (name) => {
    const form = forms[name];
    const value = event.pathParameters?.[name];
    if (form === undefined || value === undefined) throw new Error(`The path has no variable ${name}.`);
    if (!form.pattern.test(value)) throw notFound(form.resource);
    return value;
  };
}
