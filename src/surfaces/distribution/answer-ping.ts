import { unauthorized } from './authorization.ts';
import { jsonAnswer } from './registry-answer.ts';
import type { Handler } from './registry-context.ts';

/**
 * Clients learn here how to sign in: even where anybody may read, this asks for a token, if only an anonymous one.
 * A client that is let in without one never asks for its user's.
 */
export const answerPing: Handler<'ping'> = ({ deps, caller }) => {
  if (!caller.isAnonymous || caller.scopes !== undefined) return jsonAnswer(200, {});
  throw unauthorized(deps, 'cannot go on without a token: sign in, or get an anonymous one', undefined);
};
