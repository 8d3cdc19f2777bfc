import type { FastifyInstance } from 'fastify';
import type { Authenticator, Passwords } from '#features/access/index.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import type { Parts } from '../assay.ts';

export interface ApiIdentity {
  readonly passwords: Passwords;
  readonly authenticator: Authenticator;
  readonly isOpen: boolean;
  readonly notifications: Notifications;
}

/** The API with everything its resources need. */
export async function registerApi(_app: FastifyInstance, _parts: Parts, _identity: ApiIdentity): Promise<void> {}
