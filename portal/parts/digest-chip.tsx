import { shortDigest } from '#kernel/digest.ts';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';
import styles from './digest-chip.module.css';
import { Hint } from './hint.tsx';

/** `sha256:` and 10…6 of the digits; the whole digest on hover, focus and in the copy. */
export function DigestChip({ digest, copy = true }: { readonly digest: string; readonly copy?: boolean }) {
  return (
    <span className={styles.chip}>
      <Hint text={digest}>
        <code>{shortDigest(digest)}</code>
      </Hint>
      {copy && <CopyButton text={digest} label={texts.copy.digest} />}
    </span>
  );
}
