import { box, fill, line, metal, oval, type Paint } from "./brush.ts";

/** What is drunk and what it is made with, on a field of 200 × 200, standing on y = 160. */
export const cupsDrawings = {
  mug: ({ main, dark, deep }: Paint) =>
    line("#ffffffb0", 4, "M84 56q-6-9 0-17t0-17 M104 56q-6-9 0-17t0-17") +
    line(dark, 11, "M130 88q30 0 30 24t-34 22") +
    fill(main, "M56 72h80v66q0 22-22 22H78q-22 0-22-22z") +
    oval(deep, 96, 72, 40, 8) +
    fill(dark, "M56 132h80v6q0 22-22 22H78q-22 0-22-22z"),
  cup: ({ main, dark, deep, pale }: Paint) =>
    oval(pale, 100, 154, 60, 8) +
    oval(dark, 100, 151, 34, 4) +
    line(dark, 8, "M138 106q24-2 21 14t-30 15") +
    fill(main, "M58 98h84q0 50-42 53-42-3-42-53z") +
    oval(deep, 100, 98, 42, 7),
  tumbler: ({ main, dark, pale }: Paint) =>
    fill(main, "M66 66h68l-8 88q-1 6-7 6H81q-6 0-7-6z") +
    fill(pale, "M69 96h62l-2 26H71z") +
    box(dark, 60, 54, 80, 15, 6) +
    box(dark, 88, 45, 24, 10, 4),
  pouch: ({ main, dark, deep, pale }: Paint) =>
    fill(main, "M60 56h80l6 94q0 10-10 10H64q-10 0-10-10z") +
    fill(dark, "M60 56l4-18h72l4 18z") +
    box(pale, 72, 82, 56, 50, 4) +
    line(deep, 4, "M84 122q-2-24 32-28-2 30-32 28z M84 122l18-16"),
  beans: ({ main, dark, deep, pale }: Paint) =>
    fill(main, "M60 56h80l6 94q0 10-10 10H64q-10 0-10-10z") +
    fill(dark, "M60 56l4-18h72l4 18z") +
    box(pale, 70, 84, 60, 50, 25) +
    oval("#6b4128", 91, 109, 10, 15) +
    oval("#6b4128", 113, 109, 10, 15) +
    line(pale, 3, "M91 97q5 12 0 24 M113 97q5 12 0 24") +
    line(deep, 3, "M84 48h32"),
  cone: ({ main, dark, pale }: Paint) =>
    fill(dark, "M44 70q56-18 100 0l-36 84q-12 8-24 0z") +
    fill(main, "M56 66q56-18 100 0l-36 84q-12 8-24 0z") +
    fill(pale, "M56 66q50 22 100 0-50-18-100 0z") +
    line(dark, 3, "M84 84l18 56 M128 84l-16 56"),
  grinder: ({ main, dark, pale }: Paint) =>
    line(metal, 6, "M100 62V42h40") +
    oval(dark, 142, 38, 8, 8) +
    fill(metal, "M72 84q2-26 28-26t28 26z") +
    box(main, 64, 84, 72, 70, 6) +
    box(dark, 58, 150, 84, 10, 4) +
    box(pale, 78, 112, 44, 26, 3) +
    oval(dark, 100, 125, 4, 4),
  dripper: ({ main, dark, pale }: Paint) =>
    fill(pale, "M58 54h84l-10 26H68z") +
    fill(main, "M54 66h92l-32 50H86z") +
    line(dark, 4, "M76 74l16 34 M100 74v34 M124 74l-16 34") +
    box(dark, 66, 116, 68, 8, 4) +
    fill("#ffffffa0", "M74 124h52l8 30q0 6-6 6H72q-6 0-6-6z") +
    fill("#7a4a2b", "M70 142h60l3 12q0 6-5 6H72q-6 0-5-6z"),
  press: ({ main, dark }: Paint) =>
    line(metal, 5, "M100 70V36") +
    oval(dark, 100, 34, 9, 7) +
    line(dark, 9, "M134 84h16q10 0 10 14v30") +
    box("#ffffff90", 66, 74, 68, 82, 6) +
    box("#6b4128", 69, 100, 62, 54, 5) +
    box(main, 62, 64, 76, 14, 7) +
    line(metal, 5, "M66 90h68 M66 156h68") +
    box(metal, 98, 76, 4, 24, 1),
  pot: ({ main, dark, deep }: Paint) =>
    line(dark, 9, "M140 92q28 0 24 26t-30 22") +
    line(main, 12, "M68 132Q40 124 36 84") +
    fill(main, "M100 76q46 0 46 46 0 38-30 38H84q-30 0-30-38 0-46 46-46z") +
    fill(dark, "M72 82q28-14 56 0l-4 8q-24-8-48 0z") +
    oval(deep, 100, 68, 8, 8),
} as const satisfies Record<string, (paint: Paint) => string>;
