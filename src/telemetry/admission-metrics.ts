import { Gauge, type Registry } from 'prom-client';

/** What is under way at a time, and bounded. */
export interface UnderWay {
  /** Bytes of bodies, and of lines that wait to be read (MAX_BYTES_IN_FLIGHT). */
  bytes(): number;
  /** Open connections (MAX_CONNECTIONS). */
  connections(): number;
}

/** Adds gauges of what is under way, read when the metrics are. */
export function watchUnderWay(registry: Registry, underWay: UnderWay): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `reward_calibration_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('bytes_in_flight', 'Bytes of bodies under way, and of lines that wait to be read', underWay.bytes);
  gauge('open_connections', 'Open connections', underWay.connections);
}
