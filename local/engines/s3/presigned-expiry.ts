const secondsMax = 7 * 24 * 60 * 60;
const datePattern = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/**
 * Why a presigned URL must be refused at `nowMs`, or `undefined` when it may pass or is not presigned. Its signature is not checked: the secret
 * keys of the local stack are made up.
 */
export function presignedFault(query: URLSearchParams, nowMs: number): 'expired' | 'malformed' | undefined {
  if (!query.has('X-Amz-Signature')) return undefined;
  const parts = datePattern.exec(query.get('X-Amz-Date') ?? '');
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (parts === null || !Number.isInteger(seconds) || seconds < 1 || seconds > secondsMax) return 'malformed';
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const signedAtMs = Date.UTC(year as number, (month as number) - 1, day, hour, minute, second);
  return nowMs > signedAtMs + seconds * 1_000 ? 'expired' : undefined;
}
