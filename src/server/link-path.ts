/** Where a one-time link leads, on this server. */
export const pagePathOf = (token: string): string => `/privacy/enter?${new URLSearchParams({ token })}`;
