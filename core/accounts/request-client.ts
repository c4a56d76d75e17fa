/** Where a request comes from, as API Gateway saw it. */
export interface RequestClient {
  /** An IP address, or `unknown`. */
  readonly address: string;
  /** As sent: long or strange text is cut where it is stored. */
  readonly userAgent: string;
}
