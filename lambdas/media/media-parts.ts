import type { MediaRepository } from '../../core/messages/media-repository.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { SignObjectUrl } from './sign-object-url.ts';

export interface MediaParts {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly media: MediaRepository;
  readonly signUrl: SignObjectUrl;
  readonly now: () => number;
}
