import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';

/** OCI image-spec 1.1, "Image Configuration", to the fields that Assay uses. */
export const ImageConfig = z.looseObject({
  created: z.string().nullish(),
  architecture: z.string().catch(''),
  os: z.string().catch(''),
  variant: z.string().nullish(),
  config: z
    .looseObject({
      Labels: z.record(z.string(), z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }).nullish(),
  history: z.array(z.looseObject({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() })).nullish(),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/** Throws `MANIFEST_INVALID` when the bytes are no image configuration. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const parsed = ImageConfig.safeParse(parseJson(bytes, 'image configuration'));
  if (parsed.success) return parsed.data;
  throw new AppError('MANIFEST_INVALID', `cannot use image configuration: ${parsed.error.issues[0]?.message}`);
}
