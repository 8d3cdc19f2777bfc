import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../announce.ts';
import { texts } from '../texts.ts';

const SHOWN_MS = 1600;

/** Copies and says so. Outside of a secure context the older way is tried. */
export async function copyText(text: string): Promise<boolean> {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  const copied = done || copyBySelection(text);
  announce(copied ? texts.copy.copied : texts.copy.failed);
  return copied;
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}

/** `label` says what is copied. A tick for 1.6 s. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const Icon = copied ? IconCheck : IconCopy;
  return (
    <ActionIcon aria-label={label} title={label} onClick={copy} data-copied={copied || undefined}>
      <Icon size={16} stroke={1.75} color={copied ? 'var(--good)' : 'currentColor'} aria-hidden="true" />
    </ActionIcon>
  );
}
