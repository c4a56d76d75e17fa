/** `Credential=AKIA…/20261122/us-east-1/sqs/aws4_request`, in the header of a signed call or in the query of a presigned one. */
const credentialPattern = /Credential=([^/,\s]+)\//;

/**
 * Who signed a call: the access key id of its SigV4 credential, `''` when the call is not signed. Signatures themselves are not checked:
 * everything listens on loopback and the keys are made up.
 *
 * @example accessKeyIdOf('AWS4-HMAC-SHA256 Credential=AKIAAPI/20261122/us-east-1/sqs/aws4_request, …') // 'AKIAAPI'
 */
export function accessKeyIdOf(authorization: string | undefined, query?: URLSearchParams): string {
  const presigned = query?.get('X-Amz-Credential');
  if (presigned) return presigned.split('/')[0] ?? '';
  return credentialPattern.exec(authorization ?? '')?.[1] ?? '';
}
