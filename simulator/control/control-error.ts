/** A request that cannot be fulfilled; answered as `{"error": {"code", "message"}}`. */
export class ControlError extends Error {
  readonly status: 400 | 404 | 409 | 413 | 422;
  readonly code: string;

  constructor(status: ControlError['status'], code: string, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
    this.code = code;
  }
}
