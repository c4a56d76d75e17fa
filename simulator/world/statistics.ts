/** Counters since the start; they only grow. */
export class Statistics {
  logins = 0;
  refusedLogins = 0;
  /** Sockets that were closed because the same device logged in again. */
  conflicts = 0;
  /** Deliveries that a linked device has acknowledged. */
  acks = 0;
  /** Messages that linked devices have sent, copies included. */
  messagesFromDevices = 0;
  /** Messages put into the queues of linked devices. */
  messagesToDevices = 0;
  /** Messages that a phone could not decrypt. */
  undecryptable = 0;
  /** Further copies of a message that a phone had received before. */
  duplicates = 0;
  /** Deliveries that a linked device refused, for example 487 "key used already" or 500 "cannot decrypt". */
  refusedByDevices = 0;
  /** Retry receipts from linked devices. */
  retriesAsked = 0;
  /** Signatures, MACs and keys of clients that were false. */
  falseSignatures = 0;
  /** Copies of group messages for members who have no phone. */
  crowdDeliveries = 0;
  /** Files that came to, and went from, the media server. */
  uploads = 0;
  downloads = 0;
  /** Files that phones have put on the media server again because a device could not fetch them. */
  reuploads = 0;
  /** Messages that phones have sent to their own devices, which had got the envelope only. */
  placeholdersResent = 0;
}
