import styles from './tile.module.css';

/** Two letters for an entry that has no picture. */
export function Tile({ repository, size = 38 }: { readonly repository: string; readonly size?: 38 | 44 }) {
  const name = repository.slice(repository.lastIndexOf('/') + 1).replace(/[^a-z0-9]/gi, '');
  const letters = (
    name.charAt(0).toUpperCase() + (name.match(/(?<=.)[bcdfghjklmnpqrstvwxz0-9]/i)?.[0] ?? name.charAt(1))
  ).trim();
  return (
    <span className={styles.tile} style={{ width: size, height: size }} aria-hidden="true">
      {letters}
    </span>
  );
}
