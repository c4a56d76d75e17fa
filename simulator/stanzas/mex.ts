import type { Connection } from '../connection.ts';
import { child, type Node, node } from '../wire/node.ts';
import { lockState } from '../world/reach-out-lock.ts';

const reachOutLockQuery = '23983697327930364';
const newChatCapQuery = '24503548349331633';

/** Answers the JSON queries that clients put beside the stanzas: the account's lock and its budget for new chats; nothing to all others. */
export function answerMex({ world, phone }: Connection, request: Node): Node[] {
  const data = answerTo(child(request, 'query')?.attrs.query_id);
  return [node('result', {}, Buffer.from(JSON.stringify({ data })))];

  function answerTo(query: string | undefined): Record<string, unknown> {
    if (query === reachOutLockQuery) return { xwa2_fetch_account_reachout_timelock: lockState(world, phone ?? '') };
    if (query !== newChatCapQuery) return {};
    return { xwa2_message_capping_info: { total_quota: 1000, used_quota: 0, capping_status: 'NONE' } };
  }
}
