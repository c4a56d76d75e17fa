/** The bytes cannot become what they shall be sent as; `reason` is a stable name that the tenant reads. */
export class UnusableMediaError extends Error {
  override readonly name = 'UnusableMediaError';
  readonly reason: 'media_type_unsupported' | 'media_unreadable' | 'too_large';

  constructor(reason: UnusableMediaError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
