import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import styles from './keyboard-help.module.css';

const title = 'Keyboard';
const note = 'Single letters do nothing while you type. They can be switched off in your account.';
const close = 'Close';
const rows: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'search field'],
  [['J', 'K'], 'next, previous row'],
  [['Enter', 'O'], 'open the row'],
  [['C'], 'copy the pull command'],
  [['Y'], 'copy the digest'],
  [['F'], 'first facet'],
  [['[', ']'], 'previous, next tab'],
  [['A', 'R'], 'approve, reject'],
  [['G', 'C'], 'catalog'],
  [['G', 'I'], 'intake'],
  [['G', 'A'], 'advisories'],
  [['G', 'J'], 'jobs'],
  [['?'], 'this list'],
  [['Esc'], 'close, then clear, then leave the field'],
];

/** The list of keys. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.help} aria-labelledby="keyboard-title" onClose={onClose}>
      <h2 id="keyboard-title">{title}</h2>
      <table>
        <tbody>
          {rows.map(([keys, does]) => (
            <tr key={does}>
              <th scope="row">
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{note}</p>
      <Button variant="default" onClick={() => dialog.current?.close()}>
        {close}
      </Button>
    </dialog>
  );
}
