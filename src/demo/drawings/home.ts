import { box, fill, flame, leaf, line, metal, oval, type Paint, wood } from "./brush.ts";

/** What stands about, grows or is given, on a field of 200 × 200, standing on y = 160. */
export const homeDrawings = {
  can: ({ main, dark }: Paint) =>
    line(dark, 8, "M84 82q20-44 56-4l4 42") +
    line(main, 11, "M72 138Q50 120 38 78") +
    line(dark, 11, "M28 82l20-10") +
    fill(main, "M70 88h72l6 62q0 10-10 10H76q-10 0-10-10z") +
    fill(dark, "M68 112h77l1 10H67z"),
  candle: ({ main, dark, pale }: Paint) =>
    fill(flame, "M100 26q18 22 0 38-18-16 0-38z") +
    line("#5b4a3f", 4, "M100 64v14") +
    box(main, 62, 76, 76, 84, 8) +
    box(dark, 62, 142, 76, 18, 8) +
    box(pale, 76, 98, 48, 32, 3) +
    line(dark, 3, "M86 110h28 M90 119h20"),
  diffuser: ({ main, dark, pale }: Paint) =>
    line(wood, 4, "M98 84L78 24 M100 84l2-64 M102 84l24-58") +
    box(dark, 86, 72, 28, 20, 4) +
    fill(main, "M88 90h24q26 10 26 34v24q0 12-12 12H74q-12 0-12-12v-24q0-24 26-34z") +
    box(pale, 78, 116, 44, 28, 3) +
    line(dark, 3, "M88 126h24 M92 135h16"),
  holder: ({ main, dark, pale }: Paint) =>
    fill(flame, "M100 20q12 16 0 28-12-12 0-28z") +
    box(pale, 93, 50, 14, 62, 3) +
    fill(main, "M84 108h32l-6 14h-20z") +
    box(main, 96, 120, 8, 28, 2) +
    oval(dark, 100, 150, 40, 10) +
    oval(main, 100, 146, 40, 9),
  scissors: ({ main, dark }: Paint) =>
    line(metal, 9, "M70 46l46 78 M130 46l-46 78") +
    line(main, 9, "M116 124q26 2 24 22-14 18-30-4z M84 124q-26 2-24 22 14 18 30-4z") +
    oval(dark, 100, 97, 6, 6),
  lantern: ({ main, dark }: Paint) =>
    line(dark, 5, "M84 46q16-28 32 0") +
    fill(dark, "M68 66l16-20h32l16 20z") +
    box("#fff3d3", 68, 66, 64, 80, 2) +
    fill(flame, "M100 88q16 20 0 34-16-14 0-34z") +
    line(main, 6, "M68 68v78 M132 68v78 M84 68v78 M116 68v78") +
    box(dark, 60, 144, 80, 16, 4),
  plant: ({ main, dark }: Paint) =>
    line(leaf, 5, "M100 106V62") +
    fill(leaf, "M100 84Q62 82 58 46q40 0 42 38z M100 72q36-2 40-36-40 0-40 36z M100 100q30 4 44-20-34-8-44 20z") +
    fill(main, "M64 104h72l-9 50q-1 6-7 6H80q-6 0-7-6z") +
    box(dark, 58, 98, 84, 16, 4),
  seeds: ({ main, dark, deep, pale }: Paint) =>
    box(pale, 60, 44, 80, 116, 4) +
    box(main, 60, 44, 80, 26, 4) +
    line(leaf, 5, "M100 142v-36") +
    fill(leaf, "M100 116q-30 0-32-28 30 0 32 28z M100 108q28-2 30-28-28 2-30 28z") +
    line(deep, 3, "M76 57h48") +
    line(dark, 3, "M80 150h40"),
  trowel: ({ main, dark }: Paint) =>
    line(main, 15, "M62 66l28 26") +
    line(metal, 6, "M92 94l20 18") +
    fill("#aab2b7", "M104 118l16-16q40 12 34 56-44 4-50-40z") +
    line("#8d959b", 4, "M116 116l28 30") +
    oval(dark, 62, 66, 4, 4),
  glove: ({ main, dark, pale }: Paint) =>
    fill(main, "M74 134V76q0-30 28-30t28 30v16q14-22 26-10 6 8-26 42v10z") +
    box(dark, 68, 132, 68, 28, 6) +
    line(pale, 3, "M86 72v46 M102 66v52 M116 72v46"),
  cloth: ({ main, dark, pale }: Paint) =>
    box(dark, 46, 128, 108, 30, 10) +
    box(main, 46, 102, 108, 30, 10) +
    box(pale, 46, 76, 108, 30, 10) +
    line(dark, 3, "M60 91h80 M60 117h80") +
    line(main, 3, "M60 84h80 M60 98h80"),
  card: ({ main, dark, pale }: Paint) =>
    `<g transform="rotate(-8 100 100)">${box(dark, 54, 52, 82, 106, 4)}</g>` +
    box(pale, 64, 52, 82, 108, 4) +
    box(main, 64, 52, 14, 108, 4) +
    line(dark, 4, "M92 84h40 M92 98h40 M92 112h26"),
  box: ({ main, dark, pale }: Paint) =>
    box(main, 50, 86, 100, 74, 4) +
    box(dark, 44, 68, 112, 24, 4) +
    box(pale, 92, 68, 16, 92, 0) +
    line(pale, 8, "M100 66q-30-34-36-10 0 12 36 10z M100 66q30-34 36-10 0 12-36 10z"),
  bow: ({ main, dark, deep }: Paint) =>
    line(dark, 14, "M98 104l-26 50 M102 104l26 50") +
    fill(main, "M100 98Q46 44 42 82t58 22z M100 98q54-54 58-16t-58 22z") +
    oval(deep, 100, 100, 13, 12),
  parcel: ({ main, dark, pale }: Paint) =>
    fill(main, "M52 84l48-22 48 22v54l-48 22-48-22z") + fill(dark, "M100 106l48-22v54l-48 22z") + fill(pale, "M52 84l48-22 48 22-48 22z"),
} as const satisfies Record<string, (paint: Paint) => string>;
