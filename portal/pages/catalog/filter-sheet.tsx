import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './catalog.module.css';
import { catalogTexts } from './catalog-texts.ts';

/** The facets where there is no room beside the list. */
export function FilterSheet(props: {
  readonly matching: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.sheet} aria-label={catalogTexts.facets.label} onClose={props.onClose}>
      <div className={styles.sheetBody}>{props.children}</div>
      <div className={styles.sheetFoot}>
        <Button fullWidth onClick={() => dialog.current?.close()}>
          {catalogTexts.show(props.matching)}
        </Button>
      </div>
    </dialog>
  );
}
