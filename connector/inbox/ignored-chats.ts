import type { Session } from '../../core/sessions/session.ts';
import type { IncomingMessage } from '../engine/port.ts';

/**
 * Whether a session's settings keep a message out: no event, no row. WhatsApp gets its receipt all the same, because it would deliver
 * the message again and again.
 *
 * @example isIgnored(message, { ignoreGroups: true }) // true for a message in a group
 */
export function isIgnored({ rawChatId }: Pick<IncomingMessage, 'rawChatId'>, settings: Session['settings']): boolean {
  if (settings.ignoreGroups === true && rawChatId.endsWith('@g.us')) return true;
  if (settings.ignoreChannels === true && rawChatId.endsWith('@newsletter')) return true;
  return settings.ignoreStatusPosts === true && rawChatId === 'status@broadcast';
}
