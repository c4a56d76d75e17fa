import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticeText } from './notice.ts';

const projectFolder = join(import.meta.dirname, '../..');
writeFileSync(join(projectFolder, 'NOTICE'), noticeText(projectFolder));
