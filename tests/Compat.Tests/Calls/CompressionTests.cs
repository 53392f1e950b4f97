using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace Compat.Tests.Calls;

public sealed class CompressionTests(InteropServer server) : IClassFixture<InteropServer>
{
    [Fact]
    public async Task Gzip_RequestAndReply_AreCompressedBothWays()
    {
        using var channel = GrpcChannel.ForAddress(server.Url);
        var text = new string('a', 100_000);

        using var call = new Proto.Interop.InteropClient(channel).EchoAsync(
            new EchoRequest { Text = text }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        (await call).Text.ShouldBe(text);
        call.GetTrailers().GetValue("seen-grpc-encoding").ShouldBe("gzip");
    }

    [Fact]
    public async Task Reply_OnTheWire_IsGzip()
    {
        var text = new string('a', 100_000);
        var message = new EchoRequest { Text = text }.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + "/compat.interop.v1.Interop/Echo")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { { "te", "trailers" }, { "grpc-accept-encoding", "gzip" } },
        };

        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();

        body[0].ShouldBe((byte)1, "the flag of a compressed message");
        BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)).ShouldBe(body.Length - 5);
        body.Length.ShouldBeLessThan(5_000);
        await using var unzipped = new GZipStream(new MemoryStream(body, 5, body.Length - 5), CompressionMode.Decompress);
        EchoReply.Parser.ParseFrom(unzipped).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Provider_CompressAndDecompress_GivesTheSameAndLeavesTheStreamOpen(string name)
    {
        ICompressionProvider provider = name == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Fastest)
            : new DeflateCompressionProvider(CompressionLevel.Fastest);
        provider.EncodingName.ShouldBe(name);
        using var stream = new MemoryStream();

        await using (var compress = provider.CreateCompressionStream(stream, CompressionLevel.SmallestSize))
            await compress.WriteAsync(new byte[10_000]);

        stream.Length.ShouldBeLessThan(200);
        stream.Position = 0;
        using var read = new MemoryStream();
        await using (var decompress = provider.CreateDecompressionStream(stream))
            await decompress.CopyToAsync(read);
        read.ToArray().ShouldBe(new byte[10_000]);
        stream.CanRead.ShouldBeTrue();
    }
}
