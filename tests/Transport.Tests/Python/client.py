"""A stock Python client: client.py ADDRESS CA [CERTIFICATE KEY]. Prints the roles' answer as text, or the status."""
import sys

import grpc


def read(path):
    with open(path, "rb") as file:
        return file.read()


address, authority, *own = sys.argv[1:]
certificate, key = (read(own[0]), read(own[1])) if own else (None, None)
credentials = grpc.ssl_channel_credentials(root_certificates=read(authority), private_key=key, certificate_chain=certificate)
with grpc.secure_channel(address, credentials) as channel:
    call = channel.unary_unary("/agents.v1.OrchestratorService/ListAgents", request_serializer=bytes, response_deserializer=bytes)
    try:
        print("OK", call(b"", timeout=60).decode("utf-8", "replace"))
    except grpc.RpcError as error:
        print(error.code().name, error.details())
