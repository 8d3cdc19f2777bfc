/** `golden/node/-/settings`: a `-` ends the name, which may hold slashes. */
export function parseEntryAddress(splat: string): { readonly repository: string; readonly tab: string } {
  const [repository = '', tab = ''] = splat.replace(/\/+$/, '').split('/-/', 2);
  return { repository: repository.replace(/\/-$/, ''), tab };
}
