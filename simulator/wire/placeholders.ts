import type { Message } from './message-content.ts';
import { proto } from './proto.ts';

const { Type } = proto.Message.ProtocolMessage;
const placeholderResend = proto.Message.PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND;
const askedMax = 100;

/** The ids of the messages that a linked device asks its phone for. */
export function placeholdersAskedFor({ protocolMessage }: Message): readonly string[] {
  const request = protocolMessage?.peerDataOperationRequestMessage;
  if (request?.peerDataOperationRequestType !== placeholderResend) return [];
  const asked = (request.placeholderMessageResendRequest ?? []).slice(0, askedMax);
  return asked.flatMap(({ messageKey }) => (messageKey?.id ? [messageKey.id] : []));
}

/** The phone's answer to such a request: the message as a whole. */
export function resentPlaceholder(requestId: string, info: proto.IWebMessageInfo): Message {
  const webMessageInfoBytes = proto.WebMessageInfo.encode(info).finish();
  return {
    protocolMessage: {
      type: Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationRequestType: placeholderResend,
        stanzaId: requestId,
        peerDataOperationResult: [{ placeholderMessageResendResponse: { webMessageInfoBytes } }],
      },
    },
  };
}
