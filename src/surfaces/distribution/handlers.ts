import { answerPing } from './answer-ping.ts';
import { appendUpload, cancelUpload, uploadStatus } from './append-upload.ts';
import type { Need } from './authorization.ts';
import { deleteBlob, deleteManifestOrTag } from './delete-content.ts';
import { finishUpload } from './finish-upload.ts';
import { answerCatalog } from './list-catalog.ts';
import { answerReferrers } from './list-referrers.ts';
import { answerTags } from './list-tags.ts';
import { pullBlob } from './pull-blob.ts';
import { pullManifest } from './pull-manifest.ts';
import { pushManifest } from './push-manifest.ts';
import type { Handler } from './registry-context.ts';
import type { RequestKind } from './registry-request.ts';
import { startUpload } from './start-upload.ts';
import { withinQuota } from './within-quota.ts';

interface Row<K extends RequestKind> {
  /** Demanded for the repository before the handler runs; null where no repository is named. */
  readonly need: Need | null;
  readonly handle: Handler<K>;
}

/** Every request of the registry, what it needs and what answers it. */
export const handlers: { readonly [K in RequestKind]: Row<K> } = {
  ping: { need: null, handle: answerPing },
  catalog: { need: null, handle: answerCatalog },
  'list-tags': { need: 'see', handle: answerTags },
  'list-referrers': { need: 'see', handle: answerReferrers },
  'get-manifest': { need: 'pull', handle: pullManifest },
  'put-manifest': { need: 'push', handle: pushManifest },
  'delete-manifest': { need: 'delete', handle: deleteManifestOrTag },
  'get-blob': { need: 'pull', handle: pullBlob },
  'delete-blob': { need: 'delete', handle: deleteBlob },
  'start-upload': { need: 'push', handle: withinQuota<'start-upload'>(startUpload) },
  'upload-status': { need: 'push', handle: uploadStatus },
  'append-upload': { need: 'push', handle: withinQuota<'append-upload'>(appendUpload) },
  'finish-upload': { need: 'push', handle: withinQuota<'finish-upload'>(finishUpload) },
  'cancel-upload': { need: 'push', handle: cancelUpload },
};
