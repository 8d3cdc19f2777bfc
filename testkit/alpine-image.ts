import { type BuiltImage, buildImage, buildLayer } from '#formats/layers/index.ts';

export interface AlpineImageOptions {
  readonly release?: string;
  /** `name` to `version`. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Makes the bytes unlike those of another image. */
  readonly about?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly platform?: BuiltImage['platform'];
  /** Further files in a layer of their own. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** An image that says it is Alpine, with a package database and nothing that runs. */
export function alpineImage(options: AlpineImageOptions = {}): BuiltImage {
  const { release = '3.22.1', packages = { musl: '1.2.5-r10' }, about = 'nothing', files = {} } = options;
  const installed = Object.entries(packages).map(
    ([name, version]) => `P:${name}\nV:${version}\nA:x86_64\no:${name}\nL:MIT\nF:usr/lib\nR:${name}\n\n`,
  );
  const base = buildLayer({
    'etc/os-release': `ID=alpine\nVERSION_ID=${release}\nNAME="Alpine Linux"\nPRETTY_NAME="Alpine Linux v${release}"\n`,
    'lib/apk/db/installed': installed.join(''),
  });
  const top = buildLayer({ 'srv/about': about, ...files });
  const { labels, platform } = options;
  return buildImage({ layers: [base, top], ...(labels && { labels }), ...(platform && { platform }) });
}
