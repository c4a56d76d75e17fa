import { expect, it } from 'vitest';
import { fillTemplate } from '../../../core/auto-reply/index.ts';

const values = { name: 'Ada Lovelace', phone: '+491510000001', text: 'price?', sessionName: 'Client ABC' };

it.each([
  ['Hello {{firstName}}!', 'Hello Ada!'],
  [
    '{{ name }} ({{phone}}) asked "{{text}}" of {{sessionName}}',
    'Ada Lovelace (+491510000001) asked "price?" of Client ABC',
  ],
  ['{{unknown}} stays, {{constructor}} too', '{{unknown}} stays, {{constructor}} too'],
])('%s', (template, filled) => {
  expect(fillTemplate(template, values)).toBe(filled);
});

it('leaves no gap for a name that nobody knows', () => {
  expect(fillTemplate('Hello {{firstName}}, welcome', { ...values, name: null })).toBe('Hello, welcome');
});

it('does not fill in what a stranger wrote', () => {
  expect(fillTemplate('You said: {{text}}', { ...values, text: '{{phone}}' })).toBe('You said: {{phone}}');
});
