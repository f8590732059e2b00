import { Text } from "@mantine/core";
import { formatSigned } from "../parts/format.ts";
import { type Reason, ReasonLabel } from "./reason-label.tsx";

export function ReasonBar({ reason, largest, decimals }: { reason: Reason; largest: number; decimals: number }) {
  const { contribution } = reason;
  const half = largest > 0 ? (50 * Math.abs(contribution)) / largest : 0;
  const left = contribution < 0 ? 50 - half : 50;
  return (
    <div className="reason-row">
      <Text size="sm" className="breakable">
        <ReasonLabel reason={reason} />
      </Text>
      <div className="reason-track" aria-hidden="true">
        <span className={contribution < 0 ? "reason-against" : "reason-for"} style={{ left: `${left}%`, width: `${half}%` }} />
        <span className="reason-zero" style={{ left: "50%" }} />
      </div>
      <Text size="sm" className="number">
        {formatSigned(contribution, decimals)}
      </Text>
    </div>
  );
}
