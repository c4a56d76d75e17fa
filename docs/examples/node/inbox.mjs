import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Webhooks that have arrived, each once, in a folder: `<webhook-id>.json` is the body, `<webhook-id>.done` says that it was handled.
 * It stands for a database table with `webhook-id` as its primary key and a column `handled_at`.
 */
export class Inbox {
  constructor(folder) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Keeps a body; false when this webhook-id is there already. */
  store(webhookId, rawBody) {
    const temporary = this.path(webhookId, `${process.pid}.tmp`);
    writeFileSync(temporary, rawBody);
    try {
      // A link appears whole or not at all, and fails when the name is taken.
      linkSync(temporary, this.path(webhookId, 'json'));
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(temporary);
    }
  }

  /** Events that were not handled yet, those of a session in their order. */
  unhandled() {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.json') && !existsSync(join(this.folder, name.replace(/json$/, 'done'))))
      .map((name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')))
      .sort((left, right) => left.sequence - right.sequence);
  }

  markHandled(webhookId) {
    writeFileSync(this.path(webhookId, 'done'), '');
  }

  path(webhookId, ending) {
    return join(this.folder, `${webhookId}.${ending}`);
  }
}
