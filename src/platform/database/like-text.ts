/** Text for a LIKE pattern with its wild cards taken literally. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
