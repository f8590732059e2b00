// Strokes and shapes of an SVG drawing.

/** Four shades of one colour. */
export type Paint = { readonly main: string; readonly dark: string; readonly deep: string; readonly pale: string };

export const wood = "#a9794f";
export const metal = "#8d959b";
export const leaf = "#5d8a5a";
export const flame = "#f2b24a";

export const line = (colour: string, width: number, path: string) =>
  `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
export const fill = (colour: string, path: string) => `<path d="${path}" fill="${colour}"/>`;
export const oval = (colour: string, x: number, y: number, rx: number, ry: number) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${colour}"/>`;
export const box = (colour: string, x: number, y: number, w: number, h: number, r = 4) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${r}" fill="${colour}"/>`;
