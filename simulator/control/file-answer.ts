/** An answer that is a file and not JSON. */
export class FileAnswer {
  readonly bytes: AsyncIterable<Buffer>;

  constructor(bytes: AsyncIterable<Buffer>) {
    this.bytes = bytes;
  }
}
