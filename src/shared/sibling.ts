/**
 * The address of a module that lies beside another one and runs in a worker or child of its own.
 * The source runs as `.ts` and the build as `.js`; a URL, unlike an import, is not rewritten by the compiler.
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl);
}
