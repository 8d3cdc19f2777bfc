import { z } from 'zod';

export const PrincipalKind = z.enum(['user', 'robot', 'team', 'workload']);
export type PrincipalKind = z.infer<typeof PrincipalKind>;

/** Named permissions; `description` is shown where rights are managed. */
export const permissions = {
  'image.read': 'find and read images, findings, reports and their history',
  'image.pull': 'pull images from a catalog namespace',
  'image.pull-staged': 'pull staged and rejected images from an intake namespace',
  'image.push': 'push images and artifacts into an intake namespace',
  'image.delete': 'delete tags, manifests and blobs in an intake namespace',
  'intake.decide': 'approve and reject what the gate left open, and accept failed rules',
  'lifecycle.decide': 'retire, restore and extend images',
  'entry.write': 'change an entry: owner, description, categories, support policy',
  'advisories.refresh': 'start a refresh of advisories and end-of-life data',
  'jobs.read': 'see jobs and schedules',
  'gate.write': 'change gate rules',
  'rules.read': 'see registry rules, and what retention would remove',
  'rules.write': 'change registry rules, and apply retention',
  'access.write': 'manage users, roles and tokens',
  'audit.read': 'read the audit log',
  'storage.maintain': 'collect garbage, check and repair stored bytes',
} as const;
export type Permission = keyof typeof permissions;

export const Role = z.enum(['reader', 'publisher', 'curator', 'administrator']);
export type Role = z.infer<typeof Role>;

const reader: readonly Permission[] = ['image.read', 'image.pull'];
const publisher: readonly Permission[] = [...reader, 'image.pull-staged', 'image.push', 'image.delete'];
const curator: readonly Permission[] = [
  ...publisher,
  'intake.decide',
  'lifecycle.decide',
  'entry.write',
  'advisories.refresh',
  'jobs.read',
  'rules.read',
];

/** A role is a set of permissions, given per namespace (`*` for all). */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  reader,
  publisher,
  curator,
  administrator: Object.keys(permissions) as Permission[],
};

export interface Grant {
  /** A namespace, or `*`. */
  readonly namespace: string;
  readonly role: Role;
}

/** Who asks. `anonymous` has the reserved id and name `anonymous` and the kind `workload`. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** True when one of the principal's roles holds the permission for the namespace; `*` asks for the whole product. */
export function isAllowed(principal: Principal, permission: Permission, namespace: string): boolean {
  return principal.grants.some(
    (grant) =>
      (grant.namespace === '*' || grant.namespace === namespace) && rolePermissions[grant.role].includes(permission),
  );
}
