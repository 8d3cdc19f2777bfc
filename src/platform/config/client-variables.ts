import * as read from './readers.ts';
import type { Variable } from './variable.ts';

/** The settings of the commands that talk to a server. */
export const clientVariables = {
  url: {
    name: 'ASSAY_URL',
    read: read.origin,
    absent: 'that of the last login, or http://127.0.0.1:5080',
    example: 'https://images.example.com',
    description: 'The server that the command talks to.',
  },
  username: {
    name: 'ASSAY_USERNAME',
    read: read.text,
    example: 'ada',
    description: 'The user to sign in as, with ASSAY_PASSWORD.',
  },
  password: {
    name: 'ASSAY_PASSWORD',
    read: read.text,
    example: 'correct-horse-battery-staple',
    description: 'The password of that user.',
    secret: true,
  },
  token: {
    name: 'ASSAY_TOKEN',
    read: read.text,
    example: 'assay_…',
    description: 'A token to use in place of a user and a password.',
    secret: true,
  },
} as const satisfies Readonly<Record<string, Variable<unknown>>>;
