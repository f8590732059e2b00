/** Names from many places; first names and an initial are enough to tell customers apart. */
export const firstNames: readonly string[] = (
  "Aisha Ben Chiara Dewi Elif Farah Grace Hamza Ines Jonas Kemal Lena Maryam Nils Olivia Priya Quentin Rahma Sofia Tariq Uma Viktor " +
  "Wulan Ximena Yusuf Zainab Adeel Bushra Clara Daniel Esther Felix Gulnaz Hannah Imran Joy Khadija Luca Mei Noor Omar Putri Rania " +
  "Saad Tomas Ursula Wayan Yara"
).split(" ");
