using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

public sealed class MetadataTests(InteropServer server) : IClassFixture<InteropServer>
{
    [Fact]
    public async Task Headers_TextAndBytes_ReachTheServerAndComeBack()
    {
        using var channel = GrpcChannel.ForAddress(server.Url);
        var headers = new Metadata { { "X-Text", "a b" }, { "x-data-bin", new byte[] { 0, 254, 255 } } };

        using var call = new Proto.Interop.InteropClient(channel).EchoAsync(new EchoRequest(), headers);
        await call;

        call.GetTrailers().GetValue("seen-x-text").ShouldBe("a b");
        call.GetTrailers().GetValueBytes("x-data-bin").ShouldBe([0, 254, 255]);
    }

    [Fact]
    public void Get_KeyTwice_TakesTheLastAndAllInOrder()
    {
        var metadata = new Metadata { { "k", "1" }, { "other", "x" }, { "K", "2" } };

        metadata.Get("k")!.Value.ShouldBe("2");
        metadata.GetAll("k").Select(entry => entry.Value).ShouldBe(["1", "2"]);
        metadata.GetValue("none").ShouldBeNull();
        metadata.GetValueBytes("none").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("grüße")]
    [InlineData("a:b")]
    [InlineData("text-bin")]
    public void Entry_KeyThatTextMayNotHave_IsRefused(string key) =>
        Should.Throw<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Entry_BytesUnderATextKey_AreRefused() =>
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key", [1]));

    [Fact]
    public void Entry_Bytes_AreCopiedInAndOut()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("key-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        entry.ValueBytes.ShouldBe([1, 2]);
        entry.IsBinary.ShouldBeTrue();
    }

    [Fact]
    public void Empty_Add_IsRefused()
    {
        Metadata.Empty.IsReadOnly.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
    }
}
