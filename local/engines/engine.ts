/**
 * A local stand-in for one AWS service: the same protocol over HTTP on loopback. The runner starts engines, gives their endpoints to
 * functions and connector as `AWS_ENDPOINT_URL_<SERVICE>`, and stops them.
 */
export interface Engine {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** One call that arrived at an engine, as far as IAM looks at it. */
export interface AwsCall {
  /** From the SigV4 credential; each function and the task have their own. */
  readonly accessKeyId: string;
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
  /** Condition keys with their values, for example `dynamodb:LeadingKeys`. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** Decides a call by the policies of the caller's role in the template; `undefined` means allowed, a string says what is missing. */
export type Authorize = (call: AwsCall) => string | undefined;
