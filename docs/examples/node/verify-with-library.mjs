// npm install standardwebhooks
import { Webhook } from 'standardwebhooks';

/** The event, or an error when the request is not from Wharf or older than five minutes. `rawBody` holds the bytes as they came. */
export function readWebhook(secret, headers, rawBody) {
  return new Webhook(secret).verify(rawBody, headers);
}
