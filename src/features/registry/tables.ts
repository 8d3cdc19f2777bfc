import type { ColumnType, Generated } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import type { ManifestKind } from './manifest.ts';

export type RegistryTables = {
  registry_repository: { id: Generated<number>; name: string; created_at: Generated<Date> };
  registry_blob: { digest: Digest; size_bytes: number; content: Buffer | null; created_at: Generated<Date> };
  registry_repository_blob: { repository_id: number; digest: Digest; linked_at: Generated<Date> };
  registry_manifest: {
    digest: Digest;
    kind: ManifestKind;
    media_type: string;
    artifact_type: string | null;
    subject: Digest | null;
    annotations: ColumnType<Readonly<Record<string, string>>, string, string>;
    size_bytes: number;
    content: Buffer;
    created_at: Generated<Date>;
  };
  registry_repository_manifest: {
    repository_id: number;
    digest: Digest;
    pushed_by: string | null;
    linked_at: Generated<Date>;
  };
  registry_manifest_child: { parent: Digest; child: Digest; position: number };
  registry_manifest_blob: { manifest: Digest; blob: Digest; position: number; size_bytes: number };
  registry_tag: { repository_id: number; name: string; digest: Digest; updated_at: Generated<Date> };
  registry_pull: {
    repository: string;
    digest: Digest;
    tag: string;
    principal: string;
    count: number;
    first_at: Date;
    last_at: Date;
  };
  registry_rules: {
    place: string;
    version: number;
    rules: ColumnType<NamespaceRules, string, string>;
    changed_at: Date;
    changed_by: string;
  };
  registry_deletion: {
    id: Generated<number>;
    repository_id: number;
    reference: string;
    digest: Digest;
    reason: string;
    deleted_by: string;
    deleted_at: Date;
    expires_at: Date;
  };
  registry_deleted_manifest: {
    deletion_id: number;
    repository_id: number;
    digest: Digest;
    pushed_by: string | null;
    linked_at: Date;
  };
  registry_deleted_tag: { deletion_id: number; name: string; digest: Digest; updated_at: Date };
};
