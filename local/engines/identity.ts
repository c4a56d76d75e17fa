/** Account and region in which the local stack pretends to live; they appear in ARNs and queue URLs. */
export interface LocalIdentity {
  readonly accountId: string;
  readonly region: string;
}

/** The account number that no customer has: an ARN with it is local at first sight. */
export const defaultIdentity: LocalIdentity = { accountId: '000000000000', region: 'us-east-1' };

/** The access key id that belongs to no function: engines use it for their own calls, plain clients when they know no other. */
export const localAccessKeyId = 'local';
