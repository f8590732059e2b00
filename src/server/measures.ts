import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the process counts about itself, for Prometheus and the console. No label ever holds anything about a person. */
export function createMeasures(lag: () => Promise<number>) {
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
  new Gauge({
    name: "rapport_learner_lag_events",
    help: "Log entries not yet learnt from",
    registers,
    async collect() {
      this.set(await lag());
    },
  });
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
