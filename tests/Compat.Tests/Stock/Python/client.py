"""A stock Python client: client.py SCENARIO ADDRESS KEY, with the compiled protos on PYTHONPATH.

Prints what it saw as one JSON object; Stock/Observation.cs knows the fields.
"""
import base64
import json
import sys
import threading

import grpc
import interop_pb2
import interop_pb2_grpc


def metadata(pairs):
    out = {}
    for key, value in pairs or ():
        out[key] = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return out


def failure(error):
    return {"status": error.code().name, "detail": error.details(), "trailers": metadata(error.trailing_metadata())}


def unary(stub, key):
    reply, call = stub.Echo.with_call(
        interop_pb2.EchoRequest(text="grüße", payload=b"\x00\x01\xff"),
        metadata=(("x-test", key), ("x-data-bin", b"\x00\xfe\xff")),
    )
    return {
        "status": call.code().name,
        "texts": [reply.text],
        "payload": base64.b64encode(reply.payload).decode(),
        "headers": metadata(call.initial_metadata()),
        "trailers": metadata(call.trailing_metadata()),
    }


def server_streaming(stub, key):
    return {"status": "OK", "values": [number.value for number in stub.Count(interop_pb2.Number(value=1000))]}


def client_streaming(stub, key):
    total = stub.Sum(interop_pb2.Number(value=value) for value in range(1, 1001))
    return {"status": "OK", "values": [total.value]}


def duplex(stub, key):
    # Each message is made only when the reply to the one before has come.
    texts = []
    reading = threading.Semaphore(0)

    def requests():
        for number in range(5):
            yield interop_pb2.EchoRequest(text=f"message {number} after {len(texts)}")
            while len(texts) <= number:
                reading.acquire()

    replies = stub.Chat(requests())
    for reply in replies:
        texts.append(reply.text)
        reading.release()
    return {"status": replies.code().name, "texts": texts}


def deadline(stub, key):
    # Longer and longer on a busy machine, until the server answers at all before the time is up.
    for seconds in (0.5, 1, 2, 4, 8, 16):
        replies = stub.HangStream(interop_pb2.HangRequest(key=key), timeout=seconds)
        texts = []
        try:
            for reply in replies:
                texts.append(reply.text)
        except grpc.RpcError as error:
            if texts:
                return {**failure(error), "texts": texts}
    return {"status": "the server never answered"}


def cancelled(stub, key):
    replies = stub.HangStream(interop_pb2.HangRequest(key=key))
    texts = [next(replies).text]
    replies.cancel()
    try:
        next(replies)
    except grpc.RpcError as error:
        return {**failure(error), "texts": texts}
    return {"status": "OK", "texts": texts}


def error(stub, key):
    stub.Fail(
        interop_pb2.FailRequest(
            code=9, detail="grüße: not now", trailers={"x-reason": key, "x-other": "2"}, binary_trailer=b"\x00\xfe\xff"
        )
    )
    return {"status": "OK"}


def large_request(stub, key):
    stub.Echo(interop_pb2.EchoRequest(payload=bytes(20 * 1024 * 1024)))
    return {"status": "OK"}


def large_reply(stub, key):
    stub.Echo(interop_pb2.EchoRequest(reply_size=20 * 1024 * 1024))
    return {"status": "OK"}


def gzip(stub, key):
    reply, call = stub.Echo.with_call(
        interop_pb2.EchoRequest(text="a" * 100_000), compression=grpc.Compression.Gzip
    )
    return {"status": call.code().name, "texts": [reply.text], "trailers": metadata(call.trailing_metadata())}


def health(channel, key):
    from v1 import health_pb2, health_pb2_grpc

    stub = health_pb2_grpc.HealthStub(channel)
    name = health_pb2.HealthCheckResponse.ServingStatus.Name
    texts = [name(stub.Check(health_pb2.HealthCheckRequest(service=service)).status) for service in ("", "interop")]
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="nobody"))
    texts.append(name(next(watch).status))
    watch.cancel()
    try:
        stub.Check(health_pb2.HealthCheckRequest(service="nobody"))
    except grpc.RpcError as error:
        return {**failure(error), "texts": texts}
    return {"status": "OK", "texts": texts}


def reflection(channel, key, version):
    """Calls Echo with nothing known beforehand but the service's name."""
    import importlib

    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    pb2 = importlib.import_module(version + ".reflection_pb2")
    stub = importlib.import_module(version + ".reflection_pb2_grpc").ServerReflectionStub(channel)

    def ask(**question):
        return next(stub.ServerReflectionInfo(iter([pb2.ServerReflectionRequest(host="h", **question)])))

    services = [service.name for service in ask(list_services="").list_services_response.service]
    answer = ask(file_containing_symbol="compat.interop.v1.Interop")
    pool = descriptor_pool.DescriptorPool()
    files = [descriptor_pb2.FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto]
    for file in reversed(files):
        pool.Add(file)
    method = pool.FindMethodByName("compat.interop.v1.Interop.Echo")
    factory = message_factory.MessageFactory(pool)
    request, reply = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    call = channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=request.SerializeToString,
        response_deserializer=reply.FromString,
    )
    missing = ask(file_containing_symbol="no.such.Symbol")
    by_name = ask(file_by_filename=files[0].name).file_descriptor_response.file_descriptor_proto
    extensions = ask(all_extension_numbers_of_type=method.input_type.full_name)
    return {
        "status": "OK",
        "texts": [call(request(text=key)).text],
        "services": services,
        "files": [file.name for file in files],
        "values": [
            int(list(by_name) == list(answer.file_descriptor_response.file_descriptor_proto)),
            len(extensions.all_extension_numbers_response.extension_number),
            ask(all_extension_numbers_of_type="no.such.Type").error_response.error_code,
            ask(file_by_filename="no/such.proto").error_response.error_code,
            ask().error_response.error_code,
        ],
        "detail": f"{missing.error_response.error_code} {missing.valid_host} {missing.original_request.file_containing_symbol}",
    }


def main():
    scenario, address, key = sys.argv[1:]
    with grpc.insecure_channel(address) as channel:
        try:
            if scenario == "health":
                seen = health(channel, key)
            elif scenario.startswith("reflection_"):
                seen = reflection(channel, key, scenario.removeprefix("reflection_"))
            else:
                seen = globals()[scenario](interop_pb2_grpc.InteropStub(channel), key)
        except grpc.RpcError as error_seen:
            seen = failure(error_seen)
    print(json.dumps(seen))


main()
