import { Link } from '@tanstack/react-router';
import type { ImageDetail } from '#model/api-images.ts';
import styles from './platform-switch.module.css';

/** All, or one platform of an index. Nothing to choose for a single image. */
export function PlatformSwitch(props: { readonly image: ImageDetail; readonly platform: string | undefined }) {
  const { platforms } = props.image;
  if (platforms.length < 2) return null;
  const names = platforms.map(({ platform }) => platform);
  return (
    <nav aria-label="Platform" className={styles.switch}>
      {[undefined, ...new Set(names)].map((platform) => (
        <Link
          key={platform ?? ''}
          to="."
          search={({ platform: _, ...rest }) => (platform ? { ...rest, platform } : rest)}
          replace
          resetScroll={false}
          aria-current={platform === props.platform ? 'true' : undefined}
        >
          {platform?.replace(/^linux\//, '') ?? 'All'}
        </Link>
      ))}
    </nav>
  );
}
