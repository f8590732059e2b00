import { box, fill, flame, leaf, line, oval, type Paint, wood } from "./brush.ts";

/** What is cooked with and eaten from, on a field of 200 × 200, standing on y = 160. */
export const kitchenDrawings = {
  stand: ({ main, dark, pale }: Paint) =>
    fill("#8a5a44", "M66 70h68v38H66z") +
    fill("#f6e3d0", "M64 68q36-16 72 0v14q-8 10-16 0-8 12-18 0-10 12-20 0-10 10-18 0z") +
    oval("#c8434a", 100, 56, 7, 7) +
    oval(main, 100, 110, 60, 9) +
    oval(pale, 100, 107, 60, 8) +
    fill("#8a5a44", "M66 92h68v12q-34 8-68 0z") +
    fill(main, "M92 118h16l4 32H88z") +
    oval(dark, 100, 153, 32, 7),
  tin: ({ main, dark, pale }: Paint) =>
    fill(main, "M50 96h100l-6 54q-1 10-12 10H68q-11 0-12-10z") +
    oval(dark, 100, 96, 50, 14) +
    oval(pale, 100, 100, 43, 9) +
    line(dark, 3, "M72 116l3 34 M100 118v34 M128 116l-3 34"),
  pin: ({ main, dark, pale }: Paint) => line(dark, 9, "M46 148L152 64") + line(main, 26, "M70 130l58-46") + line(pale, 4, "M70 122l50-40"),
  casserole: ({ main, dark, deep }: Paint) =>
    line(dark, 10, "M52 110H38 M148 110h14") +
    fill(main, "M50 96h100v42q0 22-22 22H72q-22 0-22-22z") +
    fill(dark, "M46 96q4-26 54-26t54 26z") +
    oval(deep, 100, 64, 11, 8) +
    fill(dark, "M50 134h100v4q0 22-22 22H72q-22 0-22-22z"),
  pan: ({ main, dark, deep }: Paint) =>
    line(wood, 13, "M134 92l36-36") +
    oval(main, 92, 118, 58, 40) +
    oval(dark, 92, 114, 47, 31) +
    oval(deep, 92, 117, 42, 26) +
    oval("#fff7e6", 88, 118, 22, 14) +
    oval(flame, 90, 116, 8, 6),
  board: ({ main, dark, pale }: Paint) =>
    box(main, 46, 62, 108, 98, 12) +
    box(pale, 92, 44, 16, 26, 8) +
    oval(dark, 100, 54, 4, 4) +
    line(dark, 3, "M62 84q40 8 76 0 M62 108q36-8 76 2 M62 134q40 6 76-2"),
  knife: ({ main, dark }: Paint) =>
    fill("#c9d0d4", "M40 60q66-8 84 64l-18 10z") +
    fill("#e9edef", "M40 60q54 8 74 70l-8 4z") +
    line(main, 15, "M122 134l26 24") +
    line(dark, 4, "M128 140l2 2 M138 149l2 2"),
  spoon: ({ main, dark, pale }: Paint) =>
    line(main, 10, "M82 92l48 66") +
    oval(main, 72, 72, 22, 27) +
    oval(dark, 70, 70, 14, 18) +
    line(pale, 10, "M128 84l-36 74") +
    fill(pale, "M116 46q26-6 30 12t-20 32q-18-14-10-44z"),
  plate: ({ main, dark, pale }: Paint) =>
    oval(dark, 100, 114, 64, 46) + oval(main, 100, 110, 64, 46) + oval(pale, 100, 110, 42, 29) + oval(main, 100, 112, 38, 25),
  bowl: ({ main, dark, deep }: Paint) =>
    oval("#e8a24c", 82, 92, 18, 18) +
    oval("#c2553c", 112, 88, 19, 19) +
    oval(leaf, 132, 98, 13, 12) +
    fill(main, "M42 98h116q-2 56-44 60H86q-42-4-44-60z") +
    fill(deep, "M42 98h116l-1 8H43z") +
    fill(dark, "M58 136q42 16 84 0-8 20-28 22H86q-20-2-28-22z"),
  jar: ({ main, dark, pale }: Paint) =>
    box("#ffffffb8", 62, 72, 76, 88, 14) +
    box(main, 67, 100, 66, 56, 10) +
    oval(pale, 100, 100, 33, 6) +
    box(dark, 66, 52, 68, 18, 5) +
    box("#fffaf0", 80, 112, 40, 24, 3) +
    line(dark, 3, "M88 124h24"),
  bottle: ({ main, dark, pale }: Paint) =>
    box(dark, 88, 34, 24, 22, 4) +
    fill(main, "M90 56h20v18q20 8 20 28v50q0 8-8 8H78q-8 0-8-8v-50q0-20 20-28z") +
    box(pale, 76, 108, 48, 34, 3) +
    line(dark, 3, "M86 120h28 M90 129h20"),
  crate: ({ main, dark, pale }: Paint) =>
    box(main, 46, 88, 108, 72, 12) +
    fill(dark, "M46 100q0-34 30-34h48q30 0 30 34z") +
    box(pale, 84, 94, 32, 12, 6) +
    line(dark, 3, "M60 128h80 M60 142h80"),
} as const satisfies Record<string, (paint: Paint) => string>;
