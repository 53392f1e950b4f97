// usage: node bench.mjs PORT     BullMQ: fan-out 8 -> fan-in 1 flows, no-op processors in a process of their own.
// A line in ("idle 500", "closed 5 50"), a line of JSON out; see ../../Measure/PhaseProgram.cs.
import { FlowProducer, Worker, Queue } from 'bullmq';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
const [, , port, role = 'main'] = process.argv;
const FAN = 8, CONCURRENCY = 50;
const connection = { host: '127.0.0.1', port: +port, maxRetriesPerRequest: null };
if (role === 'worker') {
  const options = { connection, concurrency: CONCURRENCY };
  const child = new Worker('child', async (job) => ({ ok: job.data.i }), options);
  const parent = new Worker('parent', async (job) => Object.keys(await job.getChildrenValues()).length, options);
  parent.on('completed', (job, result) => process.send({ id: job.id, result }));
  for (const worker of [child, parent]) worker.on('error', (e) => console.error('E', e.message));
  await Promise.all([child.waitUntilReady(), parent.waitUntilReady()]);
  process.send('ready');
  process.on('message', async () => { await Promise.all([child.close(), parent.close()]); process.exit(0); });
  process.on('disconnect', () => process.exit(0));
} else {
  const queues = ['child', 'parent'].map((name) => new Queue(name, { connection }));
  for (const queue of queues) await queue.obliterate({ force: true });
  const waiting = new Map();
  const worker = fork(fileURLToPath(import.meta.url), [port, 'worker']);
  await new Promise((ready) => worker.on('message', (message) => {
    if (message === 'ready') return ready();
    if (message.result !== FAN) throw new Error(`wrong fan-in result ${message.result}`);
    waiting.get(message.id)?.();
    waiting.delete(message.id);
  }));
  const producer = new FlowProducer({ connection });
  await producer.waitUntilReady();
  let sequence = 0;
  const removed = { removeOnComplete: true };
  const flow = (id) => ({
    name: 'p', queueName: 'parent', data: { task: 't' }, opts: { jobId: id, ...removed },
    children: Array.from({ length: FAN }, (_, i) => ({ name: 'c', queueName: 'child', data: { i, payload: 'x'.repeat(64) }, opts: removed })),
  });
  const one = async () => {
    const id = `f${sequence++}-${process.pid}`;
    const done = new Promise((resolve) => waiting.set(id, resolve));
    const started = performance.now();
    await producer.add(flow(id));
    await done;
    return performance.now() - started;
  };
  const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))];
  const answer = (taken, started) => {
    const seconds = (performance.now() - started) / 1000;
    taken.sort((a, b) => a - b);
    return { flows: taken.length, seconds, p50_ms: quantile(taken, 0.5), p99_ms: quantile(taken, 0.99), flows_per_second: taken.length / seconds };
  };
  const phases = {
    async idle(count) {
      const taken = [], started = performance.now();
      for (let i = 0; i < +count; i++) taken.push(await one());
      return answer(taken, started);
    },
    async closed(seconds, inFlight) {
      const taken = [], started = performance.now();
      await Promise.all(Array.from({ length: +inFlight }, async () => {
        while (performance.now() - started < +seconds * 1000) taken.push(await one());
      }));
      return answer(taken, started);
    },
  };
  console.log(`ready ${worker.pid}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...rest] = line.split(' ');
    console.log(JSON.stringify(await phases[name](...rest)));
  }
  worker.send('stop');
  await producer.close();
  for (const queue of queues) await queue.close();
  process.exit(0);
}
