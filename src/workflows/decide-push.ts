import { isQuarantined } from '#features/lifecycle/index.ts';
import type { EffectiveRules } from '#features/registry/index.ts';
import { reservedArtifactTypes, travellingArtifactTypes } from '#model/artifact-types.ts';
import { CATALOG_NAMESPACE, INTAKE_NAMESPACE, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { type RuledPush, refuseByRules } from './decide-push-by-rules.ts';

export interface PushRequest extends RuledPush {
  readonly artifactType: string | null;
}

export interface PushDeps {
  /** The transaction that will store it. */
  readonly db: Database;
  readonly rulesFor: (repository: string) => EffectiveRules | Promise<EffectiveRules>;
}

export type PushDecision = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly message: string };

function refuse(message: string): PushDecision {
  return { kind: 'refused', message };
}

/**
 * What may be stored where. Nobody pushes images into a catalog namespace, administrators included; report and lifecycle
 * types there are Assay's alone; quarantined content is taken nowhere; the namespaces' rules hold.
 */
export async function decidePush({ db, rulesFor }: PushDeps, push: PushRequest): Promise<PushDecision> {
  const kind = kindOfNamespace(namespaceOf(push.repository));
  if (kind === undefined) {
    return refuse(
      `cannot push to ${push.repository}: images are taken in under ${INTAKE_NAMESPACE}/. Push to ${INTAKE_NAMESPACE}/${push.repository}.`,
    );
  }
  if (kind === 'catalog' && push.kind !== 'artifact') {
    return refuse(
      `cannot push to ${push.repository}: nobody pushes into ${CATALOG_NAMESPACE}/. Push to ${INTAKE_NAMESPACE}/; what passes the gate appears here.`,
    );
  }
  if (kind === 'catalog' && push.artifactType !== null) {
    if (reservedArtifactTypes.includes(push.artifactType)) {
      return refuse(
        `cannot push ${push.artifactType} to ${push.repository}: reports and lifecycle metadata there are written by Assay alone.`,
      );
    }
    if (travellingArtifactTypes.includes(push.artifactType)) {
      return refuse(
        `cannot push ${push.artifactType} to ${push.repository}: it travels with its image. Attach it in ${INTAKE_NAMESPACE}/ and push the image again.`,
      );
    }
  }
  if (await isQuarantined(db, push.digest)) {
    return refuse(
      `cannot push ${push.digest}: this content is quarantined because malware was found in it. Ask security.`,
    );
  }
  const refusal = await refuseByRules(db, rulesFor, push);
  return refusal ? refuse(refusal) : { kind: 'allowed' };
}
