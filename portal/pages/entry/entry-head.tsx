import { IconCheck, IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { EntryDetail } from '#model/api-entries.ts';
import { Tile } from '../../parts/tile.tsx';
import styles from './entry-head.module.css';
import { entryTexts as texts } from './entry-texts.ts';

/** Name, sentence, whether the reader may pull it, and who answers for it. */
export function EntryHead({ entry }: { readonly entry: EntryDetail }) {
  const { repository, description, mayPull, owner, categories } = entry;
  const at = repository.lastIndexOf('/') + 1;
  return (
    <>
      <nav aria-label={texts.breadcrumb} className={styles.crumbs}>
        <ol>
          <li>
            <Link to="/">{texts.catalog}</Link>
          </li>
          <li aria-current="page">{repository}</li>
        </ol>
      </nav>
      <header className={styles.head}>
        <Tile repository={repository} size={44} />
        <div className={styles.words}>
          <h1 tabIndex={-1}>
            <span className={styles.path}>{repository.slice(0, at)}</span>
            {repository.slice(at)}
          </h1>
          {description && <p className="muted measure">{description}</p>}
          <div className={styles.facts}>
            {mayPull ? (
              <span className={styles.may}>
                <IconCheck size={16} stroke={1.75} aria-hidden="true" />
                {texts.mayPull}
              </span>
            ) : (
              <span className={styles.mayNot}>
                <IconLock size={16} stroke={1.75} aria-hidden="true" />
                {texts.mayNotPull}
              </span>
            )}
            {owner ? (
              <span>
                {texts.owner}{' '}
                <Link to="/" search={{ owner }} className="link">
                  {owner}
                </Link>
              </span>
            ) : (
              <span>{texts.noOwner}</span>
            )}
            {categories.map((category) => (
              <span key={category}>{category}</span>
            ))}
          </div>
        </div>
      </header>
    </>
  );
}
