"""A running ting for the tests of a module, and clients made of nothing but what its services tell about themselves."""

import json
import os
import pathlib
import subprocess
import tempfile
import time

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

PROGRAM = pathlib.Path(__file__).parents[2] / "target/debug/ting-local"
PATIENCE_SECONDS = 40


class Ting:
    """All services with servers of their own, until `stop`."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="ting-")
        # Postgres runs under another account when we are root, and must get through.
        os.chmod(self._folder.name, 0o711)
        command = [PROGRAM, "up", "--data", self._folder.name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError(f"ting-local ended with {self._process.wait()}")
        about = json.loads(said)
        self.workspace, self.nats = about["workspace"], about["nats"]
        self._addresses, self._tokens = about["addresses"], about["tokens"]
        self._clients = []

    def service(self, name, role="admin"):
        """A client of the service `name` with the token of `role`; `None`: without a token."""
        return self.client(name, f"ting.{name}.v1.{name.capitalize()}Service", role)

    def client(self, address, full_name, role=None):
        """A client of any gRPC service behind the address of one of ours."""
        target = self._addresses[address].removeprefix("http://")
        client = Client(grpc.insecure_channel(target), full_name, role and self._tokens[role])
        self._clients.append(client)
        return client

    def stop(self):
        for client in self._clients:
            client.channel.close()
        self._process.stdin.close()
        status = self._process.wait(timeout=60)
        self._process.stdout.close()
        self._folder.cleanup()
        if status:
            raise RuntimeError(f"ting-local ended with {status}")


class Client:
    """Calls the methods of a service as its reflection describes them."""

    def __init__(self, channel, full_name, token):
        self.channel = channel
        self.database = ProtoReflectionDescriptorDatabase(channel)
        self._pool = descriptor_pool.DescriptorPool(self.database)
        self._service = self._pool.FindServiceByName(full_name)
        self._metadata = [("authorization", f"Bearer {token}")] if token else []

    def call(self, method, **fields):
        """Makes a unary call with the fields of its request, in proto3 JSON; gives the answer's message."""
        return self._stub("unary_unary", method)(self._request(method, fields), **self._options())

    def stream(self, method, requests):
        """Streams requests, each a dictionary of fields, and gives the one answer."""
        messages = (self._request(method, fields) for fields in requests)
        return self._stub("stream_unary", method)(messages, **self._options())

    def pages(self, method, **fields):
        """Gives every page of a list."""
        page = self.call(method, **fields)
        yield page
        while page.next_page_token:
            page = self.call(method, page_token=page.next_page_token, **fields)
            yield page

    def _options(self):
        return {"metadata": self._metadata, "timeout": PATIENCE_SECONDS}

    def _request(self, method, fields):
        message = message_factory.GetMessageClass(self._service.methods_by_name[method].input_type)()
        return json_format.ParseDict(fields, message, descriptor_pool=self._pool)

    def _stub(self, kind, method):
        answer = message_factory.GetMessageClass(self._service.methods_by_name[method].output_type)
        return getattr(self.channel, kind)(
            f"/{self._service.full_name}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )


class Refusal:
    """Why a call was refused: its code, and the details that came with the status."""

    def __init__(self, error):
        status = rpc_status.from_call(error)
        self.code = error.code()
        self.fields, self.reason, self.domain = [], None, None
        for detail in status.details if status else []:
            info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            if detail.Unpack(info):
                self.reason, self.domain = info.reason, info.domain
            elif detail.Unpack(bad):
                self.fields = [violation.field for violation in bad.field_violations]


def refusal(call, *arguments, **fields):
    """Makes a call that must be refused, and says why it was."""
    try:
        answer = call(*arguments, **fields)
    except grpc.RpcError as error:
        return Refusal(error)
    raise AssertionError(f"was not refused: {answer}")


def wait_for(probe):
    """Waits until `probe` gives something that is true, and gives it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := probe()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still not after {PATIENCE_SECONDS} s: {found!r}")
        time.sleep(0.05)
    return found
