import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the process counts about itself, for Prometheus and the console. No label ever holds anything about a person. */
export function createMeasures(lag: () => Promise<number>, more: { deadLetters(): Promise<number>; leads(): Promise<boolean> } | null = null) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "rapport_" });
  const registers = [registry];
  const events = new Counter({ name: "rapport_events_total", help: "Events received, by what became of them", labelNames: ["outcome"], registers });
  const recommendations = new Counter({
    name: "rapport_recommendations_total",
    help: "Recommendations answered",
    labelNames: ["surface", "personalized"],
    registers,
  });
  const seconds = new Histogram({
    name: "rapport_http_seconds",
    help: "Time to answer a request, by route",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  /** A gauge that asks the store; while the store is away it keeps what it said last, and the other measures can be read. */
  function ask(name: string, help: string, value: () => Promise<number>): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = await value().catch(() => null);
        if (now !== null) this.set(now);
      },
    });
  }
  ask("rapport_learner_lag_events", "Log entries not yet learnt from", lag);
  if (more !== null) {
    ask("rapport_dead_letters", "Events that could not be learnt from, and were put aside", more.deadLetters);
    ask("rapport_leader", "1 in the process that learns, sends webhooks and fetches feeds", async () => ((await more.leads()) ? 1 : 0));
  }
  const outcomes = new Map<string, number>();
  return {
    registry,
    countEvent(outcome: string, count = 1) {
      events.inc({ outcome }, count);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    },
    countRecommendation(surface: string, personalized: boolean) {
      recommendations.inc({ surface, personalized: String(personalized) });
    },
    timeRequest(route: string, status: number, elapsedMs: number) {
      seconds.observe({ route, status: String(status) }, elapsedMs / 1000);
    },
    /** Events since the start by outcome, over all shops. */
    outcomes: () => Object.fromEntries(outcomes),
  };
}
export type Measures = ReturnType<typeof createMeasures>;
