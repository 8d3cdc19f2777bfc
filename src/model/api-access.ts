import { z } from 'zod';
import { PrincipalKind, Role } from './access.ts';

/** Answer of `GET /api/v1/me`. `permissions` are those held in any namespace. */
export const Me = z.object({
  name: z.string(),
  kind: PrincipalKind,
  anonymous: z.boolean(),
  grants: z.array(z.object({ namespace: z.string(), role: Role })),
  permissions: z.array(z.string()),
  /** Host (and port) to put before a repository in a pull command. */
  registryHost: z.string(),
  /** True while reports are signed by a key that Assay made itself. */
  developmentKey: z.boolean(),
  version: z.string(),
});
export type Me = z.infer<typeof Me>;

/** Body of `POST /api/v1/session`; the answer sets the cookie. */
export const SignIn = z.object({ username: z.string().min(1).max(200), password: z.string().min(1).max(1000) });
export type SignIn = z.infer<typeof SignIn>;

export const UserRow = z.object({
  id: z.string(),
  kind: PrincipalKind,
  name: z.string(),
  externalId: z.string().nullable(),
  disabled: z.boolean(),
  grants: z.array(z.object({ namespace: z.string(), role: Role })),
  createdAt: z.string(),
});
export type UserRow = z.infer<typeof UserRow>;

export const UserCreation = z.object({
  kind: PrincipalKind.default('user'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  externalId: z.string().max(300).nullable().default(null),
  /** At least 12 characters; absent for robots and teams. */
  password: z.string().min(12).max(1000).optional(),
  grants: z.array(z.object({ namespace: z.string(), role: Role })).default([]),
});
export type UserCreation = z.infer<typeof UserCreation>;

export const TokenRow = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
export type TokenRow = z.infer<typeof TokenRow>;

export const TokenCreation = z.object({
  name: z.string().min(1).max(100),
  expiresAt: z.string().nullable().default(null),
});
export type TokenCreation = z.infer<typeof TokenCreation>;

/** The secret is shown once, here. */
export const CreatedToken = TokenRow.extend({ secret: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;
