import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noticeText } from '../../../lib/notice/notice.ts';

const projectFolder = join(import.meta.dirname, '../../..');

describe('NOTICE', () => {
  it('is what the lockfile says (npm run notice)', () => {
    expect(readFileSync(join(projectFolder, 'NOTICE'), 'utf8')).toBe(noticeText(projectFolder));
  });

  it('names libsignal with its licence', () => {
    expect(noticeText(projectFolder)).toMatch(/^libsignal 6\.0\.0: GPL-3\.0$/m);
  });
});
