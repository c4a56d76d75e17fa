import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDockerfile } from '../../../local/ecs/read-dockerfile.ts';

it('reads the last stage only', () => {
  const text = `
    FROM node AS build
    ENV BUILD=1
    CMD npm run build
    # a comment
    FROM node
    ENV NODE_ENV=production \\
        GREETING="two words"
    ENTRYPOINT ["node", "--enable-source-maps"]
    CMD ["main.mjs"]`.replace('CMD npm run build', 'CMD ["npm"]');
  expect(readDockerfile(text)).toEqual({
    entryPoint: ['node', '--enable-source-maps'],
    command: ['main.mjs'],
    environment: { NODE_ENV: 'production', GREETING: 'two words' },
  });
});

it('stops at the shell form', () => {
  expect(() => readDockerfile('FROM node\nCMD node main.mjs')).toThrow(/CMD is not in the JSON form/);
});

it("understands the connector's own Dockerfile", () => {
  const file = join(import.meta.dirname, '../../../lib/bundle/Dockerfile');
  expect(readDockerfile(readFileSync(file, 'utf8')).command[0]).toBe('node');
});
