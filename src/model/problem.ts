import { z } from 'zod';

/**
 * Something that a scanner, a feed or a rule could not do. It is part of the result, never silence.
 * `code` is kebab-case and stable; `layer` is the diff ID where one is concerned.
 */
export const Problem = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().nullable(),
  layer: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

/** Problems of these codes say that content was left unread; the gate's rule `unread-content` looks at them. */
export const unreadCodes = [
  'ambiguous-entry',
  'archive-damaged',
  'blob-missing',
  'database-damaged',
  'digest-mismatch',
  'file-damaged',
  'file-too-large',
  'layer-damaged',
  'layer-missing',
  'layer-too-large',
  'limit-reached',
  'media-type-unknown',
  'scanner-failed',
  'trailing-data',
  'malware-not-examined',
] as const;

export function isUnread(problem: Problem): boolean {
  return (unreadCodes as readonly string[]).includes(problem.code);
}
