using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

public sealed class UnaryTests(InteropServer server) : IClassFixture<InteropServer>
{
    [Fact]
    public async Task Echo_TextAndBytes_ComeBack()
    {
        using var channel = GrpcChannel.ForAddress(server.Url);
        var client = new Proto.Interop.InteropClient(channel);

        using var call = client.EchoAsync(new EchoRequest { Text = "grüße", Payload = ByteString.CopyFrom(1, 2, 3) });
        var headers = await call.ResponseHeadersAsync;
        var reply = await call;

        reply.Text.ShouldBe("grüße");
        reply.Payload.ToByteArray().ShouldBe(new byte[] { 1, 2, 3 });
        headers.GetValue("x-served-by").ShouldBe("kestrel");
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }
}
