/** What the host sends into a worker thread: one invocation. Event and result travel as JSON, as they do in Lambda. */
export interface InvokeRequest {
  readonly requestId: string;
  readonly eventJson: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/** A function's error as Lambda reports it to the caller. */
export interface FunctionErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What a worker thread sends to the host. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionErrorPayload }
  | { readonly kind: 'result'; readonly resultJson: string }
  | { readonly kind: 'error'; readonly error: FunctionErrorPayload };

/** What a worker thread starts with. */
export interface WorkerStart {
  readonly codeFolder: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly logStreamName: string;
}
