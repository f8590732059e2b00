import { Badge, Code, SimpleGrid, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { ModelsReply } from "#server/contract/console.ts";
import { Facts } from "../parts/facts.tsx";
import { formatBytes, formatCount, formatMinute, formatNumber, formatSeconds, formatSpan } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { MetricsTable } from "./metrics-table.tsx";

type Model = ModelsReply["models"][number];

function sayParam(value: unknown): ReactNode {
  if (typeof value === "number") return formatNumber(value, 6);
  if (typeof value === "string") return value;
  return <Code>{JSON.stringify(value) ?? "not set"}</Code>;
}

export function ModelCard({ model }: { model: Model }) {
  const { card } = model;
  return (
    <Panel title={model.name} lead={card.description} aside={<Version version={model.version} />}>
      <SimpleGrid cols={{ base: 1, md: 3 }} spacing="xl">
        <Part title="Made">
          <Facts
            facts={[
              ["Built", formatMinute(model.builtAt)],
              ["Took", formatSeconds(card.buildSeconds)],
              ["Size", formatBytes(card.bytes)],
              ["Data", formatSpan(card.from, card.to)],
              ["Log position", formatCount(model.seq)],
            ]}
          />
        </Part>
        <Part title="Learnt from">
          <Named values={Object.entries(card.counts).map(([name, count]) => [name, formatCount(count)])} none="No counts were given." />
        </Part>
        <Part title="Set to">
          <Named values={Object.entries(card.params).map(([name, value]) => [name, sayParam(value)])} none="It has nothing to set." />
        </Part>
      </SimpleGrid>
      <Part title="How good it is">
        <MetricsTable model={model.name} metrics={card.metrics} />
      </Part>
    </Panel>
  );
}

function Version({ version }: { version: number }) {
  return (
    <Badge variant="light" size="lg" tt="none">
      version {version}
    </Badge>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </div>
  );
}

function Named({ values, none }: { values: readonly (readonly [string, ReactNode])[]; none: string }) {
  if (values.length > 0) return <Facts facts={values} />;
  return (
    <Text size="sm" c="dimmed">
      {none}
    </Text>
  );
}
