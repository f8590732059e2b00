/** Where the storefront is mounted. */
const mountPoint = "/shop";

export function productPath(itemId: string): string {
  return `/product/${encodeURIComponent(itemId)}`;
}

export function categoryPath(category: string): string {
  return `/category/${encodeURIComponent(category)}`;
}

/** An address on this site for a link or a redirect. */
export function href(path: string): string {
  return mountPoint + path;
}

/** The rest of a path, decoded; null when it is not properly encoded or empty. */
export function pathTail(path: string, prefix: string): string | null {
  if (!path.startsWith(prefix) || path.length === prefix.length) return null;
  try {
    return decodeURIComponent(path.slice(prefix.length));
  } catch {
    return null;
  }
}

/** A path to come back to after a form. Anything that could lead elsewhere leads home. */
export function safeReturnPath(path: string | null): string {
  if (path === null || path.length > 1000 || !/^\/(?!\/)[\w\-.!~*'()%/,&+=:@]*$/.test(path)) return "/";
  return path;
}
