// A stock Node client: client.mjs SCENARIO ADDRESS KEY INTEROP_PROTO.
// Prints what it saw as one JSON object; Stock/Observation.cs knows the fields.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import descriptors from 'protobufjs/ext/descriptor/index.js';

const [scenario, address, key, interopProto] = process.argv.slice(2);
const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');
const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };
const load = (file) => grpc.loadPackageDefinition(loader.loadSync(file, options));
const insecure = grpc.credentials.createInsecure();

const metadata = (source) => {
  const out = {};
  for (const [name, value] of Object.entries(source?.getMap() ?? {}))
    out[name] = Buffer.isBuffer(value) ? value.toString('base64') : value;
  return out;
};
const failure = (error) => ({
  status: grpc.status[error.code], detail: error.details, trailers: metadata(error.metadata),
});

// One unary call: resolves with what came, errors included.
const unary = (client, method, request, { headers = new grpc.Metadata(), ...callOptions } = {}) =>
  new Promise((resolve) => {
    const seen = {};
    const call = client[method](request, headers, callOptions, (error, reply) => {
      if (error) resolve({ ...seen, ...failure(error) });
      else { seen.reply = reply; ended(); }
    });
    let parts = 0;
    const ended = () => { if (++parts === 2) resolve(seen); };
    call.on('metadata', (received) => { seen.headers = metadata(received); });
    call.on('status', (status) => {
      seen.status = grpc.status[status.code];
      seen.trailers = metadata(status.metadata);
      if (status.code === grpc.status.OK) ended();
    });
  });

// The messages of a stream, and how it ended.
const read = (call, onMessage) =>
  new Promise((resolve) => {
    const messages = [];
    call.on('data', (message) => { messages.push(message); onMessage?.(message, messages); });
    call.on('error', (error) => resolve({ messages, ...failure(error) }));
    call.on('end', () => resolve({ messages, status: 'OK' }));
  });

const range = (count) => Array.from({ length: count }, (_, index) => index + 1);

const scenarios = {
  async unary(client) {
    const headers = new grpc.Metadata();
    headers.set('x-test', key);
    headers.set('x-data-bin', Buffer.from([0, 254, 255]));
    const { reply, ...seen } = await unary(
      client, 'Echo', { text: 'grüße', payload: Buffer.from([0, 1, 255]) }, { headers });
    return { ...seen, texts: [reply.text], payload: reply.payload.toString('base64') };
  },

  async server_streaming(client) {
    const { messages, status } = await read(client.Count({ value: 1000 }));
    return { status, values: messages.map((message) => message.value) };
  },

  client_streaming: (client) => new Promise((resolve) => {
    const call = client.Sum((error, reply) =>
      resolve(error ? failure(error) : { status: 'OK', values: [reply.value] }));
    for (const value of range(1000)) call.write({ value });
    call.end();
  }),

  async duplex(client) {
    // Each message is made only when the reply to the one before has come.
    const call = client.Chat();
    const send = (number, received) => call.write({ text: `message ${number} after ${received}` });
    const reading = read(call, (_, messages) =>
      messages.length < 5 ? send(messages.length, messages.length) : call.end());
    send(0, 0);
    const { messages, status } = await reading;
    return { status, texts: messages.map((message) => message.text) };
  },

  async deadline(client) {
    // Longer and longer on a busy machine, until the server answers at all before the time is up.
    for (const seconds of [0.5, 1, 2, 4, 8, 16]) {
      const call = client.HangStream({ key }, new grpc.Metadata(), { deadline: Date.now() + seconds * 1000 });
      const { messages, ...seen } = await read(call);
      if (messages.length > 0) return { ...seen, texts: messages.map((message) => message.text) };
    }
    return { status: 'the server never answered' };
  },

  async cancelled(client) {
    const call = client.HangStream({ key });
    const { messages, ...seen } = await read(call, () => call.cancel());
    return { ...seen, texts: messages.map((message) => message.text) };
  },

  error: (client) => unary(client, 'Fail', {
    code: 9, detail: 'grüße: not now', trailers: { 'x-reason': key, 'x-other': '2' },
    binary_trailer: Buffer.from([0, 254, 255]),
  }),

  large_request: (client) => unary(client, 'Echo', { payload: Buffer.alloc(20 * 1024 * 1024) }),

  large_reply: (client) => unary(client, 'Echo', { reply_size: 20 * 1024 * 1024 }),

  async gzip() {
    const client = connect({ 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });
    const { reply, ...seen } = await unary(client, 'Echo', { text: 'a'.repeat(100_000) });
    client.close();
    return { ...seen, texts: [reply.text] };
  },

  async health() {
    const { Health } = load(path.join(modules, 'grpc-health-check/proto/health/v1/health.proto')).grpc.health.v1;
    const client = new Health(address, insecure);
    const texts = [];
    for (const service of ['', 'interop'])
      texts.push((await unary(client, 'Check', { service })).reply.status);
    const watch = client.Watch({ service: 'nobody' });
    texts.push((await read(watch, () => watch.cancel())).messages[0].status);
    const missing = await unary(client, 'Check', { service: 'nobody' });
    client.close();
    return { ...missing, texts };
  },

  reflection_v1: () => reflection('v1'),
  reflection_v1alpha: () => reflection('v1alpha'),
};

// Calls Echo with nothing known beforehand but the service's name.
async function reflection(version) {
  const file = path.join(modules, `@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`);
  const client = new (load(file).grpc.reflection[version].ServerReflection)(address, insecure);
  const ask = async (question) => {
    const call = client.ServerReflectionInfo();
    const answer = read(call);
    call.write({ host: 'h', ...question });
    call.end();
    return (await answer).messages[0];
  };
  const services = (await ask({ list_services: '' })).list_services_response.service.map((service) => service.name);
  const found = await ask({ file_containing_symbol: 'compat.interop.v1.Interop' });
  const data = found.file_descriptor_response.file_descriptor_proto;
  const files = data.map((bytes) => descriptors.FileDescriptorProto.decode(bytes));
  const set = descriptors.FileDescriptorSet.create({ file: files });
  const dynamic = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(
    descriptors.FileDescriptorSet.encode(set).finish(), options));
  const echo = new dynamic.compat.interop.v1.Interop(address, insecure);
  const { reply, status } = await unary(echo, 'Echo', { text: key });
  const missing = await ask({ file_containing_symbol: 'no.such.Symbol' });
  const byName = await ask({ file_by_filename: files[0].name });
  const extensions = await ask({ all_extension_numbers_of_type: 'compat.interop.v1.EchoRequest' });
  const values = [
    Number(Buffer.concat(byName.file_descriptor_response.file_descriptor_proto).equals(Buffer.concat(data))),
    extensions.all_extension_numbers_response.extension_number.length,
    (await ask({ all_extension_numbers_of_type: 'no.such.Type' })).error_response.error_code,
    (await ask({ file_by_filename: 'no/such.proto' })).error_response.error_code,
    (await ask({})).error_response.error_code,
  ];
  echo.close();
  client.close();
  return {
    status,
    texts: [reply.text],
    services,
    values,
    files: files.map((each) => each.name),
    detail: `${missing.error_response.error_code} ${missing.valid_host} ${missing.original_request.file_containing_symbol}`,
  };
}

function connect(channelOptions = {}) {
  return new (load(interopProto).compat.interop.v1.Interop)(address, insecure, channelOptions);
}

const client = connect();
console.log(JSON.stringify(await scenarios[scenario](client)));
client.close();
