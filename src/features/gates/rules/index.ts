import { type ListedRule, listed } from '../rule.ts';
import { coverage } from './coverage.ts';
import { malware } from './malware.ts';
import { metadata } from './metadata.ts';
import { publisherSignature } from './publisher-signature.ts';
import { supportWindow } from './support-window.ts';
import { unreadContent } from './unread-content.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** The quality checks, in the order in which a verdict shows them. */
export const rules: readonly ListedRule[] = [
  listed(malware),
  listed(vulnerabilities),
  listed(supportWindow),
  listed(unreadContent),
  listed(coverage),
  listed(publisherSignature),
  listed(metadata),
];
