import type { ColumnType, Generated } from 'kysely';
import type { PrincipalKind, Role } from '#model/access.ts';

/** A type, not an interface: Kysely wants an index signature. */
export type AccessTables = {
  access_principal: {
    id: Generated<string>;
    kind: PrincipalKind;
    name: string;
    external_id: string | null;
    /** A PHC string (`$argon2id$…`); null when the principal cannot sign in with a password. */
    password: string | null;
    disabled: Generated<boolean>;
    /** Raised by everything that changes who the principal is or what it may do; registry tokens carry it. */
    version: Generated<number>;
    created_at: Date;
  };
  access_membership: { team_id: string; member_id: string };
  access_grant: { principal_id: string; namespace: string; role: Role };
  access_token: {
    id: Generated<string>;
    principal_id: string;
    name: string;
    secret_sha256: Buffer;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
  };
  access_session: {
    secret_sha256: Buffer;
    principal_id: string;
    from_address: string;
    created_at: Date;
    expires_at: Date;
  };
  access_audit: {
    id: Generated<number>;
    at: Date;
    actor_id: string;
    actor: string;
    action: string;
    subject: string;
    from_address: string;
    data: ColumnType<Record<string, unknown>, string, never>;
  };
};
