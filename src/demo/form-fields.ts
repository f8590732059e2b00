import type { StorefrontRequest } from "./storefront-services.ts";

/** A field that is meant to be there once; the first counts when it came twice. */
export function oneField({ form }: StorefrontRequest, name: string): string | null {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

export function allFields({ form }: StorefrontRequest, name: string): readonly string[] {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
