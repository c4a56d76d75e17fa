/** A medium on this machine's disk, ready to be encrypted and uploaded, and what was found out about it. */
export interface MediaFile {
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly mimeType: string;
  readonly fileName?: string;
  /** Small JPEG that a phone shows before it has fetched the medium. */
  readonly thumbnail?: Uint8Array;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  /** Of a voice note: 64 loudnesses from 0 to 100. */
  readonly waveform?: Uint8Array;
  readonly isAnimated?: boolean;
}
