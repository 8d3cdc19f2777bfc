import type { ColumnType, Generated } from 'kysely';
import type { Distribution, Location } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';

type Json<T> = ColumnType<T, string, string>;
type Versions = Readonly<Record<string, number | string>>;

export type InventoryTables = {
  inventory_layer: {
    id: Generated<number>;
    diff_id: string;
    size_bytes: number;
    catalogers: Json<Versions>;
    facts: Buffer;
  };
  inventory_layer_blob: { digest: string; layer_id: number };
  inventory_layer_file: { layer_id: number; sha256: Buffer; path: string; size_bytes: number };
  inventory_package: {
    id: Generated<number>;
    ecosystem: string;
    parent_ecosystem: string;
    name: string;
    version: string;
    purl: string;
    source_name: string | null;
    source_version: string | null;
    module: string | null;
  };
  inventory_set: { id: Generated<number>; content_digest: string; source: string };
  inventory_set_member: {
    set_id: number;
    position: number;
    package_id: number;
    locations: Json<Location[]>;
    owned_by: string | null;
    licenses: Json<string[]>;
  };
  inventory_image: {
    digest: string;
    platform: string;
    distribution: Json<Distribution> | null;
    problems: Json<Problem[]>;
    catalogers: Json<Versions>;
    inventoried_at: Date;
  };
  inventory_image_set: { digest: string; set_id: number; position: number };
  inventory_image_layer: { digest: string; position: number; diff_id: string };
};
