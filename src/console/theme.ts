import { createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = ["#ecf7f8", "#d9ecee", "#afd9dd", "#82c5cb", "#5eb4bc", "#46a9b2", "#2f8f99", "#1f747d", "#175f67", "#0b484f"];

export const theme = createTheme({
  primaryColor: "petrol",
  // Shade 7 is the lightest on which white text reads well.
  primaryShade: 7,
  colors: { petrol },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "650" },
});
