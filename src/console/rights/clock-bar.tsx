import { Progress, Text } from "@mantine/core";
import type { RightsRequestReply } from "#server/contract/rights.ts";
import { formatMinute } from "../parts/format.ts";

const colours: Readonly<Record<string, string>> = { calm: "petrol", half: "yellow.7", late: "orange.7", overdue: "red.9" };
const words: Readonly<Record<string, string>> = {
  calm: "in time",
  half: "half of the time is over",
  late: "80 % of the time is over",
  overdue: "overdue",
};

/** How much of the time is over; said in words as well, for whoever sees no colours. */
export function ClockBar({ request: { clock, dueAt, closedAt } }: { request: RightsRequestReply }) {
  if (clock === null)
    return (
      <Text size="xs" c="dimmed">
        closed {closedAt === null ? "" : formatMinute(closedAt)}
      </Text>
    );
  const percent = Math.min(100, Math.round(clock.share * 100));
  return (
    <div>
      <Progress.Root size="sm" radius="sm">
        <Progress.Section value={percent} color={colours[clock.alarm] ?? "petrol"} aria-label={`${percent} % of the time is over`} />
      </Progress.Root>
      <Text size="xs" fw={clock.alarm === "overdue" ? 700 : 400} mt={4}>
        {words[clock.alarm] ?? clock.alarm}, due {formatMinute(dueAt)}
      </Text>
    </div>
  );
}
