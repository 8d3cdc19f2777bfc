/** The common name of an X.509 subject as RFC 4514 writes it; the whole text when there is none. */
export function signerName(subject: string): string {
  const found = /(?:^|[,+]\s*)CN=((?:\\.|[^,+\\])+)/i.exec(subject)?.[1];
  return found ? found.replace(/\\(.)/g, '$1').trim() : subject;
}
